/** Table of asr/require-disposal: what is acquired and given back, handed on, or left behind; with fixes. */
import { testCases } from "./cases.ts";
import rule from "../../rules/require-disposal.ts";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { analysisOf, type NodeVersion } from "../../src/analysis/index.ts";
import { testRule } from "../support/rule-tester.ts";
import { programOver, virtualPath } from "../support/virtual.ts";

const conn = "declare class Conn implements AsyncDisposable { query(sql: string): Promise<string[]>; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; } declare function connect(): Promise<Conn>;";
const fs = 'import { open } from "node:fs/promises";';
const emitter = 'import { EventEmitter } from "node:events"; declare const bus: EventEmitter; void bus;';

const everyBut = (way: string) => ["return", "field", "argument", "constructor", "collection", "optionObject", "closure"].filter((one) => one !== way);

testCases(rule, "what leaks", {
  "never closed": `${fs} export async function a(p: string) { const fh = await open(p); return (await fh.stat()).size; } // ✗ notDisposed`,
  "closed on the straight way only": `${fs} export async function a(p: string) { const fh = await open(p); const s = await fh.stat(); await fh.close(); return s; } // ✗ notDisposedOnThrow`,
  "closed behind an early return": `${fs} export async function a(p: string) { const fh = await open(p); if (ok) return 0; await fh.close(); return 1; } // ✗ notDisposed`,
  "closed in a catch only": `${fs} export async function a(p: string) { const fh = await open(p); try { return await fh.stat(); } catch (e) { await fh.close(); throw e; } } // ✗ notDisposed`,
  "left by a break": `${fs} export async function a(ps: string[]) { for (const p of ps) { const fh = await open(p); if (ok) break; await fh.close(); } } // ✗ notDisposed`,
  "left by the next turn": `${fs} export async function a(ps: string[]) { for (const p of ps) { const fh = await open(p); if (ok) continue; await fh.close(); } } // ✗ notDisposed`,
  "left by a throw": `${fs} export async function a(p: string) { const fh = await open(p); if (ok) throw new Error(); await fh.close(); } // ✗ notDisposedOnThrow`,
  "a connection taken from its pool under any name": "interface Lent { query(sql: string): Promise<string>; release(): void } export async function a(pool: { getConnection(): Promise<Lent> }) { const c = await pool.getConnection(); const x = await c.query('x'); c.release(); return x; } // ✗ notDisposedOnThrow",
  "a lock that a function gives back": "export async function a(mutex: { acquire(): Promise<() => void> }) { const release = await mutex.acquire(); await work(); release(); } // ✗ notDisposedOnThrow",
  "a gap before the try": `${fs} export async function a(p: string) { const fh = await open(p); await work(); try { await fh.stat(); } finally { await fh.close(); } } // ✗ gapBeforeTry`,
  "used once and lost": `${fs} export async function a(p: string) { return (await (await open(p)).stat()).size; } // ✗ dropped`,
  "declared without a value": `${fs} export async function a(p: string) { let fh; try { fh = await open(p); return await fh.stat(); } finally { log(1); } } // ✗ notDisposed`,
  "renamed by its import": 'import { open as openFile } from "node:fs/promises"; export async function a(p: string) { const fh = await openFile(p); return await fh.stat(); } // ✗ notDisposed',
  "reached through its namespace": 'import * as files from "node:fs"; export async function a(p: string) { const fh = await files.promises.open(p); return await fh.stat(); } // ✗ notDisposed',
  "a descriptor": 'import { closeSync, openSync, readSync } from "node:fs"; export async function a(p: string) { const fd = openSync(p, "r"); await work(readSync(fd, new Uint8Array(4))); closeSync(fd); } // ✗ notDisposedOnThrow',
  "a disposable by its type": `${conn} export async function a() { const c = await connect(); return await c.query("x"); } // ✗ notDisposed`,
  "a disposable that the project makes": `${conn} async function pick() { const c = await connect(); return c; } export async function a() { const c = await pick(); return await c.query("x"); } // ✗ notDisposed`,
  "a class with dispose()": "declare class Job { constructor(id: string); run(): Promise<void>; dispose(): void; } export async function a() { const job = new Job('1'); await job.run(); } // ✗ notDisposed",
  "a class that the project closes elsewhere": "declare class Feed { read(): Promise<string>; close(): void; } export function stop(f: Feed) { f.close(); }\nexport async function a() { const feed = new Feed(); return await feed.read(); } // ✗ notDisposed",
  "a copy of what somebody else closes": "interface Cursor { clone(): Cursor; next(): Promise<string>; close(): Promise<void>; } export async function a(c: Cursor) { try { return await c.clone().next(); } finally { await c.close(); } } // ✗ dropped",
  "a guard that is thrown away": "export async function a(m: { acquire(): Promise<Disposable> }) { await m.acquire(); await work(); } // ✗ dropped",
  "a stack with two on it": `${conn} export async function a() { const st = new AsyncDisposableStack(); st.use(await connect()); st.use(await connect()); return st.move(); } // ✗ notDisposedOnThrow`,
  "a connection beyond its opening": "declare class Client { connect(): Promise<void>; ask(): Promise<string>; close(): Promise<void>; } export async function a() { const c = new Client(); await c.connect(); const x = await c.ask(); await c.close(); return x; } // ✗ notDisposedOnThrow",
  "a watcher": 'import { watch } from "node:fs"; export function a(dir: string) { watch(dir, () => { log(dir); }).on("error", log); } // ✗ dropped',
  "a worker": 'import { Worker } from "node:worker_threads"; export async function a(u: URL) { const w = new Worker(u); return await new Promise((res) => { w.once("message", res); }); } // ✗ notDisposed',
  "a reader left by an early return": "export async function a(s: ReadableStream<string>) { const reader = s.getReader(); const { done, value } = await reader.read(); if (done) return ''; if (ok) return value; reader.releaseLock(); return value; } // ✗ notDisposed",
  "a reader left by a failure": "export async function a(s: ReadableStream<string>) { const reader = s.getReader(); for (;;) { const { done, value } = await reader.read(); if (done) break; await work(value); } } // ✗ notDisposed",
  "a timer of a failed wait": "export async function a(c: AbortController) { const t = setTimeout(() => { c.abort(); }, 5000); await work(c.signal); clearTimeout(t); } // ✗ notDisposedOnThrow",
  "a timer cleared by a helper": "export async function a(c: AbortController) { const t = setTimeout(() => { c.abort(); }, 5000); // ✗ notDisposedOnThrow\n  const clear = () => { clearTimeout(t); };\n  await work(c.signal);\n  clear();\n}",
  "a timer cleared on success": "export function a() { return new Promise((res, rej) => {\n  const t = setTimeout(rej, 5000); // ✗ notDisposedOnThrow\n  load('x').then((v) => { clearTimeout(t); res(v); }, rej);\n}); }",
  "an interval left by an early return": "export async function a() { const t = setInterval(() => { log(1); }, 1000); if (ok) return; await work().catch(log); clearInterval(t); } // ✗ notDisposed",
  "handed to a function that only looks": `${fs} import type { FileHandle } from "node:fs/promises"; async function size(f: FileHandle) { return (await f.stat()).size; }\nexport async function a(p: string) { const fh = await open(p); return await size(fh); } // ✗ notDisposed`,
  "marked as borrowed": `${conn} declare function look(/** @borrows */ c: Conn): void;\nexport async function a() { const c = await connect(); look(c); } // ✗ notDisposed`,
  "logged": `${conn} export async function a() { const c = await connect(); console.log(c); } // ✗ notDisposed`,
  "an abandoned generator": `${fs} export async function* a(p: string) { const fh = await open(p); yield (await fh.stat().catch(log)); await fh.close(); } // ✗ notDisposedOnThrow`,
  "a row of the settings": { code: "declare const pool: { lease(): Promise<{ ask(): Promise<string> }> }; declare function giveBack(x: unknown): void; void giveBack;\nexport async function a() { const x = await pool.lease(); return await x.ask(); } // ✗ notDisposed", settings: { resources: [{ acquire: "lease", release: "giveBack" }] } },
  "a row of the options": { code: "declare const pool: { lease(): Promise<{ ask(): Promise<string> }> };\nexport async function a() { const x = await pool.lease(); return await x.ask(); } // ✗ notDisposed", options: { resources: [{ acquire: "lease", release: "giveBack" }] } },
  "using where there is a disposer that takes time": { code: "declare class Both { [Symbol.dispose](): void; [Symbol.asyncDispose](): Promise<void>; } export async function a() { using b = new Both(); await work(b); } // ✗ wrongUsing", options: { wrongUsing: "async" } },
  "using with a disposer that returns a promise": "declare class Late { [Symbol.dispose](): Promise<void>; } export async function a() { using b = new Late(); await work(b); } // ✗ wrongUsing",
});

