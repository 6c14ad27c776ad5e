/** Table of asr/no-use-after-dispose: work on what is closed, closings of what is in use, and the orders in which neither happens. */
import rule from "../../rules/no-use-after-dispose.ts";
import { testRule, type InvalidCase } from "../support/rule-tester.ts";
import { testCases } from "./cases.ts";
import { testRepairs } from "./repairs.ts";

const prelude = `import { TaskGroup } from "asr-runtime";
declare class Conn implements AsyncDisposable { open: boolean; query(sql: string): Promise<string[]>; connect(): Promise<void>; drain(): Promise<void>; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; }
declare function connect(): Promise<Conn>;
interface Pool { push(body: string): Promise<void>; size(): number; close(): Promise<void> }
declare function createPool(port: number): Pool;
`;
const code = (text: string): string => `${text} ${prelude.replaceAll("\n", " ")}export {};`;
const body = (text: string): string => code(`export async function f(flag: boolean, sqls: string[]) { ${text} }`);

testCases(rule, "uses after a closing", {
  "closed on every way": body("const c = await connect(); await c.close();\nreturn await c.query('x'); // ✗ useAfterClose\n"),
  "closed on some ways": body("const c = await connect(); if (flag) await c.close();\nawait c.query('x'); // ✗ maybeClosed\n"),
  "closed last": body("const c = await connect(); try { return await c.query('x'); } finally { await c.close(); }"),
  "left where it is closed": body("const c = await connect(); if (flag) { await c.close(); return; } await c.query('x'); await c.close();"),
  "under contrary conditions": body("const c = await connect(); if (flag) await c.close(); if (!flag) await c.query('x');"),
  "a flag says that it is closed": body("const c = await connect(); let done = false; for (const sql of sqls) { if (sql === '') { await c.close(); done = true; } } if (!done) await c.query('x');"),
  "bound anew": body("let c = await connect(); await c.close(); c = await connect(); return await c.query('x');"),
  "bound anew in each turn": body("for (const sql of sqls) { const c = await connect(); await c.query(sql); await c.close(); }"),
  "bound once, closed in a turn": body("const c = await connect(); for (const sql of sqls) {\nawait c.query(sql); // ✗ maybeClosed\nawait c.close(); }"),
  "opened again": body("const c = await connect(); await c.close(); await c.connect(); return await c.query('x');"),
  "opened again, by option": { code: body("const c = await connect(); await c.close(); await c.drain(); return await c.query('x');"), options: { reopenMethods: ["drain"] } },
  "closed and tried again": body("for (;;) { let c = await connect(); try { return await c.query('x'); } catch { await c.close(); c = await connect(); } }"),
  "closed on failure, which goes on": body("const c = await connect(); try { await c.query('x'); } catch (e) { await c.close(); throw e; } await c.query('y'); await c.close();"),
  "closed twice": body("const c = await connect(); await c.close(); await c.close();"),
  "its state": body("const c = await connect(); await c.close(); log(c.open);"),
  "a member that is safe, by option": { code: body("const c = await connect(); await c.close(); await c.drain();"), options: { closeSafe: ["drain"] } },
  "a member that closes, by option": { code: body("const c = await connect(); await c.drain();\nawait c.query('x'); // ✗ useAfterClose\n"), options: { closeMethods: ["drain"] } },
  "in a catch around the closing, which is the last to be awaited": body("const w = new WritableStream<string>().getWriter(); try { await work(); w.close().catch(() => {}); } catch { w.write('failed').catch(() => {}); }"),
  "in a catch when something is awaited after the closing": body("const c = await connect(); try { await c.close(); await work(); } catch {\nawait c.query('x'); // ✗ useAfterClose\n}"),
  "in a catch when the closing itself fails": body("const c = await connect(); try { await c.close(); } catch { await c.query('x'); }"),
  "in a closure that may run before": body("const c = await connect(); const q = () => c.query('x'); await q(); await c.close();"),
  "what was taken from it": code("interface Page { html(): Promise<string> } interface Browser { newPage(): Promise<Page>; close(): Promise<void> } declare function launch(): Promise<Browser>; export async function f() { const b = await launch(); const page = await b.newPage(); await b.close();\nreturn await page.html(); // ✗ useAfterClose\n}"),
  "what was read from it": body("const c = await connect(); const rows = await c.query('x'); await c.close(); await Promise.all(rows.map((row) => work(row)));"),
  "a reader without its lock": body("const r = new ReadableStream<string>().getReader(); r.releaseLock();\nawait r.read(); // ✗ useAfterClose\n"),
  "a stream that is ended for writing": "import { Duplex } from 'node:stream';\nexport async function f() { const s = new Duplex(); s.end(); return await s.toArray(); }",
  "a server that is closed and then told to hurry": "import { createServer } from 'node:http';\nexport function f() { const s = createServer(); s.close(); s.closeAllConnections(); }",
  "a dialog that is closed and removed": "interface Dialog { close(): void; remove(): void } declare const d: Dialog;\nexport function f(d: Dialog) { d.close(); d.remove(); }",
  "a closed parameter": code("export async function f(p: Pool) { await p.close();\nawait p.push('x'); // ✗ useAfterClose\n}"),
  "a plain question to it": code("export async function f(p: Pool) { await p.close(); return p.size(); }"),
});

