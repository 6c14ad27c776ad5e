/** Stores what it is given; only `drain` waits for it. */
export class Jobs {
  readonly #running = new Set<Promise<void>>();

  track(job: Promise<void>): void {
    this.#running.add(job);
  }

  async drain(): Promise<void> {
    await Promise.all(this.#running);
  }
}

export function each<T>(items: readonly T[], visit: (item: T) => unknown): void {
  for (const item of items) visit(item);
}

export async function eachInTurn<T>(items: readonly T[], visit: (item: T) => unknown): Promise<void> {
  for (const item of items) await visit(item);
}

export async function send(line: string): Promise<void> {
  const response = await fetch("https://example.com", { method: "POST", body: line });
  if (!response.ok) throw new Error(response.statusText);
}
