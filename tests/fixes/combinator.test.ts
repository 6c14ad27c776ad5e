import ts from "typescript";
import { describe, expect, it } from "vitest";
import { structuredCombinator } from "../../src/fixes/index.ts";
import { nodesOf, outputOf, prelude, viewOf } from "./support.ts";

/** Rewrites every combinator. */
function structured(code: string): string | undefined {
  const view = viewOf(prelude + code);
  const calls = nodesOf(view.file, ts.isCallExpression).filter((call) => /^Promise\.(?:all|race|any|allSettled)$/u.test(call.expression.getText()));
  const output = outputOf(view, calls.map((call) => structuredCombinator(view, call)));
  return output?.replace(/^import \{ TaskGroup \} from "asr-runtime";(?:\r?\n)+/u, "").replace(prelude, "");
}

/** One statement of an async function with a signal. */
function statement(line: string, parameters = "signal: AbortSignal"): string | undefined {
  const head = `async function a(${parameters}) { `;
  const output = structured(`${head}${line} }`);
  return output?.startsWith(head) ? output.slice(head.length, -2) : output;
}

describe("structuredCombinator over a list", () => {
  it.each([
    ["destructuring stays", 'const [u, n] = await Promise.all([fetchUser("1"), g(2)]); log([u.name, n.toFixed()]);', 'const [u, n] = await TaskGroup.all([({ signal }) => fetchUser("1", { signal }), () => g(2)], { signal }); log([u.name, n.toFixed()]);'],
    ["a value returned, not awaited", "return Promise.all([g(1), g(2)]);", "return TaskGroup.all([() => g(1), () => g(2)], { signal });"],
    ["values that are no calls", "const p = g(); return await Promise.all([p, 2, { a: 1 }, cond ? g(1) : g(2)]);", "const p = g(); return await TaskGroup.all([() => p, () => 2, () => ({ a: 1 }), () => cond ? g(1) : g(2)], { signal });"],
    ["async functions called on the spot", "await Promise.all([(async () => { await f(); })(), g()]);", "await TaskGroup.all([async () => { await f(); }, () => g()], { signal });"],
    ["a signal that was passed becomes the task's own", 'await Promise.all([fetchUser("1", { signal }), audit(1, signal)]);', 'await TaskGroup.all([({ signal }) => fetchUser("1", { signal }), ({ signal }) => audit(1, signal)], { signal });'],
    ["a chain", 'await Promise.all([fetchUser("1").then((user) => user.name), g()]);', 'await TaskGroup.all([({ signal }) => fetchUser("1", { signal }).then((user) => user.name), () => g()], { signal });'],
    ["comments and commas", "await Promise.all([\n  f(1), // first\n  /* second */ g(2),\n]);", "await TaskGroup.all([\n  () => f(1), // first\n  /* second */ () => g(2),\n], { signal });"],
    ["a trailing comma behind the list", "await Promise.all(\n  [f(1), g(2)],\n);", "await TaskGroup.all(\n  [() => f(1), () => g(2)], { signal },\n);"],
    ["CRLF", "await Promise.all([\r\n  f(1),\r\n  g(2),\r\n]);", "await TaskGroup.all([\r\n  () => f(1),\r\n  () => g(2),\r\n], { signal });"],
    ["lists in lists, all in one go", "await Promise.all([Promise.all([f(1), f(2)]), g()]);", "await TaskGroup.all([() => TaskGroup.all([() => f(1), () => f(2)], { signal }), () => g()], { signal });"],
    ["race, when all can be cancelled", 'return await Promise.race([fetchUser("1"), fetchUser("2")]);', 'return await TaskGroup.race([({ signal }) => fetchUser("1", { signal }), ({ signal }) => fetchUser("2", { signal })], { signal });'],
    ["any", 'return await Promise.any([fetchUser("1"), fetchUser("2", { retries: 1 })]);', 'return await TaskGroup.any([({ signal }) => fetchUser("1", { signal }), ({ signal }) => fetchUser("2", { retries: 1, signal })], { signal });'],
  ])("%s", (_, before, after) => {
    expect(statement(before)).toBe(after);
  });

  it("links to the signal as it is spelled, or to none", () => {
    expect(statement("await Promise.all([f(1), g(2)]);", "options?: { signal?: AbortSignal }")).toBe("await TaskGroup.all([() => f(1), () => g(2)], { signal: options?.signal });");
    expect(statement("await Promise.all([f(1), g(2)]);", "x: number")).toBe("await TaskGroup.all([() => f(1), () => g(2)]);");
  });

  it("does not take another `signal` for its own", () => {
    expect(statement("const signal = 1; await Promise.all([audit(signal), g(2)]);", "x: number")).toBe("const signal = 1; await TaskGroup.all([() => audit(signal), () => g(2)]);");
  });

  it("keeps `this`, and the order in which operands are evaluated", () => {
    expect(structured("class A { n = 0; async m() { await Promise.all([f(this.n++), g(this.n++)]); } }")).toBe("class A { n = 0; async m() { await TaskGroup.all([() => f(this.n++), () => g(this.n++)]); } }");
  });

  it.each([
    ["an operand that awaits", "await Promise.all([f(await g()), g()]);"],
    ["a spread", "await Promise.all([...xs.map((x) => f(x)), g()]);"],
    ["a hole", "await Promise.all([, g()]);"],
    ["nothing", "await Promise.all([]);"],
    ["a variable", "const ps = [f(), g()]; await Promise.all(ps);"],
    ["type arguments", "await Promise.all<[void, number]>([f(), g()]);"],
    ["a race that something deaf could hold up", 'await Promise.race([fetchUser("1"), g()]);'],
    ["allSettled: its results have another form", "await Promise.allSettled([f(), g()]);"],
  ])("leaves %s", (_, code) => {
    expect(statement(code)).toBeUndefined();
  });
});

