/** Feeds the items of a source to tasks as room allows; what `map` and `stream` share. */
import type { Bell } from "./bell.ts";
import { onAbort } from "./on-abort.ts";
import type { Scope } from "./scope.ts";
import { dispose } from "./symbols.ts";
import type { Awaitable, TaskContext } from "./types.ts";

/**
 * Pulls an item only when `full()` is false, gives it to `fn` in a task of its own, and what comes out to `take`. When the
 * group is aborted it stops, and calls the source's `return()` at once, even while a pull is pending: that is how event
 * sources are woken.
 */
export async function feed<T, R>(
  scope: Scope,
  items: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number, task: TaskContext) => Awaitable<R>,
  bell: Bell,
  full: () => boolean,
  take: (value: Awaited<R>, index: number) => void,
): Promise<void> {
  scope.onSettled = bell.ring;
  const pushed = (items as Partial<AsyncIterable<T>>)[Symbol.asyncIterator]?.();
  const source = pushed ?? (items as Iterable<T>)[Symbol.iterator]();
  let returned: Promise<unknown> | undefined;
  const stop = (): Promise<unknown> => (returned ??= (async () => source.return?.())());
  // @detached The end of this function awaits the same promise, and reports its error.
  const listening = onAbort(pushed && scope.signal, () => void stop().catch(() => {}));
  const over = (): boolean => scope.aborted;
  try {
    for (let index = 0; ; index++) {
      while (full() && !over()) await bell.wait();
      if (over()) break;
      const pulled = source.next();
      const step = (pushed ? await pulled : pulled) as IteratorResult<T>;
      if (!returned && step.done) return;
      if (over()) break;
      scope.spawn<Awaitable<R>>((task) => fn(step.value as T, index, task), (result) => take(result, index));
    }
  } finally {
    listening[dispose]();
  }
  if (scope.abortedBy === "above") scope.bereft = true; // Items that nobody will process: their results are missing.
  await stop();
}
