import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, fakeUpstream, startApp } from "./support.js";

const lamp = { "/prices/lamp": { cents: 1999 }, "/stock/lamp": { units: 3 } };

test("a product has the prices of all shops, cheapest first, in the currency asked for", async (t) => {
  const dear = await fakeUpstream(t, { ...lamp, "/prices/lamp": { cents: 2500 } });
  const cheap = await fakeUpstream(t, { ...lamp, "/stock/lamp": { units: 0 } });
  const bank = await fakeUpstream(t, { "/rates/USD": { rate: 2 } });
  const shops = [{ name: "dear", url: dear.url }, { name: "cheap", url: cheap.url }];
  const { call } = await startApp(t, { shops, rateUrls: [bank.url, bank.url] });

  const { status, body } = await call("GET", "/products/lamp?currency=USD");
  assert.equal(status, 200);
  assert.equal(body.currency, "USD");
  assert.deepEqual(body.prices, [
    { shop: "cheap", price: "39.98", units: 0 },
    { shop: "dear", price: "50.00", units: 3 },
  ]);
});

test("a shop without the product is left out", async (t) => {
  const shop = await fakeUpstream(t, { ...lamp });
  const other = await fakeUpstream(t, { "/stock/lamp": { units: 0 } });
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }, { name: "b", url: other.url }] });
  const { body } = await call("GET", "/products/lamp");
  assert.deepEqual(body.prices, [{ shop: "a", price: "19.99", units: 3 }]);
});

test("no shop has it: the answer says that something upstream failed, and the next one is fine", async (t) => {
  const shop = await fakeUpstream(t, { ...lamp });
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }] });
  assert.equal((await call("GET", "/products/sofa")).status, 502);
  assert.equal((await call("GET", "/products/lamp")).status, 200);
});

test("prices are cached; a stale price is renewed for the next visitor", async (t) => {
  const shop = await fakeUpstream(t, { ...lamp });
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }], cacheMs: 0 });
  await call("GET", "/products/lamp");
  shop.table["/prices/lamp"] = { cents: 1500 };
  await eventually("the new price", async () => {
    const { body } = await call("GET", "/products/lamp");
    return body.prices[0].price === "15.00";
  });
});

test("a fresh price is not asked for again", async (t) => {
  const shop = await fakeUpstream(t, { ...lamp });
  const { call } = await startApp(t, { shops: [{ name: "a", url: shop.url }] });
  for (let i = 0; i < 3; i++) await call("GET", "/products/lamp");
  assert.equal(shop.asked.filter((path) => path === "/prices/lamp").length, 1);
});

test("the hot products are in the cache soon after the start", async (t) => {
  const hotSkus = ["a", "b", "c", "d"];
  const shop = await fakeUpstream(t, Object.fromEntries(hotSkus.map((sku) => [`/prices/${sku}`, { cents: 100 }])));
  const { call } = await startApp(t, { shops: [{ name: "shop", url: shop.url }], hotSkus });
  await eventually("four products in the cache", async () => (await call("GET", "/health")).body.cached === 4);
  assert.deepEqual(shop.asked.toSorted(), hotSkus.map((sku) => `/prices/${sku}`));
});

test("unknown paths, unknown jobs and broken bodies get an answer of their own", async (t) => {
  const { call, url } = await startApp(t);
  assert.equal((await call("GET", "/nothing")).status, 404);
  assert.equal((await call("GET", "/jobs/42")).status, 404);
  assert.equal((await call("GET", "/reports/none")).status, 404);
  assert.equal((await call("POST", "/watches", { sku: "../etc", below: 1 })).status, 400);
  const broken = await fetch(`${url}/watches`, { method: "POST", body: "{" });
  assert.deepEqual(await broken.json(), { error: "the body is not JSON" });
});