describe("structuredCombinator over a map", () => {
  it.each([
    ["an async callback", "return await Promise.all(xs.map(async (x) => { await f(x); return x; }));", "return await TaskGroup.map(xs, async (x) => { await f(x); return x; }, { signal });"],
    ["the index", "await Promise.all(xs.map((x, i) => f(x + i)));", "await TaskGroup.map(xs, (x, i) => f(x + i), { signal });"],
    ["a function by name", "await Promise.all(xs.map(f));", "await TaskGroup.map(xs, f, { signal });"],
    ["a list that is awaited first", "await Promise.all((await g(), xs).map((x) => f(x)));", "await TaskGroup.map((await g(), xs), (x) => f(x), { signal });"],
    ["a chain before", "await Promise.all(xs.filter((x) => x).map((x) => f(x)));", "await TaskGroup.map(xs.filter((x) => x), (x) => f(x), { signal });"],
    ["the task's signal, to all calls that take one", 'return await Promise.all(xs.map(async (x) => { await audit(x); return await fetchUser(x, { signal }); }));', 'return await TaskGroup.map(xs, async (x, _index, { signal }) => { await audit(x, signal); return await fetchUser(x, { signal }); }, { signal });'],
    ["beside an index", "await Promise.all(xs.map((x, i) => audit([x, i])));", "await TaskGroup.map(xs, (x, i, { signal }) => audit([x, i], signal), { signal });"],
    ["to a parameter without parentheses", "await Promise.all(xs.map(x => audit(x)));", "await TaskGroup.map(xs, (x, _index, { signal }) => audit(x, signal), { signal });"],
    ["to a callback without parameters", "await Promise.all(xs.map(() => audit(1)));", "await TaskGroup.map(xs, (_item, _index, { signal }) => audit(1, signal), { signal });"],
    ["to a function expression", "await Promise.all(xs.map(async function (x) { await audit(x); }));", "await TaskGroup.map(xs, async function (x, _index, { signal }) { await audit(x, signal); }, { signal });"],
    ["not to functions inside of it", "await Promise.all(xs.map(async (x) => { await f(() => audit(x)); }));", "await TaskGroup.map(xs, async (x) => { await f(() => audit(x)); }, { signal });"],
    ["arguments on lines of their own", "await Promise.all(\n  xs.map(async (x) => {\n    await f(x);\n  }),\n);", "await TaskGroup.map(\n  xs,\n  async (x) => {\n    await f(x);\n  },\n  { signal },\n);"],
    ["any, over functions", "return await Promise.any(xs.map((x) => fetchUser(x)));", "return await TaskGroup.any(xs.map((x) => ({ signal }) => fetchUser(x, { signal })), { signal });"],
    ["race, with the signal that was passed", "return await Promise.race(xs.map((x) => fetchUser(x, { signal })));", "return await TaskGroup.race(xs.map((x) => ({ signal }) => fetchUser(x, { signal })), { signal });"],
    ["one in the other", "await Promise.all(xs.map(async (x) => await Promise.all([f(x), g(x)])));", "await TaskGroup.map(xs, async (x) => await TaskGroup.all([() => f(x), () => g(x)], { signal }), { signal });"],
  ])("%s", (_, before, after) => {
    expect(statement(before)).toBe(after);
  });

  it.each([
    ["a race of what nothing can stop", "return await Promise.race(xs.map((x) => g(x)));"],
    ["a race of bodies", "return await Promise.race(xs.map(async (x) => { return await fetchUser(x); }));"],
    ["a callback that takes the array", "await Promise.all(xs.map((x, i, all) => f([x, i, all])));"],
    ["rest parameters", "await Promise.all(xs.map((...rest) => f(rest)));"],
    ["`arguments`", "await Promise.all(xs.map(function () { return f(arguments); }));"],
    ["a `this` for the callback", "await Promise.all(xs.map((x) => f(x), {}));"],
    ["a named function with a third parameter", "declare function h(x: string, i: number, all: string[]): Promise<void>; await Promise.all(xs.map(h));"],
    ["something else that has a map", "declare const box: { map<T>(f: (x: string) => T): T[] }; await Promise.all(box.map((x) => f(x)));"],
    ["an optional chain", "declare const maybe: string[] | undefined; await Promise.all(maybe?.map((x) => f(x)) ?? []);"],
    ["type arguments", "await Promise.all(xs.map<Promise<void>>((x) => f(x)));"],
    ["a comment that would get lost", "await Promise.all(xs /* all */ .map((x) => f(x)));"],
  ])("leaves %s", (_, code) => {
    expect(statement(code)).toBeUndefined();
  });
});
