/** What must hold for any code: rules survive it, end, and say the same of programs that differ only in form. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rules } from "../rules/index.ts";
import { analysisOf } from "../src/analysis/index.ts";
import { reportsOf } from "../src/report.ts";
import { modules } from "./support/generated.ts";
import { blocksOf } from "./support/markdown.ts";
import { bodyInBlock, irrelevantStatement, renaming, type Transform } from "./support/transforms.ts";
import { configOf, fixtureDir, programOver, virtualPath } from "./support/virtual.ts";

const pages = resolve(import.meta.dirname, "../docs/rules");

/** The code of the rules' pages, bad and good; blocks that need settings of their own would say nothing without them. */
function seeds(): ReadonlyMap<string, string> {
  const blocks = Object.keys(rules).flatMap((name) => blocksOf(readFileSync(resolve(pages, `${name}.md`), "utf8")).map((block) => ({ name, block })));
  const code = blocks.filter(({ block }) => block.language === "ts" && block.values["settings"] === undefined && (block.words.includes("bad") || block.words.includes("good")));
  return new Map(code.map(({ name, block }): [string, string] => [virtualPath(`properties/${name}-${block.line}.ts`), block.code]));
}

/** What all rules, in their strictest reading, say of each file. */
function findingsOf(files: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const program = programOver(files, ts);
  const analysis = analysisOf({ ts, program });
  return new Map(
    Array.from(files.keys(), (fileName): [string, string[]] => {
      const file = program.getSourceFile(fileName);
      if (file === undefined) throw new Error(`${fileName} is not in the program`);
      const view = analysis.view(file);
      const reports = Object.values(rules).flatMap((rule) => reportsOf(rule, view, fixtureDir, rule.discipline).map(({ messageId, start }) => `${file.getLineAndCharacterOfPosition(start).line + 1} ${rule.name}/${messageId}`));
      return [fileName, reports.sort()];
    }),
  );
}

/** A way to write the same program, and the rules whose subject is just what it changes. */
interface Rewrite {
  readonly transform: Transform;
  readonly except?: RegExp;
}

function judged(findings: readonly string[] | undefined, except: RegExp | undefined): readonly string[] | undefined {
  return except === undefined ? findings : findings?.filter((finding) => !except.test(finding));
}

describe("form does not matter", () => {
  const files = seeds();
  const before = findingsOf(files);
  const rewrites: Readonly<Record<string, Rewrite>> = {
    // A group is redundant by what else stands in its block: for that rule no statement is irrelevant.
    "a statement that does nothing": { transform: irrelevantStatement, except: /no-redundant-scope\// },
    "a function body in a block": { transform: bodyInBlock },
    "a variable under another name": { transform: renaming(files, configOf(virtualPath("tsconfig.json"), ts).options) },
  };

  it("of code that the rules have much to say about", () => {
    expect(before.size).toBeGreaterThan(100);
    expect([...before.values()].flat().length).toBeGreaterThan(200);
  });

  it.for(Object.entries(rewrites))("%s", { timeout: 240_000 }, ([, { transform, except }]) => {
    fc.assert(
      fc.property(fc.nat({ max: 40 }), (pick) => {
        const changed = new Map(Array.from(files, ([name, text]): [string, string] => [name, transform(name, text, pick) ?? text]));
        const after = findingsOf(changed);
        for (const [name, text] of changed) expect({ text, findings: judged(after.get(name), except) }).toEqual({ text, findings: judged(before.get(name), except) });
      }),
      { numRuns: 6, seed: 1, endOnFailure: true },
    );
  });
});

describe("any code", () => {
  it("is survived by every rule", { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(fc.array(modules, { minLength: 8, maxLength: 8 }), (texts) => {
        const files = new Map(texts.map((text, index): [string, string] => [virtualPath(`properties/generated-${index}.ts`), text]));
        expect(() => findingsOf(files)).not.toThrow();
      }),
      { numRuns: 12, seed: 2 },
    );
  });
});
