/** A group as plain data, for logs, health checks and "why does this not end?". */
import type { Owner } from "./owner.ts";
import type { Scope } from "./scope.ts";
import type { GroupSnapshot } from "./types.ts";

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
