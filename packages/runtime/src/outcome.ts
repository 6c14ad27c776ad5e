/** How a group ends: what counts as a failure, and what its owner is told. */
import { cancellation, isEcho, type CancellationKind } from "./cancellation.ts";
import { tell } from "./observe.ts";
import type { Scope } from "./scope.ts";
import { winnerOf } from "./suppressed.ts";
import type { TaskNode } from "./task.ts";
import type { Awaitable, TaskGroupOptions } from "./types.ts";

/** Is `error` the answer to an abort with `reason`? Asked only about what was aborted. */
export function isCancellation(scope: Scope, error: unknown, reason: unknown): boolean {
  if (isEcho(error, reason)) return true;
  try {
    return scope.options.isCancellation?.(error, reason) === true;
  } catch (thrown) {
    fail(scope, "sibling-failed", thrown);
    return false;
  }
}

/** Records a failure and aborts the group. The same error is recorded once, however often it comes by. */
export function fail(scope: Scope, kind: CancellationKind, error: unknown, task?: TaskNode): void {
  const failures = (scope.failures ??= new Map());
  if (failures.has(error)) return;
  failures.set(error, task);
  scope.abort(cancellation(kind, error));
}

/** A task ended with a real error: the supervisor's, if there is one; what it throws is the failure. */
export function taskFailed(scope: Scope, error: unknown, task: TaskNode): void {
  if (!scope.options.onTaskError) return fail(scope, "sibling-failed", error, task);
  try {
    scope.options.onTaskError(error, { name: task.name });
  } catch (thrown) {
    fail(scope, "sibling-failed", thrown, thrown === error ? task : undefined);
  }
}

/** The body threw: either the echo of the group's abort, or a failure of its own. */
export function bodyFailed(scope: Scope, error: unknown): void {
  if (scope.aborted && isCancellation(scope, error, scope.reason)) scope.echoed = true;
  else fail(scope, "body-failed", error);
}

/** Reports an error that has nowhere to go. */
export function orphaned(error: unknown, by: unknown): void {
  tell("suppressed", error, by);
}

/** The result of a closed group: `value`, or throws the winning failure, or the abort reason. */
export function verdict<T>(scope: Scope, value: T): T {
  if (scope.failures) {
    const winner = winnerOf(scope.failures.keys(), orphaned);
    scope.failures = new Map([[winner, undefined]]); // A second caller gets the same, and reports nothing twice.
    throw winner;
  }
  if (scope.echoed || (scope.bereft && !scope.cancelled)) throw scope.reason;
  return value;
}

/** The winner among the failures that no handle delivered; for a disposer, which must not repeat what was thrown. */
export function undelivered(scope: Scope): void {
  const errors: unknown[] = [];
  for (const [error, task] of scope.failures ?? []) if (!task?.awaited) errors.push(error);
  if (errors.length > 0) throw winnerOf(errors, orphaned);
}

/** Runs `body` in `scope` and waits for every task, whatever happens. */
export async function within<T>(scope: Scope, body: () => Awaitable<T>): Promise<Awaited<T>> {
  if (scope.aborted) {
    await scope.drain();
    throw scope.reason;
  }
  let value: Awaited<T> | undefined;
  try {
    value = await body();
  } catch (error) {
    bodyFailed(scope, error);
  }
  await scope.drain();
  return verdict(scope, value as Awaited<T>);
}

/**
 * For combinators whose result needs every task: the handler is told of a failure, which fails the group nevertheless.
 */
export function strict(options: TaskGroupOptions | undefined): TaskGroupOptions | undefined {
  const { onTaskError } = options ?? {};
  if (!onTaskError) return options;
  return {
    ...options,
    onTaskError(error, task) {
      onTaskError(error, task);
      throw error;
    },
  };
}
