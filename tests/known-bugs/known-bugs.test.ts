/** Bugs that public projects really had: each is reported where it is, and no repair is. They live beside the checkout. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Linter } from "eslint";
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
const nameOf = (bug: Case, version: string) => virtualPath(`known-bugs/${bug.case}/${version}.ts`);
const shown = (messages: readonly Linter.LintMessage[] | undefined) => messages?.map(({ line, ruleId, message }) => `${line} ${String(ruleId)}: ${message}`);

describe("known bugs", () => {
  if (cases.length === 0) it.skip(`no cases in ${dir}`);

  const files = new Map(cases.flatMap((bug) => ["before", "after"].map((version): [string, string] => [nameOf(bug, version), readFileSync(resolve(dir, bug.case, `${version}.ts`), "utf8")])));
  const found = lint(files, new Map([...files.keys()].map((fileName) => [fileName, strict])));

  describe.for(cases)("$case: $note", (bug) => {
    it.skipIf(!(bug.rule in rules))("is reported on a marked line", () => {
      const messages = found.get(nameOf(bug, "before"));
      expect(messages?.some(({ line }) => bug.lines.includes(line)), `reported: ${JSON.stringify(shown(messages), null, 2)}`).toBe(true);
    });

    // Whatever rule the bug is for: correct code is silent under all of them.
    it("is silent once repaired", () => {
      expect(shown(found.get(nameOf(bug, "after")))).toEqual([]);
    });
  });
});
