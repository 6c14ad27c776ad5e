/** `TaskGroup.allSettled`: how every task ended; no failure stops the others. */
import type { Values } from "./all.ts";
import { Handle } from "./handle.ts";
import { supervised, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { Outcome, TaskFn, TaskGroupOptions } from "./types.ts";

/**
 * The outcomes of a tuple or array of task functions.
 *
 * @example
 * type Pair = Outcomes<[() => number, () => Promise<string>]>; // [Outcome<number>, Outcome<string>]
 */
export type Outcomes<F extends readonly TaskFn<unknown>[]> = {
  -readonly [K in keyof Values<F>]: Outcome<Values<F>[K]>;
};

/**
 * Starts all functions and resolves with their outcomes in order. Rejects only when the group as a whole is aborted, or
 * `onTaskError` throws.
 *
 * @example
 * for (const outcome of await TaskGroup.allSettled(jobs)) if (outcome.status === "failed") report(outcome.reason);
 */
export async function allSettled<const F extends readonly TaskFn<unknown>[]>(
  fns: F,
  options?: TaskGroupOptions,
): Promise<Outcomes<F>> {
  const scope = new Scope(supervised(options, () => {}));
  const tasks = await within(scope, () => fns.map((fn) => scope.spawn(fn)));
  return (await Promise.all(tasks.map((task) => new Handle(task).settled()))) as Outcomes<F>;
}
