/** X scenarios that any platform can run: generators, class fields, stacks, observers, long queues. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { TaskGroup, type ObservedGroup, type ObservedTask } from "../../src/index.ts";
import { aborted, gate, is, isA, ok, reasonOf, scenario, sleep, surfacing, ticks } from "../harness.ts";

declare const AsyncDisposableStack: new () => { use<T>(value: T): T; move(): AsyncDisposable };

scenario("X3", "AsyncDisposableStack: use and move; disposed once, in order", async () => {
  const order: string[] = [];
  const stack = new AsyncDisposableStack();
  stack.use({ [Symbol.asyncDispose]: async () => void order.push("first declared") });
  const group = stack.use(new TaskGroup());
  group.spawn(async ({ signal }) => { try { await aborted(signal); } finally { order.push("task"); } });
  const moved = stack.move();
  is(group.size, 1);
  await moved[Symbol.asyncDispose]();
  is(order, ["task", "first declared"]);
}, "AsyncDisposableStack");

scenario("X4", "a group per iteration: its tasks end before the next iteration starts", async () => {
  const order: string[] = [];
  for (const n of [1, 2]) {
    await using tasks = new TaskGroup();
    order.push(`start ${n}`);
    tasks.spawn(async () => { await sleep(2); order.push(`end ${n}`); });
    if (n === 2) { await tasks.join(); continue; }
    await tasks.join();
  }
  is(order, ["start 1", "end 1", "start 2", "end 2"]);
});

scenario("X5", "a generator that holds a group: the consumer breaks, tasks are aborted and awaited first", async () => {
  const order: string[] = [];
  async function* numbers() {
    await using tasks = new TaskGroup();
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(2); order.push("cleaned"); } });
    yield 1;
    yield 2;
    await tasks.join();
  }
  for await (const n of numbers()) { order.push(`got ${n}`); break; }
  order.push("after");
  is(order, ["got 1", "cleaned", "after"]);
});

scenario("X7", "a group in a private field: disposing the owner ends its tasks before its other fields", async () => {
  const order: string[] = [];
  class Service implements AsyncDisposable {
    readonly #tasks = new TaskGroup();
    readonly #connection = { close: () => order.push("connection closed") };
    start(): void { this.#tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(2); order.push("task ended"); } }); }
    async [Symbol.asyncDispose](): Promise<void> { await this.#tasks[Symbol.asyncDispose](); this.#connection.close(); }
  }
  {
    await using service = new Service();
    service.start();
  }
  is(order, ["task ended", "connection closed"]);
});

scenario("X8", "timers replaced after import are obeyed", async () => {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const pending = new Map<number, { fn: () => void; ms: number }>();
  let next = 1;
  Object.assign(globalThis, {
    setTimeout: (fn: () => void, ms: number) => { pending.set(next, { fn, ms }); return next++; },
    clearTimeout: (id: number) => pending.delete(id),
  });
  const advance = (): void => { for (const [id, { fn }] of [...pending]) { pending.delete(id); fn(); } };
  try {
    const group = new TaskGroup({ timeout: 60_000 });
    const task = group.spawn(({ signal }) => aborted(signal), { timeout: 3_000 });
    is([...pending.values()].map(({ ms }) => ms), [60_000, 3_000]);
    advance();
    is(((await reasonOf(task)) as Error).name, "TimeoutError");
    await reasonOf(group.join());
    is(pending.size, 0);
    const long = new TaskGroup({ timeout: 2 ** 31 + 9 });
    let passed = 0;
    while (!long.signal.aborted) {
      const [slice = { ms: 0 }, ...others] = pending.values();
      ok(slice.ms > 0 && slice.ms < 2 ** 31 && others.length === 0, "one timer at a time, and none that overflows");
      passed += slice.ms;
      advance();
    }
    is(passed, 2 ** 31 + 9);
    const early = new TaskGroup({ timeout: 2 ** 31 + 9 });
    advance();
    await early.join();
    is(pending.size, 0);
    await TaskGroup.run({ timeout: Infinity }, () => is(pending.size, 0));
  } finally {
    Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
  }
});

scenario("X12", "observers come and go mid-flight; what was opened while they watched is balanced", async () => {
  const seen = { open: new Set<ObservedGroup>(), close: new Set<ObservedGroup>(), spawn: new Set<ObservedTask>(), settle: new Set<ObservedTask>() };
  await TaskGroup.run({ name: "before" }, async (outer) => {
    const early = gate();
    outer.spawn(() => early.promise);
    const observed = TaskGroup.observe({
      open: (group) => seen.open.add(group), close: (group) => seen.close.add(group),
      spawn: (task) => seen.spawn.add(task), settle: (task) => seen.settle.add(task),
    });
    await TaskGroup.run({ name: "while", signal: outer.signal, limit: 1 }, (inner) => {
      for (let i = 0; i < 3; i++) inner.spawn(() => sleep(1), { name: `t${i}` });
      inner.cancel();
      inner.spawn(() => {}, { name: "refused" });
    });
    is([[...seen.open].map((group) => [group.name, group.phase, group.aborted, group.parent?.name]), seen.close.size], [[["while", "closed", true, "before"]], 1]);
    is([...seen.spawn].map((task) => [task.name, task.state, task.group.name]), [["t0", "fulfilled", "while"], ["t1", "cancelled", "while"], ["t2", "cancelled", "while"], ["refused", "cancelled", "while"]]);
    is([...seen.settle].length, 4);
    observed[Symbol.dispose]();
    observed[Symbol.dispose]();
    early.open();
    outer.spawn(() => {});
  });
  is([seen.open.size, seen.close.size, seen.spawn.size, seen.settle.size], [1, 1, 4, 4]);
});

scenario("X12a", "an observer that throws disturbs no group; its error surfaces at the top", async () => {
  const error = new Error("observer");
  is(await surfacing("uncaught", async () => {
    using broken = TaskGroup.observe({ spawn: () => { throw error; } });
    void broken;
    is(await TaskGroup.run((tasks) => tasks.spawn(() => 1)), 1);
  }), [error]);
});

scenario("X12b", "two observers are both told; a method may use `this`; removing one keeps the other", async () => {
  const seen: string[] = [];
  const observer = { label: "a", open(): void { seen.push(this.label); } };
  const first = TaskGroup.observe(observer);
  const second = TaskGroup.observe({ open: () => seen.push("b") });
  await TaskGroup.run(() => {});
  first[Symbol.dispose]();
  await TaskGroup.run(() => {});
  second[Symbol.dispose]();
  await TaskGroup.run(() => {});
  is(seen, ["a", "b", "b"]);
});

scenario("X16", "a long queue: 20 000 tasks behind a limit of 100 start in order, and never more than 100 run", async () => {
  let running = 0;
  let most = 0;
  let previous = -1;
  let ordered = true;
  await TaskGroup.run({ limit: 100 }, (tasks) => {
    for (let i = 0; i < 20_000; i++) tasks.spawn(async () => {
      ordered &&= previous === i - 1;
      previous = i;
      most = Math.max(most, ++running);
      await undefined;
      running--;
    });
  });
  is([most, ordered, previous], [100, true, 19_999]);
});

scenario("X17", "a thenable whose `then` throws, or is a throwing getter, fails its task", async () => {
  const error = new Error("then");
  const bad = [
    { then() { throw error; } },
    Object.defineProperty({}, "then", { get() { throw error; } }),
    Object.defineProperty(Promise.resolve(), "constructor", { get() { throw error; } }),
  ];
  for (const thenable of bad) is(await reasonOf(TaskGroup.run((tasks) => { tasks.spawn(() => thenable); })), error);
});

scenario("X18", "a thenable that settles twice settles its task once", async () => {
  const both = { then(resolve: (value: string) => void, reject: (error: unknown) => void): void { resolve("first"); reject(new Error("second")); } };
  is(await TaskGroup.run(async (tasks) => await tasks.spawn(() => both as unknown as PromiseLike<string>)), "first");
});

scenario("X19", "join from the body of run closes the group; run yields the same outcome", async () => {
  is(await TaskGroup.run(async (tasks) => { tasks.spawn(() => sleep(1)); await tasks.join(); return "value"; }), "value");
  const error = new Error("child");
  is(await reasonOf(TaskGroup.run(async (tasks) => { tasks.spawn(async () => { throw error; }); await tasks.join(); })), error);
  const later = new Error("after join");
  let signal: AbortSignal | undefined;
  is(await reasonOf(TaskGroup.run(async (tasks) => { ({ signal } = tasks); await tasks.join(); throw later; })), later);
  is(signal?.aborted, false, "a closed group aborts no more");
});

scenario("X20", "a plain subclass of Promise is adopted", async () => {
  class Mine<T> extends Promise<T> {}
  const opened = gate<string>();
  const run = TaskGroup.run(async (tasks) => await tasks.spawn(() => Mine.resolve(opened.promise)));
  await ticks();
  opened.open("mine");
  is(await run, "mine");
  ok(true, "settled");
  isA(await reasonOf(TaskGroup.run((tasks) => { tasks.spawn(() => Mine.reject(new RangeError("mine"))); })), RangeError);
});
