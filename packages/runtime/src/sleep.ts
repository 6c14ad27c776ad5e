/** A pause that a signal can end. */
import { onAbort } from "./on-abort.ts";
import { dispose } from "./symbols.ts";
import { after } from "./timer.ts";

/**
 * The signal that may end a wait.
 *
 * @example
 * async function poll({ signal }: SignalOption = {}): Promise<void> {
 *   while (!(await isReady())) await sleep(100, { signal });
 * }
 */
export interface SignalOption {
  /** Pass the one of the task. */
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * Resolves after `ms` milliseconds; leaves neither timer nor listener behind.
 *
 * @throws the reason, as soon as `signal` aborts; RangeError when `ms` is negative or not a number
 * @example
 * await sleep(250, { signal });
 */
export function sleep(ms: number, { signal }: SignalOption = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopTimer = after(ms, () => {
      listener[dispose]();
      resolve();
    });
    const listener = onAbort(signal, (reason) => {
      stopTimer();
      reject(reason);
    });
  });
}
