/** `TaskGroup.stream`: one task per item, results as they come. */
import { Bell } from "./bell.ts";
import { cancellation } from "./cancellation.ts";
import { feed } from "./feed.ts";
import { supervised, within } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { Awaitable, TaskContext, TaskGroupOptions } from "./types.ts";

/**
 * Like `map`, but yields results in completion order, with at most `limit` running and waiting to be taken. Leaving the
 * loop aborts and awaits the rest. Nothing starts before the first pull.
 *
 * @throws the first failure, or the abort reason, once everything has ended; results not yet taken are dropped
 * @example
 * for await (const page of TaskGroup.stream(urls, (url, _index, { signal }) => fetch(url, { signal }), { limit: 8 })) {
 *   if (await isEnough(page)) break;
 * }
 */
export async function* stream<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, task: TaskContext) => Awaitable<R>,
  options?: TaskGroupOptions,
): AsyncGenerator<Awaited<R>, void, void> {
  const scope = new Scope(supervised(options));
  const bell = new Bell();
  let ready: Awaited<R>[] = [];
  let taken = 0;
  const full = (): boolean => scope.foreground + ready.length - taken >= scope.limit;
  const ended = within(scope, () => feed(scope, items, fn, bell, full, (value) => ready.push(value)));
  ended.then(bell.ring, bell.ring);
  try {
    while (!scope.aborted && (taken < ready.length || !scope.over)) {
      if (taken < ready.length) {
        const value = ready[taken++] as Awaited<R>;
        if (taken === ready.length) {
          ready = [];
          taken = 0;
        }
        bell.ring();
        yield value;
      } else await bell.wait();
    }
  } finally {
    scope.abort(cancellation("scope-exit"), "own"); // Without effect when all has come to its end.
    bell.ring(); // With nothing running, no settlement would tell the feed that it is over.
    await ended;
    if (taken < ready.length && scope.abortedBy === "above") throw scope.reason; // Results that nobody will get are missing.
  }
}
