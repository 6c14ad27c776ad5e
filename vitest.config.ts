/** Tests of the plugin; the packages bring their own. */
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that keep one worker busy for minutes: they start first, and the others fill the rest of the machine. */
const long = /[\\/](?:corpus|smoke)\.test\.ts$/u;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => long.test(moduleId)), ...sorted.filter(({ moduleId }) => !long.test(moduleId))];
  }
}

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Each worker loads a compiler and its libraries, about half a gigabyte: one per core, and no more than four.
    pool: "forks",
    maxWorkers: Math.min(4, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
