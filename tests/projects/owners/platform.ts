/** A platform whose types say little about who waits. */
export interface Context {
  waitUntil(task: Promise<unknown>): void;
}

export interface Lifecycle {
  adopt<T>(task: Promise<T>): Promise<T>;
}

export interface Bus {
  on(event: string, listener: (...args: never[]) => unknown): this;
}

export interface Nursery {
  spawn(work: () => Promise<unknown>): void;
  start<T>(work: () => Promise<T>): Promise<T>;
}

export interface Statement extends PromiseLike<number> {
  where(text: string): Statement;
}

export declare function enqueue(work: () => Promise<unknown>): Promise<void>;
export declare function adopt(task: Promise<unknown>): Promise<void>;
export declare function subscribe(listener: () => unknown): void;
export declare function observe(listener: () => unknown): void;
export declare function remove(): Statement;
export declare function work(): Promise<void>;
