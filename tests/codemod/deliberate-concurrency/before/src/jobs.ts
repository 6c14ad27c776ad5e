#!/usr/bin/env node
/** Runs jobs. */

export interface Job {
  id: string;
  done: boolean;
}

declare function run(job: Job, signal?: AbortSignal): Promise<string>;
declare function notify(id: string): Promise<void>;
declare function track(event: string, options?: { signal?: AbortSignal }): Promise<void>;
declare function next(): Promise<Job | undefined>;
declare function log(error: unknown): void;

export async function submit(job: Job, signal?: AbortSignal): Promise<string> {
  if (job.done) return "already";
  const result = await run(job, signal);
  // nobody has to wait for these
  void track("submitted");
  notify(job.id).catch(log);
  if (result === "") return "empty";
  return result;
}

export async function work(stop: AbortSignal): Promise<void> {
  for (;;) {
    const job = await next();
    if (!job) return;
    if (stop.aborted) break;
    void (async () => {
      await run(job);
      await notify(job.id);
    })();
  }
  await notify("stopped");
}

export async function each(jobs: readonly Job[]): Promise<number> {
  for (const job of jobs) {
    void track(job.id);
    if (job.done) continue;
    await run(job);
  }
  return jobs.length;
}

export const later = async (job: Job): Promise<void> => { void notify(job.id) };

export class Runner {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    // constructors cannot wait
    void this.start();
  }

  async start(): Promise<void> {
    try {
      void track("started", { signal: this.#signal });
      await next();
    } finally {
      void notify("finished");
    }
  }
}
