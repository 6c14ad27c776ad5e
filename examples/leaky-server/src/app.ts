/** Puts the service together, starts it and stops it. */
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Api } from "./api.js";
import { AuditLog } from "./audit.js";
import { QuoteCache } from "./cache.js";
import type { Config } from "./config.js";
import { PriceHistory } from "./history.js";
import { Metrics } from "./metrics.js";
import { deliver } from "./notifier.js";
import { JobQueue } from "./queue.js";
import { Rates } from "./rates.js";
import { Reports, type ReportRequest } from "./reports.js";
import { collectQuotes } from "./shops.js";
import { Watcher } from "./watcher.js";
import { WatchStore } from "./watches.js";

export class App {
  readonly #config: Config;
  readonly #audit: AuditLog;
  readonly #metrics: Metrics;
  readonly #cache: QuoteCache;
  readonly #watches: WatchStore;
  readonly #watcher: Watcher;
  readonly #queue: JobQueue<ReportRequest>;
  readonly #api: Api;

  constructor(config: Config) {
    const { dataDir, shops } = config;
    const rates = new Rates(config.rateUrls);
    const history = new PriceHistory(dataDir);
    const reports = new Reports(dataDir, shops, rates, history);
    this.#config = config;
    this.#audit = new AuditLog(dataDir);
    this.#metrics = new Metrics(dataDir, config.flushMs);
    this.#cache = new QuoteCache((sku) => collectQuotes(shops, sku), config.cacheMs);
    this.#watches = new WatchStore(dataDir);
    this.#watcher = new Watcher(shops, this.#watches, history, this.#metrics);
    this.#queue = new JobQueue((request) => reports.build(request), this.#audit);
    this.#api = new Api({
      shops, rates, history, reports,
      audit: this.#audit,
      cache: this.#cache,
      metrics: this.#metrics,
      queue: this.#queue,
      watcher: this.#watcher,
      watches: this.#watches,
    });
    this.#notifyOnEvents();
  }

  /** Returns the address that the API listens on. */
  async start(): Promise<string> {
    const { dataDir, hotSkus, pollMs, port, workers } = this.#config;
    await Promise.all(["history", "reports"].map((dir) => mkdir(join(dataDir, dir), { recursive: true })));
    await this.#watches.load();
    this.#metrics.start();
    this.#queue.start(workers);
    this.#watcher.start(pollMs);
    (async () => {
      await this.#cache.warmUp(hotSkus);
      await this.#audit.record("cache.warm", { skus: hotSkus.length });
    })();
    this.#api.server.listen(port, "127.0.0.1");
    await once(this.#api.server, "listening");
    const address = this.#api.server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#watcher.stop();
    this.#queue.stop();
    this.#api.server.close();
    await once(this.#api.server, "close");
    void this.#audit.record("stopped");
    await this.#metrics.stop();
  }

  #notifyOnEvents(): void {
    this.#watcher.on("drop", async ({ watch, quote }) => {
      this.#metrics.count("drops");
      if (watch.webhook) await deliver(watch.webhook, { event: "drop", ...quote });
      await this.#audit.record("drop.told", { id: watch.id, cents: quote.cents });
    });
    this.#queue.on("finished", (job, { webhook }) => {
      if (webhook) deliver(webhook, { event: "report", ...job }).catch(console.error);
    });
  }
}
