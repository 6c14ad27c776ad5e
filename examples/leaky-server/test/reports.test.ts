import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, fakeUpstream, fakeWebhook, startApp } from "./support.js";

const prices = { "/prices/lamp": { cents: 2000 }, "/prices/sofa": { cents: 50_000 } };

test("a report is built by a worker and can be read when it is done", async (t) => {
  const shop = await fakeUpstream(t, { ...prices });
  const bank = await fakeUpstream(t, { "/rates/CHF": { rate: 0.5 } });
  const webhook = await fakeWebhook(t);
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }], rateUrls: [bank.url] });

  const order = { name: "may", skus: ["lamp", "sofa"], currency: "CHF", webhook: webhook.url };
  const { status, body: job } = await call("POST", "/reports", order);
  assert.equal(status, 202);
  const done = { id: job.id, state: "done", result: "/reports/may" };
  assert.deepEqual((await call("GET", `/jobs/${job.id}?wait`)).body, done);

  const csv = "sku,shop,CHF\nlamp,a,10.00\nsofa,a,250.00";
  await eventually("the report", async () => (await call("GET", done.result)).body === csv);
  await eventually("the latest report", async () => (await call("GET", "/reports/latest")).body === csv);
  await eventually("the webhook", () => webhook.events.length > 0);
  assert.deepEqual(webhook.events, [{ event: "report", ...done }]);
});

test("a report that cannot be built is a failed job, and the worker goes on", async (t) => {
  const shop = await fakeUpstream(t, { ...prices });
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }], workers: 1 });
  const { body: bad } = await call("POST", "/reports", { name: "bad", skus: ["unicorn"] });
  const { body: good } = await call("POST", "/reports", { name: "good", skus: ["lamp"] });
  const { body: failed } = await call("GET", `/jobs/${bad.id}?wait`);
  assert.equal(failed.state, "failed");
  assert.match(failed.error, /no shop has a price for unicorn/);
  assert.equal((await call("GET", `/jobs/${good.id}?wait`)).body.state, "done");
});

test("more reports than workers: all get done", async (t) => {
  const shop = await fakeUpstream(t, { ...prices });
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }], workers: 2 });
  const names = Array.from({ length: 10 }, (_, i) => `report-${i}`);
  for (const name of names) {
    const { body } = await call("POST", "/reports", { name, skus: ["sofa", "lamp"] });
    assert.match(body.state, /queued|running/);
  }
  for (const name of names) {
    await eventually(name, async () => (await call("GET", `/reports/${name}`)).status === 200);
  }
});
