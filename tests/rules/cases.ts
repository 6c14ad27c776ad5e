/** Many small cases for one rule in one Program: each line that must be reported says so at its end. */
import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../src/rule.ts";
import { lint, only } from "../support/lint.ts";
import type { Setup } from "../support/lint.ts";
import { errorsIn, programOver, virtualPath } from "../support/virtual.ts";

/** One case: code, in which `// ✗ <messageId>` ends each line with a finding; several findings repeat the mark. */
export interface Case {
  readonly code: string;
  readonly options?: object;
  /** Content of `settings.asr`. */
  readonly settings?: object;
  /** Ending of the file's name; "ts" unless said otherwise. JavaScript is checked, and leans on no declarations. */
  readonly as?: "ts" | "tsx" | "js" | "mts" | "cts";
  /** The compiler finds fault with the code, and that is the point of the case. */
  readonly broken?: boolean;
}

/** What the cases lean on. It stands behind their code, so that lines count from the case's own first. */
const declarations =
  "declare function work(...args: unknown[]): Promise<void>; declare function load(id: string): Promise<{ name: string }>; " +
  "declare function log(...args: unknown[]): void; declare const ok: boolean;\n";

/** A case's code with the declarations it leans on. */
export function given(code: string): string {
  return `${code}\n${declarations}`;
}

/**
 * Runs the cases of a table, by their names; a string is code under default options. A case that does not compile, and is
 * not said to, fails: code that nobody could write proves nothing.
 */
export function testCases(rule: Pick<Rule, "name" | "messages">, title: string, table: Readonly<Record<string, string | Case>>): void {
  const cases = Object.entries(table).map(([name, entry], index) => {
    const full: Case = typeof entry === "string" ? { code: entry } : entry;
    return { ...full, name, file: virtualPath(`cases/${String(index)}.${full.as ?? "ts"}`), code: full.as === "js" ? full.code : given(full.code) };
  });
  describe(`${rule.name}: ${title}`, () => {
    const config = cases.some((entry) => entry.as === "js") ? resolve(import.meta.dirname, "javascript.tsconfig.json") : undefined;
    const files = new Map(cases.map(({ file, code }) => [file, code]));
    const found = lint(files, new Map(cases.map(({ file, options, settings }): [string, Setup] => [file, { ...only(rule.name, options), ...(settings && { settings: { asr: settings } }) }])), config);
    const program = programOver(files, ts, config);

    it.for(cases)("$name", ({ file, code, broken = false }) => {
      const reported = found.get(file)?.map(({ line, messageId = "" }) => `${String(line)} ${messageId}`) ?? [];
      expect(reported.sort()).toEqual(marksOf(code, Object.keys(rule.messages)).sort());
      expect(errorsIn(file, program, ts).length > 0, errorsIn(file, program, ts).join("\n")).toBe(broken);
    });
  });
}

function marksOf(code: string, known: readonly string[]): string[] {
  return code.split("\n").flatMap((text, index) =>
    Array.from(text.matchAll(/\/\/ ✗ (\w+)/gu), ([, id = ""]) => {
      if (!known.includes(id)) throw new Error(`\`${id}\` is no message of the rule.`);
      return `${String(index + 1)} ${id}`;
    }),
  );
}
