/** The class that people use: a scope that owns the tasks spawned in it. */
import { all } from "./all.ts";
import { allSettled } from "./all-settled.ts";
import { cancellation } from "./cancellation.ts";
import { callable } from "./errors.ts";
import { Handle } from "./handle.ts";
import { type GroupSnapshot, snapshotOf } from "./inspect.ts";
import { map } from "./map.ts";
import { observe } from "./observe.ts";
import { throwFailure, within } from "./outcome.ts";
import { any, race } from "./race.ts";
import { Scope } from "./scope.ts";
import { stream } from "./stream.ts";
import { asyncDispose } from "./symbols.ts";
import type { Awaitable, SpawnOptions, Task, TaskFn, TaskGroupOptions } from "./types.ts";

/**
 * A scope that owns the tasks spawned in it: it does not end before the last of them has ended, one failure aborts the
 * others, and no error is lost. Use `TaskGroup.run`, or `await using` with `join()`.
 *
 * @example
 * await using tasks = new TaskGroup({ signal });
 * tasks.spawn(({ signal }) => refresh(signal));
 * await tasks.join();
 */
export class TaskGroup implements AsyncDisposable {
  readonly #scope: Scope;
  /** `join()` or the disposer was called: a later disposer only waits. */
  #left = false;

  /** @throws RangeError when `limit` or `timeout` makes no sense */
  constructor(options?: TaskGroupOptions) {
    this.#scope = new Scope(options);
  }

  /** The group's own signal, created on first read. Aborts with the group; never because the group ended normally. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /** How many tasks are queued or running. */
  get size(): number {
    return this.#scope.size;
  }

  /**
   * Starts `fn` now, on this stack, as a task of this group (or queues it, see `limit`). An error inside `fn` is the
   * task's. On an aborted group `fn` is not called and the handle is already cancelled.
   *
   * @throws TypeError when `fn` is not a function
   * @throws TaskGroupClosedError when the group has ended
   * @example
   * const page = tasks.spawn(({ signal }) => fetch(url, { signal }), { name: "page", timeout: 2_000 });
   */
  spawn<T>(fn: TaskFn<T>, options?: SpawnOptions): Task<Awaited<T>> {
    return new Handle(this.#scope.spawn(fn, undefined, options));
  }

  /**
   * Waits for all tasks; the end of an `await using` block. With a value, waits for that first and resolves with it; its
   * rejection counts as the failure of the body.
   *
   * @throws the first failure (others: `suppressedErrors`), or the abort reason when that took something away
   * @example
   * return await tasks.join(total);
   */
  join(): Promise<void>;
  join<T>(value: T): Promise<Awaited<T>>;
  async join(value?: unknown): Promise<unknown> {
    this.#left = true;
    return within(this.#scope, () => value, false);
  }

  /**
   * Aborts every task. `run` and `join` still wait for them, then resolve normally: stopping was intended.
   *
   * @param reason - becomes `signal.reason`; a Cancellation when left out
   * @example
   * if (found) tasks.cancel();
   */
  cancel(reason: unknown = cancellation("cancelled")): void {
    this.#scope.abort(reason, "own");
  }

  /**
   * The live tasks and nested groups as plain data; `formatTree` of `asr-runtime/trace` prints it.
   *
   * @example
   * process.on("SIGUSR2", () => console.log(formatTree(tasks.inspect())));
   */
  inspect(): GroupSnapshot {
    return snapshotOf(this.#scope);
  }

  /**
   * Leaves the scope: waits for a `join()` that was called, otherwise aborts what still runs (kind `scope-exit`) and
   * waits. Forgetting `join()` is not an error here, because throwing would mask the error of the body.
   *
   * @throws the first failure that no handle delivered, when `join()` was never called
   * @example
   * await tasks[Symbol.asyncDispose](); // what `await using` calls
   */
  async [asyncDispose](): Promise<void> {
    if (this.#left) return this.#scope.whenClosed();
    this.#left = true;
    if (this.size > 0) this.#scope.abort(cancellation("scope-exit"));
    await this.#scope.drain();
    throwFailure(this.#scope, true);
  }

  /**
   * Runs `body` with a new group, waits for every task, and resolves with what `body` returned.
   *
   * @throws the first failure (others: `suppressedErrors`), or the abort reason when that took something away
   * @example
   * const total = await TaskGroup.run({ signal, timeout: 5_000 }, async (tasks) => {
   *   const a = tasks.spawn(({ signal }) => price("a", signal));
   *   const b = tasks.spawn(({ signal }) => price("b", signal));
   *   return (await a) + (await b);
   * });
   */
  static run<T>(body: (tasks: TaskGroup) => Awaitable<T>): Promise<Awaited<T>>;
  static run<T>(options: TaskGroupOptions, body: (tasks: TaskGroup) => Awaitable<T>): Promise<Awaited<T>>;
  static async run<T>(
    first: TaskGroupOptions | ((tasks: TaskGroup) => Awaitable<T>),
    second?: (tasks: TaskGroup) => Awaitable<T>,
  ): Promise<Awaited<T>> {
    const body = callable(second ?? first, "run") as (tasks: TaskGroup) => Awaitable<T>;
    const tasks = new TaskGroup(second && (first as TaskGroupOptions));
    return within(tasks.#scope, () => body(tasks));
  }

  /** Every value, or the first failure once everything has ended. */
  static readonly all: typeof all = all;
  /** How every task ended; no failure stops the others. */
  static readonly allSettled: typeof allSettled = allSettled;
  /** The first task to settle decides; the losers are aborted and awaited. */
  static readonly race: typeof race = race;
  /** The first task to fulfil decides; the losers are aborted and awaited. */
  static readonly any: typeof any = any;
  /** One task per item, at most `limit` at once, results in input order. */
  static readonly map: typeof map = map;
  /** One task per item, at most `limit` at once, results as they come. */
  static readonly stream: typeof stream = stream;
  /** Tells an observer of groups and tasks as they come and go, until the result is disposed. */
  static readonly observe: typeof observe = observe;
}
