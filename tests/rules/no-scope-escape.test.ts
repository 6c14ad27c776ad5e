/** Table of asr/no-scope-escape: the ways a scoped reference gets out, and the uses that stay inside. */
import rule from "../../rules/no-scope-escape.ts";
import { testRule, type InvalidCase } from "../support/rule-tester.ts";
import { testCases } from "./cases.ts";
import { testRepairs } from "./repairs.ts";

const prelude = `import { TaskGroup } from "asr-runtime";
declare class Conn implements AsyncDisposable { id: string; query(sql: string): Promise<string[]>; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; }
declare function connect(): Promise<Conn>;
interface Tx { insert(x: unknown): Promise<void> }
interface Db { transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> }
declare const db: Db;
`;
const code = (text: string): string => `${text} ${prelude.replaceAll("\n", " ")}export {};`;
const using = (body: string): string => code(`export async function f(out: { c?: unknown }, list: unknown[], bus: EventTarget) { await using c = await connect(); ${body} }`);
const within = (body: string): string => code(`export async function f(later: (() => Promise<void>)[], bus: EventTarget) { await db.transaction(async (tx) => { ${body} }); }`);

testCases(rule, "what leaves with the function", {
  "read out": using("return await c.query('x');"),
  "returned": using("\nreturn c; // ✗ returned\n"),
  "returned in an object": using("\nreturn { c }; // ✗ returned\n"),
  "returned in a function": using("\nreturn () => c.query('x'); // ✗ returned\n"),
  "returned in a method of an object": using("\nreturn { get() { return c.query('x'); } }; // ✗ returned\n"),
  "returned in an object of the project that keeps it": `class Repo { constructor(readonly c: Conn) {} }\n${using("\nreturn new Repo(c); // ✗ returned\n")}`,
  "returned by a function that makes such an object": `class Repo { constructor(readonly c: Conn) {} } function repo(c: Conn) { const made = new Repo(c); return made; }\n${using("\nreturn repo(c); // ✗ returned\n")}`,
  "given to a function that keeps nothing": `function nameOf(c: Conn) { return { name: c.id }; }\n${using("return nameOf(c);")}`,
  "a text of it": using("return { id: c.id };"),
  "a closure that stays": using("const q = () => c.query('x'); return (await q()).length;"),
  "a function declaration that gets out": using("function q() { return c.query('x'); }\nreturn q; // ✗ returned\n"),
  "returned from an inner function only": using("const get = () => c; return get().id;"),
  "a copy of data": code("export async function f(load: () => Promise<{ rows: string[] } & Disposable>) { using r = await load(); return structuredClone(r); }"),
  "a shallow copy of data": code("export async function f(load: () => Promise<{ rows: string[] } & Disposable>) { using r = await load(); return { ...r, at: 1 }; }"),
  "as a type without the disposer": using("return c as { id: string };"),
  "as anything": using("\nreturn c as unknown; // ✗ castAway\n"),
  "thrown": using("\nthrow c; // ✗ thrown\n").replace("// ✗ thrown", "// ✗ thrown"),
  "yielded, by default": code("export async function* f() { await using c = await connect(); yield c; }"),
  "yielded, if asked": { code: code("export async function* f() { await using c = await connect();\nyield c; // ✗ yielded\n}"), options: { checkYields: true } },
  "a reader of it": code("export async function f(s: ReadableStream<string> & AsyncDisposable) { await using stream = s; const reader = stream.getReader();\nreturn { reader }; // ✗ derivedView\n}"),
  "a property that is a reader": code("export async function f(s: ReadableStream<string>) { using h = { r: s.getReader(), [Symbol.dispose]() { this.r.releaseLock(); } };\nreturn h.r; // ✗ derivedView\n}"),
  "a method that copies, by option": { code: code("export async function f(s: ReadableStream<string> & AsyncDisposable) { await using stream = s; const reader = stream.getReader(); return { reader }; }"), options: { copyMethods: ["getReader"] } },
  "a method that derives, by option": { code: using("\nreturn { rows: await c.query('x') }; // ✗ derivedView\n"), options: { derive: ["query"] } },
  "not `using`: the caller owns it": code("export async function f() { const c = await connect(); return c; }"),
  "moved to another owner": code("export async function f() { await using st = new AsyncDisposableStack(); const c = st.use(await connect()); return { c, owner: st.move() }; }"),
  "on a stack that stays": code("export async function f() { await using st = new AsyncDisposableStack(); const c = st.use(await connect());\nreturn c; // ✗ returned\n}"),
});