testCases(rule, "timers of a promise that is settled", {
  "settled by the timer itself, and cleared by a signal": "export function wait(signal: AbortSignal) { return new Promise<boolean>((resolve) => { const timer = setTimeout(() => { resolve(false); }, 10); const stop = () => { clearTimeout(timer); signal.removeEventListener('abort', stop); resolve(false); }; signal.addEventListener('abort', stop); }); }",
  "settled by what the timer calls": "export function poll(ask: () => boolean) { return new Promise<void>((resolve, reject) => { const late = () => { clearInterval(again); reject(new Error('late')); }; const again = setInterval(() => { if (ask()) { clearTimeout(timer); clearInterval(again); resolve(); } }, 1); const timer = setTimeout(late, 10); }); }",
  "settled in the other branch": "export function start(child: import('node:child_process').ChildProcess, windows: boolean) { return new Promise<void>((resolve, reject) => { let grace: ReturnType<typeof setTimeout> | undefined; child.once('error', (error) => { clearTimeout(grace); reject(error); }); child.once('spawn', () => { if (windows) { grace = setTimeout(() => { resolve(); }, 200); } else { resolve(); } }); }); }",
});

testCases(rule, "what has an owner", {
  "a channel of a connection that the handler closes": "declare class Peer { createChannel(): { close(): void; state: string }; offer(): Promise<void>; close(): void }\nexport async function f() { const peer = new Peer(); try { const channel = peer.createChannel(); await peer.offer(); channel.close(); return peer; } catch (error) { peer.close(); throw error; } }",
  "a view of what a using declaration holds": "declare class Exchange implements AsyncDisposable { [Symbol.asyncDispose](): Promise<void> } declare function begin(): Exchange; class Messenger { constructor(readonly exchange: Exchange) {} async send() { await work(this.exchange); } async close() { await work(); } async [Symbol.asyncDispose]() { await this.close(); } }\nexport async function f() { await using exchange = begin(); const messenger = new Messenger(exchange); await messenger.send(); await messenger.close(); }",
  "made by a factory, and registered by its own constructor": "class Hub { readonly links = new Set<Link>(); } class Link { constructor(hub: Hub) { hub.links.add(this); } static async create(hub: Hub) { await work(); return new this(hub); } close() { log(); } [Symbol.dispose]() { this.close(); } }\nexport async function f(hub: Hub) { const link = await Link.create(hub); log(link.close.name); }",
  "a lock given back in a finally": "export async function a(mutex: { acquire(): Promise<() => void> }) { const release = await mutex.acquire(); try { await work(); } finally { release(); } }",
  "a lock handed out with its release": "export async function a(mutex: { acquire(): Promise<() => void> }) { const release = await mutex.acquire(); return { release }; }",
  "something lent that nobody here gives back": "interface Lent { query(sql: string): Promise<string>; release(): void } export async function a(pool: { getConnection(): Promise<Lent> }) { const c = await pool.getConnection(); return await c.query('x'); }",
  "using where both disposers are there": "declare class Both { [Symbol.dispose](): void; [Symbol.asyncDispose](): Promise<void>; } export async function a() { using b = new Both(); await work(b); }",
  "await using": `${fs} export async function a(p: string) { await using fh = await open(p); return await fh.stat(); }`,
  "try and finally": `${fs} export async function a(p: string) { const fh = await open(p); try { return await fh.stat(); } finally { await fh.close(); } }`,
  "a finally that tests": `${fs} import type { FileHandle } from "node:fs/promises"; export async function a(p: string) { let fh: FileHandle | undefined; try { fh = await open(p); return await fh.stat(); } finally { if (fh) await fh.close(); } }`,
  "a finally with ?.": `${fs} import type { FileHandle } from "node:fs/promises"; export async function a(p: string) { let fh: FileHandle | undefined; try { fh = await open(p); return await fh.stat(); } finally { await fh?.close(); } }`,
  "closed on every way by hand": `${fs} export async function a(p: string) { const fh = await open(p); try { await fh.stat(); } catch { await fh.close(); return 0; } await fh.close(); return 1; }`,
  "the symbol called by hand": `${conn} export async function a() { const c = await connect(); try { await c.query("x"); } finally { await c[Symbol.asyncDispose](); } }`,
  "a stack": `${fs} export async function a(p: string) { await using st = new AsyncDisposableStack(); const fh = st.use(await open(p)); return await fh.stat(); }`,
  "a stack that defers": `${fs} export async function a(p: string) { await using st = new AsyncDisposableStack(); const fh = await open(p); st.defer(() => fh.close()); return await fh.stat(); }`,
  "a stack that moves": `${conn} export async function a() { const st = new AsyncDisposableStack(); st.use(await connect()); return st.move(); }`,
  "returned": `${conn} export async function a() { const c = await connect(); return c; }`,
  "returned in an object": `${conn} export async function a() { const c = await connect(); return { c, id: 1 }; }`,
  "returned by a chain": "declare class Srv { listen(): this; close(): void; dispose(): void; } export function a() { const s = new Srv(); return s.listen(); }",
  "kept in a field": `${conn} export class P { c?: Conn; async open() { const c = await connect(); this.c = c; } }`,
  "kept in a collection": `${conn} const all: Conn[] = []; export async function a() { const c = await connect(); all.push(c); }`,
  "kept in a map of another object": `${conn} export async function a(m: Map<string, Conn>) { const c = await connect(); m.set("x", c); await c.query("x"); }`,
  "handed to a function without a body": `${conn} declare function serve(c: Conn): void; export async function a() { const c = await connect(); serve(c); }`,
  "handed on in an options object": `${conn} declare function serve(o: { conn: Conn }): void; export async function a() { const c = await connect(); const options = { conn: c }; serve(options); }`,
  "handed to a constructor": `${conn} class Repo { constructor(readonly c: Conn) {} } export async function a() { const c = await connect(); return new Repo(c); }`,
  "handed to a helper that closes": `${conn} async function finish(c: Conn) { await c.close(); } export async function a() { const c = await connect(); await finish(c); }`,
  "handed to a helper of a helper": `${conn} async function finish(c: Conn) { await c.close(); } async function end(c: Conn) { await finish(c); } export async function a() { const c = await connect(); await end(c); }`,
  "marked as owned": `${conn} async function serve(/** @owns */ c: Conn) { await c.query("x"); } export async function a() { const c = await connect(); await serve(c); }`,
  "given by the caller": `${conn} export async function a(given?: Conn) { const c = given ?? await connect(); return await c.query("x"); }`,
  "a getter of something shared": `${conn} declare const pool: { getConnection(): Conn }; export async function a() { const c = pool.getConnection(); return await c.query("x"); }`,
  "a factory with a memo": `${conn} class P { #c?: Conn; async conn() { this.#c ??= await connect(); return this.#c; } } export async function a(p: P) { const c = await p.conn(); return await c.query("x"); }`,
  "a factory with a registry": "class Job { dispose() { log(1); } run() { return work(); } } const jobs = new Set<Job>(); function start() { const job = new Job(); jobs.add(job); return job; } export async function a() { const job = start(); await job.run(); }",
  "an object that registers itself": "class Owner { add(x: object) { log(x); } } class Job { constructor(owner: Owner) { owner.add(this); } dispose() { log(1); } run() { return work(); } } export async function a(o: Owner) { const job = new Job(o); await job.run(); }",
  "closed by a callback that waits": `${conn} export async function a() { const c = await connect(); await c.query("x").finally(() => c.close()); }`,
  "closed by a promise chain": `${conn} export async function a() { const c = await connect(); return c.query("x").then((r) => r.length).finally(() => { void c.close(); }); }`,
  "a disposer is returned": `${conn} export async function a() { const c = await connect(); return () => c.close(); }`,
  "cleanup of an effect": { code: "declare function useEffect(f: () => () => void): void; export function A() { useEffect(() => { const t = setInterval(() => { log(1); }, 100); return () => { clearInterval(t); }; }); return null; }", as: "tsx" },
  "a hook after each test": `${conn} declare function afterEach(f: () => unknown): void; declare function it(n: string, f: () => Promise<void>): void; it("x", async () => { const c = await connect(); afterEach(() => c.close()); await c.query("x"); });`,
  "a fixture of the tests": `${conn} declare function beforeEach(f: () => unknown): void; let c: Conn; beforeEach(async () => { c = await connect(); log(c); });`,
  "a module singleton": 'export const shared = new BroadcastChannel("x");',
  "at the root of a program": `${conn} async function main() { const c = await connect(); await c.query("x"); } await main();`,
  "the process ends": `${fs} export async function a(p: string) { const fh = await open(p); if (ok) process.exit(1); await fh.close(); }`,
  "iterators are cheap": "export function a(m: Map<string, number>) { const it = m.entries(); return it.next(); }",
  "a generator is cheap": "function* g() { yield 1; } export function a() { const it = g(); return it.next().value; }",
  "AsyncLocalStorage is no resource": 'import { AsyncLocalStorage } from "node:async_hooks"; export function a() { const s = new AsyncLocalStorage<number>(); return s.run(1, () => 2); }',
  "a stream that is piped": 'import { createReadStream } from "node:fs"; export function a(p: string, to: NodeJS.WritableStream) { const s = createReadStream(p); s.pipe(to); }',
  "a stream for a pipeline": 'import { createReadStream, createWriteStream } from "node:fs"; import { pipeline } from "node:stream/promises"; export async function a(p: string) { const from = createReadStream(p); await pipeline(from, createWriteStream(p + "x")); }',
  "lines that are iterated": 'import { createInterface } from "node:readline"; export async function a(input: NodeJS.ReadableStream) { const rl = createInterface({ input }); for await (const line of rl) log(line); }',
  "a worker that says when it ends": 'import { Worker } from "node:worker_threads"; export async function a(u: URL) { const w = new Worker(u); return await new Promise((res) => { w.once("exit", res); }); }',
  "a child that ends by itself": 'import { spawn } from "node:child_process"; export function a() { const child = spawn("ls"); child.stdout.on("data", log); if (ok) child.kill(); }',
  "a watcher with a signal": 'import { watch } from "node:fs"; export function a(dir: string, signal: AbortSignal) { watch(dir, { signal }, () => { log(dir); }); }',
  "a server that stays": 'import { createServer } from "node:http"; export function a() { const s = createServer(); s.listen(80); }',
  "a reader that reads to the end": "export async function a(s: ReadableStream<string>) { let all = ''; const reader = s.getReader(); for (;;) { const { done, value } = await reader.read(); if (done) break; all += value; } return all; }",
  "a timer that is meant to fire": "export function a() { const t = setTimeout(() => { log(1); }, 100); return new Promise((res) => { bus(() => { clearTimeout(t); res(1); }); }); } declare function bus(f: () => void): void;",
  "a timer with nothing that can fail": "export async function a() { const t = setTimeout(() => { log(1); }, 100); await new Promise((res) => { setTimeout(res, 10); }); clearTimeout(t); }",
  "a timer without hold on the process": "export async function a() { const t = setTimeout(() => { log(1); }, 100); t.unref(); await work(); }",
  "a timer whose closure existed before": "export async function a(s: AbortSignal) { let t: NodeJS.Timeout | undefined; s.onabort = () => { clearTimeout(t); }; t = setTimeout(() => { log(1); }, 100); await work(); clearTimeout(t); }",
  "an opening that fails": "declare class Client { connect(): Promise<void>; close(): Promise<void>; } export async function a() { const c = new Client(); await c.connect(); await c.close(); }",
  "set up before it is handed out": `class Page { dispose() { log(1); } init() { return work(); } } export async function a() { const p = new Page(); await p.init(); return p; }`,
  "released under the name of another method": "interface Sem { acquire(): Promise<void>; release(): void } declare function createSem(): Sem; export async function a() { const s = createSem(); await s.acquire(); }",
  "a phase is no end": "declare class Scope { cancel(): void; run(): Promise<void>; } export async function a() { const s = new Scope(); await s.run(); s.cancel(); }",
  "any": "declare function create(): any; export async function a() { const x = create(); await work(); x.close(); }",
  "a test that fails": `${fs} declare function it(n: string, f: () => Promise<void>): void; it("x", async () => { const fh = await open("x"); await fh.stat(); await fh.close(); });`,
  "cheap by option": { code: "declare class Job { run(): Promise<void>; dispose(): void; } export async function a() { const job = new Job(); await job.run(); }", options: { cheap: ["Job"] } },
  "detached with a reason": `${fs} export async function a(p: string) {\n  // @detached the descriptor is meant to stay\n  const fh = await open(p);\n  return await fh.stat();\n}`,
  "only normal ways out": { code: `${fs} export async function a(p: string) { const fh = await open(p); await fh.stat(); await fh.close(); }`, options: { paths: "normal" } },
  "an object that enters itself elsewhere": "class Ctx { enter(x: { ctx?: Ctx }) { x.ctx = this; } dispose() { log(1); } } export function a(x: { ctx?: Ctx }) { const ctx = new Ctx(); ctx.enter(x); }",
  "a part that refers back": "declare class Emitter { readonly event: (f: () => void) => void; fire(): void; dispose(): void; } export function a() { const e = new Emitter(); e.fire(); return { onChange: e.event }; }",
  "by the method that its disposer calls": "class Job { async [Symbol.asyncDispose]() { await this.done(); } async done() { await work(); } async run() { await work(); } } export async function a() { const job = new Job(); try { await job.run(); } finally { await job.done(); } }",
  "an end that only asks": "declare class Cursor { end(): boolean; next(): string; } export function a() { const c = new Cursor(); if (ok) return ''; let s = ''; while (!c.end()) s += c.next(); c.end(); return s; }",
  "a stream of a handle": `${fs} export async function a(p: string) { const fh = await open(p); return fh.createReadStream(); }`,
  "lines that a helper iterates": 'import { createInterface, type Interface } from "node:readline"; async function all(rl: Interface) { for await (const line of rl) log(line); } export async function a(input: NodeJS.ReadableStream) { const rl = createInterface({ input }); await all(rl); }',
  "a writer whose stream fails": "export async function a(s: WritableStream<string>) { const w = s.getWriter(); await w.write('x'); w.releaseLock(); }",
  "a timer that is over soon": "export async function a(c: AbortController) { const t = setTimeout(() => { c.abort(); }, 1000); await work(c.signal); clearTimeout(t); }",
  "a plain generator is driven from outside": "export function* a() { const t = setTimeout(() => { log(1); }, 100); const x: unknown = yield; clearTimeout(t); return x; }",
});

