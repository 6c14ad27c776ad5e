/** Counters of the service, written to metrics.json now and then and once more at the end. */
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { writeWhole } from "./files.js";

export class Metrics {
  readonly #counts = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #file: string;
  readonly #flushMs: number;
  #running: Promise<void> | undefined;

  constructor(dataDir: string, flushMs: number) {
    this.#file = join(dataDir, "metrics.json");
    this.#flushMs = flushMs;
  }

  count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  start(): void {
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    try {
      for await (const _ of setInterval(this.#flushMs, undefined, { signal })) await this.#flush();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await this.#flush();
  }

  async #flush(): Promise<void> {
    await writeWhole(this.#file, JSON.stringify(this.snapshot()));
  }
}
