/** Keeps the quotes of a product for a while; one load at a time for each product. */
import type { Quote } from "./shops.js";

export class QuoteCache {
  readonly #entries = new Map<string, { quotes: Quote[]; freshUntil: number }>();
  readonly #loading = new Map<string, Promise<Quote[]>>();
  readonly #source: (sku: string) => Promise<Quote[]>;
  readonly #maxAgeMs: number;

  constructor(source: (sku: string) => Promise<Quote[]>, maxAgeMs: number) {
    this.#source = source;
    this.#maxAgeMs = maxAgeMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A stale entry is served as it is, and renewed for the next one who asks. */
  async get(sku: string): Promise<Quote[]> {
    const hit = this.#entries.get(sku);
    if (!hit) return await this.#load(sku);
    if (hit.freshUntil < Date.now()) {
      this.#load(sku).catch((error: unknown) => console.warn(`${sku} stays stale: ${error}`));
    }
    return hit.quotes;
  }

  /** Returns when the first two are there: they are what most visitors ask for. */
  async warmUp(skus: string[]): Promise<void> {
    const loads: Promise<Quote[]>[] = [];
    for (const sku of skus) loads.push(this.#load(sku));
    await Promise.all(loads.slice(0, 2));
  }

  #load(sku: string): Promise<Quote[]> {
    const running = this.#loading.get(sku);
    if (running) return running;
    const loading = this.#fill(sku).finally(() => this.#loading.delete(sku));
    this.#loading.set(sku, loading);
    return loading;
  }

  async #fill(sku: string): Promise<Quote[]> {
    const quotes = await this.#source(sku);
    this.#entries.set(sku, { quotes, freshUntil: Date.now() + this.#maxAgeMs });
    return quotes;
  }
}
