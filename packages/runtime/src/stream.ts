/** `TaskGroup.stream`: one task per item, results as they come. */
import { Bell } from "./bell.ts";
import { cancellation } from "./cancellation.ts";
import { feed } from "./feed.ts";
import { bodyFailed, strict, verdict } from "./outcome.ts";
import { Scope } from "./scope.ts";
import type { Awaitable, TaskContext, TaskGroupOptions } from "./types.ts";

/**
 * Like `map`, but yields results in completion order, with at most `limit` running and waiting to be taken. Leaving the
 * loop aborts and awaits the rest. Nothing starts before the first pull.
 *
 * @throws the first failure, once everything has ended; results not yet taken are dropped
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
  const scope = new Scope(strict(options));
  const limit = options?.limit ?? Infinity;
  const bell = new Bell();
  let ready: Awaited<R>[] = [];
  let taken = 0;
  let exhausted = false as boolean;
  const full = (): boolean => scope.foreground + ready.length - taken >= limit;
  const fed = feed(scope, items, bell, full, (item, index) => {
    scope.spawn<Awaitable<R>>((task) => fn(item, index, task), undefined, (value) => ready.push(value));
  })
    .catch((error: unknown) => bodyFailed(scope, error))
    .then(() => {
      exhausted = true;
      bell.ring();
    });
  let complete = false;
  try {
    while (!scope.aborted && (taken < ready.length || scope.foreground > 0 || !exhausted)) {
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
    complete = true;
  } finally {
    if (!complete) scope.cancel(cancellation("scope-exit"));
    bell.ring(); // With nothing running, no settlement would tell the feed that it is over.
    await fed;
    await scope.drain();
    verdict(scope, undefined);
  }
}
