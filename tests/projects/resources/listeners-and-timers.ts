/** Listeners that tie objects to an emitter they were given, and timers that some settlement or reset forgets. */
import { EventEmitter } from "node:events";

export class RequestList {
  private constructor(private readonly bus: EventEmitter) {}
  static open(bus: EventEmitter): RequestList {
    const list = new RequestList(bus);
    list.listen();
    return list;
  }
  private listen(): void {
    this.bus.on("persist", this.persist.bind(this)); // want require-disposal "stays reachable"
  }
  persist(): void {}
  teardown(): void {
    this.persist();
  }
}

export class Connection extends EventEmitter {
  constructor(private readonly client: EventEmitter) {
    super();
    this.client.on("error", (error) => this.emit("error", error)); // want require-disposal "stays reachable"
  }
  close(): void {}
}

/** Nobody ends objects of this class before the client: its last event may as well be listened to. */
export class Mirror extends EventEmitter {
  constructor(private readonly client: EventEmitter) {
    super();
    this.client.on("error", (error) => this.emit("error", error));
  }
}

interface Store extends EventTarget {
  readonly name: string;
}

export class Relay {
  readonly peers = new Set<string>();
  constructor(private readonly store: Store) {
    this.store.addEventListener("removed", (event) => this.peers.delete(event.type)); // want require-disposal "stays reachable"
  }
  close(): void {
    this.peers.clear();
  }
}

/** The class ends what it was given: the listeners go with it. */
export class Owner {
  constructor(private readonly bus: EventEmitter & { close(): void }) {
    this.bus.on("message", () => this.count());
  }
  count(): void {}
  close(): void {
    this.bus.close();
  }
}

export class Listener {
  constructor(private readonly bus: EventEmitter) {
    this.bus.on("message", this.onMessage);
  }
  private readonly onMessage = (): void => {};
  close(): void {
    this.bus.off("message", this.onMessage);
  }
}

export class Pool {
  running = 0;
  pause(timeout?: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      if (timeout !== undefined) timer = setTimeout(() => reject(new Error("still running")), timeout);
      const poll = setInterval(() => { // want require-disposal "without `clearInterval`"
        if (this.running > 0) return;
        clearTimeout(timer);
        clearInterval(poll);
        resolve();
      }, 100);
    });
  }
  drained(timeout: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const finish = (then: () => void): void => {
        clearTimeout(timer);
        clearInterval(poll);
        then();
      };
      const timer = setTimeout(() => finish(() => reject(new Error("still running"))), timeout);
      const poll = setInterval(() => {
        if (this.running === 0) finish(resolve);
      }, 100);
    });
  }
}

export function message(target: EventEmitter, timeout: number): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("timed out")), timeout); // want require-disposal "without `clearTimeout`"
    target.once("message", (text: string) => { // want require-disposal "If the timer comes first"
      clearTimeout(timer);
      resolve(text);
    });
    target.once("error", reject);
  });
}

export class Flusher {
  #timer: NodeJS.Timeout | null = null;
  start(): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#fired();
    }, 1000);
  }
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
  reset(): void {
    this.#timer = null; // want require-owner-disposal "is emptied here"
  }
  #fired(): void {
    this.#timer = null;
  }
}

export class Checker {
  #closed = false;
  constructor(private readonly check: () => Promise<void>) {}
  async run(): Promise<void> {
    if (this.#closed) return;
    await this.check().catch(() => {});
    setTimeout(() => this.run(), 5000); // want no-unscoped-spawn "its callback sets the next one"
  }
  close(): void {
    this.#closed = true;
  }
}
