/** The words of every page without a part of its own, one language at a time. An entry imports this, or its own part (`parts.ts`). */
import { study } from "./index";

await study((language) => (language === "en" ? import("virtual:words-all-en") : import("virtual:words-all-vi")));
