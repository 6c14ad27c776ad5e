/** What becomes of a parameter: followed through variables, helpers and callbacks, and unknown where the trail ends. */

// fact: awaits = param0:awaited
export async function awaits(job: Promise<void>): Promise<void> {
  const same = job;
  await same;
}

// fact: handsBack = param0:returned
export function handsBack(job: Promise<void>): Promise<void> {
  return job.then(() => undefined);
}

// fact: lets = param0:discarded, never-rejects, no-work
export function lets(job: Promise<void>): void {
  job.catch(() => undefined);
}

// fact: asksOther = param0:unknown, param1:calls-drops, never-rejects, no-work
export function asksOther(job: Promise<void>, other: (job: Promise<void>) => void): void {
  other(job);
}

// fact: ignores = param0:unused, never-rejects, no-work
export function ignores(_job: Promise<void>): void {
  console.log("nothing");
}

export class Jobs {
  readonly #running = new Set<Promise<void>>();

  // fact: track = param0:retained, never-rejects, no-work
  track(job: Promise<void>): void {
    this.#running.add(job);
  }

  // fact: trackAll = param0:unknown, never-rejects, no-work
  trackAll(jobs: readonly Promise<void>[]): void {
    for (const job of jobs) this.track(job);
  }
}

// fact: viaHelper = param0:retained, param1:member, never-rejects, no-work
export function viaHelper(job: Promise<void>, jobs: Jobs): void {
  jobs.track(job);
}

// fact: each = param0:unknown, param1:calls-drops, no-work
export function each(items: readonly string[], visit: (item: string) => unknown): void {
  for (const item of items) visit(item);
}

// fact: inTurn = param0:unknown, param1:calls-keeps
export async function inTurn(items: readonly string[], visit: (item: string) => unknown): Promise<void> {
  for (const item of items) await visit(item);
}

// fact: counts = param0:unknown, param1:calls-reads, no-work
export function counts(items: readonly string[], test: (item: string) => unknown): number {
  let count = 0;
  for (const item of items) if (test(item)) count++;
  return count;
}