testCases(rule, "given to others after a closing", {
  "as an option": code("interface Session { endSession(): Promise<void> } declare function start(): Promise<Session>; declare function create(row: object, options: { session: Session }): Promise<void>; export async function f() { const session = await start(); await create({}, { session }); await session.endSession();\nawait create({}, { session }); // ✗ useAfterClose\n}"),
  "as data": code("interface Account { id: string; close(): Promise<void> } declare function load(): Promise<Account>; declare const repository: { save(account: Account): Promise<void>; log(entry: { account: Account }): Promise<void> }; export async function f() { const account = await load(); await account.close(); await repository.save(account); await repository.log({ account }); }"),
  "to a function that works on it": code("async function all(c: Conn) { return await c.query('x'); } export async function f() { const c = await connect(); await c.close();\nreturn await all(c); // ✗ useAfterClose\n}"),
  "to a function that asks for its state": code("async function told(c: Conn) { await work(c.open); } export async function f() { const c = await connect(); await c.close(); await told(c); }"),
  "to a function that cleans up": code("interface Entry { close(): Promise<void>; runCleanup(): Promise<void> } async function removed(e: Entry) { await e.runCleanup(); } export async function f(e: Entry) { await e.close(); await e.runCleanup(); await removed(e); }"),
});

testCases(rule, "closed by a function that is given it", {
  "on every way": code("async function finish(c: Conn) { try { await c.query('x'); } finally { await c.close(); } } export async function f() { const c = await connect(); await finish(c);\nawait c.query('x'); // ✗ useAfterClose\n}"),
  "on some ways": code("async function finish(c: Conn, really: boolean) { if (really) await c.close(); } export async function f() { const c = await connect(); await finish(c, false); await c.query('x'); }"),
  "not after it has returned": code("async function finish(c: Conn) { if (c.open) return; await c.close(); } export async function f() { const c = await connect(); await finish(c); await c.query('x'); }"),
  "by its name only": code("declare function closeSoon(c: Conn): Promise<void>; export async function f() { const c = await connect(); await closeSoon(c); await c.query('x'); }"),
});

const transaction = (text: string): string => code(`interface Transaction { finished?: string; commit(): Promise<void>; rollback(): Promise<void> } declare function begin(): Promise<Transaction>; declare function insert(row: object, options: { transaction: Transaction }): Promise<void>; export async function f() { const t = await begin(); ${text} }`);