testCases(rule, "false alarms of others", {
  "a singleton of a module": "class Registry { dispose() { log(1); } } export const registry = new Registry();",
  "a plugin named as a function": "declare class Panel { dispose(): void; } declare const app: { add(p: Panel): void }; function activate() { const panel = new Panel(); app.add(panel); } export default { id: 'x', activate };",
  "disposal in a callback": "declare class Panel { dispose(): void; readonly closed: { connect(f: () => void): void }; } export function a() { const panel = new Panel(); panel.closed.connect(() => { panel.dispose(); }); }",
  "disposal in a chain": "declare class Dialog { launch(): Promise<void>; dispose(): void; } export function a() { const dialog = new Dialog(); return dialog.launch().then(() => { dialog.dispose(); }); }",
  "an options object in between": "declare class Model { dispose(): void; } declare class View { constructor(o: { model: Model }); dispose(): void; } export function a() { const model = new Model(); const options = { model }; return new View(options); }",
  "a local helper takes it": "declare class Model { dispose(): void; } const models: Model[] = []; function keep(m: Model) { models.push(m); } export function a() { const model = new Model(); keep(model); }",
  "an entry of a constructor's options": "declare class Content { dispose(): void; } declare class Main { constructor(o: { content: Content }); dispose(): void; } declare const shell: { add(w: Main): void }; export function a() { const content = new Content(); const main = new Main({ content }); shell.add(main); }",
  "a value that is returned": `${conn} export async function a() { const c = await connect(); await c.query("x").catch(log); return c; }`,
  "a field of a class with a disposer": `${conn} export class P implements AsyncDisposable { c?: Conn; async open() { this.c = await connect(); } async [Symbol.asyncDispose]() { await this.c?.close(); } }`,
});

testCases(rule, "ways of handing on that may be refused", {
  return: { code: `${conn} export async function a() { const c = await connect(); return c; } // ✗ notDisposed`, options: { transfer: everyBut("return") } },
  field: { code: `${conn} export class P { c?: Conn; async open() { const c = await connect(); this.c = c; } } // ✗ notDisposed`, options: { transfer: everyBut("field") } },
  argument: { code: `${conn} declare function serve(c: Conn): void; export async function a() { const c = await connect(); serve(c); } // ✗ notDisposed`, options: { transfer: everyBut("argument") } },
  constructor: { code: `${conn} class Repo { constructor(readonly c: Conn) {} } export async function a() { const c = await connect(); return new Repo(c); } // ✗ notDisposed`, options: { transfer: everyBut("constructor") } },
  optionObject: { code: `${conn} declare function serve(o: { c: Conn }): void; export async function a() { const c = await connect(); serve({ c }); } // ✗ notDisposed`, options: { transfer: everyBut("optionObject") } },
});

