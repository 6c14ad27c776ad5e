/** Fields whose promise a member hands out: whoever calls it need not be the one who waits. */
declare function open(path: string): Promise<number>;

export class Store {
  #ready: Promise<number> | undefined;
  #all: Promise<number>[] = [];
  private opening?: Promise<number>;
  readonly closed: Promise<number>;

  // fact: constructor = param0:retained, never-rejects, no-work
  constructor(closed: Promise<number>) {
    this.closed = closed;
  }

  // fact: ready = returns:this.#ready
  ready(): Promise<number> {
    return (this.#ready ??= open("store"));
  }

  // fact: again = returns:this.#ready
  again(): Promise<number> {
    this.#ready = open("again");
    return this.#ready;
  }

  // fact: openOnce = returns:this.opening
  async openOnce(): Promise<number> {
    if (!this.opening) this.opening = open("once");
    return this.opening;
  }

  // fact: short = returns:this.closed
  short = (): Promise<number> => this.closed;

  // fact: fresh = none
  fresh(): Promise<number> {
    return open("fresh");
  }

  // fact: keep = param0:retained+returned
  keep(task: Promise<number>): Promise<number> {
    this.#all.push(task);
    return task;
  }

  // fact: wait = never-rejects
  async wait(): Promise<void> {
    await Promise.allSettled(this.#all);
  }
}

export class Box<T> {
  #value: T | undefined;

  // fact: set = param0:retained+returned, never-rejects, no-work
  set(value: T): T {
    this.#value = value;
    return value;
  }

  // fact: get = never-rejects, no-work, returns:this.#value
  get(): T | undefined {
    return this.#value;
  }
}
