/** Sections L, M and N: timeouts, concurrency limit, handles. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { suppressedErrors, TaskGroup } from "../../src/index.ts";
import { aborted, countListeners, is, isA, ok, reasonOf, scenario, sleep, surfacing, thrownBy, ticks } from "../harness.ts";

const isTimeout = (error: unknown, message: RegExp): void => {
  isA(error, DOMException, message);
  is(error.name, "TimeoutError");
};

scenario(109, "group timeout: run rejects with a TimeoutError that is also signal.reason", async () => {
  let reason: unknown;
  const error = await reasonOf(TaskGroup.run({ timeout: 5 }, (tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; } });
  }));
  isTimeout(error, /^task group timed out after 5 ms$/);
  ok(reason === error, "the same object");
});

scenario(110, "everything done before the timeout: the signal never aborts", async () => {
  let signal: AbortSignal | undefined;
  is(await TaskGroup.run({ timeout: 10 }, (tasks) => { signal = tasks.signal; return 1; }), 1);
  await sleep(20);
  is(signal?.aborted, false);
});

scenario(111, "timeout fires, tasks ignore it and fulfil: the value of the body comes out", async () => {
  is(await TaskGroup.run({ timeout: 2 }, async (tasks) => { tasks.spawn(() => sleep(8)); return "value"; }), "value");
});

scenario(113, "group times out, the parent aborts during cleanup: the TimeoutError, the first reason", async () => {
  const parent = new AbortController();
  const run = TaskGroup.run({ timeout: 3, signal: parent.signal }, (tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { parent.abort("later"); await sleep(3); } });
  });
  isTimeout(await reasonOf(run), /timed out/);
});

scenario(114, "a timeout beyond 2^31-1 ms does not fire at once; Infinity is never", async () => {
  for (const timeout of [2 ** 31 + 50, 1e12, Infinity]) {
    is(await TaskGroup.run({ timeout }, async (tasks) => { await sleep(3); return tasks.signal.aborted; }), false);
  }
});

scenario(115, "a negative timeout or NaN is a RangeError, for groups and for tasks", async () => {
  for (const timeout of [-1, NaN]) {
    isA(thrownBy(() => new TaskGroup({ timeout })), RangeError, /milliseconds/);
    isA(await reasonOf(TaskGroup.run({ timeout }, () => {})), RangeError);
    await TaskGroup.run((tasks) => {
      isA(thrownBy(() => tasks.spawn(() => {}, { timeout })), RangeError);
      is(tasks.size, 0);
    });
  }
});

scenario("115a", "a group whose options make no sense leaves nothing on its parent", () => {
  const parent = new AbortController();
  const listeners = countListeners(parent.signal);
  for (const options of [{ timeout: -1 }, { limit: 0 }]) thrownBy(() => new TaskGroup({ signal: parent.signal, ...options }));
  is(listeners, { now: 0, most: 0 });
});

scenario(116, "task timeout: only its signal aborts; the TimeoutError is that task's failure and fails the group", async () => {
  let other: boolean | undefined;
  const error = await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => {
      tasks.spawn(async (task) => { task.signal.addEventListener("abort", () => { other = signal.aborted; }); await aborted(task.signal); }, { timeout: 4, name: "slow" });
      await aborted(signal);
    });
  }));
  isTimeout(error, /^task "slow" timed out after 4 ms$/);
  is(other, false);
});

scenario("116a", "a task that answers its timeout with an AbortError fails with the TimeoutError; its handle too", async () => {
  let state: string | undefined;
  let own: unknown;
  const error = await reasonOf(TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => { throw new DOMException("stop", "AbortError"); }); }, { timeout: 3 });
    own = await reasonOf(task);
    state = task.state;
  }));
  isTimeout(error, /^task timed out/);
  ok(own === error, "the handle rejects with the same");
  is(state, "failed");
});

scenario("116b", "a task that runs over but fulfils is fulfilled", async () => {
  is(await TaskGroup.run(async (tasks) => await tasks.spawn(async () => { await sleep(8); return "late"; }, { timeout: 2 })), "late");
});

scenario("116c", "a real error in the cleanup after a task timeout is the failure", async () => {
  const error = new Error("cleanup");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => { throw error; }); }, { timeout: 2 });
  })), error);
});

scenario("116d", "the time of a queued task runs from its start", async () => {
  is(await TaskGroup.run({ limit: 1 }, async (tasks) => {
    tasks.spawn(() => sleep(15));
    return await tasks.spawn(async ({ signal }) => { await sleep(1, signal); return "in time"; }, { timeout: 9 });
  }), "in time");
});

scenario("116e", "a task timeout is supervised like any failure", async () => {
  const told: unknown[] = [];
  await TaskGroup.run({ onTaskError: (error) => told.push(error) }, (tasks) => { tasks.spawn(({ signal }) => aborted(signal), { timeout: 2 }); });
  isTimeout(told[0], /timed out/);
});

scenario("116f", "a task cancelled before its time is over is cancelled, not timed out", async () => {
  is(await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(6); } }, { timeout: 3 });
    task.cancel("enough");
    return (await task.settled()).status;
  }), "cancelled");
});

scenario(117, "an inner timeout that is caught leaves the outer group alone", async () => {
  is(await TaskGroup.run({ timeout: 1_000 }, async (outer) => {
    isTimeout(await reasonOf(TaskGroup.run({ timeout: 3, signal: outer.signal }, (inner) => { inner.spawn(({ signal }) => aborted(signal)); })), /timed out/);
    return outer.signal.aborted;
  }), false);
});

scenario(118, "limit 2, five tasks: never more than two run, started in spawn order", async () => {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  await TaskGroup.run({ limit: 2 }, (tasks) => {
    for (let i = 0; i < 5; i++) tasks.spawn(async () => { order.push(i); most = Math.max(most, ++running); await sleep(3 - (i % 3)); running--; });
    is([order, tasks.size], [[0, 1], 5]);
  });
  is([most, order], [2, [0, 1, 2, 3, 4]]);
});

scenario("118a", "a supervisor that spawns a replacement does not jump the queue", async () => {
  const started: string[] = [];
  const again = (): void => void tasks.spawn(() => { started.push("again"); });
  await using tasks = new TaskGroup({ limit: 1, onTaskError: again });
  tasks.spawn(async () => { await ticks(2); throw new Error("x"); });
  for (const name of ["a", "b", "c"]) tasks.spawn(() => { started.push(name); });
  await tasks.join();
  is(started, ["a", "b", "c", "again"]);
});

scenario(119, "limit 1, the first fails: queued tasks never start, their handles reject with the abort reason", async () => {
  const error = new Error("first");
  let started = 0;
  const reasons: unknown[] = [];
  let reason: unknown;
  is(await reasonOf(TaskGroup.run({ limit: 1 }, async (tasks) => {
    tasks.spawn(async () => { await sleep(2); throw error; });
    const queued = [1, 2].map(() => tasks.spawn(() => { started++; }));
    for (const task of queued) reasons.push(await reasonOf(task));
    ({ reason } = tasks.signal);
    is(queued.map((task) => task.state), ["cancelled", "cancelled"]);
  })), error);
  is([started, reasons], [0, [reason, reason]]);
});

scenario("119a", "when the abort is announced, what was queued is cancelled already, not just about to be", async () => {
  let states: string[] = [];
  await reasonOf(TaskGroup.run({ limit: 1 }, (tasks) => {
    tasks.spawn(async () => { await sleep(1); throw new Error("first"); });
    const queued = [1, 2, 3].map(() => tasks.spawn(() => {}));
    tasks.signal.addEventListener("abort", () => { states = queued.map((task) => task.state); });
  }));
  is(states, ["cancelled", "cancelled", "cancelled"]);
});

scenario(120, "a queued task cancelled by its handle never starts, at once; the queue goes on", async () => {
  const ran: string[] = [];
  await TaskGroup.run({ limit: 1 }, async (tasks) => {
    tasks.spawn(() => sleep(3));
    const [a, b, c] = ["a", "b", "c"].map((name) => tasks.spawn(async () => { ran.push(name); }));
    ok(a && b && c, "three tasks");
    is([a.state, tasks.size], ["queued", 4]);
    b.cancel("no");
    is([b.state, tasks.size], ["cancelled", 3]);
    a.cancel("no");
    is(await b.settled(), { status: "cancelled", reason: "no" });
    await c;
  });
  is(ran, ["c"]);
});

scenario("120a", "a task cancelled between its slot and its start never starts, and gives the slot back", async () => {
  const ran: string[] = [];
  await TaskGroup.run({ limit: 1 }, async (tasks) => {
    const first = tasks.spawn(async () => {});
    const second = tasks.spawn(async () => { ran.push("second"); });
    const third = tasks.spawn(async () => { ran.push("third"); });
    const watch = first.then(() => { is(second.state, "running"); second.cancel("no"); });
    await watch;
    is(await reasonOf(second), "no");
    await third;
  });
  is(ran, ["third"]);
});

scenario(122, "limit 0, 1.5, -1 and NaN are RangeErrors; Infinity is no limit", async () => {
  for (const limit of [0, 1.5, -1, NaN]) {
    isA(thrownBy(() => new TaskGroup({ limit })), RangeError, /limit/);
    isA(await reasonOf(TaskGroup.run({ limit }, () => {})), RangeError);
    isA(await reasonOf(TaskGroup.map([1], () => 1, { limit })), RangeError);
  }
  await TaskGroup.run({ limit: Infinity }, (tasks) => {
    for (let i = 0; i < 3; i++) is(tasks.spawn(() => sleep(1)).state, "running");
  });
});

scenario(123, "awaiting the handle of a queued task yields its value", async () => {
  is(await TaskGroup.run({ limit: 1 }, async (tasks) => {
    tasks.spawn(() => sleep(2));
    return await tasks.spawn(async () => "ran");
  }), "ran");
});

scenario("123a", "a queued callback that throws synchronously fails its task", async () => {
  const error = new Error("sync");
  is(await reasonOf(TaskGroup.run({ limit: 1 }, (tasks) => {
    tasks.spawn(() => sleep(1));
    tasks.spawn(() => { throw error; });
  })), error);
});

scenario("123b", "queued tasks keep a draining group open and all run", async () => {
  let ran = 0;
  await TaskGroup.run({ limit: 3 }, (tasks) => { for (let i = 0; i < 100; i++) tasks.spawn(async () => { await undefined; ran++; }); });
  is(ran, 100);
});

scenario(124, "a failing task whose handle is never touched: no unhandled rejection, the failure comes out of run", async () => {
  const error = new Error("x");
  is(await surfacing("unhandled", async () => {
    is(await reasonOf(TaskGroup.run(async (tasks) => { tasks.spawn(async () => { throw error; }); await sleep(3); })), error);
  }), []);
});

scenario(125, "a handle awaited long after the failure rejects with the original error; nothing surfaces in between", async () => {
  const error = new Error("x");
  is(await surfacing("unhandled", async () => {
    await TaskGroup.run({ onTaskError: () => {} }, async (tasks) => {
      const task = tasks.spawn(async () => { throw error; });
      await sleep(10);
      is(await reasonOf(task), error);
    });
  }), []);
});

scenario(126, "two waiters both get the outcome", async () => {
  await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(async () => { await sleep(1); return {}; });
    const [a, b] = await Promise.all([task, task]);
    ok(a === b, "the same value");
  });
});

scenario(127, "Promise.all(handles) yields the values in order", async () => {
  await TaskGroup.run(async (tasks) => {
    is(await Promise.all([tasks.spawn(async () => { await sleep(2); return 1; }), tasks.spawn(() => "two")]), [1, "two"]);
  });
});

scenario(128, "settled() never rejects", async () => {
  const error = new Error("x");
  await TaskGroup.run({ onTaskError: () => {} }, async (tasks) => {
    is(await tasks.spawn(() => 1).settled(), { status: "fulfilled", value: 1 });
    is(await tasks.spawn(async () => { throw error; }).settled(), { status: "failed", reason: error });
    const cancelled = tasks.spawn(({ signal }) => aborted(signal));
    cancelled.cancel("enough");
    is(await cancelled.settled(), { status: "cancelled", reason: "enough" });
  });
});

scenario(129, "a dropped run that rejects is an ordinary unhandled rejection", async () => {
  const error = new Error("top");
  is(await surfacing("unhandled", () => { void TaskGroup.run(() => { throw error; }); }), [error]);
});

scenario("129a", "a handle is no Promise, and shows nothing of what is behind it", async () => {
  await TaskGroup.run((tasks) => {
    const task = tasks.spawn(() => 1);
    ok(!(task instanceof Promise), "not a Promise");
    is([Object.keys(task), Object.keys(tasks)], [[], []]);
    tasks.spawn((context) => { is(Object.keys(context), []); ok(!("then" in context), "not thenable"); });
  });
});

scenario("129b", "cancelling from the first microtask of a failing sibling keeps every error", async () => {
  const [first, second] = [new Error("1"), new Error("2")];
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(async () => { throw first; });
    tasks.spawn(async () => { throw second; });
    await ticks();
    tasks.cancel();
  })), first);
  is(suppressedErrors(first), [second]);
});