testCases(rule, "style that may be asked for", {
  "a finally where a declaration would do": { code: `${conn} export async function a() { const c = await connect(); try { await c.query("x"); } finally { await c.close(); } } // ✗ preferUsing`, options: { preferUsing: true } },
  "for one type": { code: `${conn} export async function a() { const c = await connect(); try { await c.query("x"); } finally { await c.close(); } } // ✗ preferUsing`, options: { requireUsing: ["Conn"] } },
  "not for another": { code: `${conn} export async function a() { const c = await connect(); try { await c.query("x"); } finally { await c.close(); } }`, options: { requireUsing: ["TaskGroup"] } },
  "a type that hides it": { code: `${conn} export async function a(): Promise<{ query(q: string): Promise<string[]> }> { const c = await connect(); return c; } // ✗ opaqueReturn`, options: { opaqueReturn: true } },
  "a type that shows it": { code: `${conn} export async function a(): Promise<Conn> { const c = await connect(); return c; }`, options: { opaqueReturn: true } },
});

testCases(rule, "bodies", {
  "left by an early return": "export async function a(u: string) { const r = await fetch(u); if (!r.ok) return null; return await r.text(); } // ✗ bodyNotConsumed",
  "left by a throw": { code: "export async function a(u: string) { const r = await fetch(u); if (!r.ok) throw new Error(String(r.status)); return await r.text(); } // ✗ bodyNotConsumed", options: { body: "all" } },
  "never read": { code: "export async function a(u: string) { const r = await fetch(u); return r.status; } // ✗ bodyNotConsumed", options: { body: "all" } },
  "dropped": { code: "export async function a(u: string) { await fetch(u, { method: 'POST' }); } // ✗ bodyNotConsumed", options: { body: "all" } },
  "thrown, as most code does": "export async function a(u: string) { const r = await fetch(u); if (!r.ok) throw new Error(String(r.status)); return await r.text(); }",
  "of no interest": "export async function a(u: string) { await fetch(u, { method: 'POST' }); }",
  "assigned later": "export async function a(u: string) { let r; try { r = await fetch(u); } catch { return ''; } if (!r.ok) return ''; return await r.text(); } // ✗ bodyNotConsumed",
  "a stream among the parts": "interface Car { roots: string[]; blocks: AsyncIterable<number> & { dump(): Promise<void> } } declare function readCar(): Promise<Car>; export async function a() { const { roots, blocks } = await readCar(); if (roots.length > 1) throw new Error(); for await (const b of blocks) log(b); } // ✗ bodyNotConsumed",
  "cancelled": "export async function a(u: string) { const r = await fetch(u); if (!r.ok) { await r.body?.cancel(); return null; } return await r.text(); }",
  "handed on": "declare function fail(r: Response): Error; export async function a(u: string) { const r = await fetch(u); if (!r.ok) throw fail(r); return await r.text(); }",
  "returned": "export async function a(u: string) { const r = await fetch(u); if (r.status === 500) log(r.statusText); return r; }",
  "returned by a condition": { code: "export async function a(u: string) { const r = await fetch(u); return r.ok ? r : undefined; } // ✗ bodyNotConsumed", options: { body: "all" } },
  "nothing in it": "export async function a(u: string) { const r = await fetch(u); if (r.status === 204) return null; return await r.text(); }",
  "only heads are asked for": "export async function a(u: string) { const r = await fetch(u, { method: 'HEAD' }); return r.ok; }",
  "aborted": "export async function a(u: string) { const c = new AbortController(); const r = await fetch(u, { signal: c.signal }); if (!r.ok) { c.abort(); return null; } return await r.text(); }",
  "read in a chain": "export async function a(u: string) { return await fetch(u).then((r) => r.text()); }",
  "in a page": "export async function a(u: string) { const r = await fetch(u); document.title = 'x'; if (!r.ok) return null; return await r.text(); }",
  "of another fetch": "declare const api: { fetch(u: string): Promise<{ ok: boolean; text(): Promise<string> }> }; export async function a(u: string) { const r = await api.fetch(u); if (!r.ok) return null; return await r.text(); }",
  "not asked for": { code: "export async function a(u: string) { const r = await fetch(u); if (!r.ok) return null; return await r.text(); }", options: { body: "off" } },
});

testCases(rule, "listeners", {
  "on the signal of the caller": "export async function a(signal: AbortSignal) { signal.addEventListener('abort', () => { log(1); }); await work(); } // ✗ listenerOnSignal",
  "on the signal of the caller, once": "export async function a(o: { signal: AbortSignal }) { o.signal.addEventListener('abort', () => { log(1); }, { once: true }); await work(); } // ✗ listenerOnSignal",
  "on a signal that may be old": "const signals = new Map<string, AbortSignal>(); export function a(id: string) { const signal = signals.get(id) ?? AbortSignal.timeout(5); signals.set(id, signal); signal.addEventListener('abort', () => { signals.delete(id); }); } // ✗ listenerOnSignal",
  "on a signal, by the loser": "export function a(signal: AbortSignal) { return new Promise((res, rej) => { signal.addEventListener('abort', () => { rej(signal.reason); }, { once: true }); load('x').then(res, rej); }); } // ✗ listenerOnSignal",
  "taken off on success": `${emitter} export async function a() { const on = () => { log(1); }; bus.on("x", on); await work(); bus.off("x", on); } // ✗ listenerOnThrow`,
  "after the wait": `${emitter} export function a(e: EventEmitter, id: number) { return new Promise((res) => { e.on("x", (n: number) => { if (n === id) res(n); }); }); } // ✗ listenerAfterWait`,
  "bound in a constructor": `${emitter} export class A { constructor(private readonly e: EventEmitter) { this.e.on("x", this.go.bind(this)); } go() { log(1); } } // ✗ listenerOfObject`,
  "an arrow in a constructor": `${emitter} export class A { constructor(e: EventEmitter) { e.on("x", () => { this.go(); }); } go() { log(1); } } // ✗ listenerOfObject`,
  "another function is taken off": `${emitter} export class A { stop() { bus.off("x", this.go.bind(this)); } go() { log(1); } } // ✗ listenerNotRemoved`,
  "an arrow is taken off": `${emitter} export function stop() { bus.off("x", () => { log(1); }); } // ✗ listenerNotRemoved`,
  "taken off in a finally": `${emitter} export async function a() { const on = () => { log(1); }; bus.on("x", on); try { await work(); } finally { bus.off("x", on); } }`,
  "taken off behind ?.": "export async function a(o?: { signal?: AbortSignal }) { const on = () => { log(1); }; o?.signal?.addEventListener('abort', on); try { await work(); } finally { o?.signal?.removeEventListener('abort', on); } }",
  "taken off elsewhere": "export class A { readonly #on = () => { log(1); }; start(s: AbortSignal) { s.addEventListener('abort', this.#on); } stop(s: AbortSignal) { s.removeEventListener('abort', this.#on); } }",
  "ended by another signal": "export async function a(signal: AbortSignal) { const done = new AbortController(); signal.addEventListener('abort', () => { log(1); }, { signal: done.signal }); try { await work(); } finally { done.abort(); } }",
  "on a signal of one's own": "export async function a() { const c = new AbortController(); c.signal.addEventListener('abort', () => { log(1); }); await work(c.signal); }",
  "on the signal of a controller in hand": "export class A { readonly ac = new AbortController(); async start() { const t = setInterval(() => { log(1); }, 10); this.ac.signal.addEventListener('abort', () => { clearInterval(t); }); await work(); } }",
  "for as long as the signal": "export function a(signal: AbortSignal, w: { close(): void }) { signal.addEventListener('abort', () => { w.close(); }, { once: true }); return w; }",
  "on the signal of a request": "export async function a(request: Request) { request.signal.addEventListener('abort', () => { log(1); }); await work(); }",
  "on a signal that was just made": "const signals = new Map<string, AbortSignal>(); export function a(id: string) { let signal = signals.get(id); if (!signal) { signal = AbortSignal.timeout(5); signals.set(id, signal); signal.addEventListener('abort', () => { signals.delete(id); }, { once: true }); } }",
  "once, unless a timer comes first": `${emitter} export function a(e: EventEmitter, ms: number) { return new Promise((res, rej) => { const t = setTimeout(rej, ms); e.once("x", (v) => { clearTimeout(t); res(v); }); }); } // ✗ listenerOutraced`,
  "once in a race with a timer": 'import { EventEmitter, once } from "node:events"; export async function a(e: EventEmitter) { await Promise.race([once(e, "x"), new Promise((res) => setTimeout(res, 50))]); } // ✗ listenerOutraced',
  "once in a race with a timer, and a signal": 'import { EventEmitter, once } from "node:events"; export async function a(e: EventEmitter) { const signal = AbortSignal.timeout(50); await Promise.race([once(e, "x", { signal }), new Promise((res) => setTimeout(res, 50))]); }',
  "once in a race with other work": 'import { EventEmitter, once } from "node:events"; export async function a(e: EventEmitter) { await Promise.race([once(e, "x"), work()]); }',
  "once, taken off by the timer": `${emitter} export function a(e: EventEmitter, ms: number) { return new Promise((res, rej) => { const done = (v: unknown) => { clearTimeout(t); res(v); }; const t = setTimeout(() => { e.off("x", done); rej(); }, ms); e.once("x", done); }); }`,
  "once": `${emitter} export function a(e: EventEmitter) { return new Promise((res) => { e.once("x", res); }); }`,
  "of a stream that ends": "export function a(s: NodeJS.ReadableStream) { return new Promise((res) => { s.on('data', log); s.on('end', res); }); }",
  "on an emitter of one's own": `${emitter} export function a() { const e = new EventEmitter(); return new Promise((res) => { e.on("x", res); void work(e); }); }`,
  "on the object itself": `${emitter} export class A extends EventEmitter { constructor() { super(); this.on("x", () => { log(this); }); } }`,
  "on what the object closes": `${emitter} export class A { constructor(private readonly e: EventEmitter & { close(): void }) { this.e.on("x", () => { this.go(); }); } go() { log(1); } stop() { this.e.close(); } }`,
  "of the last event": `${emitter} export class A { open = true; constructor(e: EventEmitter) { e.on("close", () => { this.open = false; }); } }`,
  "on and off in turn": "export class A { on = () => { log(1); }; ref(el: HTMLElement | null, old: HTMLElement) { if (el) { el.addEventListener('x', this.on); } else { old.removeEventListener('x', this.on); } } }",
  "registered anew": `${emitter} function bye() { log(1); } export function a() { process.off("exit", bye); process.on("exit", bye); return work(); }`,
  "a function of another kind": "declare const store: { on: { (e: string, f: () => void): void } }; export function a() { store.on('x', () => { log(1); }); }",
  "not asked for": { code: "export async function a(signal: AbortSignal) { signal.addEventListener('abort', () => { log(1); }); await work(); }", options: { listeners: false } },
});

