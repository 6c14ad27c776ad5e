#!/usr/bin/env node
/** Runs jobs. */
import { TaskGroup } from "asr-runtime";

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
  await using tasks = new TaskGroup({ signal });
  // nobody has to wait for these
  tasks.spawn(({ signal }) => track("submitted", { signal }));
  tasks.spawn(() => notify(job.id).catch(log));
  if (result === "") return await tasks.join("empty");
  return await tasks.join(result);
}

export async function work(stop: AbortSignal): Promise<void> {
  await using tasks = new TaskGroup({ signal: stop });
  for (;;) {
    const job = await next();
    if (!job) { await tasks.join(); return; }
    if (stop.aborted) break;
    tasks.spawn(async () => {
      await run(job);
      await notify(job.id);
    });
  }
  await notify("stopped");
  await tasks.join();
}

export async function each(jobs: readonly Job[]): Promise<number> {
  for (const job of jobs) {
    await using tasks = new TaskGroup();
    tasks.spawn(({ signal }) => track(job.id, { signal }));
    if (job.done) { await tasks.join(); continue; }
    await run(job);
    await tasks.join();
  }
  return jobs.length;
}

export const later = async (job: Job): Promise<void> => { await notify(job.id) };

export class Runner {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    // constructors cannot wait
    void this.start();
  }

  async start(): Promise<void> {
    try {
      await using tasks = new TaskGroup({ signal: this.#signal });
      tasks.spawn(() => track("started", { signal: this.#signal }));
      await next();
      await tasks.join();
    } finally {
      await notify("finished");
    }
  }
}
