/** The door of the package. */
export type { RecordValues, Values } from "./all.ts";
export type { Outcomes } from "./all-settled.ts";
export { Cancellation, type CancellationKind } from "./cancellation.ts";
export { TaskGroupClosedError } from "./errors.ts";
export { TaskGroup } from "./group.ts";
export type { ObservedGroup, ObservedTask, TaskGroupObserver } from "./observe.ts";
export { suppressedErrors } from "./suppressed.ts";
export type * from "./types.ts";
