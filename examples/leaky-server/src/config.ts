/** Settings of the service, read once from the environment. */
import type { Shop } from "./shops.js";

export interface Config {
  port: number;
  dataDir: string;
  shops: Shop[];
  /** Mirrors of the exchange-rate service; the fastest one answers. */
  rateUrls: string[];
  /** SKUs to load into the cache at start, the most wanted first. */
  hotSkus: string[];
  pollMs: number;
  flushMs: number;
  cacheMs: number;
  workers: number;
}

function list(value: string | undefined): string[] {
  return (value ?? "").split(",").map((item) => item.trim()).filter((item) => item !== "");
}

/** `SHOPS` is a list of `name=url`. */
function shopsOf(value: string | undefined): Shop[] {
  return list(value).map((entry) => {
    const [name, url] = entry.split("=", 2);
    if (!name || !url) throw new Error(`SHOPS: expected name=url, got "${entry}"`);
    return { name, url };
  });
}

export function configFromEnv(env: NodeJS.ProcessEnv): Config {
  return {
    port: Number(env.PORT ?? 8080),
    dataDir: env.DATA_DIR ?? "data",
    shops: shopsOf(env.SHOPS),
    rateUrls: list(env.RATE_URLS),
    hotSkus: list(env.HOT_SKUS),
    pollMs: Number(env.POLL_MS ?? 30_000),
    flushMs: Number(env.FLUSH_MS ?? 10_000),
    cacheMs: Number(env.CACHE_MS ?? 5_000),
    workers: Number(env.WORKERS ?? 2),
  };
}
