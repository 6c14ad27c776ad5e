/** The shape of a task group, and functions that hand work to one. */
export declare class TaskGroup {
  spawn<T>(work: () => PromiseLike<T>): PromiseLike<T>;
  join(): Promise<void>;
}

// fact: startAll = param0:member, param1:unknown, never-rejects, no-work
export function startAll(group: TaskGroup, jobs: readonly (() => Promise<void>)[]): void {
  for (const job of jobs) group.spawn(job);
}
