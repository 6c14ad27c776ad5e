/** The arithmetic of the reviewed log: what carries over, what is sampled, how sure a share is. */
import { describe, expect, it } from "vitest";
import { reconcile, sampleOf, scoreOf, wilson, type Detected, type Entry } from "./log.ts";

const finding: Detected = { package: "p", file: "src/a.ts", line: 10, rule: "no-floating-task", message: "floating", code: "work();", text: "shown" };
const { text: _, ...place } = finding;
const judged: Entry = { ...place, verdict: "BUG", why: "the error is lost" };

describe("reconcile", () => {
  it("keeps a verdict when only the line number moved, and takes the new number", () => {
    const { added, vanished, merged } = reconcile([judged], [{ ...finding, line: 42 }]);
    expect({ added, vanished, merged }).toEqual({ added: [], vanished: [], merged: [{ ...judged, line: 42 }] });
  });

  it.each([{ package: "q" }, { file: "src/b.ts" }, { rule: "no-discarding-callback" }, { message: "voided" }, { code: "void work();" }])("takes another %o for another finding", (change) => {
    const changed = { ...finding, ...change };
    const { added, vanished, merged } = reconcile([judged], [changed]);
    expect(added).toEqual([changed]);
    expect(vanished).toEqual([judged]);
    expect(merged).toEqual([{ ...place, ...change, verdict: "unjudged", why: "" }]);
  });

  it("matches equal lines in their order and counts them", () => {
    const second: Entry = { ...judged, line: 20, verdict: "FALSE", why: "joined in stop()" };
    const { added, merged } = reconcile([judged, second], [finding, { ...finding, line: 21 }, { ...finding, line: 30 }]);
    expect(merged.map((entry) => entry.verdict)).toEqual(["BUG", "FALSE", "unjudged"]);
    expect(added.map((one) => one.line)).toEqual([30]);
  });
});

describe("sampleOf", () => {
  const many = (count: number, change: (index: number) => Partial<Entry>): Entry[] =>
    Array.from({ length: count }, (_value, index) => ({ ...judged, verdict: "unjudged", why: "", code: `work(${index});`, ...change(index) }));

  it("takes two of a file and eight of a package", () => {
    const sample = sampleOf([...many(20, () => ({ file: "src/one.ts" })), ...many(40, (index) => ({ package: "q", file: `src/${index}.ts` }))]);
    expect(sample.filter((entry) => entry.package === "p")).toHaveLength(2);
    expect(sample.filter((entry) => entry.package === "q")).toHaveLength(8);
  });

  it("takes all of a rule with fewer than fifteen", () => {
    expect(sampleOf(many(14, () => ({})))).toHaveLength(14);
    expect(sampleOf(many(15, () => ({})))).toHaveLength(2);
  });

  it("prefers what has a verdict, so that a new finding does not push a judged one out", () => {
    const entries = [...many(30, () => ({})), { ...judged, code: "late();" }, { ...judged, code: "later();" }];
    expect(new Set(sampleOf(entries).map((entry) => entry.code))).toEqual(new Set(["late();", "later();"]));
  });

  it("does not depend on the order of the run", () => {
    const entries = many(30, (index) => ({ file: `src/${index}.ts` }));
    expect(sampleOf(entries.toReversed())).toEqual(sampleOf(entries));
  });
});

describe("scores", () => {
  it("counts bugs and discipline as right and leaves out what nobody judged", () => {
    const verdicts: Entry["verdict"][] = ["BUG", "DISCIPLINE", "DISCIPLINE", "FALSE", "unjudged"];
    const score = scoreOf(verdicts.map((verdict) => ({ ...judged, verdict })));
    expect(score).toMatchObject({ judged: 4, bugs: 1, discipline: 2, wrong: 1, precision: 0.75, actOn: 0.25 });
  });

  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 29 of 29 by the score method without continuity correction.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [29, 29, 0.883, 1],
  ])("gives Wilson's interval of %i in %i", (hits, n, low, high) => {
    const interval = wilson(hits, n);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it("knows nothing of nothing", () => {
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});
