/** Client of the shops: one call per shop and product, and the fan-out over all of them. */
export interface Shop {
  name: string;
  url: string;
}

export interface Quote {
  shop: string;
  sku: string;
  cents: number;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export class UpstreamError extends Error {}

export async function getJson<T>(url: string, { signal }: CallOptions = {}): Promise<T> {
  const response = await fetch(url, { signal });
  if (!response.ok) {
    await response.body?.cancel();
    throw new UpstreamError(`${url} answered ${response.status}`);
  }
  return (await response.json()) as T;
}

export async function fetchQuote(shop: Shop, sku: string, options: CallOptions = {}): Promise<Quote> {
  const { cents } = await getJson<{ cents: number }>(`${shop.url}/prices/${sku}`, options);
  return { shop: shop.name, sku, cents };
}

export async function fetchStock(shop: Shop, sku: string, options: CallOptions = {}): Promise<number> {
  const { units } = await getJson<{ units: number }>(`${shop.url}/stock/${sku}`, options);
  return units;
}

/** Prices of every shop that answers, cheapest first. Throws when none does. */
export async function collectQuotes(shops: Shop[], sku: string, options: CallOptions = {}): Promise<Quote[]> {
  const results = await Promise.allSettled(shops.map((shop) => fetchQuote(shop, sku, options)));
  const quotes: Quote[] = [];
  for (const result of results) {
    if (result.status === "fulfilled") quotes.push(result.value);
    else console.warn(`no price for ${sku}: ${result.reason}`);
  }
  if (quotes.length === 0) throw new UpstreamError(`no shop has a price for ${sku}`);
  return quotes.sort((a, b) => a.cents - b.cents);
}

/** Units in stock, by shop. */
export async function collectStock(shops: Shop[], sku: string): Promise<Record<string, number>> {
  const entries = await Promise.all(
    shops.map(async (shop) => {
      const units = await fetchStock(shop, sku);
      return [shop.name, units] as const;
    }),
  );
  return Object.fromEntries(entries);
}
