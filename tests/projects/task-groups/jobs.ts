import type { Task, TaskGroup } from "asr-runtime";

export declare function send(line: string, signal?: AbortSignal): Promise<void>;

/** Hands the work to the group it is given. */
export function sendIn(group: TaskGroup, line: string): Task<void> {
  return group.spawn(({ signal }) => send(line, signal));
}

/** The group is an option; without it, nobody waits. */
export function sendSomewhere(line: string, group?: TaskGroup): void {
  if (group) group.spawn(({ signal }) => send(line, signal));
  else send(line); // want no-floating-task "nobody waits for"
}

/** Takes a task function and gives it to a group. */
export function inBackground(group: TaskGroup, work: (context: { readonly signal: AbortSignal }) => Promise<void>): void {
  group.spawn(work, { background: true });
}
