import { deliver, poll, sleep } from "./work.js";

/** How the reading ended is settled in a deferred that the owner exposes. */
export class Session {
  readonly #closed = deferred<void>();

  constructor() {
    this.#read().then(this.#closed.resolve, this.#closed.reject);
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async #read(): Promise<void> {
    for (const message of await poll()) await deliver(message);
  }
}

/** The same, with the deferred settled inside the loop. */
export class PumpingSession {
  readonly closed: Promise<void>;
  #finish!: () => void;
  #fail!: (error: unknown) => void;

  constructor() {
    this.closed = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      for (const message of await poll()) await deliver(message);
      this.#finish();
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** A loop that schedules itself; its outcome settles what `run` returned. */
export function runUntilEmpty(): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = async (): Promise<void> => {
      const messages = await poll();
      if (messages.length === 0) resolve();
      else setTimeout(() => {
        turn().catch(reject);
      }, 100);
    };
    turn().catch(reject);
  });
}

/** The twin: the first turn reports, the later ones are lost. */
export function runCarelessly(): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn = async (): Promise<void> => {
      const messages = await poll();
      if (messages.length === 0) resolve();
      else setTimeout(() => {
        turn(); // want no-floating-task "nobody waits for"
      }, 100);
    };
    turn().catch(reject);
  });
}

/** The twin of the session: what happens is only logged. */
export class SilentSession {
  open(): void {
    this.#read().then( // want no-floating-task "handled, but nobody waits"
      () => {
        console.log("closed");
      },
      (error: unknown) => {
        console.error(error);
      },
    );
  }

  async #read(): Promise<void> {
    await sleep(10);
    for (const message of await poll()) await deliver(message);
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
