import ts from "typescript";
import { describe, expect, it } from "vitest";
import { spawnInGroup } from "../../src/fixes/index.ts";
import { nodesOf, outputOf, prelude, viewOf } from "./support.ts";

const importLine = /^import \{ TaskGroup \} from "asr-runtime";?(?:\r?\n)+/u;

/** Spawns what is marked with `/**\/` in front. */
function spawned(code: string, header = prelude, compiler: typeof ts = ts): string | undefined {
  const pieces = (header + code).split("/**/");
  const starts = pieces.slice(0, -1).map((_, index) => pieces.slice(0, index + 1).join("").length);
  const view = { ...viewOf(pieces.join("")), ts: compiler };
  const found = nodesOf(view.file, (node): node is ts.Expression => (ts.isCallExpression(node) || ts.isVoidExpression(node)) && starts.includes(node.getStart()));
  const sites = starts.map((start) => found.find((node) => node.getStart() === start)!);
  return outputOf(view, sites.map((site) => spawnInGroup(view, site, sites)))?.replace(importLine, "").replace(header, "").replace(importLine, "");
}

/** The body of an async function with a signal, so that the tables need no indentation. */
function body(lines: readonly string[], options = "signal: AbortSignal"): string {
  return [`async function a(${options}) {`, ...lines.map((line) => `  ${line}`), "}"].join("\n");
}

