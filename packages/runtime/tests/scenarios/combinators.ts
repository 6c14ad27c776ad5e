/** Section O: all, allSettled, race, any, map, stream. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/require-await, @typescript-eslint/unbound-method --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { Cancellation, suppressedErrors, TaskGroup } from "../../src/index.ts";
import { aborted, gate, is, isA, ok, reasonOf, scenario, sleep, ticks } from "../harness.ts";

const failing = (error: unknown, ms = 2) => async (): Promise<never> => { await sleep(ms); throw error; };

/** An async source that says how often it was pulled and whether it was returned. */
function source<T>(items: readonly T[]) {
  const log = { pulled: 0, returned: 0 };
  const iterable: AsyncIterable<T> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const index = log.pulled++;
        await undefined;
        return index < items.length ? { done: false, value: items[index] as T } : { done: true, value: undefined };
      },
      async return() {
        log.returned++;
        return { done: true, value: undefined };
      },
    }),
  };
  return { iterable, log };
}

scenario(130, "all: a tuple in input order, callbacks entered in order and at once", async () => {
  const entered: string[] = [];
  const promise = TaskGroup.all([
    async () => { entered.push("a"); await sleep(4); return 1; },
    async () => { entered.push("b"); return "two"; },
    () => { entered.push("c"); return true; },
  ]);
  is(entered, ["a", "b", "c"]);
  is(await promise, [1, "two", true]);
});

scenario(131, "all of a record: the same keys", async () => {
  is(await TaskGroup.all({ a: async () => { await sleep(1); return 1; }, b: () => "two" }), { a: 1, b: "two" });
});

scenario(132, "all of nothing", async () => {
  is([await TaskGroup.all([]), await TaskGroup.all({})], [[], {}]);
});

scenario(133, "all: one rejects, the others are aborted and awaited, then it rejects with that error", async () => {
  const error = new Error("x");
  let cleaned = false;
  is(await reasonOf(TaskGroup.all([
    async ({ signal }) => { try { await aborted(signal); } finally { await sleep(4); cleaned = true; } },
    failing(error),
  ])), error);
  is(cleaned, true);
});

scenario("133a", "all with a non-function rejects with a TypeError after what it started has ended", async () => {
  let ended = false;
  // @ts-expect-error a promise is not a task function
  isA(await reasonOf(TaskGroup.all([async ({ signal }) => { try { await aborted(signal); } finally { await sleep(2); ended = true; } }, Promise.resolve()])), TypeError);
  is(ended, true);
});

scenario("133b", "all with onTaskError tells the handler and rejects all the same: the result cannot be complete", async () => {
  const error = new Error("x");
  const told: unknown[] = [];
  is(await reasonOf(TaskGroup.all([failing(error), () => 1], { onTaskError: (e) => told.push(e) })), error);
  is(told, [error]);
});

scenario("133c", "all passes group options on: parent signal and limit", async () => {
  const parent = new AbortController();
  const started: number[] = [];
  const run = TaskGroup.all([0, 1].map((n) => ({ signal }) => { started.push(n); return aborted(signal); }), { signal: parent.signal, limit: 1 });
  parent.abort("stop");
  is([await reasonOf(run), started], ["stop", [0]]);
});

scenario(134, "race: the fast value, after the slow loser's cleanup", async () => {
  let cleaned = false;
  let reason: unknown;
  is(await TaskGroup.race([
    async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; await sleep(8); cleaned = true; } },
    async () => { await sleep(1); return "fast"; },
  ]), "fast");
  isA(reason, Cancellation);
  is([reason.kind, cleaned], ["race-lost", true]);
});

scenario(135, "race: the first to settle rejects: its error, after the losers ended", async () => {
  const error = new Error("x");
  let cleaned = false;
  is(await reasonOf(TaskGroup.race([
    failing(error, 1),
    async ({ signal }) => { try { await aborted(signal); } finally { await sleep(4); cleaned = true; } },
  ])), error);
  is(cleaned, true);
});

