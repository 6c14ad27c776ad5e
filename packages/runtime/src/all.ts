/** `TaskGroup.all`: every value, or the first failure once everything has ended. */
import { supervised, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { TaskFn, TaskGroupOptions } from "./types.ts";

/**
 * The values of a tuple or array of task functions.
 *
 * @example
 * type Pair = Values<[() => number, () => Promise<string>]>; // [number, string]
 */
export type Values<F extends readonly TaskFn<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends TaskFn<infer T> ? Awaited<T> : never;
};

/**
 * The values of a record of task functions.
 *
 * @example
 * type Page = RecordValues<{ user: () => Promise<User>; count: () => number }>; // { user: User; count: number }
 */
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
export async function all(fns: object, options?: TaskGroupOptions): Promise<unknown> {
  const scope = new Scope(supervised(options));
  return within(scope, () => {
    // A copy of the functions has the shape of the result, in the right order.
    const isList = Array.isArray(fns);
    const values = (isList ? [...(fns as unknown[])] : { ...fns }) as Record<string | number, unknown>;
    for (const key of isList ? fns.keys() : Object.keys(fns)) {
      scope.spawn(values[key] as TaskFn<unknown>, (value) => {
        values[key] = value;
      });
    }
    return values;
  });
}
