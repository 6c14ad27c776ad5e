/** Sections E and F: abort by the parent, explicit cancel, cancel of one task. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { Cancellation, TaskGroup } from "../../src/index.ts";
import { aborted, countListeners, gate, is, isA, ok, reasonOf, scenario, sleep, ticks } from "../harness.ts";

scenario(41, "a signal that is already aborted: run rejects with its reason, the body is never entered", async () => {
  const reason = new Error("gone");
  let entered = false;
  is(await reasonOf(TaskGroup.run({ signal: AbortSignal.abort(reason) }, () => { entered = true; })), reason);
  is(entered, false);
});

scenario(42, "every task sees the identical reason; run rejects with it after the cleanup", async () => {
  const parent = new AbortController();
  const reason = { custom: "reason" };
  const seen: unknown[] = [];
  let cleaned = false;
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => {
    for (let i = 0; i < 2; i++) tasks.spawn(async ({ signal }) => {
      try { await aborted(signal); } finally { seen.push(signal.reason); await sleep(5); cleaned = true; }
    });
  });
  parent.abort(reason);
  ok((await reasonOf(run)) === reason, "the identical reason");
  ok(seen.length === 2 && seen.every((r) => r === reason), "both tasks saw it");
  is(cleaned, true);
});

scenario(43, "task signals are aborted inside controller.abort()", async () => {
  const parent = new AbortController();
  await TaskGroup.run({ signal: parent.signal }, (tasks) => {
    let seen: AbortSignal | undefined;
    tasks.spawn(async ({ signal }) => { seen = signal; await sleep(1); });
    const own = tasks.signal;
    parent.abort();
    is([seen?.aborted, own.aborted], [true, true]);
  });
});

scenario(44, "parent aborts after every task finished: the value of the body comes out", async () => {
  const parent = new AbortController();
  is(await TaskGroup.run({ signal: parent.signal }, async (tasks) => {
    await tasks.spawn(async () => {});
    parent.abort();
    return "value";
  }), "value");
});

scenario(45, "parent aborts, the tasks ignore it and fulfil: the value of the body comes out", async () => {
  const parent = new AbortController();
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => { tasks.spawn(() => sleep(5)); return "value"; });
  parent.abort();
  is(await run, "value");
});

scenario("45a", "parent aborts and the body throws what it got: run rejects with the reason, no task needed", async () => {
  const parent = new AbortController();
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => aborted(tasks.signal));
  parent.abort("stop");
  is(await reasonOf(run), "stop");
});

scenario(46, "parent aborts, a cleanup fails with a real error: the error wins", async () => {
  const parent = new AbortController();
  const error = new Error("cleanup");
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { throw error; } });
  });
  parent.abort();
  is(await reasonOf(run), error);
});

scenario(47, "a child failed, then the parent aborts: the child error wins, siblings keep the first reason", async () => {
  const parent = new AbortController();
  const error = new Error("child");
  let signal: AbortSignal | undefined;
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => {
    tasks.spawn(async (task) => { signal = task.signal; try { await aborted(signal); } finally { await sleep(8); } });
    tasks.spawn(async () => { await sleep(1); throw error; });
  });
  await sleep(4);
  parent.abort();
  is(await reasonOf(run), error);
  isA(signal?.reason, Cancellation);
  is(signal.reason.kind, "sibling-failed");
});

scenario(48, "a finished group leaves no listener on the parent signal", async () => {
  const parent = new AbortController();
  const listeners = countListeners(parent.signal);
  await TaskGroup.run({ signal: parent.signal }, (tasks) => { tasks.spawn(() => sleep(1)); is(listeners.now, 1); });
  is(listeners.now, 0);
});

scenario(49, "neither does a failed one, nor one that was refused at entry", async () => {
  const parent = new AbortController();
  const listeners = countListeners(parent.signal);
  await reasonOf(TaskGroup.run({ signal: parent.signal }, () => { throw new Error("x"); }));
  is(listeners.now, 0);
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => { tasks.spawn(({ signal }) => aborted(signal)); });
  parent.abort();
  await reasonOf(run);
  is(listeners.now, 0);
  await reasonOf(TaskGroup.run({ signal: parent.signal }, () => {}));
  is(listeners.now, 0);
});

scenario(50, "a thousand tasks need one listener on the parent signal", async () => {
  const parent = new AbortController();
  const listeners = countListeners(parent.signal);
  await TaskGroup.run({ signal: parent.signal }, (tasks) => {
    for (let i = 0; i < 1_000; i++) tasks.spawn(async ({ signal }) => { await sleep(1, signal); });
    is(listeners.now, 1);
  });
  is(listeners, { now: 0, most: 1 });
});

scenario("50a", "fifty groups on one foreign signal share one listener, and all hear it", async () => {
  const parent = new AbortController();
  const listeners = countListeners(parent.signal);
  const runs = Array.from({ length: 50 }, () => TaskGroup.run({ signal: parent.signal }, (tasks) => { tasks.spawn(({ signal }) => aborted(signal)); }));
  is(listeners.now, 1);
  parent.abort("all");
  for (const run of runs) is(await reasonOf(run), "all");
  is(listeners, { now: 0, most: 1 });
});

scenario(51, "an abort after the group has closed does nothing", async () => {
  const parent = new AbortController();
  const kept: AbortSignal[] = [];
  let fired = 0;
  await TaskGroup.run({ signal: parent.signal }, (tasks) => {
    kept.push(tasks.signal);
    tasks.spawn(async ({ signal }) => { kept.push(signal); await undefined; });
    for (const signal of kept) signal.addEventListener("abort", () => fired++);
  });
  parent.abort();
  await ticks();
  is([kept.map((signal) => signal.aborted), fired], [[false, false], 0]);
});

scenario(52, "a listener left by a settled task does not fire when the group aborts later", async () => {
  let fired = 0;
  await TaskGroup.run(async (tasks) => {
    await tasks.spawn(({ signal }) => { signal.addEventListener("abort", () => fired++); });
    tasks.spawn(({ signal }) => aborted(signal));
    tasks.cancel();
  });
  is(fired, 0);
});

scenario("52a", "null and undefined as signal mean none", async () => {
  is(await TaskGroup.run({ signal: null }, () => 1), 1);
  is(await TaskGroup.run({ signal: undefined }, () => 2), 2);
});

scenario("52b", "aborting goes in order: task signals as spawned, each with its groups, then the own signal and its groups", async () => {
  const order: string[] = [];
  const parent = new AbortController();
  const note = (name: string, signal: AbortSignal): void => signal.addEventListener("abort", () => order.push(name));
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => {
    note("group", tasks.signal);
    const inOwn = new TaskGroup({ signal: tasks.signal });
    inOwn.spawn(({ signal }) => { note("group/inner task", signal); return aborted(signal); });
    for (const name of ["a", "b"]) tasks.spawn(async ({ signal }) => {
      const inner = new TaskGroup({ signal });
      inner.spawn((task) => { note(`${name}/inner task`, task.signal); return aborted(task.signal); });
      note(name, signal);
      await inner.join();
    });
    return inOwn.join();
  });
  parent.abort();
  is(order, ["a", "a/inner task", "b", "b/inner task", "group", "group/inner task"]);
  await reasonOf(run);
});

scenario(53, "cancel() in the body: tasks are aborted and awaited, run resolves with the value", async () => {
  let cleaned = false;
  let reason: unknown;
  is(await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; await sleep(4); cleaned = true; } });
    tasks.cancel();
    return "value";
  }), "value");
  is(cleaned, true);
  isA(reason, Cancellation);
  is(reason.kind, "cancelled");
});

scenario(54, "cancel() from a child: siblings are aborted, run resolves", async () => {
  let signal: AbortSignal | undefined;
  is(await TaskGroup.run((tasks) => {
    tasks.spawn((task) => { signal = task.signal; return aborted(signal); });
    tasks.spawn(async () => { await sleep(2); tasks.cancel(); });
    return 1;
  }), 1);
  is(signal?.aborted, true);
});

scenario(55, "cancel(), then the body throws the abort it got: run rejects with the reason", async () => {
  is(await reasonOf(TaskGroup.run((tasks) => { tasks.cancel("enough"); return aborted(tasks.signal); })), "enough");
});

scenario("55a", "cancel(), then the body throws a real error: that comes out", async () => {
  const error = new Error("real");
  is(await reasonOf(TaskGroup.run((tasks) => { tasks.cancel(); throw error; })), error);
});

scenario(56, "the first reason stays", async () => {
  await TaskGroup.run((tasks) => {
    tasks.cancel("first");
    tasks.cancel("second");
    is(tasks.signal.reason, "first");
  });
});

scenario(57, "cancel() on a closed group does nothing", async () => {
  const group = new TaskGroup();
  const { signal } = group;
  await group.join();
  group.cancel();
  is(signal.aborted, false);
  is(await group.join("still fine"), "still fine");
});

scenario(58, "task.cancel() aborts that task only; run resolves", async () => {
  let finished = false;
  let state: string | undefined;
  is(await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(({ signal }) => aborted(signal));
    tasks.spawn(async () => { await sleep(5); finished = true; });
    task.cancel();
    await ticks();
    state = task.state;
    return "value";
  }), "value");
  is([finished, state], [true, "cancelled"]);
});

scenario(59, "awaiting a cancelled task rejects with what the task threw; catching it keeps the group healthy", async () => {
  is(await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(({ signal }) => aborted(signal));
    task.cancel("enough");
    is(await reasonOf(task), "enough");
    is(await task.settled(), { status: "cancelled", reason: "enough" });
    return "healthy";
  }), "healthy");
});

scenario("59a", "a cancelled task whose rejection the body does not catch is a failure of the body", async () => {
  let reason: unknown;
  isA(await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(({ signal }) => aborted(signal).catch((r: unknown) => { reason = r; }));
    const task = tasks.spawn(({ signal }) => aborted(signal));
    task.cancel();
    await task;
  })), Cancellation);
  isA(reason, Cancellation);
  is(reason.kind, "body-failed");
});

scenario("59b", "an individually cancelled task does not turn a later parent abort into a loss", async () => {
  const parent = new AbortController();
  is(await TaskGroup.run({ signal: parent.signal }, async (tasks) => {
    const task = tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(4); } });
    task.cancel();
    parent.abort();
    await task.settled();
    return "value";
  }), "value");
});

scenario(60, "task.cancel() on a finished task has no effect", async () => {
  await TaskGroup.run(async (tasks) => {
    let signal: AbortSignal | undefined;
    const task = tasks.spawn(async (context) => { signal = context.signal; return 1; });
    await task;
    task.cancel();
    is([task.state, signal?.aborted, await task], ["fulfilled", false, 1]);
  });
});

scenario(61, "task.cancel() whose cleanup throws a real error fails the group", async () => {
  const error = new Error("cleanup");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { throw error; } }).cancel();
  })), error);
});

scenario(62, "a task cancelled before it reads its signal finds it aborted", async () => {
  const read = gate();
  let seen: boolean | undefined;
  await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(async (context) => { await read.promise; seen = context.signal.aborted; });
    task.cancel();
    read.open();
  });
  is(seen, true);
});

scenario("62a", "the signal is one object, read as often as one likes; untouched, it is never made", async () => {
  const original = globalThis.AbortController;
  let made = 0;
  globalThis.AbortController = class extends original {
    constructor() { super(); made++; }
  };
  try {
    await TaskGroup.run(async (tasks) => {
      await tasks.spawn(async () => {});
      tasks.cancel();
      is(made, 0);
      await tasks.spawn((task) => is(task.signal, task.signal)).settled();
      ok(tasks.signal === tasks.signal, "one signal");
    });
  } finally {
    globalThis.AbortController = original;
  }
  is(made, 1);
});
