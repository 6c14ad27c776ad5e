/** An error that nobody listens to is put before the process on purpose: nothing runs, so nothing is lost. */
export function surface(error: unknown): void {
  // No listener: let the host's unhandledRejection hook see it.
  Promise.reject(error);
}

export class Bus {
  readonly #listeners: ((error: unknown) => void)[] = [];

  fail(error: unknown): void {
    if (this.#listeners.length === 0) {
      void Promise.reject(error);
      return;
    }
    for (const listener of this.#listeners) listener(error);
  }

  listen(listener: (error: unknown) => void): void {
    this.#listeners.push(listener);
  }
}

export function onlyWhenUnwatched(error: Error, watched: boolean): void {
  watched || Promise.reject(error);
  watched ? console.error(error) : void Promise.reject(error);
}

export const throwLater = (error: unknown): void => void Promise.reject(error);

declare function explain(error: unknown): Promise<Error>;

/** The twins: here work is under way. */
export function surfaceExplained(error: unknown): void {
  explain(error).then((explained) => Promise.reject(explained)); // want no-floating-task "nobody waits for"
  void explain(error); // want no-floating-task "`void` only hides"
}
