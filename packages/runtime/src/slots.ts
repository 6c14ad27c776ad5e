/** The concurrency limit of a group: who runs, who waits. Only groups with a limit have one. */
import type { TaskNode } from "./task.ts";

/** Counts slots; the queue is a position in the group's list of tasks, because tasks start in spawn order. */
export class Slots {
  readonly #limit: number;
  #taken = 0;
  #queue: TaskNode | undefined;

  constructor(limit: number) {
    if (limit !== Infinity && !(Number.isInteger(limit) && limit > 0)) {
      throw new RangeError(`limit is a whole number above 0, not ${limit}`);
    }
    this.#limit = limit;
  }

  /** Gives `task` a slot, or (false) a place in the queue. */
  take(task: TaskNode): boolean {
    const free = this.#taken < this.#limit;
    if (free) this.#taken++;
    else this.#queue ??= task;
    return free;
  }

  /** Must be called while `task` is still in the list; `held` when it had a slot. */
  leave(task: TaskNode, held: boolean): void {
    if (held) this.#taken--;
    else if (task === this.#queue) this.#queue = queuedAfter(task);
  }

  /** Gives a free slot, if there is one, to the task that waits longest. One is enough: a settlement frees one at most. */
  fill(): void {
    const task = this.#queue;
    if (!task || this.#taken === this.#limit) return;
    this.#queue = queuedAfter(task);
    this.#taken++;
    task.resume();
  }
}

function queuedAfter(task: TaskNode): TaskNode | undefined {
  let next = task.next;
  while (next && next.state !== "queued") next = next.next;
  return next;
}
