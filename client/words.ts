/** Parts of the catalogues, for pages whose size counts: `virtual:words-<page>-<language>`. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { PARTS } from "./src/i18n/parts.ts";

const WORDS = "virtual:words-";

export function words(): Plugin {
  const part = (language: string, wanted: (key: string) => boolean): string => {
    const all = JSON.parse(readFileSync(resolve(import.meta.dirname, `locales/${language}.json`), "utf8")) as Record<string, string>;
    return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([key]) => wanted(key))));
  };
  return {
    name: "words",
    resolveId: (id) => (id.startsWith(WORDS) ? `\0${id}` : undefined),
    load: (id) => {
      if (!id.startsWith(`\0${WORDS}`)) return undefined;
      const [page, language] = id.slice(WORDS.length + 1).split("-") as [keyof typeof PARTS, string];
      return `export default ${part(language, PARTS[page])};`;
    },
  };
}