testCases(rule, "timers", {
  "the loser of a race": "export async function a(p: Promise<void>, ms: number) { await Promise.race([p, new Promise((res) => setTimeout(res, ms))]); } // ✗ racedTimer",
  "held in a variable": "export async function a(p: Promise<void>, ms: number) { const late = new Promise((_, rej) => { setTimeout(() => { rej(new Error()); }, ms); }); await Promise.race([p, late]); } // ✗ racedTimer",
  "hidden in a function": { code: "function sleep(ms: number) { return new Promise<void>((res) => { setTimeout(res, ms); }); } export async function a(p: Promise<void>) { await Promise.race([p, sleep(30_000)]); } // ✗ racedTimer", options: { timers: "all" } },
  "of node:timers/promises": { code: 'import { setTimeout as sleep } from "node:timers/promises"; export async function a(p: Promise<void>) { await Promise.race([p, sleep(30_000)]); } // ✗ racedTimer', options: { timers: "all" } },
  "a wait of a helper": "function sleep(ms: number) { return new Promise<void>((res) => { setTimeout(res, ms); }); } export async function a(p: Promise<void>) { await Promise.race([p, sleep(30_000)]); }",
  "armed at the end": "export class A { async close() { await work(); setTimeout(() => { log(1); }, 5000); } } // ✗ timerAtEnd",
  "cleared": "export async function a(p: Promise<void>, ms: number) { let t: NodeJS.Timeout | undefined; const late = new Promise<void>((res) => { t = setTimeout(res, ms); }); try { await Promise.race([p, late]); } finally { clearTimeout(t); } }",
  "brief": "export async function a(p: Promise<void>) { await Promise.race([p, new Promise((res) => setTimeout(res, 50))]); }",
  "only timers": { code: "function sleep(ms: number) { return new Promise<void>((res) => { setTimeout(res, ms); }); } export async function a(x: number, y: number) { await Promise.race([sleep(x), sleep(y)]); }", options: { timers: "all" } },
  "with a signal": { code: 'import { setTimeout as sleep } from "node:timers/promises"; export async function a(p: Promise<void>, signal: AbortSignal) { await Promise.race([p, sleep(30_000, undefined, { signal })]); }', options: { timers: "all" } },
  "without hold on the process": "export class A { async close() { await work(); setTimeout(() => { log(1); }, 5000).unref(); } }",
  "before the process ends": "export async function shutdown() { setTimeout(() => { process.exit(1); }, 5000); await work(); process.exit(0); }",
  "brief, by a constant of a namespace": "namespace Private { export const LIMIT = 10; } export async function a(p: Promise<void>) { await Promise.race([p, new Promise((res) => setTimeout(res, Private.LIMIT))]); }",
  "another attempt": "export async function poll() { try { await work(); } catch { setTimeout(() => { poll().catch(log); }, 5000); } }",
  "a plain delay": "export function sleep(ms: number) { return new Promise<void>((res) => { setTimeout(res, ms); }); }",
  "not asked for": { code: "export async function a(p: Promise<void>, ms: number) { await Promise.race([p, new Promise((res) => setTimeout(res, ms))]); }", options: { timers: "off" } },
});

testCases(rule, "side by side, in parts, and in between", {
  "two at once: one fails, the other is lost": `${fs} export async function a(x: string, y: string) { return await Promise.all([open(x), open(y)]); } // ✗ droppedByFailure`,
  "one beside other work": `${fs} export async function a(x: string) { const [file, user] = await Promise.all([open(x), load('1')]); try { return user.name; } finally { await file.close(); } } // ✗ droppedByFailure`,
  "one for each of a list": `${fs} export async function a(xs: string[]) { return await Promise.all(xs.map((x) => open(x))); } // ✗ droppedByFailure`,
  "one for each of a list, awaited": `${conn} export async function a(xs: string[]) { return await Promise.all(xs.map(async () => await connect())); } // ✗ droppedByFailure`,
  "for their effect only": `${conn} export async function a() { const both = Promise.all([connect(), connect()]); await work(); return both.then(() => 1); }`,
  "beside work that cannot fail": `${fs} export async function a(x: string) { return await Promise.all([open(x), Promise.resolve(1)]); }`,
  "all are told apart": `${fs} export async function a(x: string, y: string) { return await Promise.allSettled([open(x), open(y)]); }`,
  "each goes onto a stack": `${fs} export async function a(xs: string[]) { await using st = new AsyncDisposableStack(); const files = await Promise.all(xs.map(async (x) => st.use(await open(x)))); return files.length; }`,
  "at once where only the happy way counts": { code: `${fs} export async function a(x: string, y: string) { return await Promise.all([open(x), open(y)]); }`, options: { paths: "normal" } },
  "two at once, one of them never closed": { code: `${fs} export async function a(x: string, y: string) { const [f, g] = await Promise.all([open(x), open(y)]); // ✗ notDisposed\n  try { return await g.stat(); } finally { await g.close(); } }`, options: { paths: "normal" } },
  "the release among the parts, on the straight way only": "export async function a(pool: { connect(): Promise<{ client: { ask(): Promise<string> }; release(): void }> }) { const { client, release } = await pool.connect(); const x = await client.ask(); release(); return x; } // ✗ notDisposedOnThrow",
  "the release among the parts, under another name": "export async function a(pool: { connect(): Promise<{ client: { ask(): Promise<string> }; release(): void }> }) { const { client, release: done } = await pool.connect(); const x = await client.ask(); done(); return x; } // ✗ notDisposedOnThrow",
  "the release among the parts, in a finally": "export async function a(pool: { connect(): Promise<{ client: { ask(): Promise<string> }; release(): void }> }) { const { client, release } = await pool.connect(); try { return await client.ask(); } finally { release(); } }",
  "the release among the parts, handed on": "export async function a(pool: { connect(): Promise<{ client: { ask(): Promise<string> }; release(): void }> }) { const { client, release } = await pool.connect(); const x = await client.ask(); return { x, release }; }",
  "the release is not among the parts": `${fs} export async function a(p: string) { const { fd } = await open(p); return fd; } // ✗ dropped`,
  "the rest may have it": `${fs} export async function a(p: string) { const { fd, ...rest } = await open(p); return [fd, rest]; }`,
  "waiting for an event is no hand-over": 'import { once } from "node:events"; import { connect } from "node:net"; export async function a() { const s = connect(1); await once(s, "connect"); await work(); s.end(); } // ✗ notDisposedOnThrow',
  "waiting for its end is": 'import { once } from "node:events"; import { connect } from "node:net"; export async function a() { const s = connect(1); s.end(); await once(s, "close"); }',
  "a wait that fails with the resource itself": 'import { once } from "node:events"; import { connect } from "node:net"; export async function a() { const s = connect(1); await once(s, "connect"); s.end(); }',
  "set up before it is handed on": `${conn} export async function a() { const c = await connect(); await c.query("login"); return c; } // ✗ notDisposedOnThrow`,
  "made, set up and handed on": "declare class Page { dispose(): void; init(): Promise<void>; } export async function a() { const page = new Page(); await page.init(); return page; }",
  "handed on when it is ready": `${conn} export async function a() { const c = await connect(); try { await c.query("login"); return c; } catch (e) { await c.close(); throw e; } }`,
  "a call before the try": { code: `${fs} export async function a(p: string, x: unknown) { const fh = await open(p); const text = JSON.stringify(x); try { await fh.writeFile(text); } finally { await fh.close(); } } // ✗ gapBeforeTry`, options: { gap: "call" } },
  "a call that cannot fail before the try": { code: `${fs} export async function a(p: string) { const fh = await open(p); const at = Date.now(); try { return [at, await fh.stat()]; } finally { await fh.close(); } }`, options: { gap: "call" } },
  "a call before the try, by default": `${fs} export async function a(p: string, x: unknown) { const fh = await open(p); const text = JSON.stringify(x); try { await fh.writeFile(text); } finally { await fh.close(); } }`,
  "a loop over lines left by a return": 'import { createInterface } from "node:readline"; export async function a(input: NodeJS.ReadableStream) { const rl = createInterface({ input }); for await (const line of rl) if (line !== "") return line; return ""; } // ✗ notDisposed',
  "a loop over lines left by a break": 'import { createInterface } from "node:readline"; export async function a(input: NodeJS.ReadableStream) { const rl = createInterface({ input }); for await (const line of rl) { if (line === "") break; log(line); } } // ✗ notDisposed',
  "a loop over lines to the end": 'import { createInterface } from "node:readline"; export async function a(input: NodeJS.ReadableStream) { const rl = createInterface({ input }); for await (const line of rl) { for (const c of line) { if (c === "#") break; log(c); } } }',
  "a loop over lines that closes before it is left": 'import { createInterface } from "node:readline"; export async function a(input: NodeJS.ReadableStream) { const rl = createInterface({ input }); for await (const line of rl) { if (line === "") { rl.close(); break; } log(line); } }',
  "a reader that is read once": "export async function a(s: ReadableStream<string>) { const reader = s.getReader(); const { value } = await reader.read(); return value; } // ✗ notDisposed",
  "a reader that is read once and cancelled": "export async function a(s: ReadableStream<string>) { const reader = s.getReader(); try { return (await reader.read()).value; } finally { await reader.cancel(); } }",
});

