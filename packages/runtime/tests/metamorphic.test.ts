/** Rewritings of a program that must not change what comes out of it. */
/* eslint-disable @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { suppressedErrors, type Task, TaskGroup, type TaskContext, type TaskGroupOptions } from "../src/index.ts";
import { aborted, gate } from "./harness.ts";

interface Plan {
  readonly end: "value" | "throw" | "until-abort" | "swallow";
  readonly cleanupFails: boolean;
  /** Tasks end one at a time, in this order, so that no rewriting can reorder them. */
  readonly order: number;
}

const plans = fc.uniqueArray(
  fc.record<Plan>({
    end: fc.constantFrom("value", "value", "throw", "until-abort", "swallow"),
    cleanupFails: fc.nat(5).map((n) => n === 0),
    order: fc.nat(1_000),
  }),
  { minLength: 1, maxLength: 6, selector: ({ order }) => order },
);

type Form = (options: TaskGroupOptions, body: (tasks: TaskGroup) => Promise<string>) => Promise<string>;

const run: Form = (options, body) => TaskGroup.run(options, body);

const using: Form = async (options, body) => {
  await using tasks = new TaskGroup(options);
  return await tasks.join(body(tasks));
};

type Work = (task: TaskContext) => Promise<number>;

async function outcomeOf(list: readonly Plan[], form: Form, options: TaskGroupOptions, rewrite: (work: Work) => Work): Promise<unknown> {
  const gates = list.map(() => gate());
  const parent = new AbortController();
  const handles: Task<number>[] = [];
  const settled = form({ signal: parent.signal, ...options }, async (tasks) => {
    list.forEach(({ end, cleanupFails }, index) => {
      const work: Work = async ({ signal }) => {
        try {
          if (end === "until-abort") return await aborted(signal);
          await Promise.race([gates[index]?.promise, aborted(signal)]).catch((reason: unknown) => {
            if (end !== "swallow") throw reason;
          });
          if (end === "throw") throw new Error(`task ${index}`);
          return index;
        } finally {
          if (cleanupFails) throw new Error(`cleanup ${index}`);
        }
      };
      handles.push(tasks.spawn(rewrite(work)));
    });
    return "value";
  }).then(
    (value) => [value],
    (error: unknown) => [String(error), suppressedErrors(error).map(String)],
  );
  const steps = list.map((plan, index) => ({ plan, index })).sort((a, b) => a.plan.order - b.plan.order);
  for (const { index } of steps) {
    gates[index]?.open();
    await new Promise((resolve) => setImmediate(resolve));
  }
  parent.abort(new Error("the end"));
  return { outcome: await settled, states: handles.map(({ state }) => state) };
}

const same: (work: Work) => Work = (work) => work;

const settings = { numRuns: Math.ceil(Number(process.env["ASR_RUNS"] ?? 2_000) / 8) };

test("`run` and `await using` with join", { timeout: 24 * 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(plans, async (list) => {
    expect(await outcomeOf(list, using, {}, same)).toEqual(await outcomeOf(list, run, {}, same));
  }), settings);
});

test("a task, and the same task in a group of its own on its signal", { timeout: 24 * 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(plans, async (list) => {
    const wrapped = (work: Work): Work => ({ signal }) => TaskGroup.run({ signal }, (tasks) => tasks.spawn(work));
    expect(await outcomeOf(list, run, {}, wrapped)).toEqual(await outcomeOf(list, run, {}, same));
  }), settings);
});

test("no limit, and a limit of as many as there are tasks", { timeout: 24 * 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(plans, async (list) => {
    expect(await outcomeOf(list, run, { limit: list.length }, same)).toEqual(await outcomeOf(list, run, { limit: Infinity }, same));
  }), settings);
});
