/** Table of asr/no-early-disposal: resources that end before the work that uses them, and the orders in which they do not. */
import rule from "../../rules/no-early-disposal.ts";
import { testRule, type InvalidCase } from "../support/rule-tester.ts";
import { testCases } from "./cases.ts";
import { testRepairs } from "./repairs.ts";

const prelude = `import { TaskGroup } from "asr-runtime";
declare class Conn implements AsyncDisposable { id: string; query(sql: string, signal?: AbortSignal): Promise<string[]>; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; }
declare function connect(): Promise<Conn>;
declare function openSync(): Disposable & { read(): Promise<string>; size: number };
`;
const group = (body: string): string => `export async function f(ids: string[], outer: TaskGroup) { ${body} } ${prelude.replaceAll("\n", " ")}`;
const plain = (text: string): string => `${text} ${prelude.replaceAll("\n", " ")}`;

testCases(rule, "groups and resources of one function", {
  "declared first, closed last": group("await using c = await connect(); await using tg = new TaskGroup(); tg.spawn(() => c.query('x')); await tg.join();"),
  "declared last, closed first": group("await using tg = new TaskGroup(); await using c = await connect(); tg.spawn(() => c.query('x')); // ✗ groupBeforeResource\n"),
  "joined, but an await may fail before": group("await using tg = new TaskGroup(); await using c = await connect();\ntg.spawn(() => c.query('x')); // ✗ groupBeforeResource\nawait work(); await tg.join();"),
  "joined at once": group("await using tg = new TaskGroup(); await using c = await connect(); tg.spawn(() => c.query('x')); await tg.join();"),
  "a method that joins, by option": { code: group("await using tg = new TaskGroup(); await using c = await connect(); tg.spawn(() => c.query('x')); await tg.settle();").replace("export async", "interface Settles { settle(): Promise<void> } declare module 'asr-runtime' { interface TaskGroup extends Settles {} } export async"), options: { joinMethods: ["settle"] } },
  "the handle is awaited": group("await using tg = new TaskGroup(); await using c = await connect(); return await tg.spawn(() => c.query('x'));"),
  "all handles are awaited": group("await using tg = new TaskGroup(); await using c = await connect(); return await Promise.all(ids.map((id) => tg.spawn(() => c.query(id))));"),
  "the task does not use it": group("await using tg = new TaskGroup(); await using c = await connect(); const { id } = c; tg.spawn(() => work(id)); await c.query('x');"),
  "a value copied out before": group("await using tg = new TaskGroup(); await using c = await connect(); const rows = await c.query('x'); tg.spawn(() => work(rows));"),
  "reached through a closure": group("await using tg = new TaskGroup(); await using c = await connect(); const q = () => c.query('x');\ntg.spawn(() => work(q)); // ✗ groupBeforeResource\n").replace("work(q)", "q()"),
  "reached through a function declaration": group("await using tg = new TaskGroup(); await using c = await connect();\ntg.spawn(run); // ✗ groupBeforeResource\nasync function run() { await c.query('x'); }"),
  "reached through an object": group("await using tg = new TaskGroup(); await using c = await connect(); const box = { c };\ntg.spawn(() => box.c.query('x')); // ✗ groupBeforeResource\n"),
  "reached through a view": group("await using tg = new TaskGroup(); await using s = Object.assign(new ReadableStream<string>(), { async [Symbol.asyncDispose]() {} }); const r = s.getReader();\ntg.spawn(() => r.read()); // ✗ groupBeforeResource\n"),
  "a block inside the group's": group("await using tg = new TaskGroup(); for (const id of ids) { await using c = await connect();\ntg.spawn(() => c.query(id)); // ✗ innerResource\n}"),
  "opened inside the task": group("await using tg = new TaskGroup(); for (const id of ids) tg.spawn(async () => { await using c = await connect(); await c.query(id); });"),
  "the callback form drains after its body": group("await TaskGroup.run(async (tg) => { await using c = await connect();\ntg.spawn(() => c.query('x')); // ✗ innerResource\n});"),
  "the callback form inside the resource": group("await using c = await connect(); await TaskGroup.run(async (tg) => { tg.spawn(() => c.query('x')); });"),
  "a group of the caller": group("await using c = await connect();\nouter.spawn(() => c.query('x')); // ✗ innerResource\n"),
  "a group of the caller, waited for": group("await using c = await connect(); await outer.spawn(() => c.query('x'));"),
  "a group of the class": plain("export class A { #tg = new TaskGroup(); async f() { await using c = await connect();\nthis.#tg.spawn(() => c.query('x')); // ✗ innerResource\n} async [Symbol.asyncDispose]() { await this.#tg[Symbol.asyncDispose](); } }"),
  "a group without `using`: closed we do not know when": group("await using c = await connect(); const tg = new TaskGroup(); tg.spawn(() => c.query('x')); await tg[Symbol.asyncDispose]();"),
  "both on a stack, group first": group("await using st = new AsyncDisposableStack(); const tg = st.use(new TaskGroup()); const c = st.use(await connect());\ntg.spawn(() => c.query('x')); // ✗ groupBeforeResource\n"),
  "both on a stack, resource first": group("await using st = new AsyncDisposableStack(); const c = st.use(await connect()); const tg = st.use(new TaskGroup()); tg.spawn(() => c.query('x'));"),
  "a stack that is moved": group("await using st = new AsyncDisposableStack(); const tg = st.use(new TaskGroup()); const c = st.use(await connect()); tg.spawn(() => c.query('x')); return st.move();"),
  "stacks are not asked for": { code: group("await using st = new AsyncDisposableStack(); const tg = st.use(new TaskGroup()); const c = st.use(await connect()); tg.spawn(() => c.query('x'));"), options: { checkStacks: false } },
  "types that may be used after their end": { code: group("await using tg = new TaskGroup(); await using c = await connect(); tg.spawn(() => c.query('x'));"), options: { immortal: ["Conn"] } },
  "both given to a function of another file": group("await using tg = new TaskGroup(); await using c = await connect();\nstart(tg, c); // ✗ groupBeforeResource\n").replace("export async", "declare function start(tg: TaskGroup, c: Conn): void; export async"),
  "both given to a function that starts nothing on the one with the other": group("await using tg = new TaskGroup(); await using c = await connect(); await both(tg, c);").replace("export async", "async function both(tg: TaskGroup, c: Conn) { const rows = await c.query('x'); tg.spawn(() => work(rows)); } export async"),
  "both given to a function that does": group("await using tg = new TaskGroup(); await using c = await connect();\nawait both(tg, c); // ✗ groupBeforeResource\n").replace("export async", "async function both(tg: TaskGroup, c: Conn) { tg.spawn(() => c.query('x')); } export async"),
  "a scope of another library": { code: "declare class Nursery implements AsyncDisposable { spawn(f: () => unknown): void; [Symbol.asyncDispose](): Promise<void>; }\nexport async function f() { await using n = new Nursery(); await using c = await connect();\nn.spawn(() => c.query('x')); // ✗ groupBeforeResource\n}" + plain(""), settings: { scopeTypes: ["Nursery"] } },
});