testCases(rule, "what may fail, and what not", {
  "a descriptor, in code without an await": 'import { closeSync, openSync, writeSync } from "node:fs"; export function a(p: string) { const fd = openSync(p, "w"); writeSync(fd, "x"); closeSync(fd); } // ✗ notDisposedOnThrow',
  "a descriptor, in a finally": 'import { closeSync, openSync, writeSync } from "node:fs"; export function a(p: string) { const fd = openSync(p, "w"); try { writeSync(fd, "x"); } finally { closeSync(fd); } }',
  "a descriptor that nothing is done with": 'import { closeSync, openSync } from "node:fs"; export function a(p: string) { const fd = openSync(p, "w"); log(p); closeSync(fd); }',
  "a probe whose timer forgets the socket": 'import { connect } from "node:net"; export function a(port: number) { return new Promise<boolean>((res) => { const s = connect(port); s.once("connect", () => { s.end(); res(true); }); setTimeout(() => { res(false); }, 2000); }); } // ✗ notDisposed',
  "a probe whose timer destroys the socket": 'import { connect } from "node:net"; export function a(port: number) { return new Promise<boolean>((res) => { const s = connect(port); s.once("connect", () => { s.end(); res(true); }); setTimeout(() => { s.destroy(); res(false); }, 2000); }); }',
  "a timer that is over when it settles": "export function a(w: { once(e: string, f: () => void): void }) { return new Promise<void>((res, rej) => { const t = setTimeout(() => { rej(new Error()); }, 5000); w.once('x', () => { clearTimeout(t); res(); }); }); }",
  "a probe whose timer calls a helper": 'import { connect } from "node:net"; export function a(port: number) { return new Promise<boolean>((res) => { const s = connect(port); const done = (up: boolean) => { s.destroy(); res(up); }; s.once("connect", () => { s.end(); res(true); }); setTimeout(() => { done(false); }, 2000); }); }',
  "a server that never comes up": 'import { createServer } from "node:http"; export async function a() { const s = createServer(); await new Promise<void>((res, rej) => { s.once("error", rej); s.listen(0, res); }); try { await work(s.address()); } finally { s.close(); } }',
  "a server that is up": 'import { createServer } from "node:http"; export async function a() { const s = createServer(); await new Promise<void>((res, rej) => { s.once("error", rej); s.listen(0, res); }); await work(s.address()); s.close(); } // ✗ notDisposedOnThrow',
  "a UDP socket survives its errors": 'import { once } from "node:events"; import { createSocket } from "node:dgram"; export async function a() { const s = createSocket("udp4"); const [reply] = await once(s, "message"); s.close(); return reply as unknown; } // ✗ notDisposedOnThrow',
  "a URL is a string that others copy": "export async function a(blob: Blob, img: { src: string; decode(): Promise<void> }) { const url = URL.createObjectURL(blob); img.src = url; await img.decode(); URL.revokeObjectURL(url); } // ✗ notDisposedOnThrow",
  "a URL that is handed out": "export async function a(blob: Blob, img: { src: string; decode(): Promise<void> }) { const url = URL.createObjectURL(blob); img.src = url; await img.decode(); return url; }",
});

const lock = "declare class Sema { acquire(): Promise<void>; release(): void; readonly held: boolean }";
testCases(rule, "locks that one object takes and gives back", {
  "on the straight way only": `${lock} export async function a(s: Sema) { await s.acquire(); await work(); s.release(); } // ✗ notDisposedOnThrow`,
  "of a field": `${lock} export class A { readonly #s = new Sema(); async go() { await this.#s.acquire(); await work(); this.#s.release(); } } // ✗ notDisposedOnThrow`,
  "by other names": "declare class Lock { lock(): void; unlock(): Promise<void> } export async function a(l: Lock) { l.lock(); await work(); await l.unlock(); } // ✗ notDisposedOnThrow",
  "left by an early return": `${lock} export async function a(s: Sema) { await s.acquire(); if (ok) return; s.release(); } // ✗ notDisposed`,
  "taken before the try begins": `${lock} export async function a(s: Sema) { await s.acquire(); await work(); try { await work(); } finally { s.release(); } } // ✗ gapBeforeTry`,
  "in a finally": `${lock} export async function a(s: Sema) { await s.acquire(); try { await work(); } finally { s.release(); } }`,
  "taken inside the try": `${lock} export async function a(s: Sema) { try { await s.acquire(); await work(); } finally { s.release(); } }`,
  "given back by a callback": `${lock} export async function a(s: Sema) { await s.acquire(); void work().finally(() => { s.release(); }).catch(log); }`,
  "given back by both": `${lock} export async function a(s: Sema) { await s.acquire(); if (ok) { queueMicrotask(() => { s.release(); }); return; } await work(); s.release(); }`,
  "given back elsewhere": `${lock} export class A { #s = new Sema(); async take() { await this.#s.acquire(); await work(); } give() { this.#s.release(); } }`,
  "another object": `${lock} export async function a(s: Sema, t: Sema) { await s.acquire(); await work(); t.release(); }`,
  "nothing in between can fail": `${lock} export async function a(s: Sema) { await s.acquire(); log(1); s.release(); }`,
  "given back in a branch": `${lock} export async function a(s: Sema) { await s.acquire(); await work(); if (s.held) s.release(); }`,
});

const lib = 'import { open } from "node:fs/promises"; declare function connect(): Promise<Conn>; declare class Conn { query(sql: string): Promise<string[]>; close(): Promise<void>; } declare const ok: boolean; declare function end(c: Conn): void; export { end };';
const closes = "export function end2(c: Conn) { void c.close(); }";

/** A case whose code stands behind the declarations; the suggestion is the only one. */
function fixed(name: string, messageId: "preferUsing" | "notDisposed" | "notDisposedOnThrow" | "gapBeforeTry", line: number, before: string, fix?: readonly [desc: string, after: string]) {
  const suggestions = fix === undefined ? {} : { suggestions: [{ desc: fix[0], output: `${lib}\n${closes}\n${fix[1]}` }] };
  return { name, code: `${lib}\n${closes}\n${before}`, errors: [{ messageId, line: line + 2, ...suggestions }] } as const;
}

const byUsing = "Declare it with `await using`";
const byFinally = "Give it back in a `finally`";
const byTry = "Begin the `try` right after it is acquired";