testCases(rule, "transactions that are ended by hand", {
  "rolled back when it fails": transaction("try { await insert({}, { transaction: t }); await t.commit(); } catch (e) { await t.rollback(); throw e; }"),
  "rolled back when something after the commit fails": transaction("try { await insert({}, { transaction: t }); await t.commit(); await work(); } catch (e) {\nawait t.rollback(); // ✗ maybeClosed\nthrow e; }"),
  "rolled back when a plain call after the commit fails": transaction("try { await insert({}, { transaction: t }); await t.commit(); log('done'); } catch (e) { await t.rollback(); throw e; }"),
  "rolled back if it has not ended": transaction("try { await t.commit(); await work(); } catch (e) { if (t.finished === undefined) await t.rollback(); throw e; }"),
  "rolled back unless a flag says that it was committed": transaction("let committed = false; try { await t.commit(); committed = true; await work(); } catch (e) { if (!committed) await t.rollback(); throw e; }"),
  "used after the commit": transaction("await t.commit();\nawait insert({}, { transaction: t }); // ✗ useAfterClose\n"),
  "a commit that is one of many": code("interface Repo { commit(message: string): Promise<void>; push(): Promise<void> } export async function f(r: Repo) { await r.commit('x'); await r.push(); }"),
});

testCases(rule, "calls that take no time", {
  "sent on a closed socket": code("export function f(socket: WebSocket) { socket.close();\nsocket.send('bye'); // ✗ useAfterClose\n}"),
  "asked whether it is open": code("export function f(socket: WebSocket) { if (ok) socket.close(); if (socket.readyState === socket.OPEN) socket.send('x'); }"),
  "sent by a type of the project": code("interface Link { send(text: string): void; close(): void } export function f(link: Link) { link.close();\nlink.send('bye'); // ✗ useAfterClose\n}"),
  "a header after the end": code("import type { ServerResponse } from 'node:http'; export function f(res: ServerResponse) { if (ok) res.end();\nres.setHeader('a', 'b'); // ✗ maybeClosed\nres.end(); }"),
  "the function is left with the end": code("import type { ServerResponse } from 'node:http'; export function f(res: ServerResponse) { if (ok) { res.end(); return; } res.setHeader('a', 'b'); res.end(); }"),
  "an error after the end": code("import type { ServerResponse } from 'node:http'; export function f(res: ServerResponse) { try { res.end('x'); log('sent'); } catch { res.writeHead(500); res.end(); } }"),
  "asked whether it has ended": code("import type { ServerResponse } from 'node:http'; export function f(res: ServerResponse) { if (ok) res.end(); if (!res.headersSent) res.setHeader('a', 'b'); }"),
  "sent twice": code("interface Response { headersSent: boolean; status(code: number): Response; json(body: unknown): Response } export async function f(res: Response) { await work(); if (ok) { res.status(404).json({}); }\nres.json({ ok: true }); // ✗ maybeClosed\n}"),
  "sent in one of two branches": code("interface Response { headersSent: boolean; status(code: number): Response; json(body: unknown): Response } export async function f(res: Response) { await work(); if (ok) { res.status(404).json({}); } else { res.json({ ok: true }); } }"),
  "sent as often as one likes": code("interface Channel { send(text: string): void } export function f(channel: Channel) { channel.send('a'); channel.send('b'); }"),
  "written after the end": code("import { createWriteStream } from 'node:fs'; export function f(lines: string[]) { const out = createWriteStream('x'); for (const line of lines) { if (line === '') out.end();\nout.write(line); // ✗ maybeClosed\n} }"),
  "another one in each turn": code("import { createWriteStream } from 'node:fs'; export function f(lines: string[]) { for (const line of lines) { const out = createWriteStream(line); out.write(line); out.end(); } }"),
  "put into a closed stream": code("export const s = new ReadableStream<string>({ async pull(controller) { await work(); if (ok) controller.close();\ncontroller.enqueue('x'); // ✗ maybeClosed\n} });"),
  "closed in the other branch": code("export const s = new ReadableStream<string>({ async pull(controller) { await work(); if (ok) controller.close(); else controller.enqueue('x'); } });"),
});

const field = (text: string): string => code(`export class A { constructor(readonly c: Conn, public again: Conn) {} async open() { this.again = await connect(); } async f(flag: boolean) { ${text} } }`);

