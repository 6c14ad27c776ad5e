import { deliver, poll, sleep } from "./work.js";

/** A stop flag that the loop checks; `stop` waits for the loop. */
export class Poller {
  #running: Promise<void> | undefined;
  #stopped = false;

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const message of await poll()) await deliver(message);
      await sleep(1000);
    }
  }
}

/** The same with an abort signal, and a private field of TypeScript's kind. */
export class AbortablePoller {
  private readonly abort = new AbortController();
  private running?: Promise<void>;

  public start(): void {
    this.running ??= this.run(this.abort.signal);
  }

  public async close(): Promise<void> {
    this.abort.abort();
    await Promise.allSettled([this.running]);
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await sleep(1000, signal);
  }
}

/** The twin: the flag is set, but nobody waits for the loop. */
export class CarelessPoller {
  #running: Promise<void> | undefined;
  #stopped = false;

  start(): void {
    this.#running = this.#run(); // want no-floating-task "`this.#running` holds the promise of `this.#run()`"
  }

  stop(): void {
    this.#stopped = true;
    this.#running = undefined;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await sleep(1000);
  }
}

/** The twin without any field. */
export class LoosePoller {
  #stopped = false;

  start(): void {
    this.#run(); // want no-floating-task "`this.#run()` starts work that nobody waits for"
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await sleep(1000);
  }
}

/** A logged loop is still a loop that `stop` does not wait for. */
export class LoggingPoller {
  #stopped = false;

  start(): void {
    this.#run().catch((error: unknown) => { // want no-floating-task "handled, but nobody waits"
      console.error("poller died", error);
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await sleep(1000);
  }
}
