/** Feeds the items of a source to tasks as room allows; what `map` and `stream` share. */
import type { Bell } from "./bell.ts";
import type { Scope } from "./scope.ts";

/**
 * Pulls an item only when `full()` is false, and hands it to `take`. When the group is aborted it stops, and calls the
 * source's `return()` at once, even while a pull is pending: that is how event sources are woken.
 */
export async function feed<T>(
  scope: Scope,
  items: Iterable<T> | AsyncIterable<T>,
  bell: Bell,
  full: () => boolean,
  take: (item: T, index: number) => void,
): Promise<void> {
  scope.onSettled = bell.ring;
  const pushed = (items as Partial<AsyncIterable<T>>)[Symbol.asyncIterator]?.();
  const source = pushed ?? (items as Iterable<T>)[Symbol.iterator]();
  let returned: Promise<unknown> | undefined;
  const stop = (): Promise<unknown> => (returned ??= (async () => source.return?.())());
  const stopNow = (): void => void stop().catch(() => {}); // The loop below awaits it as well, and reports it.
  if (pushed !== undefined) scope.signal.addEventListener("abort", stopNow);
  try {
    for (let index = 0; ; index++) {
      while (full() && !scope.aborted) await bell.wait();
      if (scope.aborted) break;
      const pulled = source.next();
      const step = pushed === undefined ? (pulled as IteratorResult<T>) : await pulled;
      if (returned === undefined && step.done === true) return;
      if (scope.aborted) break;
      take(step.value as T, index);
    }
  } finally {
    if (pushed !== undefined) scope.signal.removeEventListener("abort", stopNow);
  }
  scope.bereft = true; // Items that nobody will process: their results are missing.
  await stop();
}