scenario("135a", "race: a stray AbortError that settles first is the error, not a cancellation", async () => {
  const stray = new DOMException("stray", "AbortError");
  is(await reasonOf(TaskGroup.race([failing(stray, 1), ({ signal }) => aborted(signal)])), stray);
});

scenario("135b", "race: a loser that fails in the same turn as the winner's value does not replace it", async () => {
  const late = new Error("late");
  const orphans: unknown[] = [];
  using observed = TaskGroup.observe({ suppressed: (error, by) => orphans.push(error, by) });
  void observed;
  is(await TaskGroup.race([async () => "won", async () => { throw late; }]), "won");
  is(orphans, [late, "won"]);
});

scenario("135c", "race: a loser's failed cleanup is attached to a rejecting winner", async () => {
  const [first, cleanup] = [new Error("first"), new Error("cleanup")];
  is(await reasonOf(TaskGroup.race([failing(first, 1), async ({ signal }) => { await aborted(signal).catch(() => { throw cleanup; }); }])), first);
  is(suppressedErrors(first), [cleanup]);
});

scenario("135d", "race: a second value does not displace the first", async () => {
  is(await TaskGroup.race([async () => { await sleep(1); return "first"; }, async () => { await sleep(4); return "second"; }]), "first");
});

scenario(136, "race of nothing is a RangeError, not a promise that never settles", async () => {
  isA(await reasonOf(TaskGroup.race([])), RangeError);
});

scenario(137, "race: the parent aborts first: its reason", async () => {
  const parent = new AbortController();
  const run = TaskGroup.race([({ signal }) => aborted(signal), ({ signal }) => aborted(signal)], { signal: parent.signal });
  parent.abort("stop");
  is(await reasonOf(run), "stop");
});

scenario("137a", "race: parent aborts, a deaf task fulfils before anybody is cancelled: its value", async () => {
  const parent = new AbortController();
  const run = TaskGroup.race([
    async () => { await sleep(2); return "deaf"; },
    async ({ signal }) => { try { await aborted(signal); } finally { await sleep(8); } },
  ], { signal: parent.signal });
  parent.abort("stop");
  is(await run, "deaf");
});

scenario("137b", "race: parent aborts, a task is cancelled before a deaf one fulfils: the reason", async () => {
  const parent = new AbortController();
  const run = TaskGroup.race([async () => { await sleep(6); return "deaf"; }, ({ signal }) => aborted(signal)], { signal: parent.signal });
  parent.abort("stop");
  is(await reasonOf(run), "stop");
});

scenario("137c", "race and any with a limit: losers that never started do not cost the winner its value", async () => {
  const ran: string[] = [];
  const fns = ["a", "b", "c"].map((name) => async () => { ran.push(name); await ticks(2); return name; });
  is([await TaskGroup.race(fns, { limit: 1 }), await TaskGroup.any(fns, { limit: 1 })], ["a", "a"]);
  is(ran, ["a", "a"]);
});

scenario(138, "any: first fails, second fulfils, third still runs: second's value, third aborted and awaited", async () => {
  let cleaned = false;
  is(await TaskGroup.any([
    failing(new Error("first"), 1),
    async () => { await sleep(4); return "second"; },
    async ({ signal }) => { try { await aborted(signal); } finally { await sleep(4); cleaned = true; } },
  ]), "second");
  is(cleaned, true);
});

scenario(139, "any: all fail: AggregateError in input order", async () => {
  const errors = [new Error("slow"), new Error("fast")];
  const thrown = await reasonOf(TaskGroup.any([failing(errors[0], 6), failing(errors[1], 1)]));
  isA(thrown, AggregateError);
  is(thrown.errors, errors);
  isA(await reasonOf(TaskGroup.any([])), AggregateError);
});