testCases(rule, "promises that leave the block", {
  "returned by a plain function": plain("export function f() { using r = openSync();\nreturn r.read(); // ✗ promiseOutlivesResource\n}"),
  "returned by an async function without await": plain("export async function f() { await using c = await connect();\nreturn c.query('x'); // ✗ promiseOutlivesResource\n}"),
  "awaited": plain("export async function f() { await using c = await connect(); return await c.query('x'); }"),
  "a value of the resource": plain("export function f() { using r = openSync(); return r.size; }"),
  "a promise that does not use it": plain("export async function f() { using r = openSync(); return work(r.size); }"),
  "given as an argument": plain("export async function f() { await using c = await connect();\nreturn work(c); // ✗ promiseOutlivesResource\n}"),
  "given to a function that only looks at it": plain("async function named(c?: Conn) { await work(); return c === undefined; } export async function f() { await using c = await connect(); return named(c); }"),
  "many at once": plain("export async function f(ids: string[]) { await using c = await connect();\nreturn Promise.all(ids.map((id) => c.query(id))); // ✗ promiseOutlivesResource\n}"),
  "with a handler": plain("export function f() { using r = openSync();\nreturn r.read().then((s) => s.length); // ✗ promiseOutlivesResource\n}"),
  "in an object": plain("export async function f() { await using c = await connect();\nreturn { rows: c.query('x') }; // ✗ promiseOutlivesResource\n}"),
  "out of a block with a guard that nothing mentions": "declare function lock(): Promise<Disposable>;\nexport async function f() { using _ = await lock();\nreturn work(); // ✗ promiseOutlivesResource\n}",
  "awaited under a guard": "declare function lock(): Promise<Disposable>;\nexport async function f() { using _ = await lock(); return await work(); }",
  "a value under a guard": "declare function lock(): Promise<Disposable>;\nexport async function f(n: number) { using _ = await lock(); return Math.abs(n); }",
  "returned before there is a guard": "declare function lock(): Promise<Disposable>;\nexport async function f() { if (ok) return work(); using _ = await lock(); return await work(); }",
  "through a variable": plain("export async function f() { await using c = await connect(); const p = c.query('x');\nreturn p; // ✗ promiseOutlivesResource\n}"),
  "through a variable that is awaited": plain("export async function f() { await using c = await connect(); const p = c.query('x'); log(1); return await p; }"),
  "from a closure: the caller of the closure waits": plain("export async function f() { await using c = await connect(); const q = () => c.query('x'); return await q(); }"),
  "a chain as a statement": plain("export async function f() { await using c = await connect();\nc.query('x').then(log, log); // ✗ promiseOutlivesResource\n}"),
  "a chain that floats: no-floating-task": plain("export async function f() { await using c = await connect(); c.query('x').then(log); }"),
  "kept in a field": plain("export class A { p?: Promise<string[]>; async f() { await using c = await connect();\nthis.p = c.query('x'); // ✗ promiseOutlivesResource\n} }"),
  "kept in a field that is awaited here": plain("export class A { p?: Promise<string[]>; async f() { await using c = await connect(); this.p = c.query('x'); await this.p; } }"),
  "put into an outer list": plain("export async function f(ids: string[]) { const all: Promise<string[]>[] = []; { await using c = await connect(); for (const id of ids)\nall.push(c.query(id)); // ✗ promiseOutlivesResource\n} await Promise.all(all); }"),
  "put into an outer list that is drained here": plain("export async function f(ids: string[]) { const all: Promise<string[]>[] = []; { await using c = await connect(); for (const id of ids) all.push(c.query(id)); await Promise.all(all); } }"),
  "settled already": plain("export async function f() { using r = openSync(); return Promise.resolve(r.size); }"),
  "an async function without work": plain("async function name(c: Conn) { return c.id; } export async function f() { await using c = await connect(); return name(c); }"),
  "what a transaction starts and nobody inside waits for": "interface Tx { insert(x: string): Promise<void> } declare const db: { transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> };\nexport async function f(ids: string[]) { const all: Promise<void>[] = []; await db.transaction(async (tx) => { for (const id of ids)\nall.push(tx.insert(id)); // ✗ promiseOutlivesResource\n}); await Promise.all(all); }",
  "a directory that is lent, and removed": "import { mkdtemp, rm } from 'node:fs/promises'; async function withDir<T>(body: (dir: string) => Promise<T>) { const dir = await mkdtemp('x'); try { return await body(dir); } finally { await rm(dir); } } declare function index(dir: string): Promise<void>;\nexport async function f(names: string[]) { await withDir(async (dir) => { names.push(dir);\nindex(dir).catch(log); // ✗ promiseOutlivesResource\n}); }",
  "what a transaction returns": "interface Tx { insert(x: string): Promise<void> } declare const db: { transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> };\nexport async function f() { await db.transaction((tx) => tx.insert('a')); await db.transaction(async (tx) => tx.insert('a')); }",
});

