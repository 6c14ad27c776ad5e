/** The state machine of a group: what is live, what was aborted, what failed, and when it may close. */
import { Bell } from "./bell.ts";
import { cancellation } from "./cancellation.ts";
import { callable, named, outOfRange, TaskGroupClosedError } from "./errors.ts";
import type { GroupPhase } from "./inspect.ts";
import { type Link, List } from "./list.ts";
import { observers, tell, type ObservedGroup, type ObservedTask } from "./observe.ts";
import { taskFailed } from "./outcome.ts";
import { type Groups, groupsOn, Owner, ownerOf } from "./owner.ts";
import { TaskNode } from "./task.ts";
import { duration, expire } from "./timer.ts";
import type { SpawnOptions, TaskFn, TaskGroupOptions } from "./types.ts";

const NONE: SpawnOptions = {};

/** The record behind a group; `TaskGroup` and the combinators are its faces. */
export class Scope extends Owner implements Link<Scope>, ObservedGroup {
  prev: Scope | undefined;
  next: Scope | undefined;
  phase: GroupPhase = "open";
  readonly options: TaskGroupOptions;
  readonly parent: ObservedGroup | ObservedTask | undefined;
  readonly tasks = new List<TaskNode>();
  /** How many tasks are live, and how many of those have to end before the group does. */
  size = 0;
  foreground = 0;
  /** Failures in the order they were observed, each with the task whose handle could deliver it. */
  failures: Map<unknown, TaskNode | undefined> | undefined;
  /** The abort took a result away: a foreground task was cancelled or refused, or the body threw the abort back. */
  bereft = false;
  /** Called after each settlement, for those who wait for room. */
  onSettled: (() => void) | undefined;
  readonly limit: number;
  /** How many slots are taken. */
  #taken = 0;
  /** No queued task is before this one: the queue is a position in the list, because tasks start in spawn order. */
  #queue: TaskNode | undefined;
  /** The groups that have the same parent. */
  readonly #siblings: Groups | undefined;
  #stopTimer: (() => void) | undefined;
  #closing: Bell | undefined;

  constructor(options: TaskGroupOptions = {}) {
    super();
    const { limit = Infinity, timeout, signal } = options;
    if (limit % 1 > 0 || !(limit >= 1)) throw outOfRange("limit", limit);
    duration(timeout ?? 0);
    this.options = options;
    this.limit = limit;
    this.parent = ownerOf(signal) as Scope | TaskNode | undefined;
    if (signal) this.#siblings = groupsOn(signal);
    if (observers) tell("open", this);
    this.#siblings?.add(this);
    if (signal?.aborted) this.abort(signal.reason);
    else if (timeout !== undefined) this.#stopTimer = expire(timeout, "task group", this.name, (reason) => this.abort(reason));
  }

  get name(): string | undefined {
    return this.options.name;
  }

  override get over(): boolean {
    return this.phase === "closed";
  }

  /** Throws only for misuse; whatever goes wrong inside `fn` is the task's. `sink` gets the value before the task settles. */
  spawn<T>(fn: TaskFn<T>, sink?: (value: Awaited<T>) => void, options = NONE): TaskNode {
    callable(fn, "spawn");
    if (this.over) throw new TaskGroupClosedError(`${named("task group", this.name)} is closed`);
    const { timeout } = options;
    duration(timeout ?? 0);
    const task = new TaskNode(this, sink, options);
    if (observers) tell("spawn", task);
    this.tasks.add(task);
    this.size++;
    if (!task.background) this.foreground++;
    if (this.aborted || this.reason) task.abort(this.reason);
    else if (task.background) task.start(fn, timeout);
    else if (this.#queue || this.#taken >= this.limit) {
      // A free slot while there is a queue, as an onTaskError sees it, is for those who wait.
      this.#queue ??= task;
      task.enqueue(fn, timeout);
    } else {
      this.#taken++;
      task.start(fn, timeout);
    }
    return task;
  }

  /** A task reached its final state; `held` when it had been started. Called once per task. */
  settled(task: TaskNode, held: boolean, error: unknown): void {
    this.size--;
    if (!task.background) {
      this.foreground--;
      if (held) this.#taken--;
      if (task.state === "cancelled" && task.abortedBy === "above" && this.abortedBy === "above") this.bereft = true;
    }
    if (task === this.#queue) this.#queue = task.next;
    this.tasks.drop(task);
    if (task.state === "failed") taskFailed(this, error, task);
    if (!this.aborted) this.fill();
    this.onSettled?.();
    this.check();
  }

  /** Gives a free slot, if there is one, to the task that waits longest. One is enough: a settlement frees one at most. */
  private fill(): void {
    let task = this.#queue;
    while (task && task.state !== "queued") task = task.next;
    this.#queue = task;
    if (task && this.#taken < this.limit) {
      this.#taken++;
      task.resume();
    }
  }

  protected override abortOwn(reason: unknown): void {
    this.tasks.abort(reason);
  }

  /** No more body: closes as soon as nothing is live, and resolves then. */
  drain(): Promise<void> {
    if (!this.over) this.phase = "draining";
    this.check();
    return this.whenClosed();
  }

  /** Resolves when the group has closed; never rejects. */
  whenClosed(): Promise<void> {
    return this.over ? Promise.resolve() : (this.#closing ??= new Bell()).wait();
  }

  private check(): void {
    if (this.phase !== "draining" || this.foreground > 0) return;
    if (this.size > 0) {
      // Not an abort of the group: a reason for its background tasks, and for those that come now.
      if (!this.aborted && !this.reason) this.tasks.abort((this.reason = cancellation("scope-done")));
      return;
    }
    this.phase = "closed";
    this.#stopTimer?.();
    this.#siblings?.drop(this);
    if (observers) tell("close", this);
    this.#closing?.ring();
  }
}
