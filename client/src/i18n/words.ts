/** All words of all pages, in both languages. An entry imports this, or its own part (`parts.ts`). */
import en from "../../locales/en.json";
import vi from "../../locales/vi.json";
import { learn } from "./index";

learn({ vi, en });
