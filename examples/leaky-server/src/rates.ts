/** Exchange rates from whichever mirror answers first. */
import { getJson, type CallOptions } from "./shops.js";

async function fetchRate(mirror: string, currency: string, options: CallOptions = {}): Promise<number> {
  const { rate } = await getJson<{ rate: number }>(`${mirror}/rates/${currency}`, options);
  return rate;
}

export class Rates {
  readonly #mirrors: string[];

  constructor(mirrors: string[]) {
    this.#mirrors = mirrors;
  }

  /** Units of `currency` for one euro. */
  async current(currency: string, { signal }: CallOptions = {}): Promise<number> {
    if (currency === "EUR") return 1;
    return await Promise.race(this.#mirrors.map((mirror) => fetchRate(mirror, currency, { signal })));
  }
}