testCases(rule, "closed by hand", {
  "a finally that aborts what is returned": "export async function f(url: string) { const c = new AbortController(); try {\nreturn fetch(url, { signal: c.signal }); // ✗ closedBeforeJoin\n} finally { c.abort(); } }",
  "a finally that aborts what has been awaited": "export async function f(url: string) { const c = new AbortController(); try { return await fetch(url, { signal: c.signal }); } finally { c.abort(); } }",
  "a finally overtakes the promise": plain("export async function f() { const c = await connect(); try {\nreturn c.query('x'); // ✗ closedBeforeJoin\n} finally { await c.close(); } }"),
  "in a plain function": plain("export function f(c: Conn) { try {\nreturn c.query('x'); // ✗ closedBeforeJoin\n} finally { void c.close(); } }"),
  "awaited before the finally": plain("export async function f() { const c = await connect(); try { return await c.query('x'); } finally { await c.close(); } }"),
  "a lock that is given back before the work is done": "interface Lock { acquire(): Promise<void>; release(): void }\nexport async function locked<T>(lock: Lock, fn: () => Promise<T>) { await lock.acquire(); try {\nreturn fn(); // ✗ closedBeforeJoin\n} finally { lock.release(); } }",
  "a callback that may bring a promise": plain("export class A { own?: Conn; async use<T>(fn: (c: Conn) => T | Promise<T>): Promise<T> { const c = this.own ?? (await connect()); try {\nreturn fn(c); // ✗ closedBeforeJoin\n} finally { if (!this.own) await c.close(); } } }"),
  "a callback that may bring a promise, and is awaited": plain("export class A { own?: Conn; async use<T>(fn: (c: Conn) => T | Promise<T>): Promise<T> { const c = this.own ?? (await connect()); try { return await fn(c); } finally { if (!this.own) await c.close(); } } }"),
  "a callback that brings a value": plain("export async function use<T extends string>(fn: (c: Conn) => T) { const c = await connect(); try { return fn(c); } finally { await c.close(); } }"),
  "a lock that is given back by a function": "export async function locked<T>(acquire: () => Promise<() => void>, fn: () => Promise<T>) { const release = await acquire(); try {\nreturn fn(); // ✗ closedBeforeJoin\n} finally { release(); } }",
  "a lock that is given back before a method is done": "interface Lock { acquire(): Promise<() => void> }\nexport class A { constructor(readonly lock: Lock) {} async write() { await work(); return 1; } async f() { const release = await this.lock.acquire(); try {\nreturn this.write(); // ✗ closedBeforeJoin\n} finally { release(); } } }",
  "a lock object that is given back before a method is done": "interface Lock { acquire(): Promise<void>; release(): void }\nexport class A { constructor(readonly lock: Lock) {} async write() { await work(); return 1; } async f() { await this.lock.acquire(); try {\nreturn this.write(); // ✗ closedBeforeJoin\n} finally { this.lock.release(); } } }",
  "a promise that has nothing to do with what is closed": plain("export async function f() { const c = await connect(); try { return load(c.id); } finally { await c.close(); } }"),
  "a value under a lock": "interface Lock { acquire(): Promise<() => void> }\nexport class A { constructor(readonly lock: Lock, readonly rows: number[]) {} async f() { const release = await this.lock.acquire(); try { return this.rows.slice(); } finally { release(); } } }",
  "a lock that is held until the work is done": "interface Lock { acquire(): Promise<void>; release(): void }\nexport async function locked<T>(lock: Lock, fn: () => Promise<T>) { await lock.acquire(); try { return await fn(); } finally { lock.release(); } }",
  "ended at once unless it is a promise": "interface Span { end(): void }\nexport function traced<T>(span: Span, run: (span: Span) => Promise<T>) { let result: Promise<T> | undefined; try { result = run(span); return result; } finally { if (!(result instanceof Promise)) span.end(); } }",
  "ended with a promise that is returned with handlers": "interface Span { end(): void }\nexport function traced<T>(span: Span, run: (span: Span) => T) { let result: T | undefined; try { result = run(span); if (result instanceof Promise) return result.finally(() => { span.end(); }); return result; } finally { if (!(result instanceof Promise)) span.end(); } }",
  "a lock around work that is done at once": "interface Lock { release(): void }\nexport function locked(lock: Lock, fn: () => number) { try { return fn(); } finally { lock.release(); } }",
  "a directory that is removed while it is read": "import { mkdtemp, rm } from 'node:fs/promises';\ndeclare function upload(dir: string): Promise<number>;\nexport async function f() { const dir = await mkdtemp('x'); try {\nreturn upload(dir); // ✗ closedBeforeJoin\n} finally { await rm(dir, { recursive: true }); } }",
  "a client that its pool takes back": "interface Client { query(x: string): Promise<number> } declare const pool: { connect(): Promise<Client>; release(c: Client): void };\nexport async function f() { const c = await pool.connect(); try {\nreturn c.query('x'); // ✗ closedBeforeJoin\n} finally { pool.release(c); } }",
  "a callback, and nothing that ends": "export async function f<T>(fn: () => Promise<T>) { let depth = 1; try { return fn(); } finally { depth--; log(depth); } }",
  "many results after the end": plain("export async function f(sqls: string[]) { const c = await connect();\nconst all = sqls.map((sql) => c.query(sql)); // ✗ closedBeforeJoin\nawait c.close(); return await Promise.all(all); }"),
  "a value, not a promise": plain("export function f() { const r = openSync(); try { return r.size; } finally { r[Symbol.dispose](); } }"),
  "another resource is closed": plain("export async function f(d: Conn) { const c = await connect(); try { return c.query('x'); } finally { await d.close(); } }"),
  "closed on failure only": plain("export async function f() { const c = await connect(); try { return c.query('x'); } catch (e) { await c.close(); throw e; } }"),
  "closed before the result is awaited": plain("export async function f() { const c = await connect();\nconst p = c.query('x'); // ✗ closedBeforeJoin\nawait c.close(); return await p; }"),
  "closed before the result is returned": plain("export async function f() { const c = await connect();\nconst p = c.query('x'); // ✗ closedBeforeJoin\nawait c.close(); return p; }"),
  "the end of the run, returned": "interface Server { run(): Promise<void>; close(): Promise<void> } declare function serve(): Server;\nexport async function f() { const s = serve(); const running = s.run(); await work(); await s.close(); return running; }",
  "committed before the result is awaited": "interface Tx { insert(x: string): Promise<number>; commit(): Promise<void>; rollback(): Promise<void> } declare function begin(): Promise<Tx>;\nexport async function f() { const tx = await begin();\nconst p = tx.insert('a'); // ✗ closedBeforeJoin\nawait tx.commit(); return await p; }",
  "closed after the result": plain("export async function f() { const c = await connect(); const p = c.query('x'); const rows = await p; await c.close(); return rows; }"),
  "the run that closing ends": "interface Server { run(): Promise<void>; close(): Promise<void> } declare function serve(): Server;\nexport async function f() { const s = serve(); const running = s.run(); await work(); await s.close(); await running; }",
  "the work that stopping calls off": "interface Job { result(): Promise<number>; cancel(): void } declare function start(): Job;\nexport async function f() { const job = start(); const p = job.result(); job.cancel(); return await p; }",
  "an event that closing brings": "import { once } from 'node:events'; import { createServer } from 'node:http';\nexport async function f() { const s = createServer(); const closed = once(s, 'close'); s.close(); const [e] = await closed; return e as unknown; }",
  "bound anew in between": plain("export async function f() { let c = await connect(); const p = c.query('x'); c = await connect(); await c.close(); return await p; }"),
  "closed while a task uses it": group("const c = await connect(); await using tg = new TaskGroup();\ntg.spawn(() => c.query('x')); // ✗ closedBeforeJoin\nawait c.close(); await tg.join();"),
  "closed after the join": group("const c = await connect(); await using tg = new TaskGroup(); tg.spawn(() => c.query('x')); await tg.join(); await c.close();"),
  "closed around the group": group("const c = await connect(); try { await using tg = new TaskGroup(); tg.spawn(() => c.query('x')); await tg.join(); } finally { await c.close(); }"),
});