testCases(rule, "what a finally closes", {
  "a function that uses it": code("export async function f() { const c = await connect(); try {\nreturn () => c.query('x'); // ✗ returned\n} finally { await c.close(); } }"),
  "its result": code("export async function f() { const c = await connect(); try { return await c.query('x'); } finally { await c.close(); } }"),
  "a stream that comes from it": "import { open } from 'node:fs/promises';\nexport async function f(path: string) { const file = await open(path); try {\nreturn file.createReadStream(); // ✗ derivedView\n} finally { await file.close(); } }",
  "a generator over it": code("async function* rows(c: Conn) { yield await c.query('x'); } export async function f() { const c = await connect(); try {\nreturn rows(c); // ✗ derivedView\n} finally { await c.close(); } }"),
  "a generator over it, declared only": code("declare function rows(c: Conn): AsyncGenerator<string>; export async function f() { const c = await connect(); try {\nreturn rows(c); // ✗ derivedView\n} finally { await c.close(); } }"),
  "a generator that it makes": code("interface Rows { rows(): AsyncGenerator<string>; close(): Promise<void> } declare function openRows(): Rows; export async function f() { const d = openRows(); try {\nreturn d.rows(); // ✗ derivedView\n} finally { await d.close(); } }"),
  "a generator over it that is used up": code("async function* rows(c: Conn) { yield await c.query('x'); } export async function f() { const c = await connect(); try { for await (const row of rows(c)) log(row); } finally { await c.close(); } }"),
  "a generator over it that is handed through": { code: code("async function* rows(c: Conn) { yield await c.query('x'); } export async function* f() { await using c = await connect(); yield* rows(c); }"), options: { checkYields: true } },
  "put into a list": code("export async function f(list: unknown[]) { const c = await connect(); try { await c.query('x');\nlist.push(c); // ✗ pushedOuter\n} finally { await c.close(); } }"),
  "closed by an expression, at the top of the file": code("export const end = (c: Conn) => c.close();"),
  "closed under a condition": code("export async function f(own: boolean) { const c = await connect(); try { return () => c.query('x'); } finally { if (own) await c.close(); } }"),
  "closed on failure only": code("export async function f() { const c = await connect(); try { await c.query('x'); return c; } catch (e) { await c.close(); throw e; } }"),
});

testCases(rule, "what is stored", {
  "in a field": code("export class A { c?: Conn; async f() { await using c = await connect();\nthis.c = c; // ✗ storedInField\n} }"),
  "in a field that is set back": code("export class A { c?: Conn | undefined; async f() { await using c = await connect(); this.c = c; try { await work(); } finally { this.c = undefined; } } }"),
  "in a field that a method sets back": code("export class A { c?: Conn | undefined; async f() { await using c = await connect(); this.c = c; await work(); this.reset(); } reset() { this.c = undefined; } }"),
  "in a parameter, by Object.assign": using("\nObject.assign(out, { c }); // ✗ storedInField\n"),
  "in an object of the block, by Object.assign": using("const box: { c?: Conn } = {}; Object.assign(box, { c }); await box.c?.query('x');"),
  "in a parameter's property": using("\nout.c = c; // ✗ storedInField\n"),
  "in an object of the block": using("const box: { c?: Conn } = {}; box.c = c; await box.c.query('x');"),
  "in an object of the block that gets out": using("const box: { c?: Conn } = {}; box.c = c;\nreturn box; // ✗ returned\n"),
  "in an outer variable": code("export async function f() { let last: Conn | undefined; { await using c = await connect();\nlast = c; // ✗ assignedOuter\n} return last.id; }"),
  "in an outer variable that is read inside only": code("export async function f() { let last: Conn | undefined; { await using c = await connect(); last = c; await last.query('x'); } }"),
  "in an outer list": using("\nlist.push(c); // ✗ pushedOuter\n"),
  "in an outer list, for a while": code("const open = new Set<Conn>(); export async function f() { await using c = await connect(); open.add(c); try { await work(); } finally { open.delete(c); } }"),
  "in a list of the block": using("const all: Conn[] = []; all.push(c); await Promise.all(all.map((one) => one.query('x')));"),
  "by a function of the project": `const seen: unknown[] = []; function remember(c: Conn) { seen.push(c); }\n${using("\nremember(c); // ✗ storedInField\n")}`,
  "by a function that is said to borrow": { code: `const seen: unknown[] = []; function remember(c: Conn) { seen.push(c); }\n${using("remember(c);")}`, options: { borrowingCallees: ["remember"] } },
  "by a function whose result takes it back": `const seen = new Set<unknown>(); function remember(c: Conn) { seen.add(c); return () => { seen.delete(c); }; }\n${using("const forget = remember(c); await work(); forget();")}`,
  "by a function, with another that takes it back": `const seen = new Set<unknown>(); function remember(c: Conn) { seen.add(c); } function removeFrom(c: Conn) { seen.delete(c); }\n${using("remember(c); await work(); removeFrom(c);")}`.replace("removeFrom(c); }", "removeFrom(c); }"),
  "given to code we do not see": using("log(c);"),
});

