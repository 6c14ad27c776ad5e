/** Table of asr/no-unscoped-spawn: timers, starts in places that cannot wait, and spawns on somebody else's group. */
import rule from "../../rules/no-unscoped-spawn.ts";
import { testRule, type InvalidCase } from "../support/rule-tester.ts";

type Id = keyof typeof rule.messages;

const prelude = `import { TaskGroup } from "asr-runtime";
declare function load(id?: string): Promise<string[]>;
declare function work(): void;
declare function log(x: unknown): void;
`;
const code = (text: string): string => `${prelude}export {};\n${text}`;
const react = (text: string): { code: string; filename: "react.tsx" } => ({ code: `declare function useState<T>(x: T): [T, (x: T) => void]; declare function useEffect(f: () => void | (() => void), on?: unknown[]): void; declare function useMemo<T>(f: () => T, on: unknown[]): T;\n${code(text)}`, filename: "react.tsx" });
/** A case whose first report has a fix: its title, and the code afterwards. */
const fixed = (name: string, before: string, messageId: Id, desc: string, after: string, more: Partial<InvalidCase<Id, object>> = {}): InvalidCase<Id, object> => ({ name, code: code(before), errors: [{ messageId, suggestions: [{ desc, output: code(after) }] }], ...more });
const join = "Declare the group, so that it is joined on every way out";
/** A case whose interval becomes a loop over that of `node:timers/promises`. */
const loop = (name: string, before: string, signal: string, after: string): InvalidCase<Id, object> => ({ name, code: code(before), errors: [{ messageId: "timer", suggestions: [{ desc: `Wait in a loop that \`${signal}\` ends`, output: code(after).replace("\n", '\nimport { setInterval as every } from "node:timers/promises";\n\n') }] }] });
const yields = "Yield the operation, so that it belongs to this scope";
const using = "Declare it with `using`, which clears it when the block is left";
const taking = (name: string): string => `Take the task group as a parameter: \`${name}\``;
const factory = (name: string): string => `Wait for it in a static factory: \`await ${name}.create(…)\``;
/** The first line after the prelude. */
const line = 6;

