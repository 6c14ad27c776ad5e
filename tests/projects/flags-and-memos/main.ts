export declare function open(path: string): Promise<number>;
export declare function flush(): Promise<void>;

/** A memo: the first caller starts, all callers wait; until one does, nobody hears of a failure. */
export class Store {
  #ready: Promise<number> | undefined;

  ready(): Promise<number> {
    if (!this.#ready) this.#ready = open("store");
    return this.#ready;
  }

  async get(): Promise<number> {
    return (await this.ready()) + 1;
  }

  warmUp(): void {
    this.ready(); // want no-floating-task "nobody waits for"
  }
}

/** Whoever warms up need not wait: the field keeps the promise, and `close` waits for it. */
export class ClosableStore {
  #ready: Promise<number> | undefined;

  ready(): Promise<number> {
    return (this.#ready ??= open("store"));
  }

  warmUp(): void {
    this.ready();
  }

  async close(): Promise<void> {
    await this.#ready?.catch(() => undefined);
  }
}

/** The field is declared as always there: the test is still no mistake. */
export class OldStore {
  private opening!: Promise<number>;

  public async read(): Promise<number> {
    if (!this.opening) this.opening = open("old");
    return await this.opening;
  }
}

/** A field as a flag: closing twice is closing once. */
export class Writer {
  #closing: Promise<void> | null = null;
  #flushing: Promise<void> | undefined;

  close(): void {
    if (this.#closing) return;
    this.#closing = flush();
  }

  tick(): void {
    if (this.#flushing !== undefined) return;
    this.#flushing = flush().finally(() => {
      this.#flushing = undefined;
    });
  }
}

const cache = new Map<string, Promise<number>>();

/** A cache of promises: nobody waits here, everybody may wait there. */
export function prefetch(path: string): void {
  if (!cache.has(path)) cache.set(path, open(path));
}

export function cached(path: string): Promise<number> {
  let found = cache.get(path);
  if (!found) {
    found = open(path);
    cache.set(path, found);
  }
  return found;
}

let shared: Promise<number> | undefined;

export async function sharedHandle(): Promise<number> {
  shared ??= open("shared");
  return await shared;
}

/** The twins: fields that nobody tests and nobody waits for. */
export class Forgetful {
  #last: Promise<void> | undefined;
  private opened: Promise<number> | undefined;

  save(): void {
    this.#last = flush(); // want no-floating-task "`this.#last` holds the promise"
  }

  restart(): void {
    this.opened = open("again"); // want no-floating-task "`this.opened` holds the promise"
    this.opened = undefined;
  }
}

export function startAndForget(): void {
  const handle = open("lost"); // want no-floating-task /`handle` holds the promise of `open/
  console.log(typeof handle);
}
