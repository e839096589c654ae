/** Every test that has a page speaks all words, as every page but the stage display does. */
if (typeof location !== "undefined") await import("../src/i18n/words");

export {};
