/** Prints a snapshot for people. */
import type { GroupSnapshot, TaskSnapshot } from "./inspect.ts";

/**
 * `inspect()` as a tree, one line per live task and group.
 *
 * @example
 * console.log(formatTree(tasks.inspect()));
 * // group "server" (open)
 * // ├─ task "listen" running, background
 * // │  └─ group "request" (draining)
 * // │     └─ task "query" running
 * // └─ task "warm cache" queued
 */
export function formatTree(group: GroupSnapshot): string {
  const lines: string[] = [];
  const label = (kind: string, name: string | undefined): string => (name === undefined ? kind : `${kind} ${JSON.stringify(name)}`);
  const children = (prefix: string, items: readonly (TaskSnapshot | GroupSnapshot)[]): void =>
    items.forEach((item, index) => {
      const last = index === items.length - 1;
      lines.push(`${prefix}${last ? "└─ " : "├─ "}${describe(item)}`);
      children(`${prefix}${last ? "   " : "│  "}`, inside(item));
    });
  const describe = (item: TaskSnapshot | GroupSnapshot): string =>
    "phase" in item
      ? `${label("group", item.name)} (${item.phase}${item.aborted ? ", aborted" : ""})`
      : `${label("task", item.name)} ${item.state}${item.background ? ", background" : ""}`;
  const inside = (item: TaskSnapshot | GroupSnapshot): readonly (TaskSnapshot | GroupSnapshot)[] =>
    "phase" in item ? [...item.tasks, ...item.groups] : item.groups;
  lines.push(describe(group));
  children("", inside(group));
  return lines.join("\n");
}
