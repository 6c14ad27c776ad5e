/** The state machine of a group: what is live, what was aborted, what failed, and when it may close. */
import { Bell } from "./bell.ts";
import { cancellation } from "./cancellation.ts";
import { notAFunction, TaskGroupClosedError } from "./errors.ts";
import { type Link, List } from "./list.ts";
import { observers, tell, type ObservedGroup, type ObservedTask } from "./observe.ts";
import { taskFailed } from "./outcome.ts";
import { type Nested, Owner, ownerOf } from "./owner.ts";
import { Slots } from "./slots.ts";
import { TaskNode } from "./task.ts";
import { after, duration, timeoutError } from "./timer.ts";
import type { GroupPhase, SpawnOptions, TaskFn, TaskGroupOptions } from "./types.ts";

const NONE: TaskGroupOptions = {};

/** The record behind a group; `TaskGroup` and the combinators are its faces. */
export class Scope extends Owner implements Nested, Link<Nested>, ObservedGroup {
  prev: Nested | undefined;
  next: Nested | undefined;
  phase: GroupPhase = "open";
  readonly options: TaskGroupOptions;
  readonly tasks = new List<TaskNode>();
  foreground = 0;
  background = 0;
  /** Failures in the order they were observed, each with the task whose handle could deliver it. */
  failures: Map<unknown, TaskNode | undefined> | undefined;
  /** The abort came from its own `cancel()`, so what it took away was not wanted. */
  cancelled = false;
  /** A foreground task was cancelled or refused because the group was aborted: its result is missing. */
  bereft = false;
  /** The body threw back the abort that it was given, so there is no value. */
  echoed = false;
  /** Called after each settlement, for those who wait for room. */
  onSettled: (() => void) | undefined = undefined;
  /** The reason that background tasks get, once they are all that is left. */
  #over: unknown = undefined;
  readonly #slots: Slots | undefined;
  #owner: Owner | undefined;
  #stopTimer: (() => void) | undefined = undefined;
  #closing: Bell | undefined;

  constructor(options: TaskGroupOptions = NONE) {
    super();
    const { limit, timeout, signal } = options;
    if (timeout !== undefined) duration(timeout);
    this.options = options;
    this.#slots = limit === undefined ? undefined : new Slots(limit);
    if (signal != null) this.#owner = ownerOf(signal);
    if (observers) tell("open", this);
    this.#owner?.adopt(this);
    if (signal?.aborted) this.abort(signal.reason);
    if (timeout !== undefined && !this.aborted) {
      this.#stopTimer = after(timeout, () => this.abort(timeoutError("task group", this.name, timeout)));
    }
  }

  get name(): string | undefined {
    return this.options.name;
  }

  get live(): boolean {
    return this.phase !== "closed";
  }

  get parent(): ObservedGroup | ObservedTask | undefined {
    return this.#owner?.seen;
  }

  /** Throws only for misuse; whatever goes wrong inside `fn` is the task's. `sink` gets the value before the task settles. */
  spawn<T>(fn: TaskFn<T>, options?: SpawnOptions, sink?: (value: Awaited<T>) => void): TaskNode {
    if (typeof fn !== "function") throw notAFunction(fn);
    if (this.phase === "closed") throw new TaskGroupClosedError(this.name);
    const timeout = options?.timeout;
    if (timeout !== undefined) duration(timeout);
    const task = new TaskNode(this, options?.name, options?.background === true, sink);
    if (observers) tell("spawn", task);
    if (this.aborted || this.#over !== undefined) {
      task.refuse(this.aborted ? this.reason : this.#over);
      if (this.aborted && !task.background) this.bereft = true;
    } else this.#start(task, fn, timeout);
    return task;
  }

  #start(task: TaskNode, fn: TaskFn<unknown>, timeout: number | undefined): void {
    this.tasks.add(task);
    if (task.background) this.background++;
    else this.foreground++;
    if (task.background || this.#slots === undefined || this.#slots.take(task)) task.start(fn, timeout);
    else task.enqueue(fn, timeout);
  }

  /** A task reached its final state; `held` when it had been started. Called once per accepted task. */
  settled(task: TaskNode, held: boolean, error: unknown): void {
    if (!task.background) this.#slots?.leave(task, held);
    this.tasks.drop(task);
    if (task.background) this.background--;
    else {
      this.foreground--;
      if (task.state === "cancelled" && task.abortedBy === "group") this.bereft = true;
    }
    if (task.state === "failed") taskFailed(this, error, task);
    if (!this.aborted) this.#slots?.fill();
    this.onSettled?.();
    this.#check();
  }

  /** Aborts, in this order: live tasks as they were spawned, each with its groups; the own signal; groups nested in it. */
  abort(reason: unknown): void {
    if (this.aborted || !this.live) return;
    this.mark(reason);
    for (const task of this.tasks.snapshot()) task.abort("group", reason);
    this.broadcast();
  }

  /** The group's own, wanted abort: what it takes away is not missed. */
  cancel(reason: unknown): void {
    if (this.aborted || !this.live) return;
    this.cancelled = true;
    this.abort(reason);
  }

  /** No more body: closes as soon as nothing is live, and resolves then. */
  drain(): Promise<void> {
    if (this.phase === "open") this.phase = "draining";
    this.#check();
    return this.whenClosed();
  }

  /** Resolves when the group has closed; never rejects. */
  whenClosed(): Promise<void> {
    return this.phase === "closed" ? Promise.resolve() : (this.#closing ??= new Bell()).wait();
  }

  #check(): void {
    if (this.phase !== "draining" || this.foreground > 0) return;
    if (this.background === 0) this.#close();
    else if (!this.aborted && this.#over === undefined) {
      this.#over = cancellation("scope-done");
      for (const task of this.tasks.snapshot()) task.abort("group", this.#over);
    }
  }

  #close(): void {
    this.phase = "closed";
    this.#stopTimer?.();
    this.#owner?.release(this);
    if (observers) tell("close", this);
    this.#closing?.ring();
  }
}
