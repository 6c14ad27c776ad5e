/** Table of asr/no-task-race: each racy shape, and beside it the twin that is right. */
import rule from "../../rules/no-task-race.ts";
import { testRule } from "../support/rule-tester.ts";
import { testCases } from "./cases.ts";

const prelude = `import { TaskGroup } from "asr-runtime";
declare function load(id?: string): Promise<string[]>;
declare function size(n?: number): Promise<number>;
declare function open(): Promise<{ close(): void; send(): Promise<void> }>;
declare const ids: string[];
`;
const code = (text: string): string => `${prelude}export {};\n${text}`;
const method = (fields: string, body: string): string => code(`export class A { ${fields} async run(id: string) { ${body} } }`);
/** The first line after the prelude. */
const line = 7;

testRule(rule, {
  valid: [
    // Updates without an await between reading and writing.
    { name: "reads and writes after the await", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async (id) => { const k = (await load(id)).length; n += k; })); return n; }") },
    { name: "the await stands before the reading", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async (id) => { n = (await load(id)).length + n; })); return n; }") },
    { name: "one run after the other", code: code("export async function f() { let n = 0; for (const id of ids) n += (await load(id)).length; return n; }") },
    { name: "a variable of each run", code: code("export async function f() { await Promise.all(ids.map(async (id) => { let n = 0; n += (await load(id)).length; return n; })); }") },
    { name: "a variable of each turn", code: code("export async function f() { await using tasks = new TaskGroup(); for (const id of ids) { let n = 0; tasks.spawn(async () => { n += (await load(id)).length; }); } await tasks.join(); }") },
    { name: "a plain write", code: code("export async function f() { let last: string[] = []; await Promise.all(ids.map(async (id) => { last = await load(id); })); return last; }") },
    { name: "one task alone", code: code("export async function f() { let n = 0; await using tasks = new TaskGroup(); tasks.spawn(async () => { n += await size(); }); await tasks.join(); return n; }") },
    { name: "two tasks, two variables", code: code("export async function f() { let n = 0; let m = 0; await using tasks = new TaskGroup(); tasks.spawn(async () => { n += await size(); }); tasks.spawn(async () => { m += await size(); }); await tasks.join(); return n + m; }") },
    { name: "a map of the project that does not run side by side", code: code("declare const box: { map(f: (x: number) => Promise<void>): void }; let n = 0; box.map(async (x) => { n += await size(x); });") },
    { name: "an accumulator", code: code("export const total = await ids.reduce(async (sum, id) => (await sum) + (await load(id)).length, Promise.resolve(0));") },
    { name: "an element of its own", code: code("export async function f() { const out: string[][] = []; await Promise.all(ids.map(async (id, i) => { out[i] = await load(id); })); return out; }") },
    { name: "a request's own response, unless `properties` says so", code: code("export async function f(res: { n: number }) { const local = res; await Promise.all(ids.map(async (id) => { local.n += (await load(id)).length; })); }") },
    { name: "a copy that is compared again", code: method("n = 0;", "const old = this.n; await load(id); if (this.n !== old) return; this.n = old + 1;") },
    { name: "a copy of something else", code: method("n = 0; m = 0;", "const old = this.m; await load(id); this.n = old + 1;") },
    { name: "a copy on another way through", code: method("n = 0;", "const old = this.n; if (id === '') { await load(id); return; } this.n = old + 1;") },
    { name: "a copy to go back to", code: method("n = ''; ", "const old = this.n.length; await load(id); this.n = String(old);") },
    { name: "a private method, whose callers are known to the class", code: code("export class A { #n = 0; run() { return this.#add(); } async #add() { this.#n += await size(); } }") },
    { name: "a method that a base class calls", code: code("abstract class Check { go() { return this.perform(); } protected abstract perform(): Promise<void>; } export class A extends Check { n = 0; async perform() { this.n = await size(this.n); } }") },
    { name: "a lock", code: code("declare class Mutex { acquire(): Promise<() => void> } export class A { n = 0; mutex = new Mutex(); async run() { const release = await this.mutex.acquire(); this.n += await size(); release(); } }") },
    { name: "a guard of the project", code: code("declare function oneAtATime(): Promise<void>; export class A { n = 0; async run() { await oneAtATime(); this.n += await size(); } }"), options: { guards: ["oneAtATime"] } },
    { name: "a decorator of the project", code: code("declare function serial(f: unknown, c: unknown): void; export class A { n = 0; @serial async run() { this.n += await size(); } }"), options: { singleFlight: ["serial"] } },
    { name: "one run comes so far, the others wait for it and leave", code: method("ready?: Promise<void>; db?: { close(): void }; done!: () => void;", "await load(id); if (!this.ready) { this.ready = new Promise((resolve) => { this.done = resolve; }); } else { await this.ready; return; } if (!this.db) { this.db = await open(); this.done(); }") },
    { name: "one run comes so far, the others leave at once", code: method("started = false; db?: { close(): void };", "if (this.started) return; this.started = true; await load(id); if (!this.db) { this.db = await open(); }") },
    { name: "the same promise, awaited twice", code: method("store: string[] | Promise<string[]> = load();", "this.store = await this.store; return id;") },

    // Tests without an await before the write.
    { name: "the promise is kept", code: code("export class A { #m = new Map<string, Promise<string[]>>(); get(id: string) { let p = this.#m.get(id); if (!p) { p = load(id); this.#m.set(id, p); } return p; } }") },
    { name: "the promise is kept, and awaited after", code: method("p?: Promise<string[]>;", "if (!this.p) this.p = load(id); return await this.p;") },
    { name: "a mark before the first await", code: method("busy = false; conn?: { close(): void };", "if (this.conn) return; this.busy = true; this.conn = await open(); this.busy = false;") },
    { name: "an entry before the first await", code: code("export class A { loading = new Map<string, Promise<string[]>>(); done = new Map<string, { close(): void }>(); async get(id: string) { if (this.done.has(id)) return; const p = load(id); this.loading.set(id, p); await p; this.done.set(id, await open()); } }") },
    { name: "tested again after the await", code: method("conn?: { close(): void };", "if (this.conn) return; const conn = await open(); if (this.conn) { conn.close(); return; } this.conn = conn;") },
    { name: "a memo of plain data", code: method("name?: string;", "if (!this.name) this.name = (await load(id))[0]; return this.name;") },
    { name: "a flag", code: method("ready = false;", "if (this.ready) return; await load(id); this.ready = true;") },
    { name: "closed and forgotten", code: method("conn?: { close(): Promise<void> };", "if (this.conn) { await this.conn.close(); this.conn = undefined; } return id;") },
    { name: "written on another way", code: method("conn?: { close(): void };", "if (this.conn) await load(id); this.conn = await open();") },
    { name: "a set of one sequential function", code: code("export async function f(done: Set<string>) { for (const id of ids) { if (done.has(id)) continue; await load(id); done.add(id); } }") },
    { name: "another key", code: code("export class A { m = new Map<string, string[]>(); async get(a: string, b: string) { if (!this.m.has(a)) this.m.set(b, await load(a)); } }") },
    { name: "marked seen after looking, without harm", code: code("export class A { m = new Set<string>(); async get(id: string) { if (this.m.has(id)) return; await load(id); this.m.add(id); } }") },
    { name: "a static initialiser", code: code("export class A { static conn?: { close(): void }; static async get() { if (!A.conn) A.conn = await open(); return A.conn; } }") },

    // Guards.
    { name: "the guard before the try", code: method("busy = false;", "if (this.busy) return; this.busy = true; try { await load(id); } finally { this.busy = false; }") },
    { name: "nothing is awaited behind the guard", code: method("busy = false;", "try { if (this.busy) return; this.busy = true; ids.push(id); } finally { this.busy = false; }") },
    { name: "the finally resets something else", code: method("busy = false; n = 1;", "try { if (this.busy) return; this.busy = true; await load(id); } finally { this.n = 0; }") },

    // Joined before they are read.
    { name: "after the block of the group", code: code("export async function f() { let u!: string[]; { await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); await tasks.join(); } return u; }") },
    { name: "after the join", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); await tasks.join(); return u; }") },
    { name: "after the handle", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); const reading = tasks.spawn(async () => { u = await load(); }); await reading; return u; }") },
    { name: "a variable with a value of its own", code: code("export async function f() { let state = 'idle'; await using tasks = new TaskGroup(); tasks.spawn(async () => { await load(); state = 'done'; }); console.log(state); await tasks.join(); }") },
    { name: "read by another task", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); tasks.spawn(() => u?.length); await tasks.join(); }") },
    { name: "read in a callback", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); const get = () => u; await tasks.join(); return get(); }") },

    // Held.
    { name: "unlocked before the await", code: code("declare const m: { lockSync(): { unlock(): void } }; export async function f() { const g = m.lockSync(); g.unlock(); await load(); }") },
    { name: "an async lock", code: code("declare const m: { lock(): Promise<{ unlock(): void }> }; export async function f() { const g = await m.lock(); await load(); g.unlock(); }") },
    { name: "a type that is used up before the await", code: code("declare class Cursor { next(): number } export async function f(make: () => Cursor) { const c = make(); c.next(); await load(); }"), options: { heldTypes: [{ type: "Cursor" }] } },
  ],
  invalid: [
    { name: "a mark that is set only after a wait keeps nobody out", code: method("started = false; db?: { close(): void };", "if (this.started) return; await load(id); this.started = true; if (!this.db) { this.db = await open(); }"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "a mark that the others pass by", code: method("started = false; db?: { close(): void };", "if (!this.started) { this.started = true; } if (!this.db) { this.db = await open(); }"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "a compound assignment", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async (id) => {\n  n += (await load(id)).length;\n})); return n; }"), errors: [{ messageId: "lostUpdate", line: line + 1, column: 3, data: { place: "n", line: `line ${line + 1}`, beside: "the callbacks of `map`" } }], output: code("export async function f() { let n = 0; await Promise.all(ids.map(async (id) => {\n  const value = (await load(id)).length;\n  n += value;\n})); return n; }") },
    { name: "a compound assignment of what is made from the old value: a suggestion", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async () => { n += await size(n); })); return n; }"), errors: [{ messageId: "lostUpdate", line, suggestions: [{ desc: "Await first, then update", output: code("export async function f() { let n = 0; await Promise.all(ids.map(async () => { const value = await size(n); n += value; })); return n; }") }] }] },
    { name: "an expression that reads first", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async (id) => { n = n + (await load(id)).length; })); return n; }"), errors: [{ messageId: "lostUpdate", line }] },
    { name: "the old value is what is computed with", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async () => { n = await size(n); })); return n; }"), errors: [{ messageId: "lostUpdate", line }] },
    { name: "a copy", code: code("export async function f() { let n = 0; await Promise.all(ids.map(async (id) => { const old = n; const k = await load(id); n = old + k.length; })); return n; }"), errors: [{ messageId: "lostUpdate", line }] },
    { name: "two tasks", code: code("export async function f() { let n = 0; await using tasks = new TaskGroup(); tasks.spawn(async () => { n = n + (await size(1)); }); tasks.spawn(async () => { await load(); n++; }); await tasks.join(); return n; }"), errors: [{ messageId: "lostUpdate", line, data: { place: "n", line: `line ${line}`, beside: "the tasks of `tasks`" } }] },
    { name: "tasks of a loop", code: code("export async function f() { let n = 0; await using tasks = new TaskGroup(); for (const id of ids) tasks.spawn(async () => { n = n + (await load(id)).length; }); await tasks.join(); return n; }"), errors: [{ messageId: "lostUpdate", line }] },
    { name: "tasks of a callback", code: code("export async function f() { let n = 0; await using tasks = new TaskGroup(); ids.forEach((id) => { tasks.spawn(async () => { n = n + (await load(id)).length; }); }); await tasks.join(); return n; }"), errors: [{ messageId: "lostUpdate", line }] },
    { name: "operands", code: code("export async function f() { let n = 0; await Promise.all([(async () => { n = n + (await size(1)); })(), (async () => { n = n + (await size(2)); })()]); return n; }"), errors: [{ messageId: "lostUpdate", line }, { messageId: "lostUpdate", line }] },
    { name: "operands of our combinators", code: code("export async function f() { let n = 0; await TaskGroup.all([async () => { n = n + (await size(1)); }, async () => { n = 1; await load(); }]); await TaskGroup.map(ids, async (id) => { n = n + (await load(id)).length; }); return n; }"), errors: [{ messageId: "lostUpdate", line, data: { place: "n", line: `line ${line}`, beside: "the operands of `TaskGroup.all`" } }, { messageId: "lostUpdate", line }] },
    { name: "a member of a shared object", code: code("export async function f() { const sum = { n: 0 }; await Promise.all(ids.map(async (id) => { sum.n = sum.n + (await load(id)).length; })); return sum; }"), options: { properties: true }, errors: [{ messageId: "lostUpdate", line }] },
    { name: "a method", code: method("n = 0;", "this.n = this.n + (await load(id)).length;"), errors: [{ messageId: "lostUpdate", line, data: { place: "this.n", line: `line ${line}`, beside: "calls of `run`" } }] },
    { name: "a copy in a method", code: method("n = 0;", "const old = this.n; await load(id); this.n = old + 1;"), errors: [{ messageId: "lostUpdate", line }] },
    { name: "a copy of an object", code: method("all: string[] = [];", "const old = [...this.all]; await load(id); this.all = [...old, id];"), errors: [{ messageId: "lostUpdate", line }] },

    { name: "has and set", code: code("export class A { #m = new Map<string, string[]>(); async get(id: string) { if (!this.#m.has(id)) { this.#m.set(id, await load(id)); } return this.#m.get(id); } }"), errors: [{ messageId: "checkThenAct", line, data: { place: "this.#m", line: `line ${line}`, beside: "calls of `get`" }, suggestions: [{ desc: "Keep the promise in `this.#m`, so that all who come meanwhile share it", output: code("export class A { #m = new Map<string, Promise<string[]>>(); async get(id: string) { if (!this.#m.has(id)) { this.#m.set(id, load(id).catch((error: unknown) => { this.#m.delete(id); throw error; })); } return (await this.#m.get(id)); } }") }] }] },
    { name: "a private field that other methods use", code: code("export class A { #c: { close(): void } | null = null; async get() { if (this.#c === null) this.#c = await open(); return this.#c; } async close() { (await this.get()).close(); this.#c = null; } has() { return !this.#c; } }"), errors: [{ messageId: "checkThenAct", line, suggestions: [{ desc: "Keep the promise in `this.#c`, so that all who come meanwhile share it", output: code("export class A { #c: Promise<{ close(): void }> | null = null; async get() { if (this.#c === null) this.#c = open().catch((error: unknown) => { this.#c = null; throw error; }); return (await this.#c); } async close() { (await this.get()).close(); this.#c = null; } has() { return !this.#c; } }") }] }] },
    { name: "a private field that a plain method reads cannot become a promise", code: code("export class A { #c?: { close(): void }; async get() { if (!this.#c) this.#c = await open(); } close() { this.#c?.close(); } }"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "a private field that is read before it is tested: a wait there would let others in", code: code("export class A { #m = new Map<string, { close(): void }>(); async get(id: string) { const hit = this.#m.get(id); if (hit === undefined) { this.#m.set(id, await open()); } } }"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "get, return and set", code: code("export class A { m = new Map<string, { close(): void }>(); async get(id: string) { const hit = this.m.get(id); if (hit) return hit; const made = await open(); this.m.set(id, made); return made; } }"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "get compared with undefined", code: code("export class A { m = new Map<string, string[]>(); async get(id: string) { const hit = this.m.get(id); if (hit === undefined) { this.m.set(id, await load(id)); } } }"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "a connection that is opened twice", code: method("conn?: { close(): void };", "if (!this.conn) this.conn = await open(); return id;"), errors: [{ messageId: "checkThenAct", line, data: { place: "this.conn", line: `line ${line}`, beside: "calls of `run`" } }] },
    { name: "an early return", code: method("conn?: { close(): void };", "if (this.conn !== undefined) return; await load(id); this.conn = await open();"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "a timer that is started twice", code: method("#timer?: NodeJS.Timeout;", "if (this.#timer) throw new Error(); await load(id); this.#timer = setInterval(() => ids.pop(), 10);"), errors: [{ messageId: "checkThenAct", line }] },
    { name: "a captured variable", code: code("export async function f() { let conn: { close(): void } | undefined; await Promise.all(ids.map(async () => { if (!conn) conn = await open(); })); }"), errors: [{ messageId: "checkThenAct", line, suggestions: [{ desc: "Keep the promise in `conn`, so that all who come meanwhile share it", output: code("export async function f() { let conn: Promise<{ close(): void }> | undefined; await Promise.all(ids.map(async () => { if (!conn) conn = open().catch((error: unknown) => { conn = undefined; throw error; }); })); }") }] }] },
    { name: "memos of any kind", code: method("ready = false;", "if (this.ready) return; await load(id); this.ready = true;"), options: { memos: "all" }, errors: [{ messageId: "checkThenAct", line }] },

    { name: "a guard that opens its own door", code: method("busy = false;", "try { if (this.busy) return; this.busy = true; await load(id); } finally { this.busy = false; }"), errors: [{ messageId: "reentryGuard", line, data: { place: "this.busy", line: `line ${line}` } }] },
    { name: "the same with a variable", code: code("let busy = false; export async function f() { try { if (busy) { return; } busy = true; await load(); } finally { busy = false; } }"), errors: [{ messageId: "reentryGuard", line }] },

    { name: "read before the join", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); return u; }"), errors: [{ messageId: "readBeforeJoin", line, data: { place: "u", line: `line ${line}` } }] },
    { name: "read as an argument of the join", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); return await tasks.join(u); }"), errors: [{ messageId: "readBeforeJoin", line }] },
    { name: "another wait is no join", code: code("export async function f() { let u: string[] | undefined; await using tasks = new TaskGroup(); tasks.spawn(async () => { u = await load(); }); await size(); console.log(u); await tasks.join(); }"), errors: [{ messageId: "readBeforeJoin", line }] },

    { name: "a lock across an await", code: code("declare const m: { lockSync(): { unlock(): void } }; export async function f() { const g = m.lockSync(); await load(); g.unlock(); }"), errors: [{ messageId: "heldAcrossAwait", line, data: { place: "g", line: `line ${line}`, reason: "whoever asks for the lock meanwhile, on the same thread, is refused or waits for ever" } }] },
    { name: "a configured type", code: code("declare class Cursor { next(): number } export async function f(make: () => Cursor) { const c = make(); await load(); c.next(); }"), options: { heldTypes: [{ type: "Cursor", reason: "the driver closes cursors between turns" }] }, errors: [{ messageId: "heldAcrossAwait", line, data: { place: "c", line: `line ${line}`, reason: "the driver closes cursors between turns" } }] },
  ],
});

