/**
 * What the analysis knows of functions, in its printed form, with both copies of TypeScript and with the oldest one supported.
 * In `tests/facts/*.ts` a comment `// fact: <function> = <summary>` states one; where several functions have the name, the
 * comments follow the order of the source. `npm run facts -- <file>` prints what is known.
 */
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import typescript from "typescript";
import { describe, expect, it } from "vitest";
import { compiler as bundled } from "../packages/codemod/src/workspace.ts";
import { analysisOf, functionsOf, printFacts } from "../src/analysis/index.ts";
import { oldestTypeScript } from "./support/oldest-peers.ts";
import { programOver, virtualPath } from "./support/virtual.ts";

const dir = resolve(import.meta.dirname, "facts");
const fixtures = readdirSync(dir).filter((file) => file.endsWith(".ts"));
const texts = new Map(fixtures.map((file) => [virtualPath(file), readFileSync(resolve(dir, file), "utf8")]));

const compilers = { typescript, "ts-morph": bundled, "TypeScript 5.4": oldestTypeScript() };

describe.for(Object.entries(compilers))("facts with the compiler of %s", ([, compiler]) => {
  const program = programOver(texts, compiler);
  const analysis = analysisOf({ ts: compiler, program });

  it.for(fixtures)("%s", (fixture) => {
    const file = program.getSourceFile(virtualPath(fixture));
    if (!file) throw new Error(`${fixture} is not in the program.`);
    const stated = Array.from(file.text.matchAll(/\/\/ *fact: (\S+) = (.*)$/gmu), ([, name = "", summary = ""]) => ({ name, summary: summary.trim() }));
    expect(stated, "a fixture that states nothing proves nothing").not.toEqual([]);
    const view = analysis.view(file);
    const functions = functionsOf(view).map((fn) => ({ name: view.summaries.of(fn).name, facts: printFacts(view, fn) }));
    const known = stated.map(({ name }) => {
      const index = functions.findIndex((one) => one.name === name);
      const [found] = index < 0 ? [] : functions.splice(index, 1);
      return { name, summary: found?.facts ?? "no such function" };
    });
    expect(known).toEqual(stated);
  });
});
