/** The vocabulary of the package: what goes into a group and what comes out of it, without any behaviour. */

/**
 * A value or a promise-like of it.
 *
 * @example
 * type Handler = (request: Request) => Awaitable<Response>;
 */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * What a spawned function receives.
 *
 * @example
 * tasks.spawn(({ signal }) => fetch(url, { signal }));
 */
export interface TaskContext {
  /** Created on first read. Aborts only while this task is live; never because a scope ended normally. */
  readonly signal: AbortSignal;
  /** The name given to `spawn`. */
  readonly name: string | undefined;
}

/**
 * A function that does the work of one task. It is called at once, on the caller's stack.
 *
 * @example
 * const load: TaskFn<string> = async ({ signal }) => (await fetch(url, { signal })).text();
 */
export type TaskFn<T> = (task: TaskContext) => Awaitable<T>;

/**
 * `queued` (waiting for a slot) → `running` → one of three final states; `queued` → `cancelled`.
 *
 * @example
 * const isOver = (state: TaskState) => state !== "queued" && state !== "running";
 */
export type TaskState = "queued" | "running" | "fulfilled" | "failed" | "cancelled";

/**
 * How a task ended.
 *
 * @example
 * const outcome = await tasks.spawn(work).settled();
 * if (outcome.status === "fulfilled") use(outcome.value);
 */
export type Outcome<T> =
  | { readonly status: "fulfilled"; readonly value: T }
  | { readonly status: "failed" | "cancelled"; readonly reason: unknown };

/**
 * Handle of a spawned task. Awaiting it is optional, because the group owns the task. It is not a Promise subclass:
 * dropping one loses nothing, so `no-floating-promises` is silent about it.
 *
 * @example
 * const user = tasks.spawn(({ signal }) => loadUser(id, signal));
 * show(await user);
 */
export interface Task<out T> extends PromiseLike<T> {
  /** The name given to `spawn`. */
  readonly name: string | undefined;
  /** Where the task is in its life. */
  readonly state: TaskState;
  /** Waits for the end of the task; never rejects. */
  settled(): Promise<Outcome<T>>;
  /** Aborts this task only. Does not fail the group. `reason` becomes `signal.reason`. */
  cancel(reason?: unknown): void;
}

/**
 * Options of {@link TaskGroup.spawn}.
 *
 * @example
 * tasks.spawn(heartbeat, { name: "heartbeat", background: true });
 */
export interface SpawnOptions {
  /** Shown by `inspect()`, traces and timeout messages. */
  readonly name?: string | undefined;
  /** Cancelled and awaited when the body and all foreground tasks are done; takes no `limit` slot. */
  readonly background?: boolean | undefined;
  /** Milliseconds from the start of the callback; running over is a failure of this task (TimeoutError). */
  readonly timeout?: number | undefined;
}

/**
 * The task as `onTaskError` sees it.
 *
 * @example
 * const onTaskError = (error: unknown, task: FailedTask) => log(task.name ?? "a task", error);
 */
export interface FailedTask {
  /** The name given to `spawn`. */
  readonly name: string | undefined;
}

/**
 * Options of a group.
 *
 * @example
 * await TaskGroup.run({ signal, timeout: 5_000, limit: 8 }, (tasks) => void tasks.spawn(work));
 */
export interface TaskGroupOptions {
  /** Parent. Pass the enclosing task's or group's signal. */
  readonly signal?: AbortSignal | null | undefined;
  /** Milliseconds for the whole group, measured from construction. */
  readonly timeout?: number | undefined;
  /** Most foreground tasks running at once; the rest queue in spawn order. */
  readonly limit?: number | undefined;
  /** Shown by `inspect()`, traces and error messages. */
  readonly name?: string | undefined;
  /** Makes this a supervising group: a task's failure goes here instead of failing the group. Throw to escalate. */
  readonly onTaskError?: ((error: unknown, task: FailedTask) => void) | undefined;
  /** Recognises a library's own cancel error. Asked only after the task's signal aborted. */
  readonly isCancellation?: ((error: unknown, reason: unknown) => boolean) | undefined;
}
