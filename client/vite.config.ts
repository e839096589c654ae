import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { onStage } from "./src/i18n/stage.ts";

const pages = ["index", "join", "setup", "hub", "site", "replay", "stage"];

const STAGE_WORDS = "virtual:stage-words";

/** The stage display's part of the catalogues. */
function stageWords(): Plugin {
  const part = (language: string): string => {
    const words = JSON.parse(readFileSync(resolve(import.meta.dirname, `locales/${language}.json`), "utf8")) as Record<string, string>;
    return JSON.stringify(Object.fromEntries(Object.entries(words).filter(([key]) => onStage(key))));
  };
  return {
    name: "stage-words",
    resolveId: (id) => (id === STAGE_WORDS ? `\0${STAGE_WORDS}` : undefined),
    load: (id) => (id === `\0${STAGE_WORDS}` ? `export const vi = ${part("vi")};\nexport const en = ${part("en")};` : undefined),
  };
}

export default defineConfig({
  plugins: [stageWords()],
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
