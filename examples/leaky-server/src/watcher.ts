/** Looks at the watched products at an interval and says when one got cheap. */
import { EventEmitter } from "node:events";
import type { PriceHistory } from "./history.js";
import type { Metrics } from "./metrics.js";
import { collectQuotes, type Quote, type Shop } from "./shops.js";
import type { Watch, WatchStore } from "./watches.js";

export interface Drop {
  watch: Watch;
  quote: Quote;
}

export class Watcher extends EventEmitter<{ drop: [drop: Drop] }> {
  readonly #shops: Shop[];
  readonly #store: WatchStore;
  readonly #history: PriceHistory;
  readonly #metrics: Metrics;
  #timer: NodeJS.Timeout | undefined;

  constructor(shops: Shop[], store: WatchStore, history: PriceHistory, metrics: Metrics) {
    super();
    this.#shops = shops;
    this.#store = store;
    this.#history = history;
    this.#metrics = metrics;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(async () => {
      this.#metrics.count("polls");
      await this.checkAll();
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async checkAll(): Promise<void> {
    await Promise.all(
      this.#store.all().map(async (watch) => {
        try {
          await this.check(watch);
        } catch (error) {
          this.#metrics.count("checks.failed");
          console.warn(`cannot check ${watch.sku}: ${error}`);
        }
      }),
    );
  }

  async check(watch: Watch): Promise<void> {
    const [best] = await collectQuotes(this.#shops, watch.sku);
    if (!best) return;
    this.#history.append(best);
    if (best.cents >= watch.below || best.cents === watch.told) return;
    watch.told = best.cents;
    this.emit("drop", { watch, quote: best });
  }
}
