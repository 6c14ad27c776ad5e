/** Tests of the plugin; the packages bring their own. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Each worker loads a compiler and its libraries: about half a gigabyte. More of them than cores only wait.
    pool: "forks",
    maxWorkers: "50%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
