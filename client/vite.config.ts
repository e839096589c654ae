import { resolve } from "node:path";
import { defineConfig } from "vite";
import { words } from "./words.ts";

const pages = ["index", "join", "setup", "people", "library", "hub", "site", "replay", "stage", "verify", "sign"];

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
