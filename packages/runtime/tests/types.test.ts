/** What the compiler infers; `tsc -p tests` checks it, and the suppressed errors below must be errors. */
/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { describe, expectTypeOf, test } from "vitest";
import { type Awaitable, type GroupSnapshot, type Outcome, type SpawnOptions, type Task, TaskGroup, type TaskFn, type TaskGroupOptions } from "../src/index.ts";

describe("types", () => {
  test("spawn infers the awaited value", () => {
    void ((tasks: TaskGroup) => {
      expectTypeOf(tasks.spawn(async () => 1)).toEqualTypeOf<Task<number>>();
      expectTypeOf(tasks.spawn(() => "text")).toEqualTypeOf<Task<string>>();
      expectTypeOf(tasks.spawn(() => {})).toEqualTypeOf<Task<void>>();
      expectTypeOf(tasks.spawn(async () => ({ a: [1] }))).toEqualTypeOf<Task<{ a: number[] }>>();
      expectTypeOf(tasks.spawn(() => tasks.spawn(() => 1))).toEqualTypeOf<Task<number>>();
      expectTypeOf(tasks.spawn(({ signal, name }) => [signal, name] as const)).toEqualTypeOf<Task<readonly [AbortSignal, string | undefined]>>();
      expectTypeOf<Awaited<Task<Date>>>().toEqualTypeOf<Date>();
      expectTypeOf(tasks.spawn(() => 1).settled()).resolves.toEqualTypeOf<Outcome<number>>();
    });
  });

  test("spawn of work that was started outside does not compile", () => {
    void ((tasks: TaskGroup) => {
      // @ts-expect-error a promise
      tasks.spawn(Promise.resolve(1));
      // @ts-expect-error a function of something else
      tasks.spawn((n: number) => n);
      // @ts-expect-error an unknown option
      tasks.spawn(() => 1, { priority: 1 });
    });
  });

  test("run and join give the awaited value of what they got", () => {
    void ((tasks: TaskGroup) => {
      expectTypeOf(TaskGroup.run(async () => 1)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(TaskGroup.run({ limit: 1 }, () => "x")).toEqualTypeOf<Promise<string>>();
      expectTypeOf(TaskGroup.run((group) => group.spawn(() => 5))).toEqualTypeOf<Promise<number>>();
      expectTypeOf(TaskGroup.run(() => {})).toEqualTypeOf<Promise<void>>();
      expectTypeOf(tasks.join()).toEqualTypeOf<Promise<void>>();
      expectTypeOf(tasks.join(1)).toEqualTypeOf<Promise<number>>();
      expectTypeOf(tasks.join(Promise.resolve("x"))).toEqualTypeOf<Promise<string>>();
      expectTypeOf<TaskGroup>().toExtend<AsyncDisposable>();
    });
  });

  test("all infers tuples, readonly tuples, arrays and records", () => {
    void (() => {
      expectTypeOf(TaskGroup.all([() => 1, async () => "x"])).toEqualTypeOf<Promise<[number, string]>>();
      const fixed = [() => 1, async () => true] as const;
      expectTypeOf(TaskGroup.all(fixed)).toEqualTypeOf<Promise<[number, boolean]>>();
      expectTypeOf(TaskGroup.all([1, 2].map((n) => () => n))).toEqualTypeOf<Promise<number[]>>();
      expectTypeOf(TaskGroup.all({ a: () => 1, b: async () => "x" })).toEqualTypeOf<Promise<{ a: number; b: string }>>();
      expectTypeOf(TaskGroup.all([({ signal }) => signal.aborted])).toEqualTypeOf<Promise<[boolean]>>();
      // @ts-expect-error a promise among the functions
      void TaskGroup.all([() => 1, Promise.resolve(1)]);
    });
  });

  test("the other combinators", () => {
    void (() => {
      expectTypeOf(TaskGroup.allSettled([() => 1, async () => "x"])).toEqualTypeOf<Promise<[Outcome<number>, Outcome<string>]>>();
      expectTypeOf(TaskGroup.race([() => 1, async () => "x"])).toEqualTypeOf<Promise<number | string>>();
      expectTypeOf(TaskGroup.any([() => 1, async () => "x"])).toEqualTypeOf<Promise<number | string>>();
      expectTypeOf(TaskGroup.map([1], async (n, index, { signal }) => `${n}${index}${signal.aborted}`)).toEqualTypeOf<Promise<string[]>>();
      expectTypeOf(TaskGroup.map(new Map<string, number>(), ([key]) => key)).toEqualTypeOf<Promise<string[]>>();
      expectTypeOf(TaskGroup.stream([1], async (n) => n > 0)).toEqualTypeOf<AsyncGenerator<boolean, void, void>>();
      expectTypeOf(TaskGroup.map({} as AsyncIterable<Date>, (date) => date)).toEqualTypeOf<Promise<Date[]>>();
    });
  });

  test("Task is covariant", () => {
    expectTypeOf<Task<"a">>().toExtend<Task<string>>();
    expectTypeOf<Task<string>>().not.toExtend<Task<"a">>();
    expectTypeOf<TaskFn<number>>().returns.toEqualTypeOf<Awaitable<number>>();
  });

  test("options may be handed on as they come, under exactOptionalPropertyTypes", () => {
    void ((signal: AbortSignal | undefined, limit: number | undefined, name: string | undefined) => {
      const options: TaskGroupOptions = { signal, limit, name, timeout: undefined, onTaskError: undefined, isCancellation: undefined };
      const spawn: SpawnOptions = { name, background: undefined, timeout: undefined };
      void new TaskGroup(options).spawn(() => {}, spawn);
      expectTypeOf(new TaskGroup(options).inspect()).toEqualTypeOf<GroupSnapshot>();
      // @ts-expect-error an unknown option
      void new TaskGroup({ concurrency: 3 });
    });
  });
});