describe("spawnInGroup: where the group stands and how it is joined", () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      "directly before the first spawn, not at the top: disposal is LIFO",
      ["const file = await g();", "/**/void f(file);", "await g();"],
      ["const file = await g();", "await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f(file));", "await g();", "await tasks.join();"],
    ],
    [
      "one group for all of a function",
      ["/**/f(1);", "await g();", "/**/f(2).catch(log);"],
      ["await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f(1));", "await g();", "tasks.spawn(() => f(2).catch(log));", "await tasks.join();"],
    ],
    [
      "above the comment of the statement",
      ["await g();", "", "// tell them", "/**/void f(); // soon"],
      ["await g();", "", "await using tasks = new TaskGroup({ signal });", "// tell them", "tasks.spawn(() => f()); // soon", "await tasks.join();"],
    ],
    [
      "joined by what returns",
      ["/**/void f();", "if (cond) return 1;", "if (cond) return await g();", "return g();"],
      ["await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f());", "if (cond) return await tasks.join(1);", "if (cond) return await tasks.join(g());", "return await tasks.join(g());"],
    ],
    [
      "a return before the group has nothing to join",
      ["if (cond) return;", "/**/void f();", "await g();"],
      ["if (cond) return;", "await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f());", "await g();", "await tasks.join();"],
    ],
    [
      "a bare return gets braces where it has none",
      ["/**/void f();", "if (cond) return;", "else {", "  await g();", "  return;", "}"],
      ["await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f());", "if (cond) { await tasks.join(); return; }", "else {", "  await g();", "  await tasks.join();", "  return;", "}"],
    ],
    [
      "an object, an arrow, a comma",
      ["/**/void f();", "if (cond) return { a: 1 };", "if (cond) return (log(1), 2);", "return log(1), 3;"],
      ["await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f());", "if (cond) return await tasks.join({ a: 1 });", "if (cond) return await tasks.join((log(1), 2));", "return await tasks.join((log(1), 3));"],
    ],
    [
      "no join after a throw",
      ["/**/void f();", "if (cond) throw new Error();", "await g();", "throw new Error();"],
      ["await using tasks = new TaskGroup({ signal });", "tasks.spawn(() => f());", "if (cond) throw new Error();", "await g();", "throw new Error();"],
    ],
    [
      "the nearest block with all of them",
      ["if (cond) {", "  await g();", "  /**/void f();", "  await g();", "}", "await g();"],
      ["if (cond) {", "  await g();", "  await using tasks = new TaskGroup({ signal });", "  tasks.spawn(() => f());", "  await g();", "  await tasks.join();", "}", "await g();"],
    ],
    [
      "inside the body of a loop where the turn goes on meanwhile; leaving it joins",
      ["for (const x of xs) {", "  /**/void f(x);", "  if (cond) continue;", "  if (await g()) break;", "  for (const y of xs) if (y) break;", "}"],
      [
        "for (const x of xs) {",
        "  await using tasks = new TaskGroup({ signal });",
        "  tasks.spawn(() => f(x));",
        "  if (cond) { await tasks.join(); continue; }",
        "  if (await g()) { await tasks.join(); break; }",
        "  for (const y of xs) if (y) break;",
        "  await tasks.join();",
        "}",
      ],
    ],
    [
      "outside of a loop whose turns run side by side",
      ["for (const x of xs) {", "  const y = x;", "  /**/void f(y);", "}", "await g();"],
      ["await using tasks = new TaskGroup({ signal });", "for (const x of xs) {", "  const y = x;", "  tasks.spawn(() => f(y));", "}", "await g();", "await tasks.join();"],
    ],
    [
      "before a loop without braces",
      ["for (const x of xs) /**/void f(x);"],
      ["await using tasks = new TaskGroup({ signal });", "for (const x of xs) tasks.spawn(() => f(x));", "await tasks.join();"],
    ],
    [
      "around a switch: a case is no block of its own",
      ["switch (await g()) {", "  case 1:", "    /**/void f(1);", "    break;", "  default:", "    return;", "}"],
      ["await using tasks = new TaskGroup({ signal });", "switch (await g()) {", "  case 1:", "    tasks.spawn(() => f(1));", "    break;", "  default:", "    await tasks.join();", "    return;", "}", "await tasks.join();"],
    ],
    [
      "no join behind an endless loop, but at the way out of it",
      ["while (true) {", "  if (await g()) return;", "  cond && /**/f();", "}"],
      ["await using tasks = new TaskGroup({ signal });", "while (true) {", "  if (await g()) { await tasks.join(); return; }", "  cond && tasks.spawn(() => f());", "}"],
    ],
    [
      "labels: a jump to an outer loop leaves the block",
      ["outer: for (const x of xs) {", "  for (const y of xs) {", "    /**/void f(y);", "    await g();", "    if (x) continue outer;", "  }", "}"],
      ["outer: for (const x of xs) {", "  for (const y of xs) {", "    await using tasks = new TaskGroup({ signal });", "    tasks.spawn(() => f(y));", "    await g();", "    if (x) { await tasks.join(); continue outer; }", "    await tasks.join();", "  }", "}"],
    ],
    [
      "a try around: its errors reach the catch",
      ["try {", "  /**/void f();", "  await g();", "} catch (error) {", "  log(error);", "}"],
      ["try {", "  await using tasks = new TaskGroup({ signal });", "  tasks.spawn(() => f());", "  await g();", "  await tasks.join();", "} catch (error) {", "  log(error);", "}"],
    ],
  ])("%s", (_, before, after) => {
    expect(spawned(body(before))).toBe(body(after));
  });

  it("on one line, with and without semicolons", () => {
    expect(spawned("async function a() { /**/void f(); }")).toBe("async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => f()); await tasks.join(); }");
    expect(spawned("const a = async () => { /**/f() }")).toContain("=> { await using tasks = new TaskGroup(); tasks.spawn(() => f()); await tasks.join()");
  });

  it("without semicolons, and safe from a line that begins with a bracket", () => {
    const header = prelude.replaceAll(";\n", "\n").replaceAll(/;(?= retries)/gu, ",");
    expect(spawned("async function a() {\n  await g()\n  ;[1].at(0)\n  /**/void f()\n}\n", header)).toBe("async function a() {\n  await g()\n  ;[1].at(0)\n  await using tasks = new TaskGroup()\n  tasks.spawn(() => f())\n  await tasks.join()\n}\n");
  });

  it("keeps CRLF and tabs", () => {
    expect(spawned("async function a() {\r\n\t/**/void f();\r\n}\r\n", prelude.replaceAll("\n", "\r\n"))).toContain("{\r\n\tawait using tasks = new TaskGroup();\r\n\ttasks.spawn(() => f());\r\n\tawait tasks.join();\r\n}");
  });
});

