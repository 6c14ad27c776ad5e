/** Functions that do one thing each with a callback they are given. Their types leave the result open. */
export type Visit<T> = (item: T) => unknown;

export function each<T>(items: Iterable<T>, visit: Visit<T>): void {
  for (const item of items) visit(item);
}

export async function eachInTurn<T>(items: Iterable<T>, visit: Visit<T>): Promise<void> {
  for (const item of items) await visit(item);
}

export function collect<T>(items: readonly T[], visit: Visit<T>): unknown[] {
  return items.map((item) => visit(item));
}

export function all<T>(items: readonly T[], visit: Visit<T>): Promise<unknown[]> {
  return Promise.all(items.map(visit));
}

export function holds<T>(items: readonly T[], test: Visit<T>): boolean {
  for (const item of items) if (!test(item)) return false;
  return true;
}

export function viaForEach<T>(items: readonly T[], visit: Visit<T>): void {
  items.forEach((item) => visit(item));
}

export function eachLater<T>(items: Iterable<T>, visit: Visit<T>): void {
  setTimeout(() => {
    each(items, visit);
  }, 10);
}

export function maybe<T>(item: T, visit?: Visit<T>): void {
  visit?.(item);
}

export function byCall<T>(item: T, visit: Visit<T>): void {
  visit.call(undefined, item);
}

export function guarded<T>(item: T, visit: Visit<T>): void {
  Promise.resolve(visit(item)).catch((error: unknown) => {
    console.error(error);
  });
}

export class Listeners<T> {
  readonly #listeners: Visit<T>[] = [];

  add(visit: Visit<T>): void {
    this.#listeners.push(visit);
  }

  fire = (item: T, last: Visit<T>): void => {
    for (const listener of this.#listeners) listener(item);
    last(item);
  };

  static now<T>(item: T, visit: Visit<T>): void {
    visit(item);
  }
}

export const shout = (visit: () => unknown): void => {
  visit();
};

export function walk(depth: number, visit: (depth: number) => unknown): void {
  visit(depth);
  if (depth > 0) walk(depth - 1, visit);
}

export declare function elsewhere(visit: () => unknown): void;
export declare function handler(visit: Function): void;
export declare function takesVoid(visit: () => void): void;