testCases(rule, "fields", {
  "closed, then used": field("await this.c.close();\nawait this.c.query('x'); // ✗ useAfterClose\n"),
  "closed on some ways": field("if (flag) await this.c.close();\nawait this.c.query('x'); // ✗ maybeClosed\n"),
  "closed last": field("try { await this.c.query('x'); } finally { await this.c.close(); }"),
  "bound anew": field("await this.again.close(); this.again = await connect(); await this.again.query('x');"),
  "bound anew by a method": field("await this.again.close(); await this.open(); await this.again.query('x');"),
  "opened again": field("await this.c.close(); await this.c.connect(); await this.c.query('x');"),
  "of another object": field("await this.c.close(); await this.again.query('x');"),
});

testCases(rule, "groups", {
  "spawned after the end": body("const tg = new TaskGroup(); tg.cancel();\ntg.spawn(() => work()); // ✗ spawnAfterClose\nawait tg[Symbol.asyncDispose]();"),
  "spawned on an ended parameter": code("export function f(tg: TaskGroup) { tg.cancel();\ntg.spawn(() => work()); // ✗ spawnAfterClose\n}"),
  "spawned after it was disposed": body("const tg = new TaskGroup(); await tg[Symbol.asyncDispose]();\ntg.spawn(() => work()); // ✗ spawnAfterClose\n"),
  "cancelled where the function leaves": body("await using tg = new TaskGroup(); for (const sql of sqls) { if (sql === '') { tg.cancel(); return; } tg.spawn(() => work(sql)); } await tg.join();"),
  "asked after the end": body("const tg = new TaskGroup(); tg.spawn(() => work()); tg.cancel(); await tg[Symbol.asyncDispose](); log(tg.signal.aborted);"),
});

testCases(rule, "closings that are superfluous, or somebody else's", {
  "closed twice by using": body("await using c = await connect(); await c.query('x');\nawait c.close(); // ✗ doubleDispose\n"),
  "closed twice, then returned": body("await using c = await connect(); const rows = await c.query('x');\nawait c.close(); // ✗ doubleDispose\nreturn rows;"),
  "awaited, where `using` does not wait": "interface Handle { click(): Promise<void>; dispose(): Promise<void>; [Symbol.dispose](): void } declare function find(): Promise<Handle>;\nexport async function f() { using h = await find(); await h.click(); await h.dispose(); }",
  "closed early for a reason": body("await using c = await connect(); await c.query('x'); await c.close(); await work();"),
  "closed early on some ways": body("await using c = await connect(); if (flag) await c.close();"),
  "cancelled, not closed": body("await using tg = new TaskGroup(); tg.spawn(() => work()); tg.cancel();"),
  "a parameter, by default": code("export async function f(c: Conn) { try { await c.query('x'); } finally { await c.close(); } }"),
  "a parameter, if asked": { code: code("export async function f(c: Conn) { try { await c.query('x'); } finally {\nawait c.close(); // ✗ disposeBorrowed\n} }"), options: { disposeBorrowed: "error" } },
  "a field that was given, if asked": { code: code("export class A { constructor(private readonly c: Conn) {} async f() { await this.c.query('x');\nawait this.c.close(); // ✗ disposeBorrowed\n} }"), options: { disposeBorrowed: "error" } },
  "a field that was given by name, if asked": { code: code("export class A { readonly #c: Conn; constructor(c: Conn) { this.#c = c; } async f() {\nawait this.#c.close(); // ✗ disposeBorrowed\n} }"), options: { disposeBorrowed: "error" } },
  "a field that was given, closed with its object": { code: code("export class A { constructor(private readonly c: Conn) {} async close() { await this.c.close(); } }"), options: { disposeBorrowed: "error" } },
  "a field that was handed over": { code: code("export class A { constructor(/** @owns */ private readonly c: Conn) {} async f() { await this.c.close(); } }"), options: { disposeBorrowed: "error" } },
  "a field of its own": { code: code("export class A { #c: Conn | undefined; async f() { this.#c = await connect(); await this.#c.query('x'); await this.#c.close(); } }"), options: { disposeBorrowed: "error" } },
  "a parameter that is handed over": { code: code("/** @owns */\nexport async function f(c: Conn) { try { await c.query('x'); } finally { await c.close(); } }"), options: { disposeBorrowed: "error" } },
  "a parameter that is handed over, said beside it": { code: code("export async function f(/** @owns */ c: Conn) { try { await c.query('x'); } finally { await c.close(); } }"), options: { disposeBorrowed: "error" } },
  "a function that is there to close": { code: code("export async function closeQuietly(c: Conn) { try { await c.close(); } catch { log(c); } }"), options: { disposeBorrowed: "error" } },
});

