/** The shape of a task group as far as this project uses it. */
export declare class TaskGroup {
  spawn(work: () => PromiseLike<unknown>): void;
  join(): Promise<void>;
}
