/** What is compared: a subject and a baseline doing the same work, and how many times as dear the subject may be. */
/* eslint-disable @typescript-eslint/require-await, @typescript-eslint/await-thenable --
   The work of a task is an async function that does nothing, or awaits nothing: what is measured is the rest. */
import * as controllerX from "abort-controller-x";
import { TaskGroup } from "asr-runtime";
import { Effect } from "effect";
import * as effection from "effection";
import pLimit from "p-limit";
import pMap from "p-map";

/** Does the work for `n` tasks once. */
export type Run = (n: number) => Promise<unknown>;

export interface Row {
  readonly name: string;
  readonly n: number;
  /** CPU time of the subject over that of the baseline, at most. */
  readonly target: number;
  readonly subject: Run;
  readonly baseline: Run;
}

const work = async (): Promise<number> => 1;
const workWithAwait = async (): Promise<number> => {
  await undefined;
  return 1;
};

const group = (fn: () => Promise<number>, options = {}): Run => (n) =>
  TaskGroup.run(options, (tasks) => {
    for (let i = 0; i < n; i++) tasks.spawn(fn);
  });

/** Tasks that close over something of their own, as in programs; for peers whose tasks are values made before they run. */
const closures: Run = (n) =>
  TaskGroup.run((tasks) => {
    for (let i = 0; i < n; i++) tasks.spawn(() => work());
  });

const promiseAll = (fn: () => Promise<number>): Run => (n) => {
  const promises: Promise<number>[] = [];
  for (let i = 0; i < n; i++) promises.push(fn());
  return Promise.all(promises);
};

const joined: Run = async (n) => {
  await using tasks = new TaskGroup();
  for (let i = 0; i < n; i++) tasks.spawn(work);
  await tasks.join();
};

const eachAwaited: Run = (n) =>
  TaskGroup.run(async (tasks) => {
    const handles = [];
    for (let i = 0; i < n; i++) handles.push(tasks.spawn(work));
    for (const handle of handles) await handle;
  });

const listening: Run = (n) =>
  TaskGroup.run(async (tasks) => {
    for (let i = 0; i < n; i++) {
      tasks.spawn(async ({ signal }) => {
        const listener = (): void => {};
        signal.addEventListener("abort", listener);
        await undefined;
        signal.removeEventListener("abort", listener);
      });
    }
  });

const limited: Run = (n) => {
  const limit = pLimit(100);
  return promiseAll(() => limit(work))(n);
};

const controllerXForks: Run = (n) =>
  controllerX.spawn(new AbortController().signal, async (_signal, scope) => {
    for (let i = 0; i < n; i++) scope.fork(work);
  });

const effectForks: Run = (n) => {
  return Effect.runPromise(
    Effect.awaitAllChildren(
      Effect.gen(function* () {
        for (let i = 0; i < n; i++) yield* Effect.forkChild(Effect.promise(() => work()));
      }),
    ),
  );
};

const effectionSpawns: Run = async (n) =>
  effection.run(function* () {
    const tasks = [];
    for (let i = 0; i < n; i++) tasks.push(yield* effection.spawn(() => effection.until(work())));
    for (const task of tasks) yield* task;
  });

