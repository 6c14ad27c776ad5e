import { Gauge, Tracker, ignore } from "./tracker.js";
import { deliver } from "./work.js";

/** The set of what is under way is waited for in `close`. */
export class Mailer {
  readonly #pending = new Set<Promise<void>>();

  send(message: string): void {
    const job = deliver(message).finally(() => {
      this.#pending.delete(job);
    });
    this.#pending.add(job);
  }

  async close(): Promise<void> {
    await Promise.all(this.#pending);
  }
}

/** A tracker of another file does the book-keeping. */
export class TrackedMailer {
  readonly #tracker = new Tracker();

  send(message: string): void {
    this.#tracker.track(deliver(message));
  }

  sendLater(message: string): void {
    this.#tracker.add(deliver(message));
    void this.#tracker.track(deliver(message));
  }

  async close(): Promise<void> {
    await this.#tracker.idle();
  }
}

/** A queue: each message waits for the one before it. */
export class OrderlyMailer {
  #tail: Promise<void> = Promise.resolve();

  send(message: string): void {
    this.#tail = this.#tail.then(() => deliver(message));
  }

  async close(): Promise<void> {
    await this.#tail;
  }
}

/** The twins: what is counted or ignored is not waited for. */
export class CarelessMailer {
  readonly #gauge = new Gauge();

  send(message: string): void {
    this.#gauge.count(deliver(message)); // want no-floating-task /hands its promise to `count`, which drops it/
    ignore(deliver(message)); // want no-floating-task /`ignore`, which drops it \(tracker\.ts:\d+\)/
    this.#gauge.log(deliver(message)); // want no-floating-task /`log`, which drops it/
  }
}

/** The chain is logged, and nobody ever waits for its end. */
export class LoggedMailer {
  send(message: string): void {
    deliver(message).catch((error: unknown) => { // want no-floating-task "handled, but nobody waits"
      console.error(error);
    });
  }

  close(): void {
    console.log("closed");
  }
}
