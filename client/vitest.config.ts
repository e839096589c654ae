import { defineConfig } from "vitest/config";

export default defineConfig({
  root: import.meta.dirname,
  define: { __BUILD__: JSON.stringify("test") },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
