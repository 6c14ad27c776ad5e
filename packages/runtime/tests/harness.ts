/**
 * What scenarios are written with. It needs no test framework and no Node, so that the same files run under vitest, in
 * bare Node 20/22/24, in a browser, in Deno and in Bun, and against mutants.
 */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/unbound-method --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */

/** One named expectation; `needs` lists globals without which it is skipped (and said to be). */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly run: () => unknown;
}

/** All registered scenarios, in order. */
export const scenarios: Scenario[] = [];

/** Registers a scenario. */
export function scenario(id: number | string, title: string, run: () => unknown, ...needs: string[]): void {
  scenarios.push({ id: String(id), title, needs, run });
}

class Mismatch extends Error {
  override readonly name = "Mismatch";
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value !== null && typeof value === "object") return `{${Object.entries(value).map(([k, v]) => `${k}: ${show(v)}`).join(", ")}}`;
  return String(value);
}

function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || a instanceof Error || b instanceof Error) return false;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => key in b && alike(a[key as never], b[key as never]))
  );
}

/** `actual` is `expected`: same identity, or plain data of the same shape. Errors are compared by identity. */
export function is(actual: unknown, expected: unknown, what = "value"): void {
  if (!alike(actual, expected)) throw new Mismatch(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** `condition` holds. */
export function ok(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Mismatch(`expected: ${what}`);
}

/** What `promise` rejects with; fulfilling is a mismatch. */
export async function reasonOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Mismatch(`expected a rejection, got ${show(value)}`);
}

/** What `fn` throws synchronously. */
export function thrownBy(fn: () => unknown): unknown {
  let value: unknown;
  try {
    value = fn();
  } catch (error) {
    return error;
  }
  throw new Mismatch(`expected a throw, got ${show(value)}`);
}

/** A class, even one with a private constructor. */
type Callable = (abstract new (...args: never) => unknown) | { readonly name: string; [Symbol.hasInstance](value: unknown): boolean };

/** `value` is an instance of `type`; the message, if given, must match. */
export function isA<T>(value: unknown, type: Callable & { readonly prototype: T }, message?: RegExp): asserts value is T {
  ok(value instanceof type, `an instance of ${type.name}, got ${show(value)}`);
  if (message !== undefined) ok(message.test(String((value as { message?: unknown }).message)), `message ${message}, got ${show(value)}`);
}

/** Waits `ms`; rejects with the reason as soon as `signal` aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop);
  });
}

/** Never resolves; rejects with the reason when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** Lets `turns` rounds of microtasks pass. */
export async function ticks(turns = 10): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await undefined;
}

/** A promise with its ends outside. */
export interface Gate<T = void> {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

/** Makes a {@link Gate}. */
export function gate<T = void>(): Gate<T> {
  let ends: Omit<Gate<T>, "promise"> | undefined;
  const promise = new Promise<T>((open, fail) => {
    ends = { open, fail };
  });
  return { promise, ...(ends as Omit<Gate<T>, "promise">) };
}

/** How many abort listeners `signal` has had added minus removed, and at most at once, from now on. */
export function countListeners(signal: AbortSignal): { now: number; most: number } {
  const count = { now: 0, most: 0 };
  const { addEventListener, removeEventListener } = signal;
  const live = new Set<unknown>();
  const update = (): void => {
    count.now = live.size;
    count.most = Math.max(count.most, live.size);
  };
  signal.addEventListener = (...args: unknown[]): void => {
    live.add(args[1]);
    update();
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]): void => {
    live.delete(args[1]);
    update();
    Reflect.apply(removeEventListener, signal, args);
  };
  return count;
}

interface ProcessLike {
  listeners(event: string): ((...args: unknown[]) => void)[];
  on(event: string, listener: (...args: unknown[]) => void): void;
  off(event: string, listener: (...args: unknown[]) => void): void;
}

/** Errors that reach the top of the program while `act` runs and shortly after: `uncaught` or `unhandled`. */
export async function surfacing(kind: "uncaught" | "unhandled", act: () => unknown): Promise<unknown[]> {
  const seen: unknown[] = [];
  const { process } = globalThis as { process?: ProcessLike };
  if (process?.listeners) {
    const event = kind === "uncaught" ? "uncaughtException" : "unhandledRejection";
    const others = process.listeners(event);
    const listener = (error: unknown): void => void seen.push(error);
    for (const other of others) process.off(event, other);
    process.on(event, listener);
    try {
      await act();
      await sleep(10);
    } finally {
      process.off(event, listener);
      for (const other of others) process.on(event, other);
    }
  } else {
    const event = kind === "uncaught" ? "error" : "unhandledrejection";
    const listener = (e: Event & { error?: unknown; reason?: unknown }): void => {
      e.preventDefault();
      e.stopImmediatePropagation();
      seen.push(e.error ?? e.reason);
    };
    const target = globalThis as unknown as EventTarget;
    target.addEventListener(event, listener, { capture: true });
    try {
      await act();
      await sleep(10);
    } finally {
      target.removeEventListener(event, listener, { capture: true });
    }
  }
  return seen;
}
