/** A group as plain data, for logs, health checks and "why does this not end?". */
import type { Owner } from "./owner.ts";
import type { Scope } from "./scope.ts";
import type { TaskState } from "./types.ts";

/**
 * `open`: the body runs. `draining`: only tasks are left. `closed`: nothing is left, nothing can be added.
 *
 * @example
 * const phase: GroupPhase = tasks.inspect().phase;
 */
export type GroupPhase = "open" | "draining" | "closed";

/**
 * One live task in a {@link GroupSnapshot}.
 *
 * @example
 * const waiting = tasks.inspect().tasks.filter((task: TaskSnapshot) => task.state === "queued");
 */
export interface TaskSnapshot {
  /** The name given to `spawn`. */
  readonly name: string | undefined;
  /** `queued` or `running`, or the final state of one that ends at this moment. */
  readonly state: TaskState;
  /** Does it end with the rest of the group? */
  readonly background: boolean;
  /** Groups opened with this task's signal. */
  readonly groups: readonly GroupSnapshot[];
}

/**
 * What `inspect()` returns: live tasks and groups as plain data, in spawn order.
 *
 * @example
 * const count = ({ tasks }: GroupSnapshot): number => tasks.flatMap((task) => task.groups).reduce((sum, group) => sum + count(group), tasks.length);
 */
export interface GroupSnapshot {
  /** The name given to the group. */
  readonly name: string | undefined;
  readonly phase: GroupPhase;
  /** Was the group as a whole told to stop? */
  readonly aborted: boolean;
  /** Those that are live. */
  readonly tasks: readonly TaskSnapshot[];
  /** Groups opened with this group's signal. */
  readonly groups: readonly GroupSnapshot[];
}

const groupsIn = (owner: Owner): GroupSnapshot[] => owner.nested?.snapshot().map(snapshotOf) ?? [];

/** Live tasks and groups below `scope`, in spawn order. */
export function snapshotOf(scope: Scope): GroupSnapshot {
  const { name, phase, aborted } = scope;
  const tasks = scope.tasks.snapshot().map((task) => {
    const { name, state, background } = task;
    return { name, state, background, groups: groupsIn(task) };
  });
  return { name, phase, aborted, tasks, groups: groupsIn(scope) };
}
