import ts from "typescript";
import { describe, expect, it } from "vitest";
import { forEachToLoop } from "../../src/fixes/index.ts";
import { nodesOf, outputOf, prelude, viewOf } from "./support.ts";

function looped(code: string, head = "async function a() {\n", tail = "\n}"): string | undefined {
  const view = viewOf(prelude + head + code + tail);
  const calls = nodesOf(view.file, ts.isCallExpression).filter((call) => ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === "forEach");
  return outputOf(view, calls.map((call) => forEachToLoop(view, call)))?.replace(prelude + head, "").slice(0, -tail.length);
}

describe("forEachToLoop", () => {
  it.each([
    ["a block", "xs.forEach(async (x) => {\n  await f(x);\n});", "for (const x of xs) {\n  await f(x);\n}"],
    ["the index", "xs.forEach(async (x, i) => { await f(x + i); });", "for (const [i, x] of xs.entries()) { await f(x + i); }"],
    ["an expression", "xs.forEach(async (x) => f(x));", "for (const x of xs) await f(x);"],
    ["an expression that awaits", "xs.forEach(async (x) => await f(x));", "for (const x of xs) await f(x);"],
    ["destructuring", "[{ id: 1 }].forEach(async ({ id }) => { await f(id); });", "for (const { id } of [{ id: 1 }]) { await f(id); }"],
    ["an annotated parameter", "xs.forEach(async (x: string) => { await f(x); });", "for (const x of xs) { await f(x); }"],
    ["a parameter that is assigned", "xs.forEach(async (x) => { x = x.trim(); await f(x); });", "for (let x of xs) { x = x.trim(); await f(x); }"],
    ["a parameter with a property that is assigned", "[{ n: 1 }].forEach(async (x) => { x.n = 2; await f(x); });", "for (const x of [{ n: 1 }]) { x.n = 2; await f(x); }"],
    ["an early end of the turn", "xs.forEach(async (x) => {\n  if (!x) return; // empty\n  await f(x);\n});", "for (const x of xs) {\n  if (!x) continue; // empty\n  await f(x);\n}"],
    ["a value at the end", "xs.forEach(async (x) => {\n  log(x);\n  return f(x);\n});", "for (const x of xs) {\n  log(x);\n  await f(x);\n}"],
    ["returns of inner functions", "xs.forEach(async (x) => { const h = () => { return x; }; await f(h()); });", "for (const x of xs) { const h = () => { return x; }; await f(h()); }"],
    ["comments in the body", "// all of them\nxs.forEach(async (x) => {\n  // each\n  await f(x); // now\n}); // done", "// all of them\nfor (const x of xs) {\n  // each\n  await f(x); // now\n} // done"],
    ["CRLF", "xs.forEach(async (x) => {\r\n  await f(x);\r\n});", "for (const x of xs) {\r\n  await f(x);\r\n}"],
    ["no semicolons", "xs.forEach(async (x) => {\n  await f(x)\n})\nlog(1)", "for (const x of xs) {\n  await f(x)\n}\nlog(1)"],
    ["void in front", "void xs.forEach(async (x) => { await f(x); });", "for (const x of xs) { await f(x); }"],
    ["a branch, with its else", "if (cond) xs.forEach(async (x) => { await f(x); });\nelse log(1);", "if (cond) for (const x of xs) { await f(x); }\nelse log(1);"],
    ["a set", "new Set(xs).forEach(async (x) => { await f(x); });", "for (const x of new Set(xs)) { await f(x); }"],
    ["a function expression", "xs.forEach(async function (x) { await f(x); });", "for (const x of xs) { await f(x); }"],
  ])("%s", (_, before, after) => {
    expect(looped(before)).toBe(after);
  });

  it.each([
    ["the array as third parameter", "xs.forEach(async (x, i, all) => { await f([x, i, all]); });"],
    ["a `this` for the callback", "xs.forEach(async (x) => { await f(x); }, {});"],
    ["a function that uses its own `this`", "xs.forEach(async function (this: unknown, x) { await f([this, x]); });"],
    ["`arguments`", "xs.forEach(async function (x) { await f([arguments, x]); });"],
    ["a map, whose callback gets values first", "new Map([[1, 2]]).forEach(async (x) => { await f(x); });"],
    ["a default", "xs.forEach(async (x = '') => { await f(x); });"],
    ["a return inside of an inner loop", "xs.forEach(async (x) => { for (const y of x) { if (y) return; } await f(x); });"],
    ["a value in the middle", "xs.forEach(async (x) => { if (x) return f(x); await f(1); });"],
    ["var, which would become the outer function's", "xs.forEach(async (x) => { var y = x; await f(y); });"],
    ["a result that is used", "const r = xs.forEach(async (x) => { await f(x); }); log(r);"],
    ["a callback by name", "const h = async (x: string) => { await f(x); }; xs.forEach(h);"],
    ["a comment that would get lost", "xs.forEach(/* each */ async (x) => { await f(x); });"],
  ])("leaves %s", (_, code) => {
    expect(looped(code)).toBeUndefined();
  });

  it("leaves a function that is not async", () => {
    expect(looped("xs.forEach(async (x) => { await f(x); });", "function a() {\n")).toBeUndefined();
  });
});