describe("spawnInGroup: what is spawned", () => {
  const one = (statement: string, options?: string): string | undefined => /\S.*spawn\(.*$/mu.exec(spawned(body([statement, "await g();"], options)) ?? "")?.[0];

  it.each([
    ["an async function called on the spot", "/**/void (async () => { await f(); })();", "tasks.spawn(async () => { await f(); });"],
    ["with its own name", "/**/(async function work() { await f(); })();", "tasks.spawn(async function work() { await f(); });"],
    ["with arguments, as it stands", "/**/(async (x: number) => { await f(x); })(1);", "tasks.spawn(() => (async (x: number) => { await f(x); })(1));"],
    ["with a handler, as a whole", "/**/(async () => { await f(); })().catch(log);", "tasks.spawn(() => (async () => { await f(); })().catch(log));"],
    ["the task's signal, where the callee takes one", "/**/void audit(1);", "tasks.spawn(({ signal }) => audit(1, signal));"],
    ["as an option", "/**/void fetchUser('1').catch(log);", "tasks.spawn(({ signal }) => fetchUser('1', { signal }).catch(log));"],
    ["among other options", "/**/void fetchUser('1', { retries: 2 });", "tasks.spawn(({ signal }) => fetchUser('1', { retries: 2, signal }));"],
    ["past optional arguments", "/**/void sleep(1);", "tasks.spawn(({ signal }) => sleep(1, undefined, { signal }));"],
    ["in place of the outer one", "/**/void audit(1, signal);", "tasks.spawn(({ signal }) => audit(1, signal));"],
    ["a comment behind void", "/**/void /* best effort */ f();", "/* best effort */ tasks.spawn(() => f());"],
  ])("%s", (_, before, after) => {
    expect(one(before)).toBe(after);
  });

  it("leaves an explicit opt-out and a signal it cannot see alone", () => {
    expect(one("/**/void audit(1, undefined);")).toBe("tasks.spawn(() => audit(1, undefined));");
    expect(one("/**/void fetchUser('1', options);", "options: { signal?: AbortSignal }")).toBe("tasks.spawn(() => fetchUser('1', options));");
    expect(one("/**/void fetchUser('1', { ...options });", "options: { signal?: AbortSignal }")).toBe("tasks.spawn(() => fetchUser('1', { ...options }));");
  });

  it.each([
    ["a parameter", "signal: AbortSignal", "new TaskGroup({ signal })"],
    ["under another name", "stop: AbortSignal", "new TaskGroup({ signal: stop })"],
    ["destructured", "{ signal }: { signal: AbortSignal }", "new TaskGroup({ signal })"],
    ["in options", "options: { signal?: AbortSignal }", "new TaskGroup({ signal: options.signal })"],
    ["in options that may be missing", "options?: { signal?: AbortSignal }", "new TaskGroup({ signal: options?.signal })"],
    ["none", "x: number", "new TaskGroup()"],
  ])("links the group to the signal: %s", (_, options, group) => {
    expect(spawned(body(["/**/void f();"], options))).toContain(group);
  });

  it("takes `this.signal`, but not across a function that may run later", () => {
    expect(spawned("class A { signal = new AbortController().signal; async m() { /**/void f(); } }")).toContain("new TaskGroup({ signal: this.signal })");
    expect(spawned("function a(signal: AbortSignal) { const later = async () => { /**/void f(); }; return later; }")).toContain("new TaskGroup();");
  });

  it("chooses a name that is free", () => {
    expect(spawned("async function a(tasks: string[]) { /**/void f(tasks); }")).toContain("await using taskGroup = new TaskGroup(); taskGroup.spawn(() => f(tasks)); await taskGroup.join();");
  });

  it("marks work that never settles as background on request", () => {
    const view = viewOf(`${prelude}async function a() { f(); }`);
    const [site] = nodesOf(view.file, ts.isExpressionStatement);
    expect(outputOf(view, [spawnInGroup(view, site!, [site!], { background: true })])).toContain("tasks.spawn(() => f(), { background: true });");
  });
});

describe("spawnInGroup: a group that is there", () => {
  const header = `import { TaskGroup } from "asr-runtime";\n${prelude}`;

  it("uses a parameter, in a function that is not async too", () => {
    expect(spawned("function a(tasks: TaskGroup) { /**/void f(); }", header)).toContain("function a(tasks: TaskGroup) { tasks.spawn(() => f()); }");
  });

  it("uses the one of `TaskGroup.run`", () => {
    expect(spawned("async function a() { await TaskGroup.run(async (scope) => { /**/void f(); }); }", header)).toContain("scope.spawn(() => f());");
  });

  it("uses one declared before, unless it is joined already", () => {
    const before = "async function a() {\n  await using scope = new TaskGroup();\n  scope.spawn(() => f());\n";
    expect(spawned(`${before}  /**/void f(2);\n  await scope.join();\n}`, header)).toContain("  scope.spawn(() => f(2));");
    expect(spawned(`${before}  await scope.join();\n  /**/void f(2);\n}`, header)).toContain("  await using tasks = new TaskGroup();\n  tasks.spawn(() => f(2));");
  });
});

describe("spawnInGroup: where the compiler does not know `await using`", () => {
  const older = Object.create(ts, { versionMajorMinor: { value: "5.1" } }) as typeof ts;
  const run = (lines: readonly string[]): string | undefined => spawned(body(lines), prelude, older);

  it("moves the rest of the block into `TaskGroup.run`, literals untouched", () => {
    expect(run(["await g();", "// tell them", "/**/void f(`a", "b`);", "", "if (cond) {", "  await g();", "}"])).toBe(
      body(["await g();", "await TaskGroup.run({ signal }, async (tasks) => {", "  // tell them", "  tasks.spawn(() => f(`a", "b`));", "", "  if (cond) {", "    await g();", "  }", "});"]),
    );
  });

  it("returns what the body returns", () => {
    expect(run(["/**/void f();", "if (cond) return 1;", "return await g();"])).toBe(
      body(["return await TaskGroup.run({ signal }, async (tasks) => {", "  tasks.spawn(() => f());", "  if (cond) return 1;", "  return await g();", "});"]),
    );
  });

  it.each([
    ["a return out of an inner block", ["if (cond) {", "  /**/void f();", "  await g();", "  return 1;", "}", "return 2;"]],
    ["a jump out of it", ["for (const x of xs) {", "  /**/void f(x);", "  if (await g()) continue;", "  await g();", "}"]],
    ["a hoisted declaration", ["/**/void f(later);", "await g();", "function later() {}"]],
    ["code that shares the line", ["if (cond) { /**/void f(); await g(); }"]],
  ])("not across %s", (_, lines) => {
    expect(run(lines)).toBeUndefined();
  });
});

describe("spawnInGroup: where it is not possible", () => {
  it.each([
    ["a function that is not async", "function a() { /**/void f(); }"],
    ["the top of a module", "/**/void f();"],
    ["a generator", "async function* a() { /**/void f(); yield 1; }"],
    ["cleaning up", "async function a() { try { await g(); } finally { /**/void f(); } }"],
    ["a disposer", "class A { async [Symbol.asyncDispose]() { /**/void f(); } }"],
    ["an argument that awaits", "async function a() { /**/void f(await g()); }"],
    ["a return inside finally", "async function a() { /**/void f(); try { await g(); } finally { return; } }"],
    ["a value that is used", "async function a() { const x = /**/f(); return x; }"],
  ])("%s", (_, code) => {
    expect(spawned(code)).toBeUndefined();
  });

  it("a script, which an import would turn into a module", () => {
    const view = viewOf("declare function f(): Promise<void>;\nasync function a() { void f(); }", "script/file.cts");
    const [site] = nodesOf(view.file, ts.isVoidExpression);
    Object.defineProperty(view.file, "externalModuleIndicator", { value: undefined });
    expect(spawnInGroup(view, site!)).toBeUndefined();
  });
});
