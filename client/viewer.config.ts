/** The replay as a page that is opened from disk: `dist/offline/`, which bundles carry as `player/`. Browsers load no modules and
 * no fonts from files, so it is one classic script, and its fonts are in its style. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { words } from "./words.ts";

function page(): Plugin {
  return {
    name: "page",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "index.html", source: readFileSync(resolve(import.meta.dirname, "src/viewer.html"), "utf8") });
    },
  };
}

export default defineConfig({
  plugins: [words(), page()],
  root: import.meta.dirname,
  publicDir: false,
  define: { __BUILD__: JSON.stringify(process.env["DIEMCAU_BUILD"] ?? "dev") },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist/offline",
    emptyOutDir: true,
    target: ["chrome109", "firefox115"],
    assetsInlineLimit: 1 << 20,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    sourcemap: false,
    lib: { entry: resolve(import.meta.dirname, "src/entry/viewer.tsx"), formats: ["iife"], name: "diemcauViewer", fileName: () => "viewer.js", cssFileName: "viewer" },
  },
});
