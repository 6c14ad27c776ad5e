/** One task: its state and its promise, and when each may change. */
import { Context } from "./handle.ts";
import type { Link } from "./list.ts";
import { observers, tell, type ObservedTask } from "./observe.ts";
import { isEcho } from "./outcome.ts";
import { Owner } from "./owner.ts";
import type { Scope } from "./scope.ts";
import { expire } from "./timer.ts";
import type { SpawnOptions, TaskFn, TaskState } from "./types.ts";

/** The record behind a handle. Holds no reference to the callback, so that a settled task retains nothing of it. */
export class TaskNode extends Owner implements Link<TaskNode>, ObservedTask {
  declare prev: TaskNode | undefined;
  declare next: TaskNode | undefined;
  declare state: TaskState;
  /** Was the outcome handed to somebody? Then disposal does not report it again. */
  declare awaited: boolean;
  declare readonly group: Scope;
  declare readonly name: string | undefined;
  declare readonly background: boolean;
  private declare given: Promise<unknown> | undefined;
  /** Called when the task leaves the state it is in: opens the gate of a queued one, stops the clock of a running one. */
  private declare leave: (() => void) | undefined;
  // Few tasks have these two, and a field costs all of them: they are there only when they are needed.
  /** Settles a promise that was asked for before the task had one. */
  private declare adopt?: (promise: Promise<unknown>) => void;
  private declare readonly sink?: (value: never) => void;

  constructor(group: Scope, sink: ((value: never) => void) | undefined, { name, background = false }: SpawnOptions) {
    super();
    this.state = "queued";
    this.awaited = false;
    this.prev = this.next = this.given = this.leave = undefined;
    this.group = group;
    this.name = name;
    this.background = background;
    if (sink) this.sink = sink;
  }

  override get over(): boolean {
    return this.state !== "running" && this.state !== "queued";
  }

  /**
   * The native promise of the task, for somebody who awaits it. Made on demand for a task that has not started or never
   * will, so never unhandled.
   */
  deliver(): Promise<unknown> {
    this.awaited = true;
    return (this.given ??= this.over ? Promise.reject(this.reason) : new Promise((resolve) => (this.adopt = resolve)));
  }

  /** Calls `fn` now, on this stack. */
  start(fn: TaskFn<unknown>, timeout: number | undefined): void {
    this.state = "running";
    let promise: Promise<unknown>;
    // Not the gate any more: resolving a promise twice is slow in Node.
    this.leave = timeout === undefined ? undefined : expire(timeout, "task", this.name, (reason) => this.abort(reason, "timeout"));
    try {
      promise = Promise.resolve(fn(new Context(this)));
    } catch (error) {
      promise = Promise.reject(error);
    }
    // What a task with a clock answers becomes the TimeoutError: a bare AbortError would not say that time ran out.
    if (this.leave) {
      promise = promise.catch((error: unknown) => {
        throw this.abortedBy === "timeout" && isEcho(this.group, this, error) ? this.reason : error;
      });
    }
    this.adopt?.(promise);
    this.given ??= promise;
    promise.then(
      (value) => {
        this.sink?.(value as never);
        this.settle("fulfilled");
      },
      (error: unknown) => {
        const echo = this.abortedBy !== "timeout" && isEcho(this.group, this, error);
        this.settle(echo ? "cancelled" : "failed", error);
      },
    );
  }

  /** Calls `fn` once a slot is free. The reaction is registered here, so `fn` runs in the async context of its spawn. */
  enqueue(fn: TaskFn<unknown>, timeout: number | undefined): void {
    const gate = new Promise<void>((resolve) => {
      this.leave = resolve;
    });
    void gate.then(() => {
      if (!this.aborted) this.start(fn, timeout);
      else if (!this.over) this.skip(); // Aborted between its slot and its start.
    });
  }

  /** The queued task has got a slot. */
  resume(): void {
    this.state = "running";
    this.leave?.();
  }

  protected override abortOwn(): void {
    if (this.state === "queued") this.skip();
  }

  /** The end of a task whose callback will never be called. */
  private skip(): void {
    this.adopt?.(Promise.reject(this.reason));
    this.settle("cancelled");
  }

  private settle(state: TaskState, error?: unknown): void {
    const held = this.state === "running";
    this.state = state;
    this.leave?.();
    if (observers) tell("settle", this);
    this.group.settled(this, held, error);
  }
}