testCases(rule, "what runs later", {
  "a timer": using("\nsetTimeout(() => { void c.query('x'); }, 10); // ✗ capturedByCallback\n"),
  "a timer that does not hold the process": using("\nsetTimeout(() => { void c.query('x'); }, 10).unref(); // ✗ capturedByCallback\n"),
  "a microtask": using("\nqueueMicrotask(() => { void c.query('x'); }); // ✗ capturedByCallback\n"),
  "a subscription that nobody keeps": code("interface Source { subscribe(next: (x: number) => void): { unsubscribe(): void } } export async function f(source: Source) { await using c = await connect();\nsource.subscribe(() => { void c.query('x'); }); // ✗ capturedByCallback\nawait work(); }"),
  "a subscription that is ended": code("interface Source { subscribe(next: (x: number) => void): { unsubscribe(): void } } export async function f(source: Source) { await using c = await connect(); const subscription = source.subscribe(() => { void c.query('x'); }); try { await work(); } finally { subscription.unsubscribe(); } }"),
  "a timer whose handle is kept": using("const t = setInterval(() => { void c.query('x'); }, 10); try { await work(); } finally { clearInterval(t); }"),
  "a timer that is waited for": using("await new Promise<void>((resolve) => { setTimeout(() => { log(c); resolve(); }, 10); });"),
  "a listener": using("\nbus.addEventListener('x', () => { void c.query('x'); }); // ✗ capturedByCallback\n"),
  "a listener with a signal": code("export async function f(bus: EventTarget, signal: AbortSignal) { await using c = await connect(); bus.addEventListener('x', () => { void c.query('x'); }, { signal }); await work(); }"),
  "a listener that is taken away": using("const on = () => { void c.query('x'); }; bus.addEventListener('x', on); try { await work(); } finally { bus.removeEventListener('x', on); }"),
  "a listener on something the block waits for": code("import { once, type EventEmitter } from 'node:events'; export async function f(e: EventEmitter) { await using c = await connect(); e.on('x', () => { void c.query('x'); }); await once(e, 'end'); }"),
  "a listener on something the function made": code("export async function f() { const bus = new EventTarget(); await using c = await connect(); bus.addEventListener('x', () => { void c.query('x'); }); await work(bus); }"),
  "a listener on the resource itself": code("export async function f(s: EventTarget & Disposable) { using t = s; t.addEventListener('x', () => { log(t); }); await work(); }"),
  "array methods run at once": using("[1].forEach(() => { log(c); }); ['a'].map((q) => c.query(q));"),
  "module level, exported": code("await using c = await connect();\nexport function get() { return c.query('x'); } // ✗ exported\n"),
  "module level, private": code("await using c = await connect(); async function get() { return await c.query('x'); } await get();"),
});

