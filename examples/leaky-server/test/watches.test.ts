import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, fakeUpstream, fakeWebhook, startApp } from "./support.js";

test("a watch is stored, and known again after a restart", async (t) => {
  const shop = await fakeUpstream(t, { "/prices/lamp": { cents: 1999 } });
  const shops = [{ name: "a", url: shop.url }];
  const first = await startApp(t, { shops });
  const { status, body: watch } = await first.call("POST", "/watches", { sku: "lamp", below: 1000 });
  assert.equal(status, 201);
  await first.stop();

  const second = await startApp(t, { shops, dataDir: first.dataDir });
  assert.deepEqual((await second.call("GET", "/watches")).body, [watch]);
});

test("a new watch is looked at once right away", async (t) => {
  const shop = await fakeUpstream(t, { "/prices/lamp": { cents: 1999 } });
  const { call, dataDir } = await startApp(t, { shops: [{ name: "a", url: shop.url }] });
  await call("POST", "/watches", { sku: "lamp", below: 1000 });
  const history = join(dataDir, "history", "lamp.csv");
  await eventually("a line of history", async () => /^\d+,a,1999\n$/.test(await readFile(history, "utf8")));
  await eventually("the audit line", async () => (await readFile(join(dataDir, "audit.jsonl"), "utf8")).includes('"watch.added"'));
});

test("a price that falls is told once, even when the webhook is not in the mood at first", async (t) => {
  const shop = await fakeUpstream(t, { "/prices/lamp": { cents: 1999 } });
  const webhook = await fakeWebhook(t, { refusals: 2 });
  const { call, dataDir } = await startApp(t, { shops: [{ name: "a", url: shop.url }], pollMs: 15 });
  await call("POST", "/watches", { sku: "lamp", below: 1500, webhook: webhook.url });
  shop.table["/prices/lamp"] = { cents: 1400 };
  await eventually("the webhook", () => webhook.events.length > 0);
  await eventually("the audit line", async () => (await readFile(join(dataDir, "audit.jsonl"), "utf8")).includes('"drop.told"'));

  const { polls } = (await call("GET", "/health")).body;
  await eventually("two more polls", async () => (await call("GET", "/health")).body.polls >= polls + 2);
  assert.deepEqual(webhook.events, [{ event: "drop", shop: "a", sku: "lamp", cents: 1400 }]);
});

test("a watch that cannot be checked does not keep the others from being checked", async (t) => {
  const shop = await fakeUpstream(t, { "/prices/lamp": { cents: 1400 } });
  const webhook = await fakeWebhook(t);
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }], pollMs: 15 });
  const batch = [{ sku: "gone", below: 1 }, { sku: "lamp", below: 1500, webhook: webhook.url }];
  await call("POST", "/imports", batch);
  await eventually("the webhook", () => webhook.events.length > 0);
  await eventually("failed checks", async () => (await call("GET", "/health")).body["checks.failed"] > 0);
});

test("an import adds all watches of a list, or none when one is wrong", async (t) => {
  const { call } = await startApp(t);
  const good = ["a", "b", "c", "d", "e"].map((sku) => ({ sku, below: 100 }));
  assert.equal((await call("POST", "/imports", [...good, { sku: "f" }])).status, 400);
  const { status, body } = await call("POST", "/imports", good);
  assert.equal(status, 202);
  assert.deepEqual(body, { accepted: 5 });
  await eventually("five imported", async () => (await call("GET", "/health")).body.imported === 5);
  const { body: watches } = await call("GET", "/watches");
  assert.deepEqual(watches.map((watch: { sku: string }) => watch.sku).sort(), ["a", "b", "c", "d", "e"]);
});
