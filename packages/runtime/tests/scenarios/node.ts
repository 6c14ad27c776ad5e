/** Scenarios that look at Node itself: async context, active timers, realms, the heap (`--expose-gc`). */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/no-unnecessary-condition, @typescript-eslint/no-unsafe-return, @typescript-eslint/require-await, @typescript-eslint/unbound-method --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { createContext, runInContext } from "node:vm";
import { sleep as sleepOf, suppressedErrors, TaskGroup } from "../../src/index.ts";
import { aborted, gate, is, ok, reasonOf, scenario, sleep, ticks } from "../harness.ts";

const { gc } = globalThis as { gc?: () => void };

async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    gc?.();
  }
  return process.memoryUsage().heapUsed;
}

/** Bytes that stay per round of `work`, the first rounds not counted; the least of three, because a leak is in each. */
async function retained(rounds: number, work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least >= 64; attempt++) {
    for (let i = 0; i < 200; i++) await work();
    const before = await heap();
    for (let i = 0; i < rounds; i++) await work();
    least = Math.min(least, ((await heap()) - before) / rounds);
  }
  return least;
}

/** How many of `refs` are alive once the collector has had every chance, or as soon as at most `expected` are. */
async function alive(refs: readonly WeakRef<object>[], expected = 0): Promise<number> {
  let count = Infinity;
  for (let round = 0; round < 20 && count > expected; round++) {
    await heap();
    count = refs.filter((ref) => ref.deref() !== undefined).length;
    await sleep(1);
  }
  return count;
}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

scenario(112, "a group with a 60 s timeout that finishes, fails or is cancelled leaves no timer active", async () => {
  const before = timers();
  const timeout = 60_000;
  await TaskGroup.run({ timeout }, () => {});
  await reasonOf(TaskGroup.run({ timeout }, () => { throw new Error("x"); }));
  await TaskGroup.run({ timeout }, (tasks) => tasks.cancel());
  await reasonOf(TaskGroup.run({ timeout, signal: AbortSignal.abort() }, () => {}));
  await using group = new TaskGroup({ timeout });
  await group.join();
  await TaskGroup.run(async (tasks) => {
    await tasks.spawn(() => 1, { timeout });
    await tasks.spawn(async () => { throw new Error("x"); }, { timeout }).settled();
  }).catch(() => {});
  const disposed = new TaskGroup({ timeout });
  await disposed[Symbol.asyncDispose]();
  is(timers(), before);
});

scenario("sleep 4", "an aborted sleep leaves no timer active", async () => {
  const before = timers();
  const controller = new AbortController();
  const pause = sleepOf(60_000, { signal: controller.signal });
  controller.abort("enough");
  await reasonOf(pause);
  await reasonOf(sleepOf(60_000, { signal: controller.signal }));
  is(timers(), before);
});

scenario(121, "a queued task starts in the async context of its spawn call", async () => {
  const store = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  await TaskGroup.run({ limit: 1 }, (tasks) => {
    store.run("a", () => tasks.spawn(async () => { await sleep(1); seen.push(store.getStore()); }));
    store.run("b", () => tasks.spawn(async () => { seen.push(store.getStore()); await sleep(1); seen.push(store.getStore()); }));
    tasks.spawn(() => { seen.push(store.getStore()); });
  });
  is(seen, ["a", "b", "b", undefined]);
});

scenario(152, "a task sees the store of its spawner; the body keeps its own across awaits", async () => {
  const store = new AsyncLocalStorage<string>();
  await store.run("body", () => TaskGroup.run(async (tasks) => {
    const seen = await store.run("task", () => tasks.spawn(async () => { await sleep(1); return store.getStore(); }));
    is([seen, store.getStore()], ["task", "body"]);
    await tasks.join();
    is(store.getStore(), "body");
  }));
  const mapped: (string | undefined)[] = [];
  await store.run("map", () => TaskGroup.map([1, 2, 3], async () => { await ticks(2); mapped.push(store.getStore()); }, { limit: 1 }));
  is(mapped, ["map", "map", "map"]);
});

scenario("50b", "many tasks and groups on one signal print no MaxListenersExceededWarning", async () => {
  const warnings: unknown[] = [];
  const listener = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", listener);
  const parent = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => TaskGroup.run({ signal: parent.signal }, (tasks) => {
    for (let i = 0; i < 20; i++) tasks.spawn(({ signal }) => sleep(1, signal));
  })));
  await sleep(1);
  process.off("warning", listener);
  is(warnings, []);
});

scenario(155, "tasks that went through an open group retain nothing", async () => {
  await TaskGroup.run(async (tasks) => {
    const bytes = await retained(20_000, () => tasks.spawn(async () => new Array(10).fill(0)));
    ok(bytes < 64, `at most 64 bytes per finished task, got ${bytes.toFixed(1)}`);
  });
}, "gc");