testCases(rule, "groups, handles and signals", {
  "a handle in an object": code("export async function f() { await using tg = new TaskGroup(); const t = tg.spawn(() => work());\nreturn { t }; // ✗ handleEscapes\n}"),
  "a handle in a field": code("export class A { t?: PromiseLike<void>; async f() { await using tg = new TaskGroup();\nthis.t = tg.spawn(() => work()); // ✗ handleEscapes\nawait tg.join(); } }"),
  "a bare handle is awaited by the function": code("export async function f() { await using tg = new TaskGroup(); return tg.spawn(() => work()); }"),
  "handles that are awaited": code("export async function f() { await using tg = new TaskGroup(); const all = [tg.spawn(() => work()), tg.spawn(() => work())]; return await Promise.all(all); }"),
  "handles, if not asked for": { code: code("export async function f() { await using tg = new TaskGroup(); const t = tg.spawn(() => work()); return { t }; }"), options: { checkHandles: false } },
  "a handle of the caller's group": code("export function f(tg: TaskGroup) { const t = tg.spawn(() => work()); return { t }; }"),
  "the group of a callback, kept": code("let kept: TaskGroup | undefined; export async function f() { await TaskGroup.run(async (tg) => {\nkept = tg; // ✗ assignedOuter\nawait work(); }); kept?.cancel(); }"),
  "a copy of a group": code("export async function f() { await using tg = new TaskGroup();\nlog({ ...tg }); // ✗ cloned\n}"),
  "the signal, by default": code("export async function f(out: { s?: AbortSignal }) { await using tg = new TaskGroup(); out.s = tg.signal; await tg.join(); }"),
  "the signal, if asked": { code: code("export async function f(out: { s?: AbortSignal }) { await using tg = new TaskGroup();\nout.s = tg.signal; // ✗ storedInField\nawait tg.join(); }"), options: { checkSignals: true } },
  "a lent group in a field": code("export class A { #tg?: TaskGroup; attach(tg: TaskGroup) {\nthis.#tg = tg; // ✗ borrowedParamStored\n} start() { this.#tg?.spawn(() => work()); } }"),
  "a lent group in a list": code("const all: TaskGroup[] = []; export function attach(tg: TaskGroup) {\nall.push(tg); // ✗ borrowedParamStored\n}"),
  "a lent group in a function that is kept": code("const all: (() => void)[] = []; export function attach(tg: TaskGroup) {\nall.push(() => { tg.cancel(); }); // ✗ borrowedParamStored\n}"),
  "a lent group in a timer": code("export function later(tg: TaskGroup) {\nsetTimeout(() => { tg.spawn(() => work()); }, 10); // ✗ capturedByCallback\n}"),
  "a lent group that is handed over": code("export class A { #tg?: TaskGroup; /** @owns */ attach(tg: TaskGroup) { this.#tg = tg; } start() { this.#tg?.spawn(() => work()); } }"),
  "an object that is made inside the group": code("export class A { readonly #tg: TaskGroup; constructor(tg: TaskGroup) { this.#tg = tg; } start() { this.#tg.spawn(() => work()); } }"),
  "a lent group that is given back": code("export class A { #tg?: TaskGroup | undefined; attach(tg: TaskGroup) { this.#tg = tg; } detach() { this.#tg = undefined; } start() { this.#tg?.spawn(() => work()); } }"),
  "a lent group, if parameters are not asked for": { code: code("export class A { #tg?: TaskGroup; attach(tg: TaskGroup) { this.#tg = tg; } start() { this.#tg?.spawn(() => work()); } }"), options: { params: "ignore" } },
  "a lent group that is used": code("export async function f(tg: TaskGroup, ids: string[]) { const handles = ids.map((id) => tg.spawn(() => work(id))); await Promise.all(handles); return () => handles.length; }"),
});

