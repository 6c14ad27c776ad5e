/** Every scenario of the specification as a named test. */
import { describe, expect, test } from "vitest";
import { scenarios } from "./harness.ts";
import "./scenarios/index.ts";
import "./scenarios/node.ts";

describe("conformance", () => {
  for (const { id, title, needs, run } of scenarios) {
    test.skipIf(needs.some((name) => !(name in globalThis)))(`${id}: ${title}`, async () => {
      await run();
    });
  }

  test("every scenario has an id of its own", () => {
    const ids = scenarios.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test("the numbered scenarios of the specification are all there", () => {
    const ids = new Set(scenarios.map(({ id }) => id));
    const missing = Array.from({ length: 160 }, (_, i) => String(i + 1)).filter((id) => !ids.has(id));
    expect(missing).toEqual([]);
  });

  test("the heap scenarios are not skipped here", () => {
    expect(globalThis).toHaveProperty("gc");
  });
});
