/** Sections P and the portable part of Q: cleanup, hostile listeners, naming, introspection. */
/* eslint-disable @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return, @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { Cancellation, suppressedErrors, TaskGroup, TaskGroupClosedError } from "../../src/index.ts";
import { aborted, gate, is, isA, ok, reasonOf, scenario, sleep, surfacing, ticks } from "../harness.ts";

scenario(147, "a finally block without a signal runs to its end; the group waits", async () => {
  let ended = false;
  await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(5); ended = true; } });
    tasks.cancel();
  });
  is(ended, true);
});

scenario(148, "a cleanup on the aborted signal is rejected at once, and that echo is no failure", async () => {
  let reached = false;
  is(await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(1_000, signal); reached = true; } });
    tasks.cancel();
    return "value";
  }), "value");
  is(reached, false);
});

scenario(149, "a cleanup in its own group is bounded by its own timeout only", async () => {
  let outcome: unknown;
  await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => {
      try { await aborted(signal); } finally {
        outcome = await TaskGroup.run({ timeout: 6 }, async (cleanup) => { cleanup.spawn(() => sleep(2)); return "cleaned"; });
      }
    });
    tasks.cancel();
  });
  is(outcome, "cleaned");
});

scenario(150, "a throwing abort listener: the others are still aborted, the throw surfaces at the top", async () => {
  const error = new Error("listener");
  let other: AbortSignal | undefined;
  const seen = await surfacing("uncaught", () => TaskGroup.run((tasks) => {
    tasks.spawn(({ signal }) => { signal.addEventListener("abort", () => { throw error; }); return aborted(signal); });
    tasks.spawn((task) => { other = task.signal; return aborted(other); });
    tasks.cancel();
  }));
  is([seen, other?.aborted], [[error], true]);
});

scenario(151, "an abort listener that spawns and cancels: refused and ignored", async () => {
  let called = false;
  let state: string | undefined;
  await TaskGroup.run((tasks) => {
    tasks.spawn(({ signal }) => {
      signal.addEventListener("abort", () => { state = tasks.spawn(() => { called = true; }).state; tasks.cancel("second"); });
      return aborted(signal);
    });
    tasks.cancel("first");
    is(tasks.signal.reason, "first");
  });
  is([called, state], [false, "cancelled"]);
});

scenario("151a", "an abort listener that cancels a queued task and disposes a nested group corrupts nothing", async () => {
  await TaskGroup.run({ limit: 1 }, (tasks) => {
    const nested = new TaskGroup({ signal: tasks.signal });
    const later = new TaskGroup({ signal: tasks.signal });
    const kept = later.spawn(({ signal }) => aborted(signal));
    tasks.spawn(({ signal }) => {
      signal.addEventListener("abort", () => { queued[0]?.cancel(); void nested[Symbol.asyncDispose](); });
      return aborted(signal);
    });
    const queued = [tasks.spawn(() => {}), tasks.spawn(() => {})];
    tasks.cancel();
    is(queued.map((task) => task.state), ["cancelled", "cancelled"]);
    return kept.settled().then(({ status }) => is(status, "cancelled"));
  });
});

scenario("151b", "a group opened on an aborted owner comes and goes without disturbing the one still in it", async () => {
  await TaskGroup.run(async (outer) => {
    const inner = new TaskGroup({ signal: outer.signal, name: "cleaning up" });
    inner.spawn(() => sleep(3));
    outer.cancel();
    is(await reasonOf(TaskGroup.run({ signal: outer.signal, name: "too late" }, () => {})), outer.signal.reason);
    is(outer.inspect().groups.map(({ name }) => name), ["cleaning up"]);
    await inner.join();
    is(outer.inspect().groups, []);
  });
});

scenario(153, "a name shows on the handle, in the context, in inspect() and in messages", async () => {
  const escaped: { group?: TaskGroup } = {};
  await TaskGroup.run({ name: "outer" }, async (tasks) => {
    escaped.group = tasks;
    const task = tasks.spawn(async (context) => { is(context.name, "worker"); await sleep(1); }, { name: "worker" });
    is([task.name, tasks.inspect().name, tasks.inspect().tasks[0]?.name], ["worker", "outer", "worker"]);
    is(tasks.spawn(() => {}).name, undefined);
    await task;
  });
  isA(await reasonOf((async () => escaped.group?.spawn(() => {}))()), TaskGroupClosedError, /"outer"/);
  isA(await reasonOf(TaskGroup.run({ timeout: 1, name: "slow" }, (tasks) => { tasks.spawn(({ signal }) => aborted(signal)); })), DOMException, /task group "slow" timed out/);
});

scenario(154, "inspect(): a tree of live tasks and groups with their states, as plain data", async () => {
  await TaskGroup.run({ name: "root", limit: 1 }, async (tasks) => {
    const release = gate();
    tasks.spawn(({ signal }) => TaskGroup.run({ signal, name: "inner" }, (inner) => { inner.spawn(() => release.promise, { name: "leaf" }); }), { name: "branch" });
    tasks.spawn(() => {}, { name: "waiting" });
    tasks.spawn(({ signal }) => aborted(signal), { name: "daemon", background: true });
    const side = new TaskGroup({ signal: tasks.signal, name: "side" });
    await ticks();
    const leaf = { name: "leaf", state: "running", background: false, groups: [] };
    is(tasks.inspect(), {
      name: "root",
      phase: "open",
      aborted: false,
      tasks: [
        { name: "branch", state: "running", background: false, groups: [{ name: "inner", phase: "draining", aborted: false, tasks: [leaf], groups: [] }] },
        { name: "waiting", state: "queued", background: false, groups: [] },
        { name: "daemon", state: "running", background: true, groups: [] },
      ],
      groups: [{ name: "side", phase: "open", aborted: false, tasks: [], groups: [] }],
    });
    release.open();
    await side.join();
    is(side.inspect().phase, "closed");
  });
});

scenario(160, "isCancellation: a library's own cancel error counts as cancellation, but only after an abort", async () => {
  class LibraryCancelled extends Error {}
  const asked: unknown[] = [];
  const isCancellation = (error: unknown, reason: unknown): boolean => { asked.push(reason); return error instanceof LibraryCancelled; };
  const answering = async ({ signal }: { signal: AbortSignal }): Promise<never> => aborted(signal).catch(() => { throw new LibraryCancelled(); });
  is(await TaskGroup.run({ isCancellation }, (tasks) => { tasks.spawn(answering); tasks.cancel("stop"); return "value"; }), "value");
  is(asked, ["stop"]);
  isA(await reasonOf(TaskGroup.run({ isCancellation }, (tasks) => { tasks.spawn(async () => { throw new LibraryCancelled(); }); })), LibraryCancelled);
  is(asked, ["stop"]);
  const parent = new AbortController();
  const run = TaskGroup.run({ isCancellation, signal: parent.signal }, async (tasks) => { await aborted(tasks.signal).catch(() => { throw new LibraryCancelled(); }); });
  parent.abort("body");
  is(await reasonOf(run), "body");
});

scenario("160a", "isCancellation that throws fails the group with both errors instead of hanging it", async () => {
  const [cleanup, broken] = [new Error("cleanup"), new Error("broken predicate")];
  is(await reasonOf(TaskGroup.run({ isCancellation: () => { throw broken; } }, (tasks) => {
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => { throw cleanup; }); });
    tasks.cancel();
  })), broken);
  is(suppressedErrors(broken), [cleanup]);
});

scenario("160b", "Cancellation cannot be made by hand, and tells itself apart", async () => {
  await TaskGroup.run((tasks) => {
    tasks.cancel();
    const { reason } = tasks.signal;
    isA(reason, Cancellation, /cancelled/);
    ok(!("cause" in reason), "no cause where there is none");
  });
  // @ts-expect-error the constructor is private
  void (() => new Cancellation("cancelled"));
});