testCases(rule, "controllers", {
  "aborted, then used": body("const ac = new AbortController(); ac.abort();\nawait fetch('x', { signal: ac.signal }); // ✗ reusedAborted\n"),
  "used, then aborted": body("const ac = new AbortController(); const p = fetch('x', { signal: ac.signal }); ac.abort(); await p.catch(log);"),
  "aborted and made anew": body("let ac = new AbortController(); ac.abort(); ac = new AbortController(); await fetch('x', { signal: ac.signal });"),
  "aborted, then looked at": body("const ac = new AbortController(); ac.abort(); log(ac.signal.aborted);"),
  "aborted where another signal has aborted": code("export async function f(signal: AbortSignal) { const ac = new AbortController(); if (signal.aborted) ac.abort(); else signal.addEventListener('abort', () => { ac.abort(); }, { once: true }); await fetch('x', { signal: ac.signal }); }"),
  "aborted later": body("const ac = new AbortController(); setTimeout(() => { ac.abort(); }, 10); await fetch('x', { signal: ac.signal });"),
  "a field in one method": code("export class A { #ac = new AbortController(); async run() { this.#ac.abort();\nawait fetch('x', { signal: this.#ac.signal }); // ✗ reusedAborted\n} }"),
  "aborted, then expected to fail": body("const ac = new AbortController(); ac.abort(); await expect(fetch('x', { signal: ac.signal })).rejects(); function expect(x: unknown) { return { rejects: () => work(x) }; }"),
  "aborted by the timer of one attempt": body("const ac = new AbortController(); for (const sql of sqls) { const t = setTimeout(() => { ac.abort(); }, 10); try {\nreturn await fetch(sql, { signal: ac.signal }); // ✗ reusedAborted\n} catch (e) { log(e); } finally { clearTimeout(t); } }"),
  "a controller for each attempt": body("for (const sql of sqls) { const ac = new AbortController(); const t = setTimeout(() => { ac.abort(); }, 10); try { return await fetch(sql, { signal: ac.signal }); } catch (e) { log(e); } finally { clearTimeout(t); } }"),
  "one time for all attempts": body("const ac = new AbortController(); const t = setTimeout(() => { ac.abort(); }, 10); for (const sql of sqls) { try { return await fetch(sql, { signal: ac.signal }); } catch (e) { log(e); } } clearTimeout(t);"),
  "attempts that end with the first failure": body("const ac = new AbortController(); for (const sql of sqls) { const t = setTimeout(() => { ac.abort(); }, 10); try { await fetch(sql, { signal: ac.signal }); } catch (e) { log(e); throw e; } finally { clearTimeout(t); } }"),
  "attempts that look whether time is up": body("const ac = new AbortController(); for (const sql of sqls) { const t = setTimeout(() => { ac.abort(); }, 10); try { return await fetch(sql, { signal: ac.signal }); } catch (e) { if (ac.signal.aborted) throw e; } finally { clearTimeout(t); } }"),
  "stopped and begun again": code("export class A { #ac = new AbortController(); stop() { this.#ac.abort(); } async run() {\nawait fetch('x', { signal: this.#ac.signal }); // ✗ reusedAborted\n} async restart() { this.stop(); await this.run(); } }"),
  "run, then stopped": code("export class A { #ac = new AbortController(); stop() { this.#ac.abort(); } async run() { await fetch('x', { signal: this.#ac.signal }); } async once() { await this.run(); this.stop(); } }"),
  "a field that is made anew": code("export class A { #ac = new AbortController(); async run() { this.#ac.abort(); this.#ac = new AbortController(); await fetch('x', { signal: this.#ac.signal }); } }"),
  "a field that another method aborts, by default": code("export class A { #ac = new AbortController(); cancel() { this.#ac.abort(); } async run() { await fetch('x', { signal: this.#ac.signal }); } }"),
  "a field that another method aborts, if asked": { code: code("export class A { #ac = new AbortController(); cancel() { this.#ac.abort(); } async run() {\nawait fetch('x', { signal: this.#ac.signal }); // ✗ reusedAborted\n} }"), options: { controllers: "class" } },
  "a field that ends with its object": { code: code("export class A { #ac = new AbortController(); close() { this.#ac.abort(); } async run() { await fetch('x', { signal: this.#ac.signal }); } }"), options: { controllers: "class" } },
  "a field that another method makes anew": { code: code("export class A { #ac = new AbortController(); cancel() { this.#ac.abort(); } async run() { this.#ac = new AbortController(); await fetch('x', { signal: this.#ac.signal }); } }"), options: { controllers: "class" } },
});

