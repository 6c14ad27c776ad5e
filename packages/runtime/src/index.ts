/** The door of the package. */
export type { RecordValues, Values } from "./all.ts";
export type { Outcomes } from "./all-settled.ts";
export { Cancellation, type CancellationKind } from "./cancellation.ts";
export { type Deadline, deadline } from "./deadline.ts";
export { TaskGroupClosedError } from "./errors.ts";
export { every } from "./every.ts";
export { TaskGroup } from "./group.ts";
export type { GroupPhase, GroupSnapshot, TaskSnapshot } from "./inspect.ts";
export type { ObservedGroup, ObservedTask, TaskGroupObserver } from "./observe.ts";
export { onAbort } from "./on-abort.ts";
export { type SignalOption, sleep } from "./sleep.ts";
export { suppressedErrors } from "./suppressed.ts";
export type {
  Awaitable,
  FailedTask,
  Outcome,
  SpawnOptions,
  Task,
  TaskContext,
  TaskFn,
  TaskGroupOptions,
  TaskState,
} from "./types.ts";