testRule(rule, {
  valid: [
    // Timers whose handle somebody has.
    { name: "cleared in the same function", code: code("export async function f() { const t = setInterval(work, 10); try { await load(); } finally { clearInterval(t); } }") },
    { name: "declared with `using`", code: code("export async function f() { using _t = setInterval(work, 10); await load(); }") },
    { name: "returned", code: code("export function f() { return setInterval(work, 10); }") },
    { name: "returned in an object", code: code("export function f() { const timer = setInterval(work, 10); return { timer }; }") },
    { name: "kept in a collection", code: code("const all = new Set<unknown>(); export function f() { all.add(setInterval(work, 10)); }") },
    { name: "kept in a field that a method clears", code: code("export class A { #t?: NodeJS.Timeout; start() { this.#t = setInterval(work, 10); } stop() { clearInterval(this.#t); } }") },
    { name: "a field that another class of the program clears", code: code("export class A { t = setInterval(work, 10); } export function stop(a: A) { clearInterval(a.t); }") },
    { name: "a field taken apart", code: code("export class A { private t = setInterval(work, 10); stop() { const { t } = this; clearInterval(t); } }") },
    { name: "assigned to a variable that a closure clears", code: code("export function poll(f: () => boolean) { let t: NodeJS.Timeout; t = setInterval(() => { if (f()) clearInterval(t); }, 10); }") },
    { name: "through two variables", code: code("export function f() { const t = setInterval(work, 10); const u = t; return () => { clearInterval(u); }; }") },
    { name: "the platform's window", code: code("export function f() { const t = window.setInterval(work, 10); return () => { window.clearInterval(t); }; }") },
    { name: "an effect with clean-up", ...react("export function C() { useEffect(() => { const t = setInterval(work, 10); return () => { clearInterval(t); }; }, []); return null; }") },
    { name: "a debounce", code: code("export function debounce(f: () => void, ms: number) { let t: NodeJS.Timeout | undefined; return () => { clearTimeout(t); t = setTimeout(f, ms); }; }") },
    // Timers that need no handle.
    { name: "does not keep the process alive", code: code("export function sweep() { setInterval(work, 10).unref(); }") },
    { name: "may not keep the process alive", code: code("export function sweep() { setInterval(work, 10).unref?.(); }") },
    { name: "unref on the variable", code: code("export function sweep() { const t = setInterval(work, 10); t.unref(); }") },
    { name: "keeps the process alive on purpose", code: code("export function stay() { setInterval(() => {}, 1e9); }") },
    { name: "once per process, at the module level", code: code("setInterval(work, 10);") },
    { name: "once per process, in a function that only the module calls", code: code("function main() { setInterval(work, 10); } main();") },
    { name: "sleep", code: code("export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));") },
    { name: "synchronous code put off", code: code("export function f() { setTimeout(work, 0); setImmediate(work); queueMicrotask(work); process.nextTick(work); }") },
    { name: "one shot of synchronous code", code: code("export function f() { setTimeout(() => { log(1); }, 500); }") },
    { name: "the promise versions", code: code('import { setTimeout as sleep, setInterval } from "node:timers/promises"; export async function f() { await sleep(10); for await (const _ of setInterval(10)) log(1); }') },
    { name: "the project's own function of that name", code: code("export function f(setInterval: (f: () => void, ms: number) => void) { setInterval(work, 10); }") },
    { name: "sleep, under `all`", code: code("export function f(ms: number) { return new Promise<void>((resolve) => { setTimeout(resolve, ms); }); }"), options: { timers: "all" } },
    { name: "no timers at all", code: code("export function f() { setInterval(work, 10); }"), options: { timers: "off" } },
    { name: "an interval without tasks, under `tasksOnly`", code: code("export function f() { setInterval(work, 10); }"), options: { timers: "tasksOnly" } },
    { name: "an async callback: no-discarding-callback", code: code("export function f() { setInterval(async () => { await load(); }, 10); setTimeout(async () => { await load(); }, 10); }") },
    { name: "a floating task in a callback: no-floating-task", code: code("export function f() { setTimeout(() => { load().catch(log); }, 10); }") },
    { name: "declared as detached", code: code("/** @detached the heartbeat lives as long as the process */\nexport function f() { setInterval(work, 10); }") },

    // Starts whose promise somebody takes.
    { name: "awaited by methods", code: code("export class A { readonly ready = load(); async get() { return (await this.ready)[0]; } }") },
    { name: "a field that others can await", code: code("export class A { readonly ready = load(); }") },
    { name: "a field that the file reads", code: code("class A { readonly ready = load(); } export async function f() { await new A().ready; }") },
    { name: "exported on its own", code: code("class A { readonly ready = load(); } export { A };") },
    { name: "handled where it is made", code: code("class A { readonly ready = load().catch(log); } export const a = () => new A();") },
    { name: "a private field nobody reads: no-floating-task", code: code("class A { readonly #ready = load(); } export const a = () => new A();") },
    { name: "dropped without a handler: no-floating-task", code: code("export class A { constructor() { this.open(); } async open() { await load(); } }") },
    { name: "work of something else: no-floating-task", code: code("export class A { constructor(c: { send(): Promise<void> }) { c.send().catch(log); } }") },
    { name: "in a callback of the constructor", code: code("export class A { constructor(on: (f: () => void) => void) { on(() => { this.open().catch(log); }); } async open() { await load(); } }") },
    { name: "memoised in a field", code: code("export class A { opening?: Promise<string[]>; constructor() { this.open().catch(log); } async open() { this.opening ??= load(); return await this.opening; } }") },
    { name: "joined by top-level await", code: code("export const boot = await load();") },
    { name: "a cache that the module awaits", code: code("const boot = load(); export async function f() { return (await boot)[0]; }") },
    { name: "an exported cache that the module awaits", code: code("export const boot = load(); export async function f() { return (await boot)[0]; }") },
    { name: "an exported promise with a handler put on it", code: code("export const boot = load(); boot.catch(log);") },
    { name: "a settled promise, modules, and events", code: code('export const a = Promise.resolve(1); export const b = import("node:fs"); export const c = new Promise<void>((resolve) => { addEventListener("load", () => { resolve(); }); });') },
    { name: "the root of the program", code: `#!/usr/bin/env node\n${code("export const boot = load();")}` },

    // Rendering.
    { name: "started in an effect", ...react("export function C() { const [x, set] = useState(0); useEffect(() => { load().then((y) => { set(y.length); }, log); }, []); return x; }") },
    { name: "in an event handler", ...react("export function C() { const [x] = useState(0); const onClick = () => load(); return [x, onClick]; }") },
    { name: "a server component", ...react("export function Page() { const rows = load(); return rows; }") },
    { name: "an async server component", ...react("export async function Page() { const rows = get(); return rows; } async function get() { return await load(); }") },
    { name: "answered by a cache", ...react("const cache = new Map<string, Promise<string[]>>(); function read(id: string) { let p = cache.get(id); if (!p) cache.set(id, (p = load(id))); return p; } export function C() { const [id] = useState(''); return read(id); }") },
    { name: "started once", ...react("const ref: { current?: Promise<string> } = {}; async function get() { return (await load())[0]!; } export function C() { const [x] = useState(0); if (!ref.current) ref.current = get(); return [x, ref.current]; }") },

    // Groups.
    { name: "the function's own group", code: code("export async function f() { await using tasks = new TaskGroup(); tasks.spawn(() => load()); await tasks.join(); }") },
    { name: "a group that it was given", code: code("export async function f(tasks: TaskGroup, o: { tasks: TaskGroup }) { tasks.spawn(() => load()); o.tasks.spawn(() => load()); }") },
    { name: "a group from a destructured parameter", code: code("export async function f({ tasks }: { tasks: TaskGroup }) { tasks.spawn(() => load()); }") },
    { name: "the group of the callback form", code: code("export async function f() { await TaskGroup.run(async (tasks) => { tasks.spawn(() => load()); }); }") },
    { name: "a task that starts further tasks", code: code("export async function f() { await using tasks = new TaskGroup(); tasks.spawn(async () => { await load(); tasks.spawn(() => load()); }); await tasks.join(); }") },
    { name: "a closure of the function that owns the group", code: code("export async function f(ids: string[]) { await using tasks = new TaskGroup(); await Promise.all(ids.map(async (id) => { await load(id); tasks.spawn(() => load(id)); })); await tasks.join(); }") },
    { name: "a class that disposes its group", code: code("export class A { #tasks = new TaskGroup(); async add() { await load(); this.#tasks.spawn(() => load()); } async [Symbol.asyncDispose]() { await this.#tasks[Symbol.asyncDispose](); } }") },
    { name: "a class that joins its group", code: code("export class A { #tasks = new TaskGroup(); async add() { this.#tasks.spawn(() => load()); await load(); } async close() { this.#tasks.cancel(); await this.#tasks.join(); } }") },
    { name: "a class that was lent a group", code: code("export class A { constructor(readonly tasks: TaskGroup) {} async add() { await load(); this.tasks.spawn(() => load()); } }") },
    { name: "the handle is awaited", code: code("export class A { #tasks = new TaskGroup(); async add() { return await this.#tasks.spawn(() => load()); } }") },
    { name: "a sync method", code: code("export class A { #tasks = new TaskGroup(); add() { this.#tasks.spawn(() => load()); } }") },
    { name: "the group of the module", code: code("await using tasks = new TaskGroup(); export async function f() { tasks.spawn(() => load()); await load(); }") },
    { name: "foreign scopes are off", code: code("const tasks = new TaskGroup(); export async function f() { tasks.spawn(() => load()); }"), options: { foreignScope: "off" } },
    { name: "closing things side by side", code: code("export class A { #a = load(); #b = load(); async [Symbol.asyncDispose]() { await using tasks = new TaskGroup(); tasks.spawn(() => this.#a); tasks.spawn(() => this.#b); await tasks.join(); } }") },
    { name: "a group opened in the finally", code: code("export async function f() { try { await load(); } finally { await using tasks = new TaskGroup(); tasks.spawn(() => load()); await tasks.join(); } }") },
    { name: "the spawn of something else", code: code("class Pool { spawn(f: () => void) { f(); } } export async function f() { new Pool().spawn(work); }") },
  ],
  invalid: [
    { name: "an interval that nobody can stop", code: code("export function f() { setInterval(work, 1000); }"), errors: [{ messageId: "timer", line, column: 23, endColumn: 34, data: { timer: "setInterval", consequence: "it fires until the process ends, keeps alive whatever its callback uses, and each run of this code adds another one" } }] },
    { name: "the platform's window", code: code("export function f() { window.setInterval(work, 1000); }"), errors: [{ messageId: "timer", line, column: 23, endColumn: 41 }] },
    { name: "a variable that nobody reads", code: code("export function f() { const t = setInterval(work, 1000); }"), errors: [{ messageId: "timer", line }] },
    { name: "a variable that is only tested", code: code("let t: NodeJS.Timeout | undefined; export function f() { if (t) return; t = setInterval(work, 1000); }"), errors: [{ messageId: "timer", line }] },
    { name: "a private field that no method clears", code: code("export class A { #t?: NodeJS.Timeout; start() { if (this.#t) return; this.#t = setInterval(work, 10); } stop() { this.#t = undefined; } }"), errors: [{ messageId: "timer", line }] },
    { name: "a public field that nothing in the program clears", code: code("export class A { heartbeatTimer = setInterval(work, 10); }"), errors: [{ messageId: "timer", line }] },
    { name: "two variables that only hold each other", code: code("export function f() { let t: unknown; t = setInterval(work, 10); const u = t; }"), errors: [{ messageId: "timer", line }] },
    { name: "per instance", code: code("export class A { constructor() { setInterval(() => { this.tick(); }, 10); } tick() { work(); } }"), errors: [{ messageId: "timer", line }] },
    { name: "a function of the module that is called in a loop", code: code("function watch() { setInterval(work, 10); } for (const _ of [1, 2]) watch();"), errors: [{ messageId: "timer", line }] },
    { name: "an effect without clean-up", ...react("export function C() { useEffect(() => { setInterval(work, 10); }, []); return null; }"), errors: [{ messageId: "timer", line: line + 1 }] },
    { name: "a later task", code: code("export function f() { setTimeout(() => { void load(); }, 0); }"), errors: [{ messageId: "timer", line, column: 23, endColumn: 33, data: { timer: "setTimeout", consequence: "the work that its callback starts comes when the caller is long gone, neither the one nor the other can be stopped, and nobody gets the promise, nor its rejection" } }] },
    { name: "a later task, in a private field", code: code("export class A { #t?: NodeJS.Timeout; f() { this.#t = setTimeout(() => void load(), 10); } }"), errors: [{ messageId: "timer", line }] },
    { name: "unref is not enough", code: code("export function f() { setInterval(work, 10).unref(); }"), options: { allowUnref: false }, errors: [{ messageId: "timer", line }] },
    { name: "every timer", code: code("export function f() { setTimeout(work, 500); }"), options: { timers: "all" }, errors: [{ messageId: "timer", line, data: { timer: "setTimeout", consequence: "it cannot be called off when its result is no longer wanted, and keeps the process alive until it has fired" } }] },
    { name: "tasks only", code: code("export function f() { setInterval(() => { void load(); }, 500); setInterval(work, 500); }"), options: { timers: "tasksOnly" }, errors: [{ messageId: "timer", line, column: 23 }] },

    { name: "initialisation that new does not wait for", code: code("export class A { constructor() { this.open().catch(log); } async open() { await load(); } }"), errors: [{ messageId: "startInConstructor", line, column: 34, endColumn: 45, data: { call: "this.open()", place: "a constructor" }, suggestions: [{ desc: factory("A"), output: code("export class A { private constructor() { } static async create(): Promise<A> { const instance = new A(); await instance.open(); return instance; } async open() { await load(); } }") }] }] },
    fixed("initialisation with what the constructor is given, and its callers", "class A {\n  constructor(readonly id: string, more: string) {\n    log(id);\n    this.open(this.id, more).catch(log);\n  }\n\n  async open(id: string, more: string) { await load(id + more); }\n}\nexport const make = async () => new A('a', 'b');", "startInConstructor", factory("A"), "class A {\n  private constructor(readonly id: string) {\n    log(id);\n  }\n\n  static async create(id: string, more: string): Promise<A> {\n    const instance = new A(id);\n    await instance.open(instance.id, more);\n    return instance;\n  }\n\n  async open(id: string, more: string) { await load(id + more); }\n}\nexport const make = async () => await A.create('a', 'b');"),
    { name: "no factory where a caller may not wait, or a base class makes the object", code: code("class A { constructor() { this.open().catch(log); } async open() { await load(); } } export const make = () => new A(); class B extends Map<string, string> { constructor() { super(); this.open().catch(log); } async open() { await load(); } } export { B };"), errors: [{ messageId: "startInConstructor" }, { messageId: "startInConstructor" }] },
    { name: "in a static block", code: code("export class A { static { A.open().catch(log); } static async open() { await load(); } }"), errors: [{ messageId: "startInConstructor", line, data: { call: "A.open()", place: "a static block" } }] },
    { name: "a field that nobody reads", code: code("class A { readonly ready = load(); } export const make = () => new A();"), errors: [{ messageId: "startInConstructor", line, data: { call: "load()", place: "the field `ready`" } }] },
    { name: "assigned in the constructor, read by nobody", code: code("class A { ready: Promise<string[]>; constructor() { this.ready = load(); } } export const make = () => new A();"), errors: [{ messageId: "startInConstructor", line, data: { call: "load()", place: "the field `ready`" } }] },
    { name: "an import that starts work", code: code("export const boot = load();"), errors: [{ messageId: "startAtModuleLevel", line, column: 21, endColumn: 27, data: { call: "load()" }, suggestions: [{ desc: "Await the call", output: code("export const boot = await load();") }] }] },

    { name: "each render", ...react("async function get(id: string) { return (await load(id))[0]; } export function C({ id }: { id: string }) { const [x] = useState(0); const p = get(id); return [x, p]; }"), errors: [{ messageId: "startInRender", line: line + 1, data: { call: "get(id)", place: "`C`" } }] },
    { name: "fetch in a hook", ...react("export const useRows = (url: string) => { const [x] = useState(0); return [x, fetch(url)]; };"), errors: [{ messageId: "startInRender", line: line + 1, data: { call: "fetch(url)", place: "`useRows`" } }] },
    { name: "useMemo", ...react("export function C({ url }: { url: string }) { return useMemo(() => fetch(url), [url]); }"), errors: [{ messageId: "startInRender", line: line + 1, data: { call: "fetch(url)", place: "`useMemo`" } }] },
    { name: "other frameworks by name", code: code("export function renderPage(url: string) { return fetch(url); }"), options: { renderFunctions: ["renderPage"] }, errors: [{ messageId: "startInRender", line, data: { call: "fetch(url)", place: "`renderPage`" } }] },

    { name: "a group that nobody disposes", code: code("export class A { #tasks = new TaskGroup(); async add() { await load(); this.#tasks.spawn(() => load()); } }"), errors: [{ messageId: "foreignScope", line, data: { group: "this.#tasks" }, suggestions: [{ desc: "Await the call", output: code("export class A { #tasks = new TaskGroup(); async add() { await load(); await this.#tasks.spawn(() => load()); } }") }, { desc: taking("tasks"), output: code("export class A { #tasks = new TaskGroup(); async add(tasks: TaskGroup) { await load(); tasks.spawn(() => load()); } }") }] }] },
    { name: "a group of the module", code: code("const tasks = new TaskGroup(); export async function f() { tasks.spawn(() => load()); }"), errors: [{ messageId: "foreignScope", line, data: { group: "tasks" }, suggestions: [{ desc: "Await the call", output: code("const tasks = new TaskGroup(); export async function f() { await tasks.spawn(() => load()); }") }, { desc: taking("taskGroup"), output: code("const tasks = new TaskGroup(); export async function f(taskGroup: TaskGroup) { taskGroup.spawn(() => load()); }") }] }] },
    { name: "every spawn on somebody else's group", code: code("export class A { #tasks = new TaskGroup(); async add() { this.#tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } }"), options: { foreignScope: "error" }, errors: [{ messageId: "foreignScope", line, suggestions: [{ desc: "Await the call", output: code("export class A { #tasks = new TaskGroup(); async add() { await this.#tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } }") }, { desc: taking("tasks"), output: code("export class A { #tasks = new TaskGroup(); async add(tasks: TaskGroup) { tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } }") }] }] },
    { name: "a captured group", code: code("export async function f(ids: string[]) { await using tasks = new TaskGroup(); for (const id of ids) queueMicrotask(() => { tasks.spawn(() => load(id)); }); await tasks.join(); }"), options: { foreignScope: "error" }, errors: [{ messageId: "foreignScope", line }] },
    { name: "scopes of other libraries", code: code("class Nursery { spawn(f: () => Promise<unknown>) { void f; } } const nursery = new Nursery(); export async function f() { nursery.spawn(() => load()); }"), settings: { scopeTypes: ["Nursery"] }, errors: [{ messageId: "foreignScope", line, suggestions: [{ desc: "Await the call", output: code("class Nursery { spawn(f: () => Promise<unknown>) { void f; } } const nursery = new Nursery(); export async function f() { await nursery.spawn(() => load()); }") }] }] },
    { name: "a group that nobody holds", code: code("export async function f() { new TaskGroup().spawn(() => load()); }"), errors: [{ messageId: "inlineScope", line, column: 29, suggestions: [{ desc: "Declare the group, so that it is joined on every way out", output: code("export async function f() { await using tasks = new TaskGroup(); tasks.spawn(() => load()); await tasks.join(); }") }] }] },
    { name: "in a finally", code: code("export async function f(tasks: TaskGroup) { try { await load(); } finally { tasks.spawn(() => load()); } }"), errors: [{ messageId: "spawnInCleanup", line, data: { group: "tasks" }, suggestions: [{ desc: "Await the work here", output: code("export async function f(tasks: TaskGroup) { try { await load(); } finally { await load(); } }") }] }] },
    { name: "in a disposer", code: code("export class A { #tasks = new TaskGroup(); async [Symbol.asyncDispose]() { this.#tasks.spawn(() => load()); await this.#tasks.join(); } }"), errors: [{ messageId: "spawnInCleanup", line, suggestions: [{ desc: "Await the work here", output: code("export class A { #tasks = new TaskGroup(); async [Symbol.asyncDispose]() { await load(); await this.#tasks.join(); } }") }] }] },

    // Fixes.
    fixed("an interval beside work that is waited for", "export async function f() { setInterval(work, 10); await load(); }", "timer", using, "export async function f() { using _timer = setInterval(work, 10); await load(); }"),
    fixed("an interval in a constant", "export async function f() { const beat = setInterval(work, 10); for (const id of ['a']) { await load(id); } }", "timer", using, "export async function f() { using beat = setInterval(work, 10); for (const id of ['a']) { await load(id); } }"),
    { name: "no fix where `using` would clear the interval at once", code: code("export async function f() { await load(); setInterval(work, 10); }"), errors: [{ messageId: "timer" }] },
    { name: "no fix for the number of a browser's timer", code: code("export async function f() { window.setInterval(work, 10); await load(); }"), errors: [{ messageId: "timer" }] },
    loop("a function that ends in an interval", "export async function f(signal: AbortSignal) {\n  await load();\n  setInterval(() => {\n    work(); // each time\n  }, 1000);\n}", "signal", "export async function f(signal: AbortSignal) {\n  await load();\n  for await (const _ of every(1000, undefined, { signal })) {\n    work(); // each time\n  }\n}"),
    loop("an interval of an expression, and the signal of an object", "export async function f(o: { signal: AbortSignal }) {\n  setInterval(() => work(), 10);\n}", "o.signal", "export async function f(o: { signal: AbortSignal }) {\n  for await (const _ of every(10, undefined, { signal: o.signal })) { work(); }\n}"),
    { name: "no loop that nothing ends", code: code("export async function f() { setInterval(() => { work(); }, 10); }"), errors: [{ messageId: "timer" }] },
    { name: "no loop where the callback returns", code: code("export async function f(signal: AbortSignal) { setInterval(() => { if (signal.aborted) return; work(); }, 10); }"), errors: [{ messageId: "timer" }] },
    { name: "no loop in the middle of a function", code: code("export async function f(signal: AbortSignal) { setInterval(() => { work(); }, 10); log(signal); }"), errors: [{ messageId: "timer" }] },
    { name: "no await where the type of the export is written down", code: code("export const boot: Promise<string[]> = load();"), errors: [{ messageId: "startAtModuleLevel" }] },
    { name: "no await where the module names the export again", code: code("export const boot = load(); log(boot === undefined);"), errors: [{ messageId: "startAtModuleLevel" }] },
    fixed("a function that could hand the task to its caller, and has callers", "export class A { #tasks = new TaskGroup(); add() { this.#tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } } new A().add();", "foreignScope", "Return the handle", "export class A { #tasks = new TaskGroup(); add() { return this.#tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } } new A().add();", { options: { foreignScope: "error" } }),
    { name: "no handle where the function says that it returns none", code: code("export class A { #tasks = new TaskGroup(); add(): void { this.#tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } }"), options: { foreignScope: "error" }, errors: [{ messageId: "foreignScope", suggestions: [{ desc: taking("tasks"), output: code("export class A { #tasks = new TaskGroup(); add(tasks: TaskGroup): void { tasks.spawn(() => load()); } close() { this.#tasks.cancel(); } }") }] }] },
    { name: "no handle where the function goes on", code: code("export class A { #tasks = new TaskGroup(); add() { this.#tasks.spawn(() => load()); work(); } close() { this.#tasks.cancel(); } }"), options: { foreignScope: "error" }, errors: [{ messageId: "foreignScope", suggestions: [{ desc: taking("tasks"), output: code("export class A { #tasks = new TaskGroup(); add(tasks: TaskGroup) { tasks.spawn(() => load()); work(); } close() { this.#tasks.cancel(); } }") }] }] },
    { name: "no parameter behind one that may be left out, or where an interface says what is taken", code: code("interface Adder { add(): void } const tasks = new TaskGroup(); export function f(id?: string) { tasks.spawn(() => load(id)); work(); } export class A implements Adder { add() { tasks.spawn(() => load()); } }"), options: { foreignScope: "error" }, errors: [{ messageId: "foreignScope" }, { messageId: "foreignScope" }] },
    {
      name: "two groups that nobody holds, in one function: one group",
      code: code("export async function f(ids: string[]) {\n  for (const id of ids) {\n    new TaskGroup().spawn(() => load(id));\n  }\n  void new TaskGroup().spawn(() => load());\n}"),
      errors: [
        { messageId: "inlineScope", suggestions: [{ desc: join, output: code("export async function f(ids: string[]) {\n  await using tasks = new TaskGroup();\n  for (const id of ids) {\n    tasks.spawn(() => load(id));\n  }\n  void new TaskGroup().spawn(() => load());\n  await tasks.join();\n}") }] },
        { messageId: "inlineScope", suggestions: [{ desc: join, output: code("export async function f(ids: string[]) {\n  await using tasks = new TaskGroup();\n  for (const id of ids) {\n    new TaskGroup().spawn(() => load(id));\n  }\n  void tasks.spawn(() => load());\n  await tasks.join();\n}") }] },
      ],
    },
    fixed("a group that nobody holds beside one that is in view", "export async function f(tasks: TaskGroup) { new TaskGroup().spawn(() => load()); }", "inlineScope", "Spawn it in the task group `tasks`", "export async function f(tasks: TaskGroup) { tasks.spawn(() => load()); }"),
    { name: "no declaration for a group with options, or outside of async functions", code: code("export async function f() { new TaskGroup({ limit: 1 }).spawn(() => load()); } export function g() { new TaskGroup().spawn(() => load()); }"), errors: [{ messageId: "inlineScope" }, { messageId: "inlineScope" }] },
    fixed("clean-up that is told to stop gets a deadline", "declare function save(signal: AbortSignal): Promise<void>; export async function f(tasks: TaskGroup) { try { await load(); } finally { tasks.spawn(({ signal: s }) => save(s)); } }", "spawnInCleanup", "Await the work here", "declare function save(signal: AbortSignal): Promise<void>; export async function f(tasks: TaskGroup) { try { await load(); } finally { await save(AbortSignal.timeout(5000)); } }"),
    fixed("clean-up of several steps", "export async function f(tasks: TaskGroup) { try { await load(); } finally { void tasks.spawn(async () => { await load(); work(); }); } }", "spawnInCleanup", "Await the work here", "export async function f(tasks: TaskGroup) { try { await load(); } finally { await (async () => { await load(); work(); })(); } }"),
    { name: "no await where the task asks its signal itself", code: code("export async function f(tasks: TaskGroup) { try { await load(); } finally { tasks.spawn(async ({ signal }) => { if (!signal.aborted) await load(); }); } }"), errors: [{ messageId: "spawnInCleanup" }] },
    { name: "no await in a function that is not async", code: code("export function f(tasks: TaskGroup) { try { work(); } finally { tasks.spawn(() => load()); } }"), errors: [{ messageId: "spawnInCleanup" }] },
    fixed("a fiber of its own", "import { Effect } from 'effect'; export const a = Effect.gen(function* () { Effect.runFork(Effect.log('x')); });", "nestedRoot", yields, "import { Effect } from 'effect'; export const a = Effect.gen(function* () { yield* Effect.forkChild(Effect.log('x')); });"),
    fixed("an effect that is run for its value", "import { Effect } from 'effect'; export const a = Effect.gen(function* () { return Effect.runSync(Effect.succeed(1)) + 1; });", "nestedRoot", yields, "import { Effect } from 'effect'; export const a = Effect.gen(function* () { return (yield* Effect.succeed(1)) + 1; });"),
    fixed("an effect that nobody waits for", "import { Effect } from 'effect'; export const a = Effect.gen(function* () { void Effect.runPromise(Effect.log('x')); });", "nestedRoot", yields, "import { Effect } from 'effect'; export const a = Effect.gen(function* () { yield* Effect.log('x'); });"),
    { name: "no fix where the promise is used, or the generator may be no operation", code: code("import { Effect } from 'effect'; export const a = Effect.gen(function* () { return Effect.runPromise(Effect.log('x')); }); export function* b() { Effect.runFork(Effect.log('x')); }"), errors: [{ messageId: "nestedRoot" }, { messageId: "nestedRoot" }] },
    fixed("an operation that is run beside its parent", "import { main, run, sleep } from 'effection'; function* nap() { yield* sleep(1); } await main(function* () { run(nap); });", "nestedRoot", yields, "import { main, run, sleep } from 'effection'; function* nap() { yield* sleep(1); } await main(function* () { yield* nap(); });"),
    fixed("an operation that is yielded as a task", "import { main, run, sleep } from 'effection'; await main(function* () { yield* run(() => sleep(1)); });", "nestedRoot", yields, "import { main, run, sleep } from 'effection'; await main(function* () { yield* sleep(1); });"),
  ],
});