const swap = (first: string, second: string): string => `${prelude}export async function f(signal: AbortSignal) {\n  ${first}\n  ${second}\n  tg.spawn(() => c.query("x"));\n}`;
const moved = (before: string, after: string): { code: string; output: string; errors: [{ messageId: "groupBeforeResource" }] } => ({ code: before, output: after, errors: [{ messageId: "groupBeforeResource" }] });
const open = "await using c = await connect();";

const worker = (stop: string, more = ""): string => `interface Source { poll(): Promise<string[]>; rows(): AsyncIterable<string>; close(): Promise<void> } export class Worker { #stopped = false; #loop: Promise<void> | undefined; constructor(readonly source: Source) {} start() { this.#loop = this.#run(); } async #run() { ${more === "" ? "while (!this.#stopped) log(await this.source.poll());" : more} } async stop() { ${stop} } }`;

testCases(rule, "a loop that is waited for too late", {
  "closed, then waited for": worker("this.#stopped = true;\nawait this.source.close(); // ✗ closedUnderWork\nawait this.#loop;"),
  "waited for, then closed": worker("this.#stopped = true; await this.#loop; await this.source.close();"),
  "closing is what stops it": worker("await this.source.close(); await this.#loop;"),
  "it reads until the source is closed": worker("this.#stopped = true; await this.source.close(); await this.#loop;", "for await (const row of this.source.rows()) log(row);"),
  "it works with something else": worker("this.#stopped = true; await this.source.close(); await this.#loop;", "while (!this.#stopped) await work();"),
  "it works through another method": worker("this.#stopped = true;\nawait this.source.close(); // ✗ closedUnderWork\nawait this.#loop;", "while (!this.#stopped) await this.turn();").replace("async stop()", "async turn() { log(await this.source.poll()); } async stop()"),
});

