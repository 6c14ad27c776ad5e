import ts from "typescript";
import { describe, expect, it } from "vitest";
import { awaitIt } from "../../src/fixes/index.ts";
import { callsOf, outputOf, prelude, viewOf } from "./support.ts";

/** Awaits every call of `f` or `go` that floats. */
function awaited(code: string, name?: string): string | undefined {
  const view = viewOf(prelude + code, name);
  const calls = callsOf(view.file, "f", "go").filter((call) => !ts.isAwaitExpression(call.parent));
  return outputOf(view, calls.map((call) => awaitIt(view, call)))?.replace(prelude, "");
}

describe("awaitIt", () => {
  it.each([
    ["a statement", "async function a() { f(); }", "async function a() { await f(); }"],
    ["void", "async function a() { void f(); }", "async function a() { await f(); }"],
    ["void over parentheses", "async function a() { void (f()); }", "async function a() { await (f()); }"],
    ["a chain as a whole", "async function a() { f().catch(log); }", "async function a() { await f().catch(log); }"],
    ["the right of &&", "async function a() { cond && f(); }", "async function a() { cond && await f(); }"],
    ["both branches", "async function a() { cond ? f() : void f(2); }", "async function a() { cond ? await f() : await f(2); }"],
    ["comments", "async function a() {\n  // why\n  f(); // tail\n}", "async function a() {\n  // why\n  await f(); // tail\n}"],
    ["CRLF", "async function a() {\r\n  f();\r\n}", "async function a() {\r\n  await f();\r\n}"],
    ["no semicolons", "async function a() {\n  const x = xs\n  f()\n  ;[1].at(0)\n}", "async function a() {\n  const x = xs\n  await f()\n  ;[1].at(0)\n}"],
    ["an async arrow", "const a = async () => { f(); };", "const a = async () => { await f(); };"],
    ["an async method", "class A { async m() { f(); } }", "class A { async m() { await f(); } }"],
    ["an async generator", "async function* a() { f(); yield 1; }", "async function* a() { await f(); yield 1; }"],
    ["the innermost function only", "async function a() { const b = async () => { f(); }; await b(); }", "async function a() { const b = async () => { await f(); }; await b(); }"],
    ["the top of a module", "f();", "await f();"],
    ["a value that is used, with parentheses", "declare function go(): Promise<{ x: number }>;\nasync function a() { return (go() as unknown as { x: number }).x; }", "declare function go(): Promise<{ x: number }>;\nasync function a() { return (await go() as unknown as { x: number }).x; }"],
  ])("%s", (_, before, after) => {
    expect(awaited(before)).toBe(after);
  });

  it("puts parentheses where a member would be read first", () => {
    const view = viewOf(`${prelude}declare function go(): Promise<number[]>;\nasync function a() { return go().length; }`);
    const [call] = callsOf(view.file, "go");
    expect(outputOf(view, [awaitIt(view, call!)])).toContain("return (await go()).length;");
  });

  it.each([
    ["a function that is not async", "function a() { f(); }"],
    ["a constructor", "class A { constructor() { f(); } }"],
    ["a static block", "async function a() { class A { static { f(); } } return A; }"],
    ["a field", "async function a() { class A { x = f(); } return A; }"],
    ["a parameter's default", "async function a(x = f()) { return x; }"],
    ["a namespace", "namespace N { f(); }"],
  ])("not in %s", (_, code) => {
    expect(awaited(code)).toBeUndefined();
  });

  it("not at the top of a CommonJS module", () => {
    expect(awaited("f();", "file.cts")).toBeUndefined();
  });

  it("gives advice instead of an edit where the work may never settle", () => {
    const view = viewOf(`${prelude}async function a() { f(); }`);
    const fix = awaitIt(view, callsOf(view.file, "f")[0]!, { mayNotSettle: true });
    expect(fix).toMatchObject({ applicability: "manual", edits: [] });
    expect(fix?.title).toContain("background task");
  });
});