testCases(rule, "collections that are emptied after an await", {
  "given to the await": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async flush() { if (this.#batch.length === 0) return;\n  await work(this.#batch);\n  this.#batch = []; // ✗ drained\n} }",
  "copied for the await": "export class A { batch: string[] = []; add(x: string) { this.batch.push(x); } async flush() {\n  await work([...this.batch]);\n  this.batch.length = 0; // ✗ drained\n} }",
  "tasks waited for": "export class A { jobs = new Set<Promise<void>>(); start() { this.jobs.add(work()); } async idle() {\n  await Promise.all(this.jobs);\n  this.jobs = new Set(); // ✗ drained\n} }",
  "taken first": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async flush() { const batch = this.#batch; this.#batch = []; await work(batch); } }",
  "looked at again": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async flush() { const count = this.#batch.length; await work(this.#batch); if (this.#batch.length > count) return; this.#batch = []; } }",
  "at the end of the object": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async close() { await work(this.#batch); this.#batch = []; } }",
  "at the end of the object, by a helper": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async stop() { await this.#drain(); } async #drain() { await work(this.#batch); this.#batch = []; } }",
  "by a helper that others call as well": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async stop() { await this.#drain(); } async flush() { await this.#drain(); } async #drain() {\n  await work(this.#batch);\n  this.#batch = []; // ✗ drained\n} }",
  "nobody adds meanwhile": "export class A { #batch: string[] = ['a']; async flush() { await work(this.#batch); this.#batch = []; } }",
  "only its size is asked": "export class A { #batch: string[] = []; add(x: string) { this.#batch.push(x); } async clear() { await work(this.#batch.length); this.#batch = []; } }",
});
