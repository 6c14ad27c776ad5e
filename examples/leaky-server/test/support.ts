/** What the tests share: fake upstreams, an app on a free port, and waiting for a condition. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "node:test";
import { App } from "../src/app.js";
import { configFromEnv, type Config } from "../src/config.js";

const cleanups = new WeakMap<TestContext, (() => unknown)[]>();

/** Runs `cleanup` after the test, last come first served: the app stops before the servers that it talks to. */
function lastly(t: TestContext, cleanup: () => unknown): void {
  const stack = cleanups.get(t) ?? [];
  if (stack.push(cleanup) > 1) return;
  cleanups.set(t, stack);
  t.after(async () => {
    for (const next of stack.reverse()) await next();
  });
}

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  lastly(t, () => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of req.setEncoding("utf8")) text += chunk;
  return text;
}

/** A server that answers GETs from a table which the test may change: a path that is not there is a 404. */
export async function fakeUpstream(t: TestContext, table: Record<string, object>) {
  const asked: string[] = [];
  const url = await serve(t, (req, res) => {
    const body = table[req.url ?? ""];
    asked.push(req.url ?? "");
    res.writeHead(body ? 200 : 404).end(JSON.stringify(body ?? {}));
  });
  return { url, asked, table };
}

/** A webhook that refuses its first `refusals` deliveries and keeps the others. */
export async function fakeWebhook(t: TestContext, { refusals = 0 } = {}) {
  const events: Record<string, unknown>[] = [];
  let seen = 0;
  const url = await serve(t, async (req, res) => {
    const text = await textOf(req);
    seen += 1;
    if (seen > refusals) events.push(JSON.parse(text) as Record<string, unknown>);
    res.writeHead(seen > refusals ? 204 : 503).end();
  });
  return { url, events };
}

/** A directory that lives as long as this process. */
export function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "leaky-server-"));
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** An app with polling, flushing and cache expiry out of the way unless asked for. */
export async function startApp(t: TestContext, settings: Partial<Config> = {}) {
  const quiet = { port: 0, dataDir: dataDir(), pollMs: 3_600_000, flushMs: 3_600_000, cacheMs: 3_600_000 };
  const config: Config = { ...configFromEnv({}), ...quiet, ...settings };
  const app = new App(config);
  const url = await app.start();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.stop());
  lastly(t, stop);

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(url + path, { method, body: body === undefined ? null : JSON.stringify(body) });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  }
  return { url, dataDir: config.dataDir, stop, call };
}

/** Polls until `probe` gives something truthy; the last error, if any, says why it never did. */
export async function eventually<T>(what: string, probe: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    await sleep(5);
  }
  return assert.fail(`waited in vain: ${what}${cause ? ` (${String(cause)})` : ""}`);
}