scenario("155a", "so it is with tasks that read their signal, have a timeout, a slot, or run in the background", async () => {
  await TaskGroup.run({ limit: 1 }, async (tasks) => {
    const bytes = await retained(4_000, async () => {
      await tasks.spawn(({ signal }) => signal.aborted, { timeout: 60_000 });
      await tasks.spawn(() => {}, { background: true });
      const [first, second] = [tasks.spawn(async () => {}), tasks.spawn(async () => {})];
      second.cancel();
      await first;
    });
    ok(bytes < 64, `at most 64 bytes per round, got ${bytes.toFixed(1)}`);
  });
}, "gc");

scenario(156, "finished groups leave nothing on a long-lived signal, ours or foreign", async () => {
  await TaskGroup.run(async (outer) => {
    for (const signal of [outer.signal, new AbortController().signal]) {
      const bytes = await retained(5_000, () => TaskGroup.run({ signal }, (tasks) => { tasks.spawn(async () => {}); }));
      ok(bytes < 64, `at most 64 bytes per finished group, got ${bytes.toFixed(1)}`);
    }
  });
}, "gc");

scenario(157, "the closure and the context of a settled task are collectable while its group stays open", async () => {
  await TaskGroup.run({ limit: 1 }, async (tasks) => {
    const refs: WeakRef<object>[] = [];
    const spawnBig = (): unknown => {
      const big = { data: new Array(1_000).fill(0) };
      refs.push(new WeakRef(big));
      return tasks.spawn(async () => { await undefined; return big.data.length; });
    };
    const kept = [spawnBig(), spawnBig()]; // The second one goes through the queue.
    is([await alive(refs), kept.length], [0, 2]);
  });
}, "gc");

scenario(158, "one kept handle retains none of the tasks that overlapped it", async () => {
  await TaskGroup.run(async (tasks) => {
    const refs: WeakRef<object>[] = [];
    const spawnOne = (): { task: object; open: () => void } => {
      const { promise, open } = gate();
      const task = tasks.spawn(() => promise);
      refs.push(new WeakRef(task));
      const node = { payload: refs.length };
      void task.then(() => node);
      refs.push(new WeakRef(promise));
      return { task, open };
    };
    const first = spawnOne();
    let previous = spawnOne();
    first.open();
    for (let i = 0; i < 50; i++) {
      const next = spawnOne();
      previous.open();
      await ticks(4);
      previous = next;
    }
    previous.open();
    previous = first;
    const count = await alive(refs, 8);
    ok(count <= 8, `of 104 only the kept handle and what the stack still holds live, found ${count}`);
    ok(first.task !== undefined, "the handle is still held");
  });
}, "gc");

scenario(159, "a supervising group does not accumulate the errors it was told of", async () => {
  const refs: WeakRef<object>[] = [];
  await TaskGroup.run({ onTaskError: () => {} }, async (tasks) => {
    for (let i = 0; i < 500; i++) {
      tasks.spawn(async () => {
        const error = new Error("one of many");
        refs.push(new WeakRef(error));
        throw error;
      });
    }
    is(await alive(refs), 0);
  });
}, "gc");

scenario("159a", "a kept handle of a nested group's task does not retain the closed group's siblings", async () => {
  const outer = new TaskGroup();
  const refs: WeakRef<TaskGroup>[] = [];
  for (let i = 0; i < 20; i++) {
    await TaskGroup.run({ signal: outer.signal }, async (inner) => { refs.push(new WeakRef(inner)); await inner.spawn(async () => {}); });
  }
  is(await alive(refs), 0);
  await outer.join();
}, "gc");

scenario("X2", "a promise of another realm is adopted", async () => {
  const foreign = runInContext("Promise.resolve('from there')", createContext({})) as Promise<string>;
  ok(!(foreign instanceof Promise), "it is not our Promise");
  is(await TaskGroup.run(async (tasks) => await tasks.spawn(() => foreign)), "from there");
  const rejecting = (): Promise<never> => runInContext("Promise.reject(7)", createContext({})) as Promise<never>;
  is(await reasonOf(TaskGroup.run((tasks) => { tasks.spawn(rejecting); })), 7);
});

scenario("X9", "console shows the suppressed errors; JSON and structuredClone do not mind them", async () => {
  const [first, second] = [new Error("the first"), new Error("the second")];
  await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async () => { throw first; });
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => { throw second; }); });
  }));
  is(suppressedErrors(first), [second]);
  const printed = inspect(first);
  ok(printed.includes("asr.suppressed") && printed.includes("the second"), printed);
  is(JSON.stringify(first), "{}");
  is(structuredClone(first).message, "the first");
});
