/**
 * What the analysis knows of functions, in its printed form and with both copies of TypeScript.
 * In `tests/facts/*.ts` a comment `// fact: <function> = <summary>` states one; methods are named `Class.method`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { ts as bundled } from "ts-morph";
import typescript from "typescript";
import type ts from "typescript";
import { describe, expect, it } from "vitest";
import { analysisOf } from "../src/analysis/index.ts";
import { printSummary } from "../src/analysis/summary.ts";
import { programOver, virtualPath } from "./support/virtual.ts";

const dir = resolve(import.meta.dirname, "facts");
const fixtures = readdirSync(dir).filter((file) => file.endsWith(".ts"));
const texts = new Map(fixtures.map((file) => [virtualPath(file), readFileSync(resolve(dir, file), "utf8")]));
const compilers = { typescript, "ts-morph": bundled as unknown as typeof ts };

describe.for(Object.entries(compilers))("facts with the compiler of %s", ([, compiler]) => {
  const program = programOver(texts, compiler);
  const analysis = analysisOf({ ts: compiler, program });

  it.for(fixtures)("%s", (fixture) => {
    const file = program.getSourceFile(virtualPath(fixture));
    if (!file) throw new Error(`${fixture} is not in the program.`);
    const stated = Array.from(file.text.matchAll(/\/\/ *fact: (\S+) = (.*)$/gmu), ([, name = "", summary = ""]) => `${name} = ${summary.trim()}`);
    expect(stated, "a fixture that states nothing proves nothing").not.toEqual([]);
    const functions = new Map([...functionsOf(file, compiler)].reverse());
    const { summaries } = analysis.view(file);
    const known = stated.map((line) => line.split(" ", 1)[0] ?? "").map((name) => {
      const fn = functions.get(name);
      return `${name} = ${fn ? printSummary(summaries.of(fn)) : "no such function"}`;
    });
    expect(known).toEqual(stated);
  });
});

/** Functions with a body, each with its name; the first of a name counts. */
function* functionsOf(node: ts.Node, compiler: typeof ts, owner = ""): Generator<[string, ts.FunctionLikeDeclaration]> {
  const children: ts.Node[] = [];
  compiler.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) {
    const name = nameOf(child, compiler);
    if (compiler.isVariableDeclaration(child) && child.initializer && isFunctionExpression(child.initializer, compiler)) yield [name, child.initializer];
    else if (compiler.isFunctionLike(child) && "body" in child && child.body && name !== "") yield [owner + name, child];
    yield* functionsOf(child, compiler, compiler.isClassLike(child) ? `${name}.` : "");
  }
}

function nameOf(node: ts.Node, compiler: typeof ts): string {
  if (compiler.isConstructorDeclaration(node)) return "constructor";
  return "name" in node && node.name ? (node.name as ts.Node).getText() : "";
}

function isFunctionExpression(node: ts.Node, compiler: typeof ts): node is ts.ArrowFunction | ts.FunctionExpression {
  return compiler.isArrowFunction(node) || compiler.isFunctionExpression(node);
}
