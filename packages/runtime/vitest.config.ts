/** Tests of the runtime. Forks, because some of them look at the timers, listeners and heap of their process. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    pool: "forks",
    execArgv: ["--expose-gc"],
    setupFiles: ["tests/no-warnings.ts"],
    testTimeout: 20_000,
  },
});
