/**
 * No fix makes anything worse: each one, applied to the examples of all pages, leaves code that compiles as well as before,
 * and in which nothing is an error for the recommended rules that was none before.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rules } from "../../rules/index.ts";
import { analysisOf } from "../../src/analysis/index.ts";
import { applyEdits } from "../../src/fixes/index.ts";
import { reportsOf, staysIn, type Report } from "../../src/report.ts";
import { blocksOf } from "../support/markdown.ts";
import { errorsIn, programOver, virtualPath } from "../support/virtual.ts";

const pages = resolve(import.meta.dirname, "../../docs/rules");
const examples = resolve(import.meta.dirname, "../../../shared/rule-examples");

/** Code with findings, by name: the bad blocks of the pages, and the examples that the rules were specified by where they are at hand. */
function seeds(): Map<string, string> {
  const files = new Map<string, string>();
  for (const page of readdirSync(pages)) {
    for (const block of blocksOf(readFileSync(resolve(pages, page), "utf8"))) if (block.words.includes("bad")) files.set(virtualPath(`${page}-${String(block.line)}.${block.language}`), block.code);
  }
  if (existsSync(examples)) for (const file of readdirSync(examples)) if (file.endsWith(".invalid.ts")) files.set(virtualPath(file), readFileSync(resolve(examples, file), "utf8"));
  return files;
}

/** What all rules find in a file of a Program. */
function reportsIn(program: ts.Program, fileName: string): Report[] {
  const file = program.getSourceFile(fileName);
  if (file === undefined) throw new Error(`${fileName} is not in the program.`);
  const view = analysisOf({ ts, program }).view(file);
  return Object.values(rules).flatMap((rule) => reportsOf(rule, view, "/"));
}

/** How often each thing occurs. */
function countOf(things: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return counts;
}

/** What occurs more often than before. */
function added(before: readonly string[], after: readonly string[]): string[] {
  const known = countOf(before);
  return [...countOf(after)].flatMap(([thing, count]) => (count > (known.get(thing) ?? 0) ? [thing] : []));
}

const withoutLine = (errors: readonly string[]) => errors.map((error) => error.replace(/^\d+: /u, ""));
const kinds = (reports: readonly Report[]) => reports.map(({ rule, messageId }) => `${rule}/${messageId}`);

/** Advice of a stricter kind may follow a fix; an error may not. */
function isError({ rule: name }: Report): boolean {
  const rule = rules[name];
  return rule?.preset === "recommended" && rule.severity !== "warn";
}

describe("fixes", () => {
  const files = seeds();
  const program = programOver(files, ts);
  const before = new Map([...files.keys()].map((name) => [name, { reports: reportsIn(program, name), errors: withoutLine(errorsIn(name, program, ts)) }]));
  const tried = [...before].flatMap(([name, { reports }]) =>
    reports.flatMap(({ rule, messageId, start, fixes }) =>
      fixes
        .filter((fix) => staysIn(fix, name))
        .map((fix) => {
          const text = files.get(name) ?? "";
          return { name, rule, messageId, fix, line: text.slice(0, start).split("\n").length, output: applyEdits(text, fix.edits) };
        }),
    ),
  );
  const outputs = tried.map((one, index) => ({ ...one, file: virtualPath(`fixed/${String(index)}.ts${one.name.endsWith("x") ? "x" : ""}`) }));
  const after = programOver(new Map(outputs.map(({ file, output }): [string, string] => [file, output])), ts);

  it("are there to be tried", () => {
    expect(outputs.length).toBeGreaterThan(40);
  });

  it.for(outputs)("$rule/$messageId: $fix.title ($name:$line)", ({ name, file, output, rule, messageId }) => {
    const was = before.get(name);
    if (was === undefined) throw new Error(`${name} was not looked at.`);
    const now = reportsIn(after, file);
    expect(added(was.errors, withoutLine(errorsIn(file, after, ts))), output).toEqual([]);
    expect(added(kinds(was.reports), kinds(now.filter(isError))), output).toEqual([]);
    // And the finding itself is gone.
    const counted = (reports: readonly Report[]) => kinds(reports).filter((kind) => kind === `${rule}/${messageId}`).length;
    expect(counted(now), output).toBeLessThan(counted(was.reports));
  });
});
