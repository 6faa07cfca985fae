import { defineConfig } from "vitest/config";

// Other programs, installed by the tests themselves: npm run test:interop. Not a part of npm test.
export default defineConfig({
  test: {
    include: ["test/interop/**/*.interop.ts"],
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
