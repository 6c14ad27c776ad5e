/** A time limit as a signal, for code that takes a signal but starts no tasks. */
import { onAbort } from "./on-abort.ts";
import { dispose } from "./symbols.ts";
import type { SignalOption } from "./sleep.ts";
import { expire } from "./timer.ts";

/**
 * A running time limit; disposing it stops the clock.
 *
 * @example
 * function read(path: string, limit: Deadline): Promise<string> {
 *   return readFile(path, { encoding: "utf8", signal: limit.signal });
 * }
 */
export interface Deadline extends Disposable {
  /** Aborts when time is up, or with the signal that was given. */
  readonly signal: AbortSignal;
}

/**
 * A signal that aborts after `ms` milliseconds with a TimeoutError, or with the given signal and its reason. Unlike
 * `AbortSignal.any([signal, AbortSignal.timeout(ms)])` it leaves neither timer nor listener behind once disposed.
 *
 * @throws RangeError when `ms` is negative or not a number
 * @example
 * using limit = deadline(5_000, { signal });
 * const response = await fetch(url, { signal: limit.signal });
 */
export function deadline(ms: number, { signal }: SignalOption = {}): Deadline {
  const controller = new AbortController();
  const stopTimer = expire(ms, "deadline", undefined, (reason) => controller.abort(reason));
  const listener = onAbort(signal, (reason) => {
    stopTimer();
    controller.abort(reason);
  });
  return {
    signal: controller.signal,
    [dispose]() {
      stopTimer();
      listener[dispose]();
    },
  };
}
