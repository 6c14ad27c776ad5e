/** The last signature has the body; what callers see are the others. */
export function visitAll(items: readonly number[], visit: (item: number) => void): void;
export function visitAll(items: readonly string[], visit: (item: string) => void): void;
export function visitAll(items: readonly (number | string)[], visit: (item: never) => unknown): void {
  for (const item of items) visit(item as never);
}

export function visitSlowly(items: readonly number[], visit: (item: number) => void): void;
export function visitSlowly(items: readonly number[], visit: (item: number) => Promise<void>): Promise<void>;
export async function visitSlowly(items: readonly number[], visit: (item: number) => unknown): Promise<void> {
  for (const item of items) await visit(item);
}

declare function read(path: string): Promise<string>;

export function get(path: string): Promise<string>;
export function get(path: string, done: (text: string) => void): void;
export function get(path: string, done?: (text: string) => void): Promise<string> | void {
  const text = read(path);
  if (done === undefined) return text;
  text.then(done, () => { done(""); });
}
