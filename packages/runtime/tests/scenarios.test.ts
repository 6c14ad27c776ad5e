/** Every scenario of the specification as a named test. */
import { describe, expect, test } from "vitest";
import { scenarios } from "./harness.ts";
import "./scenarios/index.ts";

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
});
