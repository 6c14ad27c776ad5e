/** Bugs that public projects really had: each is reported where it is, and its repair is not. They live beside the checkout. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { lint, strict } from "../support/lint.ts";
import { virtualPath } from "../support/virtual.ts";

interface Case {
  readonly case: string;
  readonly rule: string;
  /** Lines of before.ts on one of which a report must stand. */
  readonly lines: readonly number[];
  readonly note: string;
}

const dir = resolve(import.meta.dirname, "../../../shared/bugs/known");
const list = resolve(dir, "cases.json");
const cases = existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as Case[]) : [];
const covered = cases.filter((bug) => bug.rule in rules);
const nameOf = (bug: Case, version: string) => virtualPath(`known-bugs/${bug.case}/${version}.ts`);

describe("known bugs", () => {
  if (cases.length === 0) it.skip(`no cases in ${dir}`);

  const files = new Map(covered.flatMap((bug) => ["before", "after"].map((version): [string, string] => [nameOf(bug, version), readFileSync(resolve(dir, bug.case, `${version}.ts`), "utf8")])));
  const found = lint(files, new Map([...files.keys()].map((fileName) => [fileName, strict])));

  describe.for(covered)("$case: $note", (bug) => {
    it("is reported on a marked line", () => {
      const shown = found.get(nameOf(bug, "before"))?.map(({ line, ruleId, message }) => `${String(line)} ${String(ruleId)}: ${message}`);
      expect(found.get(nameOf(bug, "before"))?.some(({ line }) => bug.lines.includes(line)), `reported: ${JSON.stringify(shown, null, 2)}`).toBe(true);
    });

    it("is silent once repaired", () => {
      expect(found.get(nameOf(bug, "after"))?.map(({ line, ruleId, message }) => `${String(line)} ${String(ruleId)}: ${message}`)).toEqual([]);
    });
  });

  for (const bug of cases.filter((other) => !covered.includes(other))) it.skip(`${bug.case} (${bug.rule}: rule not written yet)`);
});
