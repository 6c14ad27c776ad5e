/** Errors of misuse: thrown at the call that is wrong, never through a task. */

/**
 * `spawn` was called on a group that has ended: nothing is left to own the task.
 *
 * @example
 * // Keep the group open for as long as callbacks may spawn: do not hand it to code that outlives it.
 * emitter.on("job", (job) => { if (!done) tasks.spawn(() => run(job)); });
 */
export class TaskGroupClosedError extends Error {
  /** For those who tell errors apart by name. */
  override readonly name = "TaskGroupClosedError";
}

/** `what`, with the name that its owner gave it, for messages. */
export function named(what: string, name: string | undefined): string {
  return name === undefined ? what : `${what} "${name}"`;
}

/**
 * Returns `fn` if it can be called.
 *
 * @throws TypeError, for callers that start the work and pass the promise: it would run outside the group
 */
export function callable<F>(fn: F | undefined, taker: string): F {
  if (typeof fn === "function") return fn;
  throw new TypeError(`${taker} takes a function, not ${fn as unknown as string}`);
}

/** For a number that makes no sense. */
export function outOfRange(what: string, value: number): RangeError {
  return new RangeError(`invalid ${what}: ${value}`);
}
