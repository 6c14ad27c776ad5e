/** The HTTP API. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AuditLog } from "./audit.js";
import type { QuoteCache } from "./cache.js";
import type { PriceHistory } from "./history.js";
import { clientSignal, HttpError, readJson, send, sendError, type Reply } from "./http.js";
import type { Metrics } from "./metrics.js";
import type { JobQueue } from "./queue.js";
import type { Rates } from "./rates.js";
import { parseReportRequest, type ReportRequest, type Reports } from "./reports.js";
import { collectStock, type Shop } from "./shops.js";
import type { Watcher } from "./watcher.js";
import { parseWatch, type WatchStore } from "./watches.js";

export interface Services {
  shops: Shop[];
  rates: Rates;
  cache: QuoteCache;
  history: PriceHistory;
  watches: WatchStore;
  watcher: Watcher;
  reports: Reports;
  queue: JobQueue<ReportRequest>;
  audit: AuditLog;
  metrics: Metrics;
}

export class Api {
  readonly server: Server;
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
    this.server = createServer(async (req, res) => {
      try {
        send(res, await this.#route(req, clientSignal(res)));
      } catch (error) {
        sendError(res, error);
      }
    });
  }

  async #route(req: IncomingMessage, signal: AbortSignal): Promise<Reply> {
    const { cache, metrics, queue, reports, watches } = this.#services;
    const url = new URL(req.url ?? "/", "http://localhost");
    const [, resource, id = ""] = url.pathname.split("/");
    metrics.count("requests");
    switch (`${req.method} /${resource}`) {
      case "GET /health":
        return { status: 200, body: { cached: cache.size, ...metrics.snapshot() } };
      case "GET /products":
        return await this.#product(id, url.searchParams.get("currency") ?? "EUR", signal);
      case "GET /watches":
        return { status: 200, body: watches.all() };
      case "POST /watches":
        return await this.#addWatch(await readJson(req));
      case "POST /imports":
        return await this.#importWatches(await readJson(req));
      case "POST /reports":
        return { status: 202, body: queue.add(parseReportRequest(await readJson(req))) };
      case "GET /reports":
        return { status: 200, body: await reports.read(id) };
      case "GET /jobs": {
        const job = url.searchParams.has("wait") ? await queue.finished(id) : queue.get(id);
        if (!job) throw new HttpError(404, `no job ${id}`);
        return { status: 200, body: job };
      }
      default:
        throw new HttpError(404, `no ${url.pathname} here`);
    }
  }

  async #product(sku: string, currency: string, signal: AbortSignal): Promise<Reply> {
    const { audit, cache, history, rates, shops } = this.#services;
    const [quotes, rate, stock, lowest] = await Promise.all([
      cache.get(sku),
      rates.current(currency, { signal }),
      collectStock(shops, sku),
      history.lowest(sku),
    ]);
    audit.record("product.viewed", { sku }).catch(console.error);
    const prices = quotes.map(({ shop, cents }) => ({
      shop,
      price: ((cents * rate) / 100).toFixed(2),
      units: stock[shop] ?? 0,
    }));
    return { status: 200, body: { sku, currency, prices, lowest } };
  }

  async #addWatch(input: unknown): Promise<Reply> {
    const { audit, watcher, watches } = this.#services;
    const watch = parseWatch(input);
    await watches.add(watch);
    void audit.record("watch.added", { id: watch.id, sku: watch.sku });
    watcher.check(watch).catch((error: unknown) => console.warn(`first look at ${watch.sku} failed: ${error}`));
    return { status: 201, body: watch };
  }

  async #importWatches(input: unknown): Promise<Reply> {
    const { audit, metrics, watches } = this.#services;
    if (!Array.isArray(input)) throw new HttpError(400, "a list of watches");
    const batch = input.map(parseWatch);
    batch.forEach(async (watch) => {
      await watches.add(watch);
      metrics.count("imported");
    });
    void audit.record("watches.imported", { count: batch.length });
    return { status: 202, body: { accepted: batch.length } };
  }
}
