/** Random programs: trees of groups whose tasks run scripts. Plain data, so that a failing one can be printed and shrunk. */
import fc from "fast-check";

export type Step =
  | { readonly do: "yield"; readonly ticks: number }
  | { readonly do: "wait"; readonly time: number; readonly deaf: boolean }
  | { readonly do: "spawn"; readonly task: TaskPlan; readonly background: boolean }
  | { readonly do: "nest"; readonly group: GroupPlan; readonly caught: boolean }
  | { readonly do: "until-abort" }
  | { readonly do: "cancel-group" }
  | { readonly do: "cancel-task"; readonly pick: number }
  | { readonly do: "read-signal" }
  | { readonly do: "await-task"; readonly pick: number; readonly caught: boolean };

export interface TaskPlan {
  readonly steps: readonly Step[];
  readonly end: "return" | "throw" | "throw-abort-error" | "throw-undefined" | "swallow" | "wrap" | "throw-at-once";
  readonly cleanup: number;
  readonly cleanupFails: boolean;
}

export interface GroupPlan {
  readonly form: "run" | "using";
  readonly limit: number | undefined;
  readonly handler: "none" | "swallow" | "escalate";
  readonly steps: readonly Step[];
  readonly end: "return" | "throw" | "wrap" | "join" | "cancel" | "until-abort";
}

export interface Program {
  readonly root: GroupPlan;
  /** Virtual time of an abort from outside; undefined: only when everything that is left waits for one. */
  readonly abortAt: number | undefined;
}

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.WeightedArbitrary<T> => ({ weight, arbitrary });

function step(depth: number, inBody: boolean): fc.Arbitrary<Step> {
  const options: fc.WeightedArbitrary<Step>[] = [
    often(3, fc.record({ do: fc.constant("yield" as const), ticks: fc.integer({ min: 1, max: 3 }) })),
    often(4, fc.record({ do: fc.constant("wait" as const), time: fc.integer({ min: 1, max: 9 }), deaf: fc.boolean() })),
    often(1, fc.constant({ do: "until-abort" as const })),
    often(1, fc.constant({ do: "cancel-group" as const })),
    often(1, fc.record({ do: fc.constant("cancel-task" as const), pick: fc.nat(9) })),
    often(1, fc.constant({ do: "read-signal" as const })),
  ];
  if (depth > 0) {
    options.push(often(inBody ? 8 : 3, fc.record({ do: fc.constant("spawn" as const), task: task(depth - 1), background: fc.nat(5).map((n) => n === 0) })));
    options.push(often(2, fc.record({ do: fc.constant("nest" as const), group: group(depth - 1), caught: fc.boolean() })));
  }
  // A task that awaits a task of its own group can wait for itself, which is a documented deadlock.
  if (inBody) options.push(often(1, fc.record({ do: fc.constant("await-task" as const), pick: fc.nat(9), caught: fc.boolean() })));
  return fc.oneof(...options);
}

function task(depth: number): fc.Arbitrary<TaskPlan> {
  return fc.record({
    steps: fc.array(step(depth, false), { maxLength: 4 }),
    end: fc.oneof(
      often(8, fc.constant("return" as const)),
      often(3, fc.constant("throw" as const)),
      often(1, fc.constantFrom("throw-abort-error" as const, "throw-undefined" as const, "throw-at-once" as const)),
      often(2, fc.constantFrom("swallow" as const, "wrap" as const)),
    ),
    cleanup: fc.integer({ min: 0, max: 3 }),
    cleanupFails: fc.nat(9).map((n) => n === 0),
  });
}

function group(depth: number): fc.Arbitrary<GroupPlan> {
  return fc.record({
    form: fc.constantFrom("run" as const, "using" as const),
    limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    handler: fc.oneof(often(8, fc.constant("none" as const)), often(1, fc.constant("swallow" as const)), often(1, fc.constant("escalate" as const))),
    steps: fc.array(step(depth, true), { maxLength: 6 }),
    end: fc.oneof(often(5, fc.constant("return" as const)), often(3, fc.constantFrom("throw" as const, "wrap" as const, "join" as const, "cancel" as const, "until-abort" as const))),
  });
}

/** A random program, three levels deep. */
export const program: fc.Arbitrary<Program> = fc.record({
  root: group(3),
  abortAt: fc.oneof(often(7, fc.constant(undefined)), often(3, fc.integer({ min: 0, max: 20 }))),
});