const registry = (reconfigure: string, more = ""): string => code(`export class Registry { #pool: Pool = createPool(1); #inFlight: Promise<void> = Promise.resolve(); async push(text: string) { ${more}this.#inFlight = this.#pool.push(text); await this.#pool.push(text); } ${reconfigure} async idle() { await this.#inFlight; } }`);

testCases(rule, "closed and replaced while in use", {
  "closed, then replaced": registry("configure(port: number) {\nvoid this.#pool.close(); // ✗ closedInUse\nthis.#pool = createPool(port); }"),
  "replaced, then closed": registry("async configure(port: number) { const old = this.#pool; this.#pool = createPool(port);\nawait old.close(); // ✗ closedInUse\n}"),
  "closed by a method": registry("configure(port: number) {\nthis.#shut(); // ✗ closedInUse\nthis.#pool = createPool(port); } #shut() { void this.#pool.close(); }"),
  "closed by a method that waits": registry("async configure(port: number) { await this.#shut(); this.#pool = createPool(port); } async #shut() { await this.idle(); await this.#pool.close(); }"),
  "a beginning that tidies up": registry("async start(port: number) { await this.#pool.close(); this.#pool = createPool(port); }"),
  "what is in flight is waited for": registry("async configure(port: number) { const old = this.#pool; this.#pool = createPool(port); await Promise.allSettled([this.#inFlight]); await old.close(); }"),
  "a method waits for what is in flight": registry("async configure(port: number) { const old = this.#pool; this.#pool = createPool(port); await this.idle(); await old.close(); }"),
  "making the new one waits for nothing": code("declare function create(): Promise<Pool>; export class Registry { #pool: Pool = createPool(1); async push(text: string) { await this.#pool.push(text); } async configure() { const old = this.#pool; this.#pool = await create();\nawait old.close(); // ✗ closedInUse\n} }"),
  "a disposer that takes no time": code("interface Session { ask(): Promise<void>; dispose(): void } declare function open(): Session; export class A { #session = open(); async ask() { await this.#session.ask(); } take(session: Session) { this.#session.dispose(); this.#session = session; } }"),
  "closed for good": registry("async close() { await this.#pool.close(); }"),
  "closed for good, the field emptied": code("export class Registry { #pool: Pool | undefined = createPool(1); async push(text: string) { await this.#pool?.push(text); } async configure() { await this.#pool?.close(); this.#pool = undefined; } }"),
  "what is broken is replaced": registry("async reconnect(port: number) { await this.#pool.close(); this.#pool = createPool(port); }"),
  "one at a time": registry("async configure(port: number) { await this.lock.run(async () => { await this.#pool.close(); }); this.#pool = createPool(port); } lock = { run: async (f: () => Promise<void>) => { await f(); } };"),
  "nobody works on it": code("export class Registry { #pool: Pool = createPool(1); configure(port: number) { void this.#pool.close(); this.#pool = createPool(port); } size() { return this.#pool.size(); } }"),
  "what is started has a life of its own": code("interface Rules { start(): Promise<void>; stop(): Promise<void>; close(): Promise<void> } declare function rules(): Rules; export class A { #rules = rules(); async start() { await this.#rules.start(); } async replaceRules() { await this.#rules.close(); this.#rules = rules(); await this.#rules.start(); } }"),
  "a variable of the module": code("let pool = createPool(1); export async function push(text: string) { await pool.push(text); } export function configure(port: number) {\nvoid pool.close(); // ✗ closedInUse\npool = createPool(port); }"),
});

