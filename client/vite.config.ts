import { resolve } from "node:path";
import { defineConfig } from "vite";

const pages = ["index", "join", "setup", "hub", "site", "replay", "stage"];

export default defineConfig({
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
