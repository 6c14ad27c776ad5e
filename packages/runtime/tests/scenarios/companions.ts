/** The companions: sleep, every, onAbort, deadline. */
/* eslint-disable @typescript-eslint/no-confusing-void-expression, @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/restrict-template-expressions --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { deadline, every, onAbort, sleep, TaskGroup } from "../../src/index.ts";
import { countListeners, is, isA, ok, reasonOf, scenario, thrownBy } from "../harness.ts";

scenario("sleep 1", "sleep waits, and leaves no listener behind", async () => {
  const { signal } = new AbortController();
  const listeners = countListeners(signal);
  const start = performance.now();
  const pause = sleep(12, { signal });
  is(listeners.now, 1);
  is(await pause, undefined);
  ok(performance.now() - start > 9, "about 12 ms");
  is(listeners.now, 0);
});

scenario("sleep 2", "sleep rejects with the reason as soon as the signal aborts, and at once if it has", async () => {
  const controller = new AbortController();
  const pause = sleep(60_000, { signal: controller.signal });
  controller.abort("enough");
  is(await reasonOf(pause), "enough");
  is(await reasonOf(sleep(60_000, { signal: controller.signal })), "enough");
});

scenario("sleep 3", "sleep rejects nonsense with a RangeError; no signal and null are fine", async () => {
  isA(await reasonOf(sleep(-1)), RangeError);
  isA(await reasonOf(sleep(NaN)), RangeError);
  is(await sleep(0, { signal: null }), undefined);
});

scenario("every 1", "every starts at once and counts", async () => {
  const seen: number[] = [];
  const start = performance.now();
  for await (const beat of every(5)) if (seen.push(beat) === 3) break;
  const [first, second = 0, third = 0] = seen;
  is([first, second > 0, third > second], [0, true, true], `beats ${seen} of a machine that may be busy`);
  ok(performance.now() - start > 5 * third - 2, "each beat at its multiple of 5 ms");
});

scenario("every 2", "a slow body never overlaps itself; missed beats are skipped, not caught up", async () => {
  const seen: number[] = [];
  let running = 0;
  for await (const beat of every(10)) {
    is(++running, 1);
    seen.push(beat);
    if (beat === 0) await sleep(25);
    running--;
    if (seen.length === 3) break;
  }
  is(seen[0], 0);
  ok((seen[1] ?? 0) >= 3, `the beats during the slow turn were skipped: ${seen}`);
  ok((seen[2] ?? 0) > (seen[1] ?? 0), "beats go on");
});

scenario("every 3", "an abort ends the loop with the reason; in a group that is a cancellation", async () => {
  const controller = new AbortController();
  const loop = (async () => { for await (const _ of every(60_000, { signal: controller.signal })) void _; })();
  controller.abort("enough");
  is(await reasonOf(loop), "enough");
  is(await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { for await (const _ of every(1, { signal })) void _; }, { background: true });
    return "value";
  }), "value");
});

scenario("every 4", "zero, negative and NaN are RangeErrors", async () => {
  for (const ms of [0, -1, NaN]) isA(await reasonOf(every(ms).next()), RangeError);
});

scenario("onAbort 1", "calls with the reason, once; at once when already aborted", () => {
  const controller = new AbortController();
  const seen: unknown[] = [];
  onAbort(controller.signal, (reason) => seen.push(reason));
  controller.abort("now");
  onAbort(controller.signal, (reason) => seen.push(`late: ${reason}`));
  is(seen, ["now", "late: now"]);
});

scenario("onAbort 2", "disposing removes the listener; without a signal nothing happens", () => {
  const controller = new AbortController();
  const listeners = countListeners(controller.signal);
  let called = false;
  {
    using stop = onAbort(controller.signal, () => { called = true; });
    void stop;
    is(listeners.now, 1);
  }
  is(listeners.now, 0);
  controller.abort();
  is(called, false);
  onAbort(undefined, () => {})[Symbol.dispose]();
  onAbort(null, () => {})[Symbol.dispose]();
});

scenario("deadline 1", "aborts with a TimeoutError in time", async () => {
  using limit = deadline(5);
  is(limit.signal.aborted, false);
  await sleep(12);
  isA(limit.signal.reason, DOMException, /timed out after 5 ms/);
  is(limit.signal.reason.name, "TimeoutError");
});

scenario("deadline 2", "follows the given signal; disposing stops the clock and removes the listener", async () => {
  const controller = new AbortController();
  const listeners = countListeners(controller.signal);
  const disposed = deadline(3, { signal: controller.signal });
  disposed[Symbol.dispose]();
  is(listeners.now, 0);
  await sleep(8);
  using followed = deadline(60_000, { signal: controller.signal });
  controller.abort("parent");
  is([followed.signal.reason, disposed.signal.aborted], ["parent", false]);
  using late = deadline(60_000, { signal: controller.signal });
  is(late.signal.reason, "parent");
  isA(thrownBy(() => deadline(-1)), RangeError);
});
