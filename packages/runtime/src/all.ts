/** `TaskGroup.all`: every value, or the first failure once everything has ended. */
import { strict, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { TaskFn, TaskGroupOptions } from "./types.ts";

/** The values of a tuple or array of task functions. */
export type Values<F extends readonly TaskFn<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends TaskFn<infer T> ? Awaited<T> : never;
};

/** The values of a record of task functions. */
export type RecordValues<F extends Readonly<Record<string, TaskFn<unknown>>>> = {
  -readonly [K in keyof F]: F[K] extends TaskFn<infer T> ? Awaited<T> : never;
};

/**
 * Starts all functions in order, now, and resolves with their values in the same shape. After a failure the others are
 * aborted and awaited; then it rejects with the first.
 *
 * @example
 * const [user, orders] = await TaskGroup.all([({ signal }) => getUser(id, signal), ({ signal }) => getOrders(id, signal)]);
 * const { a, b } = await TaskGroup.all({ a: () => one(), b: () => two() }, { signal });
 */
export function all<const F extends readonly TaskFn<unknown>[]>(fns: F, options?: TaskGroupOptions): Promise<Values<F>>;
export function all<const F extends Readonly<Record<string, TaskFn<unknown>>>>(
  fns: F,
  options?: TaskGroupOptions,
): Promise<RecordValues<F>>;
export async function all(
  fns: readonly TaskFn<unknown>[] | Readonly<Record<string, TaskFn<unknown>>>,
  options?: TaskGroupOptions,
): Promise<unknown> {
  const scope = new Scope(strict(options));
  const keys = Array.isArray(fns) ? undefined : Object.keys(fns);
  const list: readonly TaskFn<unknown>[] = Object.values(fns);
  return within(scope, () => {
    const values: unknown[] = new Array(list.length);
    list.forEach((fn, index) =>
      scope.spawn(fn, undefined, (value) => {
        values[index] = value;
      }),
    );
    return values;
  }).then((values) => (keys === undefined ? values : Object.fromEntries(keys.map((key, index) => [key, values[index]]))));
}
