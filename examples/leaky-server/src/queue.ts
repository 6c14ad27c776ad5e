/** A queue of jobs and the workers that take from it. */
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { AuditLog } from "./audit.js";
import { deferred, type Deferred } from "./deferred.js";

export interface Job {
  id: string;
  state: "queued" | "running" | "done" | "failed";
  result?: string;
  error?: string;
}

interface Entry<P> {
  job: Job;
  payload: P;
  done: Deferred<Job>;
}

export class JobQueue<P> extends EventEmitter<{ finished: [job: Job, payload: P] }> {
  readonly #entries = new Map<string, Entry<P>>();
  readonly #waiting: Entry<P>[] = [];
  readonly #idle: Deferred<void>[] = [];
  readonly #handler: (payload: P) => Promise<string>;
  readonly #audit: AuditLog;
  #stopping = false;

  constructor(handler: (payload: P) => Promise<string>, audit: AuditLog) {
    super();
    this.#handler = handler;
    this.#audit = audit;
  }

  start(workers: number): void {
    for (let i = 0; i < workers; i++) void this.#work();
  }

  stop(): void {
    this.#stopping = true;
    for (const worker of this.#idle.splice(0)) worker.resolve();
  }

  add(payload: P): Job {
    const job: Job = { id: randomUUID(), state: "queued" };
    const entry: Entry<P> = { job, payload, done: deferred() };
    this.#entries.set(job.id, entry);
    this.#waiting.push(entry);
    this.#idle.shift()?.resolve();
    void this.#audit.record("job.queued", { id: job.id });
    return job;
  }

  get(id: string): Job | undefined {
    return this.#entries.get(id)?.job;
  }

  /** Resolves when the job is done or has failed. */
  async finished(id: string): Promise<Job | undefined> {
    return await this.#entries.get(id)?.done.promise;
  }

  async #work(): Promise<void> {
    while (!this.#stopping) {
      const entry = this.#waiting.shift();
      if (entry) {
        await this.#run(entry);
        continue;
      }
      const idle = deferred<void>();
      this.#idle.push(idle);
      await idle.promise;
    }
  }

  async #run({ job, payload, done }: Entry<P>): Promise<void> {
    job.state = "running";
    try {
      job.result = await this.#handler(payload);
      job.state = "done";
    } catch (error) {
      job.error = String(error);
      job.state = "failed";
    }
    this.#audit.record(`job.${job.state}`, { id: job.id });
    this.emit("finished", job, payload);
    done.resolve(job);
  }
}
