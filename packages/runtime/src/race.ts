/** `TaskGroup.race` and `TaskGroup.any`: the first result, after the losers have ended. */
import type { Values } from "./all.ts";
import { cancellation } from "./cancellation.ts";
import { outOfRange } from "./errors.ts";
import { tell } from "./observe.ts";
import { supervised, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { TaskFn, TaskGroupOptions } from "./types.ts";

/** Runs all until one fulfils; a failure before that ends the contest, unless others get their `chance`. */
async function contest(fns: readonly TaskFn<unknown>[], options: TaskGroupOptions | undefined, chance: boolean): Promise<unknown> {
  let winner: { readonly value: unknown } | undefined;
  const scope = new Scope(
    supervised(options, (error) => {
      if (winner) tell("suppressed", error, winner.value);
      else if (!chance || scope.aborted) throw error;
    }),
  );
  const won = (value: unknown): void => {
    if (winner) return;
    winner = { value };
    scope.abort(cancellation("race-lost"), "own");
    // Even when a parent's abort came first: the result is there, so the losers are not missed.
    if (!scope.bereft) scope.abortedBy = "own";
  };
  const tasks = await within(scope, () => fns.map((fn) => scope.spawn(fn, won)));
  // eslint-disable-next-line asr/no-leaky-combinator -- All of them have ended.
  return winner ? winner.value : Promise.any(tasks.map((task) => task.deliver()));
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
  if (fns.length === 0) throw outOfRange("length", 0);
  return (await contest(fns, options, false)) as Values<F>[number];
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
  return (await contest(fns, options, true)) as Values<F>[number];
}
