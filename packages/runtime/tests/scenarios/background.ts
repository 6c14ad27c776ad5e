/** Sections J and K: background tasks, supervision. */
/* eslint-disable @typescript-eslint/no-confusing-void-expression, @typescript-eslint/require-await, @typescript-eslint/use-unknown-in-catch-callback-variable --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { Cancellation, suppressedErrors, TaskGroup } from "../../src/index.ts";
import { aborted, is, isA, reasonOf, scenario, sleep, ticks } from "../harness.ts";

scenario(97, "a background loop is aborted with scope-done when all else is done, and awaited", async () => {
  let reason: unknown;
  let cleaned = false;
  is(await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { for (;;) await sleep(1, signal); } finally { reason = signal.reason; await sleep(3); cleaned = true; } }, { background: true });
    return "value";
  }), "value");
  isA(reason, Cancellation);
  is([reason.kind, cleaned], ["scope-done", true]);
});

scenario(98, "background work goes on until the last foreground task is done", async () => {
  const order: string[] = [];
  await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => order.push("background")); }, { background: true });
    tasks.spawn(async () => { await sleep(10); order.push("foreground"); });
  });
  is(order, ["foreground", "background"]);
});

scenario("98a", "background work goes on while the body runs, even with no foreground task", async () => {
  await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(({ signal }) => aborted(signal), { background: true });
    await sleep(4);
    is(task.state, "running");
  });
});

scenario(99, "a background failure while foreground runs fails the group", async () => {
  const error = new Error("background");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async () => { await sleep(1); throw error; }, { background: true });
    tasks.spawn(({ signal }) => sleep(1_000, signal));
  })), error);
});

scenario(100, "a background cleanup that fails at the end: run rejects with that error", async () => {
  const error = new Error("cleanup");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { throw error; } }, { background: true });
  })), error);
});

scenario(101, "a background task that ends early has no effect", async () => {
  is(await TaskGroup.run(async (tasks) => {
    tasks.spawn(async () => {}, { background: true });
    await sleep(3);
    return "value";
  }), "value");
});

scenario(102, "the leftover listener of a finished foreground task does not fire when background is shut down", async () => {
  let fired = 0;
  await TaskGroup.run(async (tasks) => {
    tasks.spawn(({ signal }) => aborted(signal), { background: true });
    await tasks.spawn(async ({ signal }) => { signal.addEventListener("abort", () => fired++); });
  });
  is(fired, 0);
});

scenario(103, "a background task takes no slot", async () => {
  is(await TaskGroup.run({ limit: 1 }, async (tasks) => {
    tasks.spawn(({ signal }) => aborted(signal), { background: true });
    return await tasks.spawn(async () => "ran");
  }), "ran");
});

scenario("103a", "background tasks started after the limit is reached start at once and are not queued behind it", async () => {
  await TaskGroup.run({ limit: 1 }, async (tasks) => {
    const order: string[] = [];
    tasks.spawn(async () => { await sleep(3); order.push("first"); });
    tasks.spawn(async () => { order.push("queued"); });
    tasks.spawn(async () => { order.push("background"); }, { background: true });
    const last = tasks.spawn(async () => { order.push("last"); });
    await last;
    is(order, ["background", "first", "queued", "last"]);
  });
});

scenario("103b", "the shutdown of background work touches neither the group's signal nor later outcomes", async () => {
  let groupAborted: boolean | undefined;
  await TaskGroup.run((tasks) => {
    const { signal } = tasks;
    tasks.spawn(async (task) => { await aborted(task.signal).catch(() => {}); groupAborted = signal.aborted; }, { background: true });
  });
  is(groupAborted, false);
});

scenario("103c", "while background work is shut down, further spawns are refused and the outcome stands", async () => {
  let called = 0;
  is(await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => {
      await aborted(signal).catch(() => {});
      for (const background of [true, false]) is(tasks.spawn(() => { called++; }, { background }).state, "cancelled");
    }, { background: true });
    return "value";
  }), "value");
  is(called, 0);
});

scenario("103f", "a task refused in the shutdown is not taken away by a parent's abort that comes after it: the value stands", async () => {
  const parent = new AbortController();
  is(await TaskGroup.run({ signal: parent.signal }, (tasks) => {
    tasks.spawn(async ({ signal }) => {
      await aborted(signal).catch(() => {});
      is(tasks.spawn(() => {}).state, "cancelled");
      parent.abort("later");
      await sleep(2);
    }, { background: true });
    return "value";
  }), "value");
});

scenario("103d", "a background task may spawn foreground work while the body runs, and it is waited for", async () => {
  let done = false;
  await TaskGroup.run(async (tasks) => {
    tasks.spawn(async ({ signal }) => {
      await sleep(1);
      tasks.spawn(async () => { await sleep(6); done = true; });
      await aborted(signal);
    }, { background: true });
    await sleep(3);
  });
  is(done, true);
});

scenario("103e", "joined groups shut background work down as run does", async () => {
  const group = new TaskGroup();
  let kind: string | undefined;
  group.spawn(async ({ signal }) => { await aborted(signal).catch((reason: Cancellation) => { kind = reason.kind; }); }, { background: true });
  await group.join();
  is(kind, "scope-done");
});

scenario(104, "onTaskError gets (error, task); siblings finish; run resolves", async () => {
  const error = new Error("one of three");
  const told: unknown[] = [];
  let finished = 0;
  is(await TaskGroup.run({ onTaskError: (e, task) => told.push(e, task.name) }, (tasks) => {
    tasks.spawn(async () => { await sleep(4); finished++; });
    tasks.spawn(async () => { throw error; }, { name: "bad" });
    tasks.spawn(async () => { await sleep(4); finished++; });
    return "value";
  }), "value");
  is([told, finished], [[error, "bad"], 2]);
});

scenario(105, "a handler that throws escalates: the group fails with what it threw", async () => {
  const escalated = new Error("escalated");
  let signal: AbortSignal | undefined;
  is(await reasonOf(TaskGroup.run({ onTaskError: () => { throw escalated; } }, (tasks) => {
    tasks.spawn((task) => { signal = task.signal; return aborted(signal); });
    tasks.spawn(async () => { throw new Error("original"); });
  })), escalated);
  is(signal?.aborted, true);
});

scenario(106, "supervised, the body throws: children aborted, its error comes out, the handler is not called", async () => {
  const error = new Error("body");
  let calls = 0;
  let signal: AbortSignal | undefined;
  is(await reasonOf(TaskGroup.run({ onTaskError: () => calls++ }, (tasks) => {
    tasks.spawn((task) => { signal = task.signal; return aborted(signal); });
    throw error;
  })), error);
  is([calls, signal?.aborted], [0, true]);
});

scenario(107, "supervised, the parent aborts: children aborted, handler not called, run rejects with the reason", async () => {
  const parent = new AbortController();
  let calls = 0;
  const run = TaskGroup.run({ signal: parent.signal, onTaskError: () => calls++ }, (tasks) => { tasks.spawn(({ signal }) => aborted(signal)); });
  parent.abort("stop");
  is([await reasonOf(run), calls], ["stop", 0]);
});

scenario(108, "a supervised handle rejects as well; the body may catch and go on", async () => {
  const error = new Error("task");
  const told: unknown[] = [];
  is(await TaskGroup.run({ onTaskError: (e) => told.push(e) }, async (tasks) => {
    is(await reasonOf(tasks.spawn(async () => { throw error; })), error);
    return "went on";
  }), "went on");
  is(told, [error]);
});

scenario("108a", "a supervised handle that the body does not catch is a failure of the body", async () => {
  const error = new Error("task");
  is(await reasonOf(TaskGroup.run({ onTaskError: () => {} }, async (tasks) => { await tasks.spawn(async () => { throw error; }); })), error);
});

scenario("108b", "an escalated error that a handle delivered is not thrown again by the disposer", async () => {
  const error = new Error("task");
  const group = new TaskGroup({ onTaskError: (e) => { throw e; } });
  is(await reasonOf(group.spawn(async () => { throw error; })), error);
  is(await group[Symbol.asyncDispose](), undefined);
  const other = new Error("other");
  const translating = new TaskGroup({ onTaskError: () => { throw other; } });
  await reasonOf(translating.spawn(async () => { throw error; }));
  is(await reasonOf(translating[Symbol.asyncDispose]()), other);
});

scenario("108c", "supervised cleanup errors after an abort reach the handler, once each", async () => {
  const told: unknown[] = [];
  const errors = [new Error("1"), new Error("2")];
  is(await TaskGroup.run({ onTaskError: (e) => told.push(e) }, async (tasks) => {
    for (const error of errors) tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => { throw error; }); });
    tasks.cancel();
    await ticks();
    return "value";
  }), "value");
  is(told, errors);
  is(suppressedErrors(errors[0]), []);
});