scenario("139a", "any: the parent aborts: its reason; a real error after that wins over it", async () => {
  const parent = new AbortController();
  const run = TaskGroup.any([failing(new Error("before"), 1), ({ signal }) => aborted(signal)], { signal: parent.signal });
  await sleep(4);
  parent.abort("stop");
  is(await reasonOf(run), "stop");
  const second = new AbortController();
  const cleanup = new Error("cleanup");
  const other = TaskGroup.any([async ({ signal }) => { await aborted(signal).catch(() => { throw cleanup; }); }], { signal: second.signal });
  second.abort("stop");
  is(await reasonOf(other), cleanup);
});

scenario("139b", "any: a loser's failed cleanup goes to the observer, the value stands", async () => {
  const cleanup = new Error("cleanup");
  const orphans: unknown[] = [];
  using observed = TaskGroup.observe({ suppressed: (error, by) => orphans.push(error, by) });
  void observed;
  is(await TaskGroup.any([async () => { await sleep(1); return "won"; }, async ({ signal }) => { await aborted(signal).catch(() => { throw cleanup; }); }]), "won");
  is(orphans, [cleanup, "won"]);
});

scenario("139c", "race and any tell a given onTaskError of each failure; throwing there escalates", async () => {
  const [error, escalated] = [new Error("x"), new Error("escalated")];
  const told: unknown[] = [];
  is(await TaskGroup.any([failing(error, 1), async () => { await sleep(4); return 1; }], { onTaskError: (e) => told.push(e) }), 1);
  is(told, [error]);
  is(await reasonOf(TaskGroup.any([failing(error, 1), ({ signal }) => aborted(signal)], { onTaskError: () => { throw escalated; } })), escalated);
});

scenario(140, "allSettled with one failure: three outcomes, nobody aborted", async () => {
  const error = new Error("x");
  let seen: boolean | undefined;
  is(await TaskGroup.allSettled([
    failing(error, 1),
    async ({ signal }) => { await sleep(5); seen = signal.aborted; return 2; },
    () => 3,
  ]), [{ status: "failed", reason: error }, { status: "fulfilled", value: 2 }, { status: "fulfilled", value: 3 }]);
  is(seen, false);
});

scenario("140a", "allSettled: the parent aborts: rejects with the reason", async () => {
  const parent = new AbortController();
  const run = TaskGroup.allSettled([({ signal }) => aborted(signal)], { signal: parent.signal });
  parent.abort("stop");
  is(await reasonOf(run), "stop");
});

scenario("140b", "allSettled tells a given onTaskError; throwing there escalates", async () => {
  const error = new Error("x");
  const told: unknown[] = [];
  is((await TaskGroup.allSettled([failing(error)], { onTaskError: (e) => told.push(e) }))[0].status, "failed");
  is(told, [error]);
  is(await reasonOf(TaskGroup.allSettled([failing(error)], { onTaskError: (e) => { throw e; } })), error);
});

scenario(141, "map: results in input order, at most two at once", async () => {
  let running = 0;
  let most = 0;
  is(await TaskGroup.map([6, 1, 3, 2], async (ms, index) => { most = Math.max(most, ++running); await sleep(ms); running--; return `${index}:${ms}`; }, { limit: 2 }), ["0:6", "1:1", "2:3", "3:2"]);
  is(most, 2);
});

scenario("141a", "map over nothing, without a limit, over a generator, with undefined results", async () => {
  is(await TaskGroup.map([], () => 1), []);
  is(await TaskGroup.map(new Set([1, 2, 3]), (n) => n * 2), [2, 4, 6]);
  is(await TaskGroup.map((function* () { yield 1; yield 2; })(), () => undefined), [undefined, undefined]);
});

