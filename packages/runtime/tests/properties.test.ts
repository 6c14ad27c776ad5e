/** The invariants of the specification over random programs; `ASR_RUNS` sets how many, `ASR_SEED` repeats a run. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { program } from "./properties/plan.ts";
import { World } from "./properties/world.ts";

const { ASR_RUNS: runs = "2000", ASR_SEED: seed } = process.env;
const settings = { numRuns: Number(runs), ...(seed !== undefined && { seed: Number(seed) }) };

describe("invariants", () => {
  test(`random programs agree with the model (${runs} schedules)`, { timeout: 24 * 3_600_000 }, async () => {
    await fc.assert(fc.asyncProperty(program, (plan) => new World().run(plan)), settings);
  });

  test("the same program has the same trace", { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(program, async (plan) => {
        const traces = [];
        for (const world of [new World(), new World()]) {
          await world.run(plan);
          traces.push(world.trace);
        }
        expect(traces[0]).toEqual(traces[1]);
      }),
      { ...settings, numRuns: Math.ceil(Number(runs) / 10) },
    );
  });
});
