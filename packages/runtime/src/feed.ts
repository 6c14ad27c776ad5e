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
  const stopNow = (): void => {
    // @detached The loop below awaits the same promise, and reports its error.
    stop().catch(() => {});
  };
  if (pushed !== undefined) scope.signal.addEventListener("abort", stopNow);
  const over = (): boolean => scope.aborted;
  try {
    for (let index = 0; ; index++) {
      while (full() && !over()) await bell.wait();
      if (over()) break;
      const pulled = source.next();
      const step = pushed === undefined ? (pulled as IteratorResult<T>) : await pulled;
      if (returned === undefined && step.done === true) return;
      if (over()) break;
      take(step.value as T, index);
    }
  } finally {
    if (pushed !== undefined) scope.signal.removeEventListener("abort", stopNow);
  }
  scope.bereft = true; // Items that nobody will process: their results are missing.
  await stop();
}
