/** Every test that has a page speaks all words of both languages at once; how pages fetch them is `i18n.test.ts`'s business. */
import en from "../locales/en.json";
import vi from "../locales/vi.json";

if (typeof location !== "undefined") (await import("../src/i18n")).learn({ vi, en });

export {};
