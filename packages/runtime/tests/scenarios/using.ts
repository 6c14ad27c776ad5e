/** Section I: `await using` with `join`. */
/* eslint-disable @typescript-eslint/no-confusing-void-expression, @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/require-await, @typescript-eslint/return-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { Cancellation, suppressedErrors, TaskGroup, TaskGroupClosedError } from "../../src/index.ts";
import { aborted, gate, is, isA, ok, reasonOf, scenario, sleep, surfacing, thrownBy, ticks } from "../harness.ts";

interface Pair { readonly error: unknown; readonly suppressed: unknown }

const failing = (error: unknown, ms = 2) => async (): Promise<never> => { await sleep(ms); throw error; };

scenario(77, "spawn, join, leave: everything ends normally, nothing is aborted", async () => {
  let signal: AbortSignal | undefined;
  let done = false;
  {
    await using tasks = new TaskGroup();
    tasks.spawn(async (task) => { signal = task.signal; await sleep(3); done = true; });
    is(await tasks.join(), undefined);
  }
  is([done, signal?.aborted], [true, false]);
});

scenario(78, "left without join while a task runs: aborted with scope-exit, awaited, no throw", async () => {
  let reason: unknown;
  let cleaned = false;
  {
    await using tasks = new TaskGroup();
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; await sleep(3); cleaned = true; } });
  }
  isA(reason, Cancellation);
  is([reason.kind, cleaned], ["scope-exit", true]);
});

scenario(79, "left without join and no task live: nothing is aborted", async () => {
  let signal: AbortSignal | undefined;
  {
    await using tasks = new TaskGroup();
    signal = tasks.signal;
    await tasks.spawn(async () => {});
  }
  is(signal.aborted, false);
});

scenario(80, "the body throws before join: task aborted and awaited, the error comes out as itself", async () => {
  const error = new Error("body");
  let cleaned = false;
  is(await reasonOf((async () => {
    await using tasks = new TaskGroup();
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(3); cleaned = true; } });
    throw error;
  })()), error);
  is(cleaned, true);
});

scenario(81, "a child fails during join: join rejects with it, the disposer adds nothing", async () => {
  const error = new Error("child");
  let signal: AbortSignal | undefined;
  is(await reasonOf((async () => {
    await using tasks = new TaskGroup();
    tasks.spawn((task) => { signal = task.signal; return aborted(signal); });
    tasks.spawn(failing(error));
    await tasks.join();
  })()), error);
  is([signal?.aborted, suppressedErrors(error)], [true, []]);
});

scenario(82, "the body threw the handle's error before join: it comes out itself, not a SuppressedError", async () => {
  const error = new Error("child");
  is(await reasonOf((async () => {
    await using tasks = new TaskGroup();
    await tasks.spawn(failing(error));
    await tasks.join();
  })()), error);
});

scenario(83, "a child failed unobserved, the body left without join: the disposer throws the child error", async () => {
  const error = new Error("child");
  is(await reasonOf((async () => {
    await using tasks = new TaskGroup();
    tasks.spawn(failing(error, 1));
    await sleep(5);
  })()), error);
});

scenario(84, "a child failed unobserved and the body throws: SuppressedError with both", async () => {
  const child = new Error("child");
  const body = new Error("body");
  const thrown = (await reasonOf((async () => {
    await using tasks = new TaskGroup();
    tasks.spawn(failing(child, 1));
    await sleep(5);
    throw body;
  })())) as Pair;
  is([thrown.error, thrown.suppressed, suppressedErrors(thrown)], [child, body, [body]]);
});

scenario(85, "a child fails, the echo leaves the block before join: SuppressedError(child, echo)", async () => {
  const child = new Error("child");
  const echo: { error?: unknown } = {};
  const thrown = (await reasonOf((async () => {
    await using tasks = new TaskGroup();
    tasks.spawn(failing(child));
    try { await sleep(1_000, tasks.signal); } catch (error) { throw (echo.error = error); }
  })())) as Pair;
  ok(thrown.error === child && thrown.suppressed === echo.error, "both errors");
});

scenario(86, "a body on the outer signal goes on to join, which rejects with the child error itself", async () => {
  const child = new Error("child");
  const outer = new AbortController();
  is(await reasonOf((async () => {
    await using tasks = new TaskGroup({ signal: outer.signal });
    tasks.spawn(failing(child, 1));
    await sleep(6, outer.signal);
    await tasks.join();
  })()), child);
});

scenario(87, "join twice: the same settlement", async () => {
  const error = new Error("child");
  const failed = new TaskGroup();
  failed.spawn(failing(error, 1));
  is([await reasonOf(failed.join()), await reasonOf(failed.join())], [error, error]);
  const fine = new TaskGroup();
  fine.spawn(() => sleep(1));
  is(await Promise.all([fine.join(), fine.join()]), [undefined, undefined]);
});

scenario(88, "`return tasks.join(x)` without await: the disposer waits for the running join and does not abort", async () => {
  let aborted = true;
  const value = await (async () => {
    await using tasks = new TaskGroup();
    tasks.spawn(async ({ signal }) => { await sleep(5); aborted = signal.aborted; });
    return tasks.join("x");
  })();
  is([value, aborted], ["x", false]);
});

scenario("88a", "a join that nobody awaits surfaces its error as an unhandled rejection: it is not lost", async () => {
  const error = new Error("child");
  is(await surfacing("unhandled", async () => {
    await using tasks = new TaskGroup();
    tasks.spawn(failing(error));
    void tasks.join();
  }), [error]);
});

scenario(89, "join(value) resolves with the value after the tasks, or rejects with the child error", async () => {
  let done = false;
  const fine = new TaskGroup();
  fine.spawn(async () => { await sleep(4); done = true; });
  is([await fine.join(Promise.resolve(5)), done], [5, true]);
  const error = new Error("child");
  const failed = new TaskGroup();
  failed.spawn(failing(error));
  is(await reasonOf(failed.join("value")), error);
});

scenario("89a", "join(value) leaves the group open until the value is there", async () => {
  const group = new TaskGroup();
  const work = gate<string>();
  const joined = group.join(work.promise);
  await sleep(2);
  const late = group.spawn(async () => "late");
  work.open("value");
  is([await joined, await late], ["value", "late"]);
});

scenario(90, "join(promise) that rejects: the group is aborted, join rejects with it after the tasks ended", async () => {
  const error = new Error("value");
  let reason: unknown;
  let cleaned = false;
  const group = new TaskGroup();
  group.spawn(async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; await sleep(3); cleaned = true; } });
  is(await reasonOf(group.join(Promise.reject(error))), error);
  isA(reason, Cancellation);
  is([reason.kind, cleaned], ["body-failed", true]);
});

scenario(91, "parent aborts during join: join rejects with its reason", async () => {
  const parent = new AbortController();
  const group = new TaskGroup({ signal: parent.signal });
  group.spawn(({ signal }) => aborted(signal));
  const joined = group.join();
  parent.abort("stop");
  is(await reasonOf(joined), "stop");
});

scenario(92, "pre-aborted parent, nothing spawned: join resolves", async () => {
  await using tasks = new TaskGroup({ signal: AbortSignal.abort() });
  is(await tasks.join("value"), "value");
});

scenario(93, "pre-aborted parent, one spawn: callback not called, join rejects with the reason", async () => {
  let called = false;
  const group = new TaskGroup({ signal: AbortSignal.abort("early") });
  group.spawn(() => { called = true; });
  is([await reasonOf(group.join()), called], ["early", false]);
});

scenario(94, "dispose twice: the second resolves, even when the first threw", async () => {
  const error = new Error("child");
  const group = new TaskGroup();
  group.spawn(failing(error, 1));
  await sleep(4);
  is(await reasonOf(group[Symbol.asyncDispose]()), error);
  is(await group[Symbol.asyncDispose](), undefined);
});

scenario("94a", "two disposals at once wait for the same end; one reports", async () => {
  const group = new TaskGroup();
  let cleaned = false;
  group.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(3); cleaned = true; } });
  const first = group[Symbol.asyncDispose]();
  await group[Symbol.asyncDispose]();
  is(cleaned, true);
  await first;
});

scenario("94b", "dispose after join resolves, even when join threw", async () => {
  const error = new Error("child");
  const group = new TaskGroup();
  group.spawn(failing(error, 1));
  is(await reasonOf(group.join()), error);
  is(await group[Symbol.asyncDispose](), undefined);
});

scenario(95, "a resource declared before the group is closed after the task's cleanup", async () => {
  const order: string[] = [];
  await reasonOf((async () => {
    await using resource = { [Symbol.asyncDispose]: async () => void order.push("closed") };
    void resource;
    await using tasks = new TaskGroup();
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(3); order.push("cleaned"); } });
    throw new Error("body");
  })());
  is(order, ["cleaned", "closed"]);
});

scenario(96, "cancel() then leave without join: the cancel reason, no throw", async () => {
  let reason: unknown;
  {
    await using tasks = new TaskGroup();
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; } });
    tasks.cancel("done");
  }
  is(reason, "done");
});

scenario("96a", "several unobserved failures: the first is thrown, the others attached; delivered ones are left out", async () => {
  const [delivered, first, second] = [new Error("delivered"), new Error("first"), new Error("second")];
  const group = new TaskGroup();
  group.spawn(async ({ signal }) => { await aborted(signal).catch(() => sleep(4)); throw first; });
  group.spawn(async ({ signal }) => { await aborted(signal).catch(() => sleep(9)); throw second; });
  await group.spawn(failing(delivered, 1)).settled();
  is(await reasonOf(group[Symbol.asyncDispose]()), first);
  is(suppressedErrors(first), [second]);
});

scenario("96b", "dispose while a body runs in the group of run: the group closes, run still settles", async () => {
  is(await TaskGroup.run(async (tasks) => {
    tasks.spawn(({ signal }) => aborted(signal));
    await tasks[Symbol.asyncDispose]();
    await ticks();
    is(tasks.size, 0);
    return "value";
  }).catch((error: unknown) => (error as Cancellation).kind), "scope-exit");
});

scenario("87a", "draining begins when join is called: an idle group takes no more tasks after it", async () => {
  await using tasks = new TaskGroup();
  const joined = tasks.join();
  is(tasks.inspect().phase, "closed");
  isA(thrownBy(() => tasks.spawn(() => {})), TaskGroupClosedError);
  await joined;
});
