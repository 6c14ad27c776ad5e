/** Whether a change can be felt in other files decides which of them are checked again; a wrong "no" would miss errors. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepsShape } from "../packages/codemod/src/shapes.ts";
import { Workspace } from "../packages/codemod/src/workspace.ts";
import { applyEdits } from "../src/fixes/index.ts";

/** Replaces `from` by `to` in a file of its own and asks. */
function keeps(text: string, from: string, to: string): boolean {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "asr-shapes-")));
  try {
    const fileName = join(dir, "a.ts");
    writeFileSync(fileName, text);
    writeFileSync(join(dir, "tsconfig.json"), '{ "compilerOptions": { "lib": ["esnext"], "types": [], "strict": true }, "files": ["a.ts"] }');
    const workspace = new Workspace(join(dir, "tsconfig.json"));
    const start = text.indexOf(from);
    const edits = [{ fileName, start, end: start + from.length, text: to }];
    workspace.setTexts(new Map([[fileName, applyEdits(text, edits)]]));
    return keepsShape(fileName, edits, workspace.original, workspace.program);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe("keepsShape", () => {
  it.each([
    ["a body that returns the same", "export function f() { const a = 1; return a + 1; }", "const a = 1", "const a = 2"],
    ["an annotated function", "export function f(): number | string { return 1; }", "return 1", 'return "a"'],
    ["a method", "export class A { x = 1; m() { return [this.x]; } }", "return [this.x]", "return [2]"],
    ["a function inside of a function", "export function f() { const g = () => 1; void g; return 2; }", "() => 1", '() => "a"'],
    ["an import", 'import {} from "./a.js";\nexport const x = 1;', 'import {} from "./a.js";', ""],
  ])("%s: yes", (_, text, from, to) => {
    expect(keeps(text, from, to)).toBe(true);
  });

  it.each([
    ["an inferred return type", "export function f() { return 1; }", "return 1", 'return "a"'],
    ["an inferred promise", "export async function f() { return 1; }", "return 1", "return [1]"],
    ["a method", "export class A { m() { return 1; } }", "return 1", 'return "a"'],
    ["a field", "export class A { x = 1; }", "x = 1", 'x = "a"'],
    ["a constant", "export const x = { a: () => 1 };", "() => 1", '() => "a"'],
    ["a default export", "export default { a: 1 };", "a: 1", 'a: "a"'],
    ["a namespace", "export namespace N { export const a = 1; }", "a = 1", "a = 2"],
    ["one that is not exported, but can be reached", 'function g() { return 1; }\nexport const x = { g };', "return 1", 'return "a"'],
  ])("%s: no", (_, text, from, to) => {
    expect(keeps(text, from, to)).toBe(false);
  });
});
