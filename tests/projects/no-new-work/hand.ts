/** Gives back what it was given, with a name on it. */
export function named<T>(task: Promise<T>, name: string): Promise<T> & { readonly label: string } {
  return Object.assign(task, { label: name });
}

/** A setter that returns its argument. */
export class Cell<T> {
  #value: T | undefined;

  set(value: T): T {
    this.#value = value;
    return value;
  }

  get(): T | undefined {
    return this.#value;
  }
}

/** Keeps the promise and returns the same one. */
export class Registry {
  readonly #all: Promise<unknown>[] = [];

  keep<T>(task: Promise<T>): Promise<T> {
    this.#all.push(task);
    return task;
  }

  remove(index: number): void {
    this.#all.splice(index, 1);
  }

  drop(): void {
    this.#all.pop();
    this.#all.shift();
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#all);
  }
}
