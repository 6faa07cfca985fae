import { defineConfig } from "vitest/config";

// Tests import the built files through "#rote/…" (package.json, "imports"), which Node loads
// natively: what is tested is what ships, and workers find their own files.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    server: { deps: { external: [/\/dist\//] } },
    reporters: ["default", "./test/closing-line.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