scenario(142, "map over an async source pulls only as slots free up", async () => {
  const { iterable, log } = source([1, 2, 3, 4]);
  const gates = [gate(), gate(), gate(), gate()];
  const run = TaskGroup.map(iterable, async (n) => { await gates[n - 1]?.promise; return n; }, { limit: 2 });
  await sleep(2);
  is(log.pulled, 2);
  gates[1]?.open();
  await sleep(2);
  is(log.pulled, 3);
  for (const { open } of gates) open();
  is(await run, [1, 2, 3, 4]);
  is(log, { pulled: 5, returned: 0 });
});

scenario("142a", "map over a synchronous generator pulls only as slots free up, and returns it after a failure", async () => {
  const log: string[] = [];
  const error = new Error("x");
  function* items() {
    try { for (let i = 1; ; i++) { log.push(`pull ${i}`); yield i; } } finally { log.push("returned"); }
  }
  is(await reasonOf(TaskGroup.map(items(), async (n) => { await sleep(1); if (n === 3) throw error; }, { limit: 1 })), error);
  is(log, ["pull 1", "pull 2", "pull 3", "returned"]);
});

scenario(143, "map: the mapper fails on the second item: rejects, source returned once, no further item pulled", async () => {
  const { iterable, log } = source([1, 2, 3, 4]);
  const error = new Error("second");
  is(await reasonOf(TaskGroup.map(iterable, async (n) => { if (n === 2) throw error; await sleep(3); }, { limit: 2 })), error);
  is(log, { pulled: 2, returned: 1 });
});

scenario("143a", "map: a source that fails aborts the tasks and comes out; it is not returned", async () => {
  const error = new Error("source");
  let signal: AbortSignal | undefined;
  let returned = false;
  const iterable: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => {
      let n = 0;
      return {
        next: async () => { if (n++ > 0) throw error; return { done: false, value: n }; },
        return: async () => { returned = true; return { done: true, value: undefined }; },
      };
    },
  };
  is(await reasonOf(TaskGroup.map(iterable, (_n, _index, task) => { ({ signal } = task); return aborted(signal); })), error);
  is([signal?.aborted, returned], [true, false]);
});

scenario("143b", "map: the parent aborts while a pull is pending: the source is returned at once, and woken by it", async () => {
  const parent = new AbortController();
  const waiting = gate<IteratorResult<number>>();
  let returned = 0;
  const iterable: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => waiting.promise,
      return: async () => { returned++; waiting.open({ done: true, value: undefined }); return { done: true, value: undefined }; },
    }),
  };
  const run = TaskGroup.map(iterable, () => 1, { signal: parent.signal });
  await ticks();
  parent.abort("stop");
  is([await reasonOf(run), returned], ["stop", 1]);
});

scenario("143c", "map: the error of a source's return() is not lost", async () => {
  const [error, closing] = [new Error("mapper"), new Error("closing")];
  const iterable: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }), return: async () => { throw closing; } }),
  };
  is(await reasonOf(TaskGroup.map(iterable, async () => { throw error; }, { limit: 1 })), error);
  is(suppressedErrors(error), [closing]);
});

scenario("143d", "map of something that is no source rejects with a TypeError", async () => {
  // @ts-expect-error not iterable
  isA(await reasonOf(TaskGroup.map(5, () => 1)), TypeError);
});

scenario("143e", "map: parent aborts with items left, running tasks fulfil: the reason, never part of a result", async () => {
  const parent = new AbortController();
  const run = TaskGroup.map([1, 2, 3], async (n) => { await sleep(3); return n; }, { limit: 1, signal: parent.signal });
  parent.abort("stop");
  is(await reasonOf(run), "stop");
});

scenario(144, "stream yields in completion order", async () => {
  const seen: number[] = [];
  for await (const value of TaskGroup.stream([14, 2, 8], async (ms) => { await sleep(ms); return ms; }, { limit: 3 })) seen.push(value);
  is(seen, [2, 8, 14]);
});

