/** Migrates TypeScript to structured concurrency from a program: `plan` looks, `apply` writes. */
export { apply } from "./apply.ts";
export type { ApplyOptions } from "./apply.ts";
export { unifiedDiff } from "./diff.ts";
export { EnvironmentError, RefusedError } from "./model.ts";
export type { FileChange, Plan, PlanOptions, Site, SkippedFile, Status } from "./model.ts";
export { plan } from "./plan.ts";
