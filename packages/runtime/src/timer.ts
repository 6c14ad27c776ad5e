/** Timeouts of any length: the platform's timers overflow beyond 2^31-1 ms and then fire at once. */
import { named, outOfRange } from "./errors.ts";

/** Eleven days. */
const LONGEST = 1e9;

/** Returns `ms`, or throws RangeError when it is less than `least` or not a number. `Infinity` means never. */
export function duration(ms: number, least = 0): number {
  if (ms >= least) return ms;
  throw outOfRange("milliseconds", ms);
}

/**
 * Calls `fire` once after `ms` milliseconds and returns how to prevent that. `setTimeout` is looked up at each call,
 * so that fake timers installed later are obeyed.
 *
 * @throws RangeError when `ms` is negative or not a number
 */
export function after(ms: number, fire: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (left: number): void => {
    timer = setTimeout(left > LONGEST ? () => arm(left - LONGEST) : fire, Math.min(left, LONGEST));
  };
  if (duration(ms) < Infinity) arm(ms);
  return () => clearTimeout(timer);
}

/** As `after`, for an abort: the reason is the same kind of error that `AbortSignal.timeout` gives. */
export function expire(ms: number, what: string, name: string | undefined, abort: (reason: unknown) => void): () => void {
  return after(ms, () => abort(new DOMException(`${named(what, name)} timed out after ${ms} ms`, "TimeoutError")));
}