scenario("144a", "stream: at most `limit` running and waiting to be taken; one more starts per value taken", async () => {
  let started = 0;
  const values = TaskGroup.stream([1, 2, 3, 4, 5], async (n) => { started++; return n; }, { limit: 2 });
  await ticks();
  is(started, 0);
  is((await values.next()).value, 1);
  await ticks(30);
  is(started, 3);
  is((await values.next()).value, 2);
  await ticks(30);
  is(started, 4);
  await values.return();
  is(started, 4);
});

scenario(145, "leaving a stream aborts and awaits the rest before the next statement", async () => {
  let cleaned = 0;
  let reason: unknown;
  for await (const value of TaskGroup.stream([1, 2, 3], async (n, _index, { signal }) => {
    if (n === 1) return n;
    try { return await aborted(signal); } finally { reason = signal.reason; await sleep(3); cleaned++; }
  })) {
    is(value, 1);
    break;
  }
  isA(reason, Cancellation);
  is([reason.kind, cleaned], ["scope-exit", 2]);
});

scenario("145a", "a failed cleanup after leaving a stream comes out of the loop", async () => {
  const error = new Error("cleanup");
  is(await reasonOf((async () => {
    for await (const _ of TaskGroup.stream([1, 2], async (n, _index, { signal }) => { if (n === 1) return n; return aborted(signal).catch(() => { throw error; }); })) { void _; break; }
  })()), error);
});

scenario("145b", "leaving a stream returns its source", async () => {
  const { iterable, log } = source([1, 2, 3]);
  for await (const _ of TaskGroup.stream(iterable, (n) => n, { limit: 1 })) { void _; break; }
  is(log.returned, 1);
});

scenario(146, "stream: a task fails: the loop throws that error after the others settled", async () => {
  const error = new Error("x");
  let cleaned = false;
  is(await reasonOf((async () => {
    for await (const _ of TaskGroup.stream([1, 2], async (n, _index, { signal }) => {
      if (n === 1) { await sleep(2); throw error; }
      try { await aborted(signal); } finally { await sleep(4); cleaned = true; }
    })) void _;
  })()), error);
  is(cleaned, true);
});

scenario("146a", "stream: the parent aborts: the loop throws the reason; so does a source that fails", async () => {
  const parent = new AbortController();
  const drain = async (values: AsyncIterable<unknown>): Promise<void> => { for await (const _ of values) void _; };
  const run = drain(TaskGroup.stream([1], (_n, _index, { signal }) => aborted(signal), { signal: parent.signal }));
  await ticks();
  parent.abort("stop");
  is(await reasonOf(run), "stop");
  const error = new Error("source");
  is(await reasonOf(drain(TaskGroup.stream((function* () { yield 1; throw error; })(), (n) => n, { limit: 1 }))), error);
});

scenario("146b", "stream: parent aborts with items left and nothing running: the reason, not a silent end", async () => {
  const parent = new AbortController();
  const values = TaskGroup.stream([1, 2, 3], (n) => n, { limit: 1, signal: parent.signal });
  is((await values.next()).value, 1);
  parent.abort("stop");
  is(await reasonOf(values.next()), "stop");
  ok((await values.next()).done === true, "over");
});

scenario("146c", "stream: parent aborts while results wait to be taken: the reason, not an end that looks complete", async () => {
  const parent = new AbortController();
  const slow = gate();
  const values = TaskGroup.stream([1, 2, 3], (n) => (n === 3 ? slow.promise.then(() => n) : n), { signal: parent.signal });
  is((await values.next()).value, 1);
  parent.abort("stop");
  slow.open();
  is(await reasonOf(values.next()), "stop");
});

scenario("146d", "stream: a parent that aborts when all has come to its end takes nothing away", async () => {
  const parent = new AbortController();
  const values = TaskGroup.stream([1, 2, 3], (n) => n, { signal: parent.signal });
  is((await values.next()).value, 1);
  await sleep(1);
  parent.abort("stop");
  is([(await values.next()).value, (await values.next()).value, (await values.next()).done], [2, 3, true]);
});
