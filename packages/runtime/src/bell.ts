/** Wakes whoever waits for something to change. */

/** Rings for everybody who waits, then is silent again. */
export class Bell {
  #rung: Promise<void> | undefined;
  #resolve: (() => void) | undefined;

  /** Resolves at the next ring. */
  wait(): Promise<void> {
    return (this.#rung ??= new Promise((resolve) => {
      this.#resolve = resolve;
    }));
  }

  readonly ring = (): void => {
    this.#resolve?.();
    this.#rung = this.#resolve = undefined;
  };
}
