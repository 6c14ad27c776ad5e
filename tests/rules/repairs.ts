/** What a repair leaves behind: no rule may find more in the text after a fix than in the text before it. */
import { expect, it } from "vitest";
import plugin from "../../src/plugin.ts";
import { lint } from "../support/lint.ts";
import { virtualPath } from "../support/virtual.ts";

/** An invalid case of a table, as far as its repairs go. */
export interface Repaired {
  readonly code: string;
  readonly output?: string | readonly string[];
  readonly errors: readonly { readonly suggestions?: readonly { readonly output: string }[] }[];
}

/**
 * States that every repair of a table removes a finding, and that none adds one, of any rule under `strict`.
 * @param rule name of the rule that repairs.
 */
export function testRepairs(rule: string, cases: readonly Repaired[]): void {
  const repaired = cases.map(({ code, output, errors }) => ({ before: code, after: [...(output === undefined ? [] : [output].flat()), ...errors.flatMap(({ suggestions = [] }) => suggestions.map((one) => one.output))] })).filter(({ after }) => after.length > 0);
  it(`${rule}: no repair leaves a finding that was not there before`, () => {
    const nameOf = (index: number, version: number): string => virtualPath(`repairs/${rule}-${String(index)}-${String(version)}.ts`);
    const files = new Map(repaired.flatMap(({ before, after }, index) => [before, ...after].map((text, version): [string, string] => [nameOf(index, version), text])));
    const found = lint(files, new Map([...files.keys()].map((file) => [file, { rules: { ...plugin.configs.strict.rules } }])));
    const countsOf = (file: string): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { ruleId } of found.get(file) ?? []) counts[String(ruleId)] = (counts[String(ruleId)] ?? 0) + 1;
      return counts;
    };
    expect(repaired).not.toEqual([]);
    for (const [index, { after }] of repaired.entries()) {
      const before = countsOf(nameOf(index, 0));
      for (const [version, text] of after.entries()) {
        const now = countsOf(nameOf(index, version + 1));
        expect(now[`asr/${rule}`] ?? 0, text).toBeLessThan(before[`asr/${rule}`] ?? 0);
        for (const [other, count] of Object.entries(now)) expect(count, `${other} in\n${text}`).toBeLessThanOrEqual(before[other] ?? 0);
      }
    }
  });
}
