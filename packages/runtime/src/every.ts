/** A clock for loops: never two turns at once, never a burst to catch up. */
import { type SignalOption, sleep } from "./sleep.ts";
import { duration } from "./timer.ts";

/**
 * Yields 0, 1, 2, … at multiples of `ms` milliseconds from the first pull. The next turn starts only when the loop body
 * is done; beats that passed meanwhile are skipped, and the number tells which beat it is.
 *
 * @throws the reason, when `signal` aborts; RangeError when `ms` is less than 1
 * @example
 * tasks.spawn(async ({ signal }) => {
 *   for await (const _ of every(30_000, { signal })) await sendHeartbeat({ signal });
 * }, { background: true });
 */
export async function* every(ms: number, options: SignalOption = {}): AsyncGenerator<number, never, void> {
  duration(ms, 1);
  const start = performance.now();
  const passed = (): number => performance.now() - start;
  for (let beat = 0; ; beat = Math.max(beat + 1, Math.ceil(passed() / ms))) {
    await sleep(Math.max(0, beat * ms - passed()), options);
    yield beat;
  }
}