const broken: readonly InvalidCase<keyof typeof rule.messages, object>[] = [
  {
    code: `${prelude}export async function f() {\n  await using c = await connect();\n  await c.query("x");\n  await c.close();\n}`,
    errors: [{ messageId: "doubleDispose", data: { name: "c", line: "9" }, suggestions: [{ desc: "Let `using` close it", output: `${prelude}export async function f() {\n  await using c = await connect();\n  await c.query("x");\n}` }] }],
  },
  {
    code: `${prelude}export class Search {\n  #ac = new AbortController();\n  async run(url: string) {\n    this.#ac.abort();\n    return await fetch(url, { signal: this.#ac.signal });\n  }\n}`,
    errors: [{ messageId: "reusedAborted", data: { name: "this.#ac", line: "9" }, suggestions: [{ desc: "Make `this.#ac` anew", output: `${prelude}export class Search {\n  #ac = new AbortController();\n  async run(url: string) {\n    this.#ac.abort();\n    this.#ac = new AbortController();\n    return await fetch(url, { signal: this.#ac.signal });\n  }\n}` }] }],
  },
  {
    code: `${prelude}export async function f(urls: string[]) {\n  const ac = new AbortController();\n  for (const url of urls) {\n    const timer = setTimeout(() => ac.abort(), 10);\n    try {\n      return await fetch(url, { signal: ac.signal });\n    } catch (error) {\n      console.error(error);\n    } finally {\n      clearTimeout(timer);\n    }\n  }\n  return undefined;\n}`,
    errors: [{ messageId: "reusedAborted", data: { name: "ac", line: "9" }, suggestions: [{ desc: "Make `ac` for each attempt", output: `${prelude}export async function f(urls: string[]) {\n  for (const url of urls) {\n    const ac = new AbortController();\n    const timer = setTimeout(() => ac.abort(), 10);\n    try {\n      return await fetch(url, { signal: ac.signal });\n    } catch (error) {\n      console.error(error);\n    } finally {\n      clearTimeout(timer);\n    }\n  }\n  return undefined;\n}` }] }],
  },
  {
    code: `${prelude}export function f(socket: WebSocket, over: boolean) {\n  if (over) {\n    socket.close();\n  }\n  socket.send("x");\n}`,
    errors: [{ messageId: "maybeClosed", data: { name: "socket", line: "8" }, suggestions: [{ desc: "Leave the function there", output: `${prelude}export function f(socket: WebSocket, over: boolean) {\n  if (over) {\n    socket.close();\n    return;\n  }\n  socket.send("x");\n}` }] }],
  },
  {
    code: `${prelude}export function f(socket: WebSocket, over: boolean) {\n  if (over) socket.close();\n  socket.send("x");\n}`,
    errors: [{ messageId: "maybeClosed", suggestions: [{ desc: "Leave the function there", output: `${prelude}export function f(socket: WebSocket, over: boolean) {\n  if (over) { socket.close(); return; }\n  socket.send("x");\n}` }] }],
  },
  // The function has a result.
  { code: `${prelude}export function f(socket: WebSocket, over: boolean) {\n  if (over) socket.close();\n  socket.send("x");\n  return 1;\n}`, errors: [{ messageId: "maybeClosed" }] },
  // A constant cannot be made anew.
  { code: `${prelude}export async function f(url: string) {\n  const ac = new AbortController();\n  ac.abort();\n  return await fetch(url, { signal: ac.signal });\n}`, errors: [{ messageId: "reusedAborted" }] },
];

testRule(rule, { valid: [], invalid: broken });
testRepairs(rule.name, broken);
