/** The watches that people have set, kept in memory and in watches.json. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readIfThere, writeWhole } from "./files.js";
import { HttpError } from "./http.js";

export interface Watch {
  id: string;
  sku: string;
  /** Tell when the best price is below this, in cents. */
  below: number;
  webhook?: string;
  /** The price that was told last, so that nobody hears it twice. */
  told?: number;
}

export function parseWatch(input: unknown): Watch {
  const { sku, below, webhook } = (input ?? {}) as Partial<Watch>;
  if (typeof sku !== "string" || !/^[\w-]+$/.test(sku)) throw new HttpError(400, "sku: letters, digits and dashes");
  if (typeof below !== "number") throw new HttpError(400, "below: a price in cents");
  if (webhook !== undefined && !URL.canParse(webhook)) throw new HttpError(400, "webhook: a URL");
  return { id: randomUUID(), sku, below, ...(webhook && { webhook }) };
}

export class WatchStore {
  readonly #watches = new Map<string, Watch>();
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, "watches.json");
  }

  async load(): Promise<void> {
    const saved = JSON.parse((await readIfThere(this.#file)) ?? "[]") as Watch[];
    for (const watch of saved) this.#watches.set(watch.id, watch);
  }

  all(): Watch[] {
    return [...this.#watches.values()];
  }

  async add(watch: Watch): Promise<void> {
    this.#watches.set(watch.id, watch);
    await writeWhole(this.#file, JSON.stringify(this.all(), undefined, 2));
  }
}
