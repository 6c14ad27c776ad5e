/** Sections G and H: late spawns, nested groups. */
/* eslint-disable @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { TaskGroup, TaskGroupClosedError } from "../../src/index.ts";
import { aborted, countListeners, gate, is, isA, ok, reasonOf, scenario, sleep, surfacing, thrownBy, ticks } from "../harness.ts";

scenario(63, "spawn after run has settled throws TaskGroupClosedError, callback not called", async () => {
  const escaped: { group?: TaskGroup } = {};
  await TaskGroup.run({ name: "escaped" }, (tasks) => { escaped.group = tasks; });
  let called = false;
  const thrown = thrownBy(() => escaped.group?.spawn(() => { called = true; }));
  isA(thrown, TaskGroupClosedError, /"escaped" is closed/);
  is([thrown.name, called], ["TaskGroupClosedError", false]);
});

scenario(64, "spawn after join() has settled throws TaskGroupClosedError", async () => {
  await using tasks = new TaskGroup();
  await tasks.join();
  isA(thrownBy(() => tasks.spawn(() => {})), TaskGroupClosedError);
});

scenario(65, "spawn on an aborted, open group: callback not called, handle cancelled, no throw", async () => {
  let called = false;
  await TaskGroup.run(async (tasks) => {
    tasks.cancel("stop");
    const task = tasks.spawn(() => { called = true; });
    is(task.state, "cancelled");
    is(await reasonOf(task), "stop");
    is(await task.settled(), { status: "cancelled", reason: "stop" });
    is(tasks.size, 0);
  });
  is(called, false);
});

scenario("65a", "a refused foreground task makes a parent's abort count; a refused background task does not", async () => {
  const after = async (background: boolean): Promise<unknown> => {
    const parent = new AbortController();
    return TaskGroup.run({ signal: parent.signal }, (tasks) => {
      parent.abort("stop");
      tasks.spawn(() => {}, { background });
      return "value";
    });
  };
  is(await reasonOf(after(false)), "stop");
  is(await after(true), "value");
});

scenario(66, "a refused handle that nobody awaits is no unhandled rejection", async () => {
  is(await surfacing("unhandled", () => TaskGroup.run((tasks) => {
    tasks.cancel();
    for (let i = 0; i < 3; i++) tasks.spawn(() => {});
  })), []);
});

scenario(67, "a child may spawn a sibling while the group drains", async () => {
  const done: string[] = [];
  await TaskGroup.run((tasks) => {
    tasks.spawn(async () => { await sleep(3); tasks.spawn(async () => { await sleep(3); done.push("grandchild"); }); done.push("child"); });
  });
  is(done, ["child", "grandchild"]);
});

scenario(68, "a hydra that spawns two for each task until one fails: fails, drains, starts no more", async () => {
  const error = new Error("head cut");
  let started = 0;
  let late = 0;
  let over = false;
  is(await reasonOf(TaskGroup.run((tasks) => {
    const grow = async (): Promise<void> => {
      if (over) late++;
      if (++started === 60) throw error;
      await sleep(1);
      tasks.spawn(grow);
      tasks.spawn(grow);
    };
    tasks.spawn(grow);
    tasks.signal.addEventListener("abort", () => { over = true; });
  })), error);
  const count = started;
  await sleep(10);
  is([late, started], [0, count]);
});

scenario(69, "a timer callback that spawns after everything is done gets TaskGroupClosedError", async () => {
  const thrown = gate<unknown>();
  await TaskGroup.run((tasks) => {
    tasks.spawn(async () => { setTimeout(() => thrown.open(thrownBy(() => tasks.spawn(() => {}))), 5); });
  });
  isA(await thrown.promise, TaskGroupClosedError);
});

scenario(70, "outer fails elsewhere: inner tasks abort, inner settles before outer", async () => {
  const error = new Error("elsewhere");
  const order: string[] = [];
  await TaskGroup.run(async (outer) => {
    outer.spawn(({ signal }) => TaskGroup.run({ signal }, (inner) => {
      inner.spawn(async (task) => { try { await aborted(task.signal); } finally { await sleep(4); order.push("inner task"); } });
    }).finally(() => order.push("inner")));
    outer.spawn(async () => { await sleep(2); throw error; });
  }).catch((e: unknown) => { is(e, error); order.push("outer"); });
  is(order, ["inner task", "inner", "outer"]);
});

scenario(71, "an inner failure comes out with the same identity at every level", async () => {
  const error = new Error("deep");
  let middle: unknown;
  is(await reasonOf(TaskGroup.run((outer) => {
    outer.spawn(async ({ signal }) => {
      middle = await reasonOf(TaskGroup.run({ signal }, (inner) => { inner.spawn(async () => { throw error; }); }));
      throw middle;
    });
  })), error);
  is(middle, error);
});

scenario(72, "an inner failure that the child catches leaves the outer group alone", async () => {
  is(await TaskGroup.run(async (outer) => {
    await outer.spawn(({ signal }) => TaskGroup.run({ signal }, () => { throw new Error("inner"); }).catch(() => {}));
    is(outer.signal.aborted, false);
    return "fine";
  }), "fine");
});

scenario(73, "a parent's abort reaches grandchildren with the identical reason; both runs reject with it", async () => {
  const parent = new AbortController();
  const reason = new Error("reason");
  let inner: unknown;
  let seen: unknown;
  const run = TaskGroup.run({ signal: parent.signal }, (outer) => {
    outer.spawn(async ({ signal }) => {
      const promise = TaskGroup.run({ signal }, (tasks) => {
        tasks.spawn(async (task) => { try { await aborted(task.signal); } finally { seen = task.signal.reason; } });
      });
      inner = await reasonOf(promise);
      throw inner;
    });
  });
  parent.abort(reason);
  is(await reasonOf(run), reason);
  is([seen, inner], [reason, reason]);
});

scenario(74, "linking to a task's or a group's signal uses no event listener", async () => {
  await TaskGroup.run(async (outer) => {
    const group = countListeners(outer.signal);
    await TaskGroup.run({ signal: outer.signal }, (inner) => { inner.spawn(() => sleep(1)); });
    await outer.spawn(async ({ signal }) => {
      const task = countListeners(signal);
      await TaskGroup.run({ signal }, (inner) => { inner.spawn(() => sleep(1)); });
      is(task.most, 0);
    });
    is(group.most, 0);
  });
});

scenario(75, "a child fails while the outer body is in an inner run on tasks.signal: the child error comes out", async () => {
  const error = new Error("child");
  is(await reasonOf(TaskGroup.run(async (outer) => {
    outer.spawn(async () => { await sleep(2); throw error; });
    await TaskGroup.run({ signal: outer.signal }, (inner) => { inner.spawn(({ signal }) => aborted(signal)); });
  })), error);
});

scenario(76, "two hundred levels: completion and abort both work", async () => {
  const nest = async (depth: number, signal: AbortSignal | undefined, leaf: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> =>
    TaskGroup.run({ signal }, async (tasks) => tasks.spawn((task) => (depth === 0 ? leaf(task.signal) : nest(depth - 1, task.signal, leaf))));
  is(await nest(200, undefined, async () => "bottom"), "bottom");
  const parent = new AbortController();
  const entered = gate();
  const run = nest(200, parent.signal, (signal) => { entered.open(); return aborted(signal); });
  await entered.promise;
  parent.abort("stop");
  is(await reasonOf(run), "stop");
});

scenario("76a", "a group opened with the signal of a settled task is a group of its own", async () => {
  await TaskGroup.run(async (outer) => {
    let kept: AbortSignal | undefined;
    await outer.spawn(({ signal }) => { kept = signal; });
    const later = new TaskGroup({ signal: kept });
    const task = later.spawn(() => sleep(4).then(() => "done"));
    outer.cancel();
    await later.join();
    is(await task, "done");
  });
});

scenario("76b", "an inner group that outlives its task's settlement is not aborted by it, nor corrupts the list", async () => {
  await TaskGroup.run(async (outer) => {
    const inner: TaskGroup[] = [];
    await outer.spawn(({ signal }) => { inner.push(new TaskGroup({ signal }), new TaskGroup({ signal }), new TaskGroup({ signal })); });
    const [a, b, c] = inner;
    const work = [a, b, c].map((group) => group?.spawn(({ signal }) => sleep(3, signal)));
    await b?.join();
    await a?.join();
    await c?.join();
    is(work.map((task) => task?.state), ["fulfilled", "fulfilled", "fulfilled"]);
  });
});

scenario("76c", "closing one of several groups on a signal keeps the others linked", async () => {
  const parent = new AbortController();
  const [a, b, c] = [0, 1, 2].map(() => new TaskGroup({ signal: parent.signal }));
  ok(a && b && c, "three groups");
  const waits = [a, c].map((group) => group.spawn(({ signal }) => aborted(signal)));
  await b.join();
  parent.abort("stop");
  await ticks();
  is(waits.map((task) => task.state), ["cancelled", "cancelled"]);
  is([await reasonOf(a.join()), await reasonOf(c.join())], ["stop", "stop"]);
});

scenario("76d", "a group made after its foreign signal was let go of is linked again", async () => {
  const parent = new AbortController();
  const listeners = countListeners(parent.signal);
  await TaskGroup.run({ signal: parent.signal }, () => {});
  const run = TaskGroup.run({ signal: parent.signal }, (tasks) => { tasks.spawn(({ signal }) => aborted(signal)); });
  is(listeners.now, 1);
  parent.abort("again");
  is(await reasonOf(run), "again");
});
