/** `TaskGroup.map`: one task per item, results in input order. */
import { Bell } from "./bell.ts";
import { feed } from "./feed.ts";
import { supervised, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { Awaitable, TaskContext, TaskGroupOptions } from "./types.ts";

/**
 * Calls `fn` for each item in a task of its own, at most `limit` at once, and resolves with the results in input order.
 * An item is pulled only when a task can start; after a failure the source's `return()` is called.
 *
 * @example
 * const pages = await TaskGroup.map(urls, (url, _index, { signal }) => fetch(url, { signal }), { limit: 8 });
 */
export async function map<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, task: TaskContext) => Awaitable<R>,
  options?: TaskGroupOptions,
): Promise<Awaited<R>[]> {
  const scope = new Scope(supervised(options));
  const results: Awaited<R>[] = [];
  return within(scope, async () => {
    const full = (): boolean => scope.foreground >= scope.limit;
    await feed(scope, items, fn, new Bell(), full, (value, index) => {
      results[index] = value;
    });
    return results;
  });
}
