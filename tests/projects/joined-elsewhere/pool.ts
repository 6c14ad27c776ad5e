import { deliver, poll } from "./work.js";

/** Workers are kept in an array that `stop` waits for. */
export class Pool {
  #workers: Promise<void>[] = [];
  #open = true;

  start(size: number): void {
    this.#workers = Array.from({ length: size }, () => this.#work());
  }

  grow(): void {
    this.#workers.push(this.#work());
  }

  async stop(): Promise<void> {
    this.#open = false;
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    while (this.#open) for (const message of await poll()) await deliver(message);
  }
}

/** Local bags: one is waited for, one is only measured. */
export async function deliverAll(messages: readonly string[]): Promise<number> {
  const jobs: Promise<void>[] = [];
  for (const message of messages) jobs.push(deliver(message));
  await Promise.all(jobs);
  return jobs.length;
}

export function deliverSome(messages: readonly string[]): number {
  const jobs: Promise<void>[] = [];
  for (const message of messages) jobs.push(deliver(message)); // want no-floating-task "nothing reads them from `jobs`"
  return jobs.length;
}

/** Workers of one call: the last one out closes the door. */
export async function drain(size: number, messages: string[]): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let next = messages.pop(); next !== undefined; next = messages.pop()) await deliver(next);
  };
  const workers = Array.from({ length: size }, worker);
  await Promise.all(workers);
}
