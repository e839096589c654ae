import { defineConfig } from "vitest/config";

export default defineConfig({
  root: import.meta.dirname,
  // the catalogue test reads the refusals in the Python sources beside this folder
  server: { fs: { allow: [".."] } },
  define: { __BUILD__: JSON.stringify("test") },
  test: { environment: "node", include: ["tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/words.ts"] },
});