const fixed = [
  moved(swap("await using tg = new TaskGroup();", open), swap(open, "await using tg = new TaskGroup();")),
  moved(swap("await using tg = new TaskGroup({ signal, limit: 2 });", open), swap(open, "await using tg = new TaskGroup({ signal, limit: 2 });")),
  moved(swap("await using tg = new TaskGroup();", `console.log("opening");\n\n  ${open}`), swap(`console.log("opening");\n\n  ${open}`, "await using tg = new TaskGroup();")),
  {
    code: `${prelude}export async function f() {\n  await using tg = new TaskGroup();\n  await using c = await connect();\n  await using d = await connect();\n  tg.spawn(() => c.query("x"));\n  tg.spawn(() => d.query("x"));\n}`,
    output: `${prelude}export async function f() {\n  await using c = await connect();\n  await using d = await connect();\n  await using tg = new TaskGroup();\n  tg.spawn(() => c.query("x"));\n  tg.spawn(() => d.query("x"));\n}`,
    errors: [{ messageId: "groupBeforeResource" as const }, { messageId: "groupBeforeResource" as const }],
  },
];
const kept = (code: string): { code: string; errors: [{ messageId: "groupBeforeResource" }] } => ({ code, errors: [{ messageId: "groupBeforeResource" }] });