testRule(rule, {
  valid: [],
  invalid: [
    fixed("a declaration does it", "notDisposed", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  return (await fh.stat()).size;\n}", [byUsing, "export async function a(p: string) {\n  await using fh = await open(p);\n  return (await fh.stat()).size;\n}"]),
    fixed("a declaration instead of a late close", "notDisposedOnThrow", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  const stat = await fh.stat();\n  await fh.close();\n  return stat;\n}", [byUsing, "export async function a(p: string) {\n  await using fh = await open(p);\n  const stat = await fh.stat();\n  return stat;\n}"]),
    fixed("a finally, where the type has no symbol", "notDisposed", 2, "export async function a() {\n  const c = await connect();\n\n  // ask\n  const rows = await c.query(`\n  select`);\n  return rows.length;\n}", [byFinally, "export async function a() {\n  const c = await connect();\n\n  try {\n    // ask\n    const rows = await c.query(`\n  select`);\n    return rows.length;\n  } finally {\n    await c.close();\n  }\n}"]),
    fixed("a finally instead of a late close", "notDisposedOnThrow", 2, "export async function a() {\n  const c = await connect();\n  const rows = await c.query('x');\n  await c.close();\n  return rows;\n}", [byFinally, "export async function a() {\n  const c = await connect();\n  try {\n    const rows = await c.query('x');\n    return rows;\n  } finally {\n    await c.close();\n  }\n}"]),
    fixed("a finally for a timer", "notDisposedOnThrow", 2, "export async function a(c: Conn, signal: AbortController) {\n  const t = setTimeout(() => signal.abort(), 5000);\n  await c.query('x');\n  clearTimeout(t);\n}", [byFinally, "export async function a(c: Conn, signal: AbortController) {\n  const t = setTimeout(() => signal.abort(), 5000);\n  try {\n    await c.query('x');\n  } finally {\n    clearTimeout(t);\n  }\n}"]),
    fixed("a finally for a lock", "notDisposedOnThrow", 2, "export async function a(s: { acquire(): Promise<void>; release(): void }) {\n  await s.acquire();\n  await work();\n  s.release();\n}\ndeclare function work(): Promise<void>;", [byFinally, "export async function a(s: { acquire(): Promise<void>; release(): void }) {\n  await s.acquire();\n  try {\n    await work();\n  } finally {\n    s.release();\n  }\n}\ndeclare function work(): Promise<void>;"]),
    fixed("a catch until it is handed on", "notDisposedOnThrow", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  await fh.stat(); // is it there?\n  return fh;\n}", ["Give `fh` back if something fails before it is handed on", "export async function a(p: string) {\n  const fh = await open(p);\n  try {\n    await fh.stat(); // is it there?\n    return fh;\n  } catch (error) {\n    await fh.close().catch(() => {});\n    throw error;\n  }\n}"]),
    fixed("no fix of hundreds of lines", "notDisposedOnThrow", 2, `export async function a() {\n  const c = await connect();\n${"  await c.query('x');\n".repeat(200)}  await c.close();\n}`),
    fixed("the try begins earlier", "gapBeforeTry", 2, "export async function a() {\n  const c = await connect();\n  await c.query('begin');\n  try {\n    await c.query('x');\n  } finally {\n    await c.close();\n  }\n}", [byTry, "export async function a() {\n  const c = await connect();\n  try {\n    await c.query('begin');\n    await c.query('x');\n  } finally {\n    await c.close();\n  }\n}"]),
    { ...fixed("a declaration instead of a finally", "preferUsing", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  try {\n    // how big is it?\n    const stat = await fh.stat();\n\n    return stat.size;\n  } finally {\n    await fh.close();\n  }\n}", [byUsing, "export async function a(p: string) {\n  await using fh = await open(p);\n  // how big is it?\n  const stat = await fh.stat();\n\n  return stat.size;\n}"]), options: { preferUsing: true } },
    { ...fixed("no declaration where the try is not the end", "preferUsing", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  try {\n    await fh.stat();\n  } finally {\n    await fh.close();\n  }\n  await open(p);\n}"), options: { preferUsing: true }, errors: [{ messageId: "preferUsing", line: 4 }, { messageId: "dropped", line: 10 }] },
    { ...fixed("no declaration where the finally does more", "preferUsing", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  try {\n    await fh.stat();\n  } finally {\n    await fh.close();\n    console.log(p);\n  }\n}"), options: { preferUsing: true } },
    fixed("not where the rest needs what stands in the gap", "gapBeforeTry", 2, "export async function a() {\n  const c = await connect();\n  const rows = await c.query('begin');\n  try {\n    await c.query('x');\n  } finally {\n    await c.close();\n  }\n  return rows;\n}"),
    fixed("not where a promise leaves the block before it is done", "notDisposed", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  return fh.stat();\n}"),
    fixed("not where it is handed on", "notDisposed", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  if (ok) return null;\n  return fh;\n}"),
    fixed("not where a closure keeps it", "notDisposed", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  const size = async () => (await fh.stat()).size;\n  return await size();\n}"),
    fixed("not where it is closed in a branch", "notDisposed", 2, "export async function a(p: string) {\n  const fh = await open(p);\n  if (ok) {\n    await fh.close();\n    return 0;\n  }\n  return (await fh.stat()).size;\n}"),
  ],
});

/** Findings of the rule, and how many points of graphs were looked at for them, in a file with so many resources, side by side and one after the other. */
function effortOf(resources: number): { readonly findings: number; readonly steps: number } {
  const half = resources / 2;
  const numbers = Array.from({ length: half }, (_, index) => String(index));
  const apart = numbers.map((n) => `export async function f${n}(p: string) { const fh = await open(p); await fh.stat(); await fh.close(); }`);
  const behind = numbers.map((n) => `  const h${n} = await open(p); await h${n}.stat(); await h${n}.close();`);
  const file = virtualPath("scale.ts");
  const program = programOver(new Map([[file, `import { open } from "node:fs/promises";\n${apart.join("\n")}\nexport async function all(p: string) {\n${behind.join("\n")}\n}\n`]]), ts);
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error("no source");
  const view = analysisOf({ ts, program }).view(source);
  const { paths } = view;
  const escape = paths.escape.bind(paths);
  let steps = 0;
  paths.escape = (body, from, query) =>
    escape(body, from, {
      ...query,
      through: (node) => {
        steps++;
        return query.through(node);
      },
    });
  return { findings: [...rule.detect(view, rule.defaults)].length, steps };
}

describe("require-disposal: a file with two thousand resources", () => {
  it("costs twice what half of it costs", () => {
    const [one, two] = [effortOf(1000), effortOf(2000)];
    expect([one.findings, two.findings]).toEqual([1000, 2000]);
    expect(two.steps).toBeGreaterThan(2000);
    expect(two.steps).toBeLessThanOrEqual(2.1 * one.steps);
  });
});

/** Findings of the rule in one function with so many resources, and how often it asked the compiler's module what a node is: detection and fixes. */
function questionsOf(resources: number, leak: (name: string) => string): { readonly findings: number; readonly edits: number; readonly questions: number } {
  const lines = Array.from({ length: resources }, (_, index) => leak(`h${String(index)}`));
  const file = virtualPath("fixes.ts");
  const program = programOver(new Map([[file, `${lib}\n${closes}\nexport async function all(p: string) {\n${lines.join("\n")}\n}\n`]]), ts);
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error("no source");
  let questions = 0;
  const counted = new Proxy(ts, {
    get(target, name) {
      questions++;
      return Reflect.get(target, name) as unknown;
    },
  });
  const found = [...rule.detect(analysisOf({ ts: counted, program }).view(source), rule.defaults)];
  return { findings: found.length, edits: found.reduce((sum, { fixes = [] }) => sum + fixes.reduce((all, fix) => all + fix.edits.length, 0), 0), questions };
}

describe("require-disposal: a function with a thousand leaks", () => {
  it.for<[string, (name: string) => string]>([
    ["a declaration instead of a late close", (x) => `  const ${x} = await open(p);\n  await ${x}.stat();\n  await ${x}.close();`],
    ["a declaration", (x) => `  const ${x} = await open(p);\n  await ${x}.stat();`],
    ["a finally", (x) => `  const ${x} = await connect();\n  await ${x}.query("x");\n  await ${x}.close();`],
    ["an earlier try", (x) => `  const ${x} = await connect();\n  const ${x}b = await ${x}.query("x");\n  try { await ${x}.query(String(${x}b)); } finally { await ${x}.close(); }`],
  ])("%s: the fixes cost twice what half of them cost", ([, leak]) => {
    const [one, two] = [questionsOf(500, leak), questionsOf(1000, leak)];
    expect([one.findings, two.findings]).toEqual([500, 1000]);
    expect(two.edits).toBeGreaterThan(60);
    expect(two.questions / one.questions).toBeLessThan(2.2);
  });
});

testCases(rule, "a signal that a loop outlasts", {
  "listened to while values come": "export async function* a(run: (signal: AbortSignal) => AsyncIterable<string>, signal: AbortSignal) { const own = new AbortController();\n  signal.addEventListener('abort', () => own.abort(), { once: true }); // ✗ listenerOnSignal\n  for await (const x of run(own.signal)) yield x; }",
  "and taken off": "export async function* a(run: (signal: AbortSignal) => AsyncIterable<string>, signal: AbortSignal) { const own = new AbortController(); const abort = () => own.abort(); signal.addEventListener('abort', abort, { once: true }); try { for await (const x of run(own.signal)) yield x; } finally { signal.removeEventListener('abort', abort); } }",
});

/** What kinds of fix the findings of a file carry, where its package runs on this release of Node and later ones. */
function applicabilities(code: string, oldestNode: NodeVersion | undefined): readonly string[] {
  const file = virtualPath("safe.ts");
  const program = programOver(new Map([[file, `${lib}\n${code}`]]), ts);
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error("no source");
  const view = analysisOf({ ts, program, oldestNode: () => oldestNode }).view(source);
  return [...rule.detect(view, rule.defaults)].map(({ fixes = [] }) => fixes.map(({ applicability }) => applicability).join());
}

describe("require-disposal: what --fix may write", () => {
  it.for<[string, string]>([
    ["what is asked is answered, as data", "const { size } = await fh.stat(); return size;"],
    ["a text", 'const text = await fh.readFile("utf8"); await fh.stat(); return text;'],
    ["in a loop", "for (;;) { const other = await open(p); await other.sync(); if (ok) break; }"],
  ])("%s", ([, body]) => {
    const code = body.startsWith("for") ? body : `const fh = await open(p); ${body}`;
    expect(applicabilities(`export async function a(p: string) { ${code} }`, [24, 2])).toEqual(["safe"]);
    expect(applicabilities(`export async function a(p: string) { ${code} }`, undefined)).toEqual(["unsafe"]);
  });

  it.for<[string, string, readonly string[]]>([
    ["a promise that is awaited later", "async function a(p: string) { const fh = await open(p); const stat = fh.stat(); await stat; return (await stat).size; }", [""]],
    ["its number", "async function a(p: string) { const fh = await open(p); return fh.fd; }", [""]],
    ["a callback that may come later", "async function a(p: string) { const fh = await open(p); fh.on('close', () => {}); await fh.stat(); }", ["unsafe"]],
    ["a generator that may be left", "async function* a(p: string) { const fh = await open(p); yield (await fh.stat()).size; }", ["unsafe"]],
    ["a release that is there", "async function a(p: string) { const fh = await open(p); await fh.stat(); await fh.close(); }", ["unsafe"]],
    ["an object that nobody knows", "async function a() {\n  const c = await connect();\n  await c.query('x');\n  await c.close();\n}", ["unsafe"]],
    ["a variable that is written again", "async function a(p: string) { let fh = await open(p); fh = await open(p); await fh.stat(); }", ["unsafe", "unsafe"]],
  ])("not for %s", ([, code, expected]) => {
    expect(applicabilities(`export ${code}`, [24, 2])).toEqual(expected);
  });
});

testCases(rule, "timers that are over when their promise is settled", {
  "a helper that rejects, called where the timer is cleared or not yet there": "export function a(peer: { once(e: string, f: () => void): void }, signal: AbortSignal) { return new Promise<void>((resolve, reject) => { const fail = () => { reject(new Error('gone')); }; if (signal.aborted) { fail(); return; } const timer = setTimeout(reject, 9000); peer.once('lost', () => { clearTimeout(timer); fail(); }); peer.once('open', () => { clearTimeout(timer); resolve(); }); }); }",
  "a helper that rejects, called where nothing clears": "export function a(peer: { once(e: string, f: () => void): void }) { return new Promise<void>((resolve, reject) => { const fail = () => { reject(new Error('gone')); };\n  const timer = setTimeout(reject, 9000); // ✗ timerAfterSettling\n  peer.once('lost', () => { fail(); }); peer.once('open', () => { clearTimeout(timer); resolve(); }); }); }",
  "one timer for each part of the way": "export function a(peer: { once(e: string, f: () => void): void }) { return new Promise<void>((resolve, reject) => { let second: NodeJS.Timeout; const first = setTimeout(() => { reject(new Error('connect')); }, 9000); peer.once('error', () => { clearTimeout(first); clearTimeout(second); reject(new Error('lost')); }); peer.once('connect', () => { clearTimeout(first); second = setTimeout(() => { reject(new Error('greet')); }, 9000); }); peer.once('data', () => { clearTimeout(second); resolve(); }); }); }",
  "a third timer, long after the first": "export function a(peer: { once(e: string, f: () => void): void }) { return new Promise<void>((resolve, reject) => { let third: NodeJS.Timeout; const first = setTimeout(() => { reject(new Error('connect')); }, 9000); peer.once('connect', () => { clearTimeout(first); }); peer.once('sent', () => { third = setTimeout(() => { reject(new Error('answer')); }, 9000); }); peer.once('data', () => { clearTimeout(third); resolve(); }); }); }",
});

testCases(rule, "what holds nothing, or goes with what is handed out", {
  "an object that is not opened": "class Sender { readonly name: string; constructor(name: string) { this.name = name.trim(); } async open() { await work(this.name); } async close() { await work(); } } export async function end(x: Sender) { await x.close(); } export function a(all: Record<string, Sender | undefined>, name: string) { const made = new Sender(name); if (all[made.name] === undefined) all[made.name] = made; return all[made.name]; }",
  "an object that is opened": "class Sender { readonly name: string; constructor(name: string) { this.name = name.trim(); } async open() { await work(this.name); } async close() { await work(); } } export async function end(x: Sender) { await x.close(); } export async function a(name: string) {\n  const made = new Sender(name); // ✗ notDisposed\n  await made.open(); }",
  "an object whose constructor opens it": "declare function connect(name: string): WebSocket; class Sender { readonly socket: WebSocket; constructor(name: string) { this.socket = new WebSocket(name); } async open() { await work(); } close() { this.socket.close(); } } export function end(x: Sender) { x.close(); } export function a(name: string) {\n  const made = new Sender(name); // ✗ notDisposed\n  return made.socket.readyState; } void connect;",
  "a session that lives on in what it promises": `${conn} declare class Link { close(): Promise<void>; } declare class Session { link(): Promise<Link>; count(): Promise<number>; close(): Promise<void>; } declare function createSession(): Promise<Session>; export async function end(x: Session) { await x.close(); } export async function a() { const session = await createSession(); return session.link(); }`,
  "a session that only tells a number": `${conn} declare class Session { count(): Promise<number>; close(): Promise<void>; } declare function createSession(): Promise<Session>; export async function end(x: Session) { await x.close(); } export async function a() { const session = await createSession(); return session.count(); } // ✗ notDisposed`,
  "a module of the program that is missing": { broken: true, code: `${fs} export async function a(p: string) { const fh = await open(p); const { join } = await import("./more.ts"); await fh.close(); return join(p); }` },
  "an answer that ends the program": "declare function crash(message: string): Promise<never>; export async function a(url: string) { const res = await fetch(url); if (res.status !== 200) return await crash('not there'); return await res.text(); }",
  "a timer that is rounded to nothing": "export class A { alive = true; close() { this.alive = false; setTimeout(() => { log(1); }, Math.floor(0)); } }",
});

testCases(rule, "listeners that last no longer than their target", {
  "for as long as the signal": "export interface Stop { readonly aborted: boolean; addEventListener(e: 'abort', f: () => void): void } export async function a(stop: Stop) { const stopped = new Promise<void>((resolve) => { stop.addEventListener('abort', resolve); }); while (!stop.aborted) await Promise.race([work(), stopped]); }",
  "once for each signal": "const known = new WeakMap<AbortSignal, AbortController>(); export function a(signal: AbortSignal) { if (!known.has(signal)) { const own = new AbortController(); signal.addEventListener('abort', () => { own.abort(); }); known.set(signal, own); } return known.get(signal); }",
  "again for each call": "const known = new WeakMap<AbortSignal, AbortController>(); export function a(signal: AbortSignal) { const own = new AbortController();\n  signal.addEventListener('abort', () => { own.abort(); }); // ✗ listenerOnSignal\n  known.set(signal, own); return own; }",
  "on what the same call has made for its field": 'import { EventEmitter } from "node:events"; export class A { source?: EventEmitter; start() { return new Promise<void>((resolve) => { this.source = new EventEmitter(); this.source.on("endpoint", () => { resolve(); }); }); } }',
  "on an emitter that comes and goes with it": 'import { EventEmitter } from "node:events"; class Feed { constructor(private readonly nodes: EventEmitter) { this.nodes.on("gone", () => { this.stop(); }); } stop() { log(1); } } export class Cluster { readonly nodes = new EventEmitter(); readonly feed: Feed; constructor() { this.feed = new Feed(this.nodes); } }',
  "on an emitter that stays while others come": 'import { EventEmitter } from "node:events"; class Feed { constructor(private readonly nodes: EventEmitter) {\n  this.nodes.on("gone", () => { this.stop(); }); // ✗ listenerOfObject\n} stop() { log(1); } } export class Cluster { readonly nodes = new EventEmitter(); feed?: Feed; open() { this.feed = new Feed(this.nodes); } }',
});