testCases(rule, "what a callback is lent", {
  "used and awaited": within("await tx.insert(1); await Promise.all([2, 3].map((n) => tx.insert(n)));"),
  "in a function that runs later": within("await tx.insert(1);\nlater.push(() => tx.insert(2)); // ✗ pushedOuter\n"),
  "in a list that is worked off inside": within("later.push(() => tx.insert(2)); for (const run of later) await run();"),
  "in a timer": within("\nsetTimeout(() => { void tx.insert(2); }, 10); // ✗ capturedByCallback\n"),
  "in a hook that runs when it has ended": code("interface Hooked { afterCommit(run: () => unknown): void; insert(x: number): Promise<void> } declare const hooked: { transaction<T>(body: (tx: Hooked) => Promise<T>): Promise<T> }; export async function f() { await hooked.transaction(async (tx) => { tx.afterCommit(() => log(1));\ntx.afterCommit(() => tx.insert(2)); // ✗ capturedByCallback\n}); }"),
  "in a field, until another method says that it may end": code("export class Driver { #tx: Tx | undefined; #end: (() => void) | undefined; async begin() { await db.transaction(async (tx) => { this.#tx = tx; await new Promise<void>((resolve) => { this.#end = resolve; }); }); } async insert() { await this.#tx?.insert(1); } async commit() { this.#end?.(); this.#tx = undefined; } }"),
  "in a field that is never cleared": code("export class Driver { #tx: Tx | undefined; async begin() { await db.transaction(async (tx) => {\nthis.#tx = tx; // ✗ storedInField\nawait tx.insert(1); }); } async insert() { await this.#tx?.insert(1); } }"),
  "in a listener": within("\nbus.addEventListener('x', () => { void tx.insert(2); }); // ✗ capturedByCallback\n"),
  "returned": code("export async function f() { return await db.transaction(async (tx) => {\nreturn { tx }; // ✗ returned\n}); }"),
  "its work returned": code("export async function f() { return await db.transaction((tx) => tx.insert(1)); }"),
  "in a service that gets out": `class Service { constructor(private readonly tx: Tx) {} add() { return this.tx.insert(1); } } function serve(tx: Tx) { return new Service(tx); }\n${within("const service = serve(tx); await service.add();\nlater.push(() => service.add()); // ✗ pushedOuter\n")}`,
  "in a service that stays": `class Service { constructor(private readonly tx: Tx) {} add() { return this.tx.insert(1); } }\n${within("const service = new Service(tx); await service.add();")}`,
  "in a queue of the project": `class Background { readonly #jobs: (() => Promise<void>)[] = []; add(job: () => Promise<void>) { this.#jobs.push(job); } async run() { for (const job of this.#jobs) await job(); } } const background = new Background();\n${within("await tx.insert(1);\nbackground.add(() => tx.insert(2)); // ✗ capturedByCallback\n")} void background.run;`,
  "in a queue that the callback drains": `class Background { readonly #jobs: (() => Promise<void>)[] = []; add(job: () => Promise<void>) { this.#jobs.push(job); } async run() { for (const job of this.#jobs) await job(); } } const background = new Background();\n${within("background.add(() => tx.insert(2)); await background.run();")}`,
  "lent by a function of the project, seen from its body": code("class Client implements AsyncDisposable { async get() { await work(); return 1; } async [Symbol.asyncDispose]() { await work(); } } async function inClient<T>(body: (c: Client) => Promise<T>) { await using c = new Client(); return await body(c); }\nexport async function f(later: (() => Promise<number>)[]) { await inClient(async (c) => { await c.get();\nlater.push(() => c.get()); // ✗ pushedOuter\n}); }"),
  "lent through two functions": code("class Client { async get() { await work(); return 1; } release() { log(1); } } const client = new Client(); async function base<T>(body: (c: Client) => Promise<T>) { const c = client; const used = c; try { return await body(used); } finally { used.release(); } } async function inClient<T>(body: (c: Client) => Promise<T>) { return await base((c) => body(c)); }\nexport async function f(later: (() => Promise<number>)[]) { await inClient(async (c) => { await c.get();\nlater.push(() => c.get()); // ✗ pushedOuter\n}); }"),
  "given, not lent: the body ends nothing": code("class Client { async get() { await work(); return 1; } } const client = new Client(); async function inClient<T>(body: (c: Client) => Promise<T>) { return await body(client); } export async function f(later: (() => Promise<number>)[]) { await inClient(async (c) => { await c.get(); later.push(() => c.get()); }); }"),
  "a name alone is not enough: nothing to do with work": code("declare function withLabel<T>(body: (label: { text: string }) => Promise<T>): Promise<T>; export async function f(later: (() => string)[]) { await withLabel(async (label) => { await work(); later.push(() => label.text); }); }"),
  "a shape alone is not enough: data": code("declare function retry<T>(body: (attempt: { next(): Promise<void> }) => Promise<T>): Promise<T>; export async function f(later: (() => Promise<void>)[]) { await retry(async (attempt) => { await work(); later.push(() => attempt.next()); }); }"),
  "a promise's value is given for good": code("export async function f(list: unknown[]) { await connect().then(async (c) => { await c.query('x'); list.push(c); }); }"),
});

const broken: readonly InvalidCase<keyof typeof rule.messages, object>[] = [
  {
    code: `${prelude}export async function f() {\n  await using c = await connect();\n  return c;\n}`,
    errors: [{ messageId: "returned", suggestions: [{ desc: "Let the caller close it", output: `${prelude}export async function f() {\n  const c = await connect();\n  return c;\n}` }] }],
  },
  // Something in between may fail, and then nobody would close it.
  { code: `${prelude}export async function f() {\n  await using c = await connect();\n  await c.query("x");\n  return c;\n}`, errors: [{ messageId: "returned" }] },
  {
    code: `${prelude}export async function f(bus: EventTarget, run: () => Promise<void>) {\n  await using tasks = new TaskGroup();\n  bus.addEventListener("x", () => { tasks.spawn(run); });\n  await run();\n  await tasks.join();\n}`,
    errors: [{ messageId: "capturedByCallback", suggestions: [{ desc: "Take the listener away with `tasks`", output: `${prelude}export async function f(bus: EventTarget, run: () => Promise<void>) {\n  await using tasks = new TaskGroup();\n  bus.addEventListener("x", () => { tasks.spawn(run); }, { signal: tasks.signal });\n  await run();\n  await tasks.join();\n}` }] }],
  },
];

testRule(rule, { valid: [], invalid: broken });
testRepairs(rule.name, broken);
