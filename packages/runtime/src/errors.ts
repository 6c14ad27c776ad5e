/** Errors of misuse: thrown at the call that is wrong, never through a task. */

/**
 * `spawn` was called on a group that has ended: nothing is left to own the task.
 *
 * @example
 * // Keep the group open for as long as callbacks may spawn: do not hand it to code that outlives it.
 * emitter.on("job", (job) => { if (!done) tasks.spawn(() => run(job)); });
 */
export class TaskGroupClosedError extends Error {
  override readonly name = "TaskGroupClosedError";

  constructor(group: string | undefined, options?: ErrorOptions) {
    super(`task group${group === undefined ? "" : ` "${group}"`} is closed: spawn before it ends, or in one that lives longer`, options);
  }
}

/** For callers that start the work and pass the promise: it runs outside the group already. */
export function notAFunction(got: unknown): TypeError {
  const what = typeof (got as { then?: unknown } | null)?.then === "function" ? "a promise" : got === null ? "null" : typeof got;
  return new TypeError(`spawn takes a function, so that the group owns its work: spawn(() => work()); got ${what}`);
}
