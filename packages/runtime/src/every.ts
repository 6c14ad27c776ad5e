/** A clock for loops: never two turns at once, never a burst to catch up. */
import { type SignalOption, sleep } from "./sleep.ts";
import { duration } from "./timer.ts";

/**
 * Yields 0, 1, 2, … at multiples of `ms` milliseconds from the first pull. The next turn starts only when the loop body
 * is done; beats that passed meanwhile are skipped, and the number tells which beat it is.
 *
 * @throws the reason, when `signal` aborts; RangeError when `ms` is not above 0
 * @example
 * tasks.spawn(async ({ signal }) => {
 *   for await (const _ of every(30_000, { signal })) await sendHeartbeat({ signal });
 * }, { background: true });
 */
export async function* every(ms: number, options: SignalOption = {}): AsyncGenerator<number, never, void> {
  if (duration(ms) === 0) throw new RangeError("expected milliseconds above 0");
  const start = performance.now();
  for (let beat = 0; ; beat = Math.max(beat + 1, Math.ceil((performance.now() - start) / ms))) {
    await sleep(Math.max(0, start + beat * ms - performance.now()), options);
    yield beat;
  }
}
