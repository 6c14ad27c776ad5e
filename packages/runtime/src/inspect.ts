/** A group as plain data, for logs, health checks and "why does this not end?". */
import type { Owner } from "./owner.ts";
import { Scope } from "./scope.ts";
import type { GroupSnapshot } from "./types.ts";

/** Live tasks and groups below `scope`, in spawn order. */
export function snapshotOf(scope: Scope): GroupSnapshot {
  const { name, phase, aborted } = scope;
  const tasks = scope.tasks.snapshot().map((task) => ({
    name: task.name,
    state: task.state,
    background: task.background,
    groups: groupsIn(task),
  }));
  return { name, phase, aborted, tasks, groups: groupsIn(scope) };
}

function groupsIn(owner: Owner): GroupSnapshot[] {
  const groups = owner.nested?.snapshot() ?? [];
  return groups.filter((group) => group instanceof Scope).map(snapshotOf);
}
