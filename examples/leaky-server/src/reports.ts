/** Price reports: a CSV file for a list of products, in a currency of one's choice. */
import { join } from "node:path";
import { readIfThere, writeWhole } from "./files.js";
import type { PriceHistory } from "./history.js";
import { HttpError } from "./http.js";
import type { Rates } from "./rates.js";
import { collectQuotes, type CallOptions, type Shop } from "./shops.js";

export interface ReportRequest {
  name: string;
  skus: string[];
  currency: string;
  webhook?: string;
}

export function parseReportRequest(input: unknown): ReportRequest {
  const { name, skus, currency = "EUR", webhook } = (input ?? {}) as Partial<ReportRequest>;
  if (typeof name !== "string" || !/^[\w-]+$/.test(name)) throw new HttpError(400, "name: letters, digits and dashes");
  if (!Array.isArray(skus) || skus.length === 0) throw new HttpError(400, "skus: at least one");
  return { name, skus: skus.map(String), currency, ...(webhook && { webhook }) };
}

export class Reports {
  readonly #dir: string;
  readonly #shops: Shop[];
  readonly #rates: Rates;
  readonly #history: PriceHistory;

  constructor(dataDir: string, shops: Shop[], rates: Rates, history: PriceHistory) {
    this.#dir = join(dataDir, "reports");
    this.#shops = shops;
    this.#rates = rates;
    this.#history = history;
  }

  async build(request: ReportRequest, { signal }: CallOptions = {}): Promise<string> {
    const rate = this.#rates.current(request.currency, { signal });
    const rows = await Promise.all(request.skus.map((sku) => this.#row(sku, { signal })));
    const factor = await rate;
    const lines = rows.map(({ sku, shop, cents }) => `${sku},${shop},${((cents * factor) / 100).toFixed(2)}`);
    const text = [`sku,shop,${request.currency}`, ...lines].join("\n");
    this.#save(request.name, text);
    return `/reports/${request.name}`;
  }

  async read(name: string): Promise<string> {
    const text = await readIfThere(join(this.#dir, `${name}.csv`));
    if (text === undefined) throw new HttpError(404, `no report ${name}`);
    return text;
  }

  async #row(sku: string, { signal }: CallOptions): Promise<{ sku: string; shop: string; cents: number }> {
    const [quotes, lowest] = await Promise.all([collectQuotes(this.#shops, sku, { signal }), this.#history.lowest(sku)]);
    const best = quotes[0]!;
    return lowest !== undefined && lowest < best.cents
      ? { sku, shop: "(earlier)", cents: lowest }
      : { sku, shop: best.shop, cents: best.cents };
  }

  async #save(name: string, text: string): Promise<void> {
    await Promise.all([
      writeWhole(join(this.#dir, `${name}.csv`), text),
      writeWhole(join(this.#dir, "latest.csv"), text),
    ]);
  }
}
