/** The two faces of a task: what its callback sees, and what its spawner sees. Neither exposes the record behind it. */
import { cancellation } from "./cancellation.ts";
import type { TaskNode } from "./task.ts";
import type { Outcome, Task, TaskContext, TaskState } from "./types.ts";

/** What the callback sees. It is not the handle: a task that returned that would wait for itself. */
export class Context implements TaskContext {
  readonly #node: TaskNode;

  constructor(node: TaskNode) {
    this.#node = node;
  }

  get signal(): AbortSignal {
    return this.#node.signal;
  }

  get name(): string | undefined {
    return this.#node.name;
  }
}

/** What the spawner sees. */
export class Handle<T> implements Task<T> {
  readonly #node: TaskNode;

  constructor(node: TaskNode) {
    this.#node = node;
  }

  get name(): string | undefined {
    return this.#node.name;
  }

  get state(): TaskState {
    return this.#node.state;
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.#node.deliver() as Promise<T>).then(onFulfilled, onRejected);
  }

  settled(): Promise<Outcome<T>> {
    return this.then<Outcome<T>, Outcome<T>>(
      (value) => ({ status: "fulfilled", value }),
      (reason: unknown) => ({ status: this.#node.state as "failed" | "cancelled", reason }),
    );
  }

  cancel(reason: unknown = cancellation("cancelled")): void {
    this.#node.abort(reason, "own");
  }
}