export const rows: readonly Row[] = [
  { name: "run + spawn / Promise.all", n: 1_000, target: 2.5, subject: group(work), baseline: promiseAll(work) },
  { name: "await using + join / Promise.all", n: 1_000, target: 2.5, subject: joined, baseline: promiseAll(work) },
  { name: "run + spawn, one await in the task / Promise.all", n: 1_000, target: 2, subject: group(workWithAwait), baseline: promiseAll(workWithAwait) },
  { name: "a whole group of two / Promise.all", n: 2, target: 2, subject: group(work), baseline: promiseAll(work) },
  { name: "run + spawn, many / Promise.all", n: 100_000, target: 4, subject: group(work), baseline: promiseAll(work) },
  { name: "awaiting every handle / Promise.all", n: 1_000, target: 6, subject: eachAwaited, baseline: promiseAll(work) },
  { name: "TaskGroup.all / Promise.all", n: 1_000, target: 3.5, subject: (n) => TaskGroup.all(Array<typeof work>(n).fill(work)), baseline: promiseAll(work) },
  { name: "limit 100 / p-limit(100)", n: 1_000, target: 0.5, subject: group(work, { limit: 100 }), baseline: limited },
  { name: "map, limit 100 / p-map", n: 1_000, target: 0.8, subject: (n) => TaskGroup.map(Array<number>(n).fill(0), work, { limit: 100 }), baseline: (n) => pMap(Array<number>(n).fill(0), work, { concurrency: 100 }) },
  { name: "run + spawn / abort-controller-x fork", n: 1_000, target: 0.25, subject: group(work), baseline: controllerXForks },
  { name: "run + spawn / effect forkChild", n: 1_000, target: 0.1, subject: closures, baseline: effectForks },
  { name: "run + spawn / effection spawn", n: 1_000, target: 0.01, subject: closures, baseline: effectionSpawns },
];

export interface Growth {
  readonly name: string;
  readonly run: Run;
  readonly few: number;
  readonly more: number;
  /** CPU time of `more` over that of `few`, each the first call of a fresh process, at most. */
  readonly target: number;
}

export const growths: readonly Growth[] = [
  // Twenty times the tasks, each listening to its signal. One signal shared by all would give more than 50.
  { name: "20 000 listening tasks / 1 000 of them", run: listening, few: 1_000, more: 20_000, target: 25 },
];

const heap = async (): Promise<number> => {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    (globalThis as unknown as { gc(): void }).gc();
  }
  return process.memoryUsage().heapUsed;
};

/** Heap growth per task while `n` tasks of `start` are blocked. */
async function bytesPerLive(start: (n: number, task: () => Promise<number>) => Promise<unknown>): Promise<number> {
  const n = 20_000;
  let grown = 0;
  for (let round = 0; round < 2; round++) {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const before = await heap();
    const done = start(n, async () => {
      await gate;
      return 1;
    });
    await undefined;
    grown = (await heap()) - before;
    open();
    await done;
  }
  return grown / n;
}

/** Heap growth per round of `act` once it is over. */
async function bytesRetained(act: () => Promise<unknown>): Promise<number> {
  const n = 20_000;
  for (let i = 0; i < 1_000; i++) await act();
  const before = await heap();
  for (let i = 0; i < n; i++) await act();
  return ((await heap()) - before) / n;
}

export interface Weight {
  readonly name: string;
  readonly target: number;
  readonly measure: () => Promise<number>;
}

const onNode20 = process.versions.node.startsWith("20.");

export const weights: readonly Weight[] = [
  {
    name: "bytes per live task",
    target: 900,
    measure: () => bytesPerLive((n, task) => TaskGroup.run((tasks) => { for (let i = 0; i < n; i++) tasks.spawn(task); })),
  },
  {
    name: "the same / Promise.all",
    target: 1.8,
    measure: async () =>
      (await bytesPerLive((n, task) => TaskGroup.run((tasks) => { for (let i = 0; i < n; i++) tasks.spawn(task); }))) /
      (await bytesPerLive((n, task) => Promise.all(Array.from({ length: n }, task)))),
  },
  {
    name: "bytes per live task that read its signal",
    target: onNode20 ? 1_800 : 1_050,
    measure: () => bytesPerLive((n, task) => TaskGroup.run((tasks) => { for (let i = 0; i < n; i++) tasks.spawn(({ signal }) => (signal.aborted ? Promise.reject(new Error("aborted")) : task())); })),
  },
  {
    name: "bytes retained per finished task",
    target: 64,
    measure: () => TaskGroup.run((tasks) => bytesRetained(async () => tasks.spawn(work))),
  },
  {
    name: "bytes retained per finished nested group",
    target: 64,
    measure: () => TaskGroup.run((tasks) => bytesRetained(() => TaskGroup.run({ signal: tasks.signal }, (inner) => inner.spawn(work)))),
  },
];
