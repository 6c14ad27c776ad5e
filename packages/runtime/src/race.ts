/** `TaskGroup.race` and `TaskGroup.any`: the first result, after the losers have ended. */
import type { Values } from "./all.ts";
import { cancellation } from "./cancellation.ts";
import { orphaned, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { TaskNode } from "./task.ts";
import type { TaskFn, TaskGroupOptions } from "./types.ts";

/** Runs all until one fulfils; `fatal` says whether a failure before that fails the contest. */
async function contest(fns: readonly TaskFn<unknown>[], options: TaskGroupOptions | undefined, fatal: (scope: Scope) => boolean): Promise<unknown> {
  let winner: { readonly value: unknown } | undefined;
  const scope = new Scope({
    ...options,
    onTaskError(error, task) {
      options?.onTaskError?.(error, task);
      if (winner) orphaned(error, winner.value);
      else if (fatal(scope)) throw error;
    },
  });
  const won = (value: unknown): void => {
    if (winner) return;
    winner = { value };
    // Even when a parent's abort came first: the result is there, so the losers are not missed.
    if (!scope.bereft) scope.cancelled = true;
    scope.abort(cancellation("race-lost"));
  };
  const tasks: TaskNode[] = [];
  await within(scope, () => {
    for (const fn of fns) tasks.push(scope.spawn(fn, undefined, won));
  });
  return winner ? winner.value : Promise.any(tasks.map((task) => task.promise));
}

/**
 * The first task to settle decides; the others are aborted and awaited before the result comes out.
 *
 * @throws RangeError for an empty list, which could never settle
 * @example
 * const body = await TaskGroup.race([({ signal }) => get(mirrorA, signal), ({ signal }) => get(mirrorB, signal)]);
 */
export async function race<const F extends readonly TaskFn<unknown>[]>(
  fns: F,
  options?: TaskGroupOptions,
): Promise<Values<F>[number]> {
  if (fns.length === 0) throw new RangeError("a race of nothing never ends");
  return (await contest(fns, options, () => true)) as Values<F>[number];
}

/**
 * The first task to fulfil decides; the others are aborted and awaited before the result comes out.
 *
 * @throws AggregateError with all errors in input order when every task failed
 * @example
 * const answer = await TaskGroup.any(resolvers.map((ask) => ({ signal }) => ask(name, signal)));
 */
export async function any<const F extends readonly TaskFn<unknown>[]>(
  fns: F,
  options?: TaskGroupOptions,
): Promise<Values<F>[number]> {
  return (await contest(fns, options, (scope) => scope.aborted)) as Values<F>[number];
}
