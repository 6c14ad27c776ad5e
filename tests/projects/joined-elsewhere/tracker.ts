/** Keeps what it is given until `idle` has waited for it. */
export class Tracker {
  readonly #pending = new Set<Promise<unknown>>();

  track<T>(task: Promise<T>): Promise<T> {
    const forget = () => {
      this.#pending.delete(task);
    };
    task.then(forget, forget);
    this.#pending.add(task);
    return task;
  }

  add(task: Promise<unknown>): void {
    this.#pending.add(task);
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }
}

/** Looks at what it is given, and lets it go. */
export class Gauge {
  #started = 0;

  count(task: Promise<unknown>): void {
    this.#started++;
    console.debug("started", this.#started, typeof task);
  }

  log(task: Promise<unknown>): void {
    task.catch((error: unknown) => { // a mark on a parameter: the caller's business
      console.error(error);
    });
  }
}

export function ignore(task: Promise<unknown>): void {
  void task;
}
