import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { PARTS } from "./src/i18n/parts.ts";

const pages = ["index", "join", "setup", "people", "library", "hub", "site", "replay", "stage", "verify", "sign"];

const WORDS = "virtual:words-";

/** Parts of the catalogues, for pages whose size counts. */
function words(): Plugin {
  const part = (language: string, wanted: (key: string) => boolean): string => {
    const all = JSON.parse(readFileSync(resolve(import.meta.dirname, `locales/${language}.json`), "utf8")) as Record<string, string>;
    return JSON.stringify(Object.fromEntries(Object.entries(all).filter(([key]) => wanted(key))));
  };
  return {
    name: "words",
    resolveId: (id) => (id.startsWith(WORDS) ? `\0${id}` : undefined),
    load: (id) => {
      if (!id.startsWith(`\0${WORDS}`)) return undefined;
      const wanted = PARTS[id.slice(WORDS.length + 1) as keyof typeof PARTS];
      return `export const vi = ${part("vi", wanted)};\nexport const en = ${part("en", wanted)};`;
    },
  };
}

export default defineConfig({
  plugins: [words()],
  root: import.meta.dirname,
  base: "/",
  publicDir: false,
  define: { __BUILD__: JSON.stringify(process.env["DIEMCAU_BUILD"] ?? "dev") },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome109", "firefox115"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rollupOptions: {
      input: Object.fromEntries(pages.map((page) => [page, resolve(import.meta.dirname, `${page}.html`)])),
    },
  },
});
