/** How a group ends: what counts as a failure, and what its owner is told. */
import { cancellation, type CancellationKind } from "./cancellation.ts";
import type { Owner } from "./owner.ts";
import type { Scope } from "./scope.ts";
import { winnerOf } from "./suppressed.ts";
import type { TaskNode } from "./task.ts";
import type { Awaitable, TaskGroupOptions } from "./types.ts";

/** Was `owner`, of `scope` or that itself, aborted, and is `error` the answer: the reason itself, or an error named after it? */
export function isEcho(scope: Scope, owner: Owner, error: unknown): boolean {
  if (owner.aborted) {
    try {
      const { name, code } = Object(error) as { name?: unknown; code?: unknown };
      return (
        error === owner.reason ||
        name === "AbortError" ||
        code === "ABORT_ERR" ||
        code === "ERR_CANCELED" ||
        scope.options.isCancellation?.(error, owner.reason) === true
      );
    } catch (thrown) {
      fail(scope, "sibling-failed", thrown);
    }
  }
  return false;
}

/** Records a failure and aborts the group. The same error is recorded once, however often it comes by. */
export function fail(scope: Scope, kind: CancellationKind, error: unknown, task?: TaskNode): void {
  const failures = (scope.failures ??= new Map());
  if (failures.has(error)) return;
  failures.set(error, task);
  scope.abort(cancellation(kind, { cause: error }));
}

/** A task ended with a real error: the supervisor's, if there is one; what it throws is the failure. */
export function taskFailed(scope: Scope, error: unknown, task: TaskNode): void {
  try {
    if (!scope.options.onTaskError) throw error;
    scope.options.onTaskError(error, { name: task.name });
  } catch (thrown) {
    fail(scope, "sibling-failed", thrown, thrown === error ? task : undefined);
  }
}

/** Throws the winner among the failures, if there are any; `fresh`: among those that no handle delivered. */
export function throwFailure(scope: Scope, fresh: boolean): void {
  const errors: unknown[] = [];
  for (const [error, task] of scope.failures ?? []) if (!fresh || !task?.awaited) errors.push(error);
  if (errors.length === 0) return;
  const winner = winnerOf(errors);
  scope.failures = new Map([[winner, undefined]]); // A second caller gets the same, and reports nothing twice.
  throw winner;
}

/**
 * Runs `body` in `scope`, unless that is `refused`, and waits for every task, whatever happens. Resolves with what came
 * out of the body; rejects with the winning failure, or else with the abort reason when that took something away.
 */
export async function within<T>(scope: Scope, body: () => Awaitable<T>, refused = scope.aborted): Promise<Awaited<T>> {
  let value: Awaited<T> | undefined;
  try {
    if (refused) throw scope.reason;
    const result = body();
    if (result !== undefined) value = await result; // A body that returned nothing is over already.
  } catch (error) {
    if (isEcho(scope, scope, error)) scope.bereft = true;
    else fail(scope, "body-failed", error);
  }
  await scope.drain();
  throwFailure(scope, false);
  if (scope.bereft) throw scope.reason;
  return value as Awaited<T>;
}

/**
 * For combinators, which `decide` what the failure of a task means, once the caller's own handler has been told of it.
 * Unless they do, it fails the group: their result needs every task.
 */
export function supervised(
  options: TaskGroupOptions | undefined,
  decide = (error: unknown): void => {
    throw error;
  },
): TaskGroupOptions {
  return {
    ...options,
    onTaskError(error, task) {
      options?.onTaskError?.(error, task);
      decide(error);
    },
  };
}
