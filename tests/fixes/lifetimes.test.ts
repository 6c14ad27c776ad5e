/** Repairs that lean on what the newest Node has: offered where every Node of the package has it, and nowhere else. */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import noAbandonedScope from "../../rules/no-abandoned-scope.ts";
import noScopeEscape from "../../rules/no-scope-escape.ts";
import { analysisOf, type NodeVersion } from "../../src/analysis/index.ts";
import { applyEdits } from "../../src/fixes/index.ts";
import { reportsOf } from "../../src/report.ts";
import type { Rule } from "../../src/rule.ts";
import { errorsIn, programOver, virtualPath } from "../support/virtual.ts";

const fileName = virtualPath("lifetimes/code.ts");

/** The titles of the fixes of the only finding, and the text that the first one leaves; each has to compile. */
function repaired(rule: Rule, text: string, oldest: NodeVersion | undefined): { readonly titles: readonly string[]; readonly text: string } {
  const program = programOver(new Map([[fileName, text]]), ts);
  const reports = reportsOf(rule, analysisOf({ ts, program, oldestNode: () => oldest }).view(program.getSourceFile(fileName) as ts.SourceFile), "/");
  expect(reports).toHaveLength(1);
  const fixes = reports[0]?.fixes ?? [];
  const outputs = fixes.map(({ edits }) => applyEdits(text, edits));
  for (const output of outputs) expect(errorsIn(fileName, programOver(new Map([[fileName, output]]), ts), ts)).toEqual([]);
  return { titles: fixes.map(({ title }) => title), text: outputs[0] ?? text };
}

const conn = "declare class Conn implements AsyncDisposable { query(sql: string): Promise<string[]>; [Symbol.asyncDispose](): Promise<void> }\ndeclare function connect(): Promise<Conn>;\n";
const escaping = `${conn}export async function f(ok: boolean) {\n  await using c = await connect();\n  await c.query("x");\n  if (!ok) return undefined;\n  return c;\n}\n`;

describe("a resource that is returned after some work", () => {
  it("is held in a stack until then", () => {
    const { titles, text } = repaired(noScopeEscape, escaping, [24, 0]);
    expect(titles).toEqual(["Hold `c` in a disposable stack until it is returned"]);
    expect(text).toBe(`${conn}export async function f(ok: boolean) {\n  await using stack = new AsyncDisposableStack();\n  const c = stack.use(await connect());\n  await c.query("x");\n  if (!ok) return undefined;\n  stack.move();\n  return c;\n}\n`);
  });

  it("is left alone where Node has no stacks", () => {
    expect(repaired(noScopeEscape, escaping, [20, 19]).titles).toEqual([]);
  });

  it("is left alone where there is no line for the hand-over", () => {
    expect(repaired(noScopeEscape, escaping.replace("if (!ok) return undefined;\n  return c;", "if (ok) return c;\n  return undefined;"), [24, 0]).titles).toEqual([]);
  });
});

const stepped = "declare function ids(): AsyncGenerator<string>;\nexport async function f() {\n  const it = ids();\n  const { value } = await it.next();\n  console.log(value);\n}\n";

describe("a generator that is stepped by hand", () => {
  it("is declared with `await using` where generators have disposers", () => {
    const { titles, text } = repaired(noAbandonedScope, stepped, [24, 0]);
    expect(titles).toEqual(["Declare it with `await using`", "Close the iterator in a `finally`"]);
    expect(text).toBe(stepped.replace("const it", "await using it"));
  });

  it.for([[20, 19] as const, undefined])("is closed in a `finally` otherwise: Node %s", (oldest) => {
    expect(repaired(noAbandonedScope, stepped, oldest).titles).toEqual(["Close the iterator in a `finally`"]);
  });
});
