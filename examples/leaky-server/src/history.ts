/** Best prices seen so far, one CSV file per product. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { readIfThere } from "./files.js";
import type { Quote } from "./shops.js";

export class PriceHistory {
  readonly #dir: string;

  constructor(dataDir: string) {
    this.#dir = join(dataDir, "history");
  }

  async append(quote: Quote): Promise<void> {
    await appendFile(join(this.#dir, `${quote.sku}.csv`), `${Date.now()},${quote.shop},${quote.cents}\n`);
  }

  /** The lowest price on record, in cents. */
  async lowest(sku: string): Promise<number | undefined> {
    const text = await readIfThere(join(this.#dir, `${sku}.csv`));
    const cents = text?.trimEnd().split("\n").map((line) => Number(line.split(",")[2]));
    return cents && Math.min(...cents);
  }
}
