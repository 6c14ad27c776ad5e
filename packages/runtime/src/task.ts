/** One task: its state and its promise, and when each may change. */
import { Context } from "./handle.ts";
import type { Link } from "./list.ts";
import { observers, tell, type ObservedTask } from "./observe.ts";
import { isCancellation } from "./outcome.ts";
import { Owner } from "./owner.ts";
import type { Scope } from "./scope.ts";
import { after, timeoutError } from "./timer.ts";
import type { TaskFn, TaskState } from "./types.ts";

/** What aborted a task; decides whether its echo is a cancellation, and whether that cancellation counts for the group. */
type AbortedBy = "group" | "handle" | "timeout";

/** The record behind a handle. Holds no reference to the callback, so that a settled task retains nothing of it. */
export class TaskNode extends Owner implements Link<TaskNode>, ObservedTask {
  prev: TaskNode | undefined;
  next: TaskNode | undefined;
  state: TaskState = "running";
  /** Was the outcome handed to somebody? Then disposal does not report it again. */
  awaited = false;
  abortedBy: AbortedBy | undefined;
  readonly group: Scope;
  readonly name: string | undefined;
  readonly background: boolean;
  #promise: Promise<unknown> | undefined;
  /** Settles a promise that was asked for before the task had one. */
  #adopt: ((promise: Promise<unknown>) => void) | undefined = undefined;
  /** Called when the task leaves the state it is in: opens the gate of a queued one, stops the clock of a running one. */
  #leave: (() => void) | undefined = undefined;
  #sink: ((value: never) => void) | undefined;

  constructor(group: Scope, name: string | undefined, background: boolean, sink: ((value: never) => void) | undefined) {
    super();
    this.group = group;
    this.name = name;
    this.background = background;
    this.#sink = sink;
  }

  get live(): boolean {
    return this.state === "running" || this.state === "queued";
  }

  /** The native promise of the task; made on demand for one that has not started or never will, so never unhandled. */
  get promise(): Promise<unknown> {
    return (this.#promise ??= this.live ? new Promise((resolve) => (this.#adopt = resolve)) : Promise.reject(this.reason));
  }

  /** Born cancelled: the group takes no more work. */
  refuse(reason: unknown): void {
    this.mark(reason);
    this.abortedBy = "group";
    this.state = "cancelled";
    if (observers) tell("settle", this);
  }

  /** Calls `fn` now, on this stack. */
  start(fn: TaskFn<unknown>, timeout: number | undefined): void {
    let promise: Promise<unknown>;
    try {
      promise = Promise.resolve(this.#call(fn, timeout));
    } catch (error) {
      promise = Promise.reject(error);
    }
    this.#watch(promise);
  }

  /** Calls `fn` once a slot is free. The reaction is registered here, so `fn` runs in the async context of its spawn. */
  enqueue(fn: TaskFn<unknown>, timeout: number | undefined): void {
    this.state = "queued";
    const gate = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    void gate.then(() => {
      if (!this.aborted) this.start(fn, timeout);
      else if (this.live) this.#settleUnstarted(); // Aborted between its slot and its start.
    });
  }

  /** The queued task has got a slot. */
  resume(): void {
    this.state = "running";
    this.#leave?.();
  }

  /** Aborts this task, unless it is over or was aborted before. A queued one ends here. */
  abort(by: AbortedBy, reason: unknown): void {
    if (this.aborted || !this.live) return;
    this.mark(reason);
    this.abortedBy = by;
    if (this.state === "queued") this.#settleUnstarted();
    else this.broadcast();
  }

  #settleUnstarted(): void {
    this.#adopt?.(Promise.reject(this.reason));
    this.#settle("cancelled");
  }

  #call(fn: TaskFn<unknown>, timeout: number | undefined): unknown {
    return timeout === undefined ? fn(new Context(this)) : this.#callTimed(fn, timeout);
  }

  #callTimed(fn: TaskFn<unknown>, timeout: number): unknown {
    this.#leave = after(timeout, () => this.abort("timeout", timeoutError("task", this.name, timeout)));
    // The task's own error becomes the TimeoutError: a bare AbortError would not say that time ran out.
    return Promise.resolve(fn(new Context(this))).catch((error: unknown) => {
      throw this.abortedBy === "timeout" && isCancellation(this.group, error, this.reason) ? this.reason : error;
    });
  }

  #watch(promise: Promise<unknown>): void {
    if (this.#promise) this.#adopt?.(promise);
    else this.#promise = promise;
    promise.then(
      (value) => {
        this.#sink?.(value as never);
        this.#settle("fulfilled");
      },
      (error: unknown) => {
        const cancelled = this.aborted && this.abortedBy !== "timeout" && isCancellation(this.group, error, this.reason);
        if (cancelled) this.#settle("cancelled");
        else this.#settle("failed", error);
      },
    );
  }

  #settle(state: TaskState, error?: unknown): void {
    const held = this.state === "running";
    this.state = state;
    this.#leave?.();
    if (observers) tell("settle", this);
    this.group.settled(this, held, error);
  }
}
