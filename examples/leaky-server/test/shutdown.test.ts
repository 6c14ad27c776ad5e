import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { dataDir, eventually, fakeUpstream, startApp } from "./support.js";

const main = fileURLToPath(new URL("../src/main.js", import.meta.url));

test("after stop() nobody listens and nobody polls, and the counters are on disk", async (t) => {
  const shop = await fakeUpstream(t, { "/prices/lamp": { cents: 1999 } });
  const { call, url, stop, dataDir } = await startApp(t, { shops: [{ name: "a", url: shop.url }], pollMs: 10 });
  await call("POST", "/watches", { sku: "lamp", below: 1 });
  await eventually("a poll", async () => (await call("GET", "/health")).body.polls > 0);
  await stop();
  await assert.rejects(fetch(`${url}/health`));
  const counters = JSON.parse(await readFile(join(dataDir, "metrics.json"), "utf8")) as Record<string, number>;
  assert.ok(counters["polls"]! > 0 && counters["requests"]! >= 2, JSON.stringify(counters));
});

test("counters are written while the service runs", async (t) => {
  const { dataDir } = await startApp(t, { flushMs: 10, pollMs: 10 });
  await eventually("polls in metrics.json", async () => (await readFile(join(dataDir, "metrics.json"), "utf8")).includes("polls"));
});

test("SIGTERM ends the process with code 0", { skip: process.platform === "win32" }, async (t) => {
  const dir = dataDir();
  const env = { ...process.env, PORT: "0", DATA_DIR: dir };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const exit = once(child, "exit");
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith("listening on ")) continue;
    const response = await fetch(`${line.slice("listening on ".length)}/health`);
    assert.deepEqual(await response.json(), { cached: 0, requests: 1 });
    child.kill("SIGTERM");
  }
  assert.deepEqual(await exit, [0, null]);
  assert.deepEqual(JSON.parse(await readFile(join(dir, "metrics.json"), "utf8")), { requests: 1 });
});

test("settings that make no sense end the process with code 1", async (t) => {
  const env = { ...process.env, SHOPS: "nonsense" };
  const child = spawn(process.execPath, [main], { env, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  const exit = once(child, "exit");
  let stderr = "";
  for await (const chunk of child.stderr.setEncoding("utf8")) stderr += chunk;
  assert.match(stderr, /SHOPS: expected name=url/);
  assert.deepEqual(await exit, [1, null]);
});