const broken: readonly InvalidCase<keyof typeof rule.messages, object>[] = [
  ...fixed,
  // The clock of the group would start later.
  kept(swap("await using tg = new TaskGroup({ timeout: 100 });", open)),
  // What is in between uses the group.
  kept(swap("await using tg = new TaskGroup();", `tg.spawn(() => fetch("x"));\n  ${open}`)),
  kept(swap("await using tg = new TaskGroup();", "await using c = await connect(); tg.cancel();").replace("tg.cancel();", "void tg;").replace("await connect(); void tg;", "(void tg, await connect());")),
  // Its options change in between.
  kept(swap("await using tg = new TaskGroup({ signal });", `signal = AbortSignal.any([signal]);\n  ${open}`)),
  // A comment belongs to one of them.
  kept(swap("await using tg = new TaskGroup(); // for the queries", open)),
  {
    code: `${prelude}export async function f(ids: string[]) {\n  await using tg = new TaskGroup();\n  for (const id of ids) {\n    await using c = await connect();\n    tg.spawn(({ signal }) => c.query(id, signal));\n  }\n}`,
    errors: [{ messageId: "innerResource", data: { resource: "c", group: "tg", resLine: "8" }, suggestions: [{ desc: "Open `c` inside the task", output: `${prelude}export async function f(ids: string[]) {\n  await using tg = new TaskGroup();\n  for (const id of ids) {\n    tg.spawn(async ({ signal }) => { await using c = await connect(); return await c.query(id, signal); });\n  }\n}` }] }],
  },
  {
    code: `${prelude}export function f() {\n  using r = openSync();\n  return r.read();\n}`,
    errors: [{ messageId: "promiseOutlivesResource", suggestions: [{ desc: "Await it before the resource is closed", output: `${prelude}export async function f() {\n  using r = openSync();\n  return await r.read();\n}` }] }],
  },
  {
    code: `${prelude}export class A {\n  static f(): Promise<string> {\n    using r = openSync();\n    return r.read();\n  }\n}`,
    errors: [{ messageId: "promiseOutlivesResource", suggestions: [{ desc: "Await it before the resource is closed", output: `${prelude}export class A {\n  static async f(): Promise<string> {\n    using r = openSync();\n    return await r.read();\n  }\n}` }] }],
  },
  {
    code: `${prelude}export async function f() {\n  const c = await connect();\n  try {\n    return c.query("x");\n  } finally {\n    await c.close();\n  }\n}`,
    errors: [{ messageId: "closedBeforeJoin", suggestions: [{ desc: "Await it before the resource is closed", output: `${prelude}export async function f() {\n  const c = await connect();\n  try {\n    return await c.query("x");\n  } finally {\n    await c.close();\n  }\n}` }] }],
  },
  // To wait here might be to wait for what comes afterwards.
  { code: `${prelude}export async function f() {\n  const c = await connect();\n  const p = c.query("x");\n  await c.close();\n  return await p;\n}`, errors: [{ messageId: "closedBeforeJoin" }] },
  {
    code: `${prelude}export async function f() {\n  await using c = await connect();\n  c.query("x").then(console.log, console.error);\n}`,
    errors: [{ messageId: "promiseOutlivesResource", suggestions: [{ desc: "Await the call", output: `${prelude}export async function f() {\n  await using c = await connect();\n  await c.query("x").then(console.log, console.error);\n}` }] }],
  },
];

testRule(rule, { valid: [], invalid: broken });
testRepairs(rule.name, broken);
