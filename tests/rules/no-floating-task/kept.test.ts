/** Work that somebody keeps and only hands out: caches, jobs, deferreds, both ends of a stream. */
import rule from "../../../rules/no-floating-task.ts";
import { testCases } from "../cases.ts";

/** A page that keeps its one load, and a reader of it that lets errors through only when asked to. */
const library = `class Page {
  #loading?: Promise<string>;
  async load(): Promise<string> { if (this.#loading !== undefined) return this.#loading; const run = load("x").then(String); this.#loading = run; return run; }
}
class Reader {
  #page = new Page();
  #read(o?: { strict?: boolean; fresh?: boolean }): Promise<unknown> { let p: Promise<unknown> = this.#page.load(); if (!o?.strict) p = p.catch(() => {}); return p; }
  read({ ...o }: { strict?: boolean; fresh?: boolean } = {}): Promise<number> { return this.#read({ ...o, fresh: o.fresh ?? true }).then(() => 1); }
  loose(o: { strict: boolean }): Promise<unknown> { return this.#read({ ...o, strict: false }); }
  both({ strict }: { strict?: boolean }): Promise<unknown> { return strict ? this.#page.load() : this.#page.load().catch(() => {}); }
  own(): Promise<unknown> { let p: Promise<unknown> = load("x"); if (ok) p = p.catch(() => {}); return p; }
  go(o: { strict: boolean }, more: [{ strict: boolean }]): void {
`;
const inReader = (code: string): string => `${library}    ${code}\n    log(o, more);\n  }\n}`;

testCases(rule, "kept by a cache, errors by option", {
  "option left out": inReader("this.#read();"),
  "option off": inReader("this.#read({ strict: false }); this.#read({ strict: undefined }); this.#read({}); this.#read(undefined);"),
  "other option": inReader("this.#read({ fresh: true });"),
  "off, through functions that pass options on": inReader("this.read(); this.read({ fresh: false }); this.loose(o);"),
  "either branch of a condition": inReader("this.both({}); this.both({ strict: false });"),
  "behind void": inReader("void this.read();"),
  "option on": inReader("this.#read({ strict: true }); // ✗ floating"),
  "option on, passed on": inReader("this.read({ strict: true }); this.both({ strict: true }); // ✗ floating // ✗ floating"),
  "option not known": inReader("this.#read(o); this.read({ ...o }); this.#read(...more); // ✗ floating // ✗ floating // ✗ floating"),
  "not kept by anybody": inReader("this.own(); // ✗ floating"),
  "handlers that do more work": "class A { #p = work(); run(): Promise<void> { let p = this.#p; if (ok) p = p.then(() => work()); return p; } stop() { return this.#p; } } new A().run(); // ✗ floating",
  "handled, but new each time": "function prefetch(): Promise<void> { return work().catch(() => {}); } void prefetch(); // ✗ voided",
});

testCases(rule, "made by a factory", {
  "a run that its object hands out as well": `interface Run { promise: Promise<void>; start: () => Promise<void> }
function createRun(): Run { let finish!: () => void; const promise = new Promise<void>((resolve) => { finish = resolve; }); return { promise, start: () => { setTimeout(finish, 10); return promise; } }; }
class A { #run?: Run; async go() { const run = (this.#run = createRun()); const wait = run.promise; run.start(); await wait; this.#run = undefined; } }`,
  "a deferred that nobody rejects": `class Deferred extends Promise<void> { resolve!: () => void; reject!: (e: unknown) => void; constructor() { super(() => {}); } }
function watch(body: { closed?: boolean }): { body: unknown; settled: Promise<void> } | null { if (body.closed) return null; const settled = new Deferred(); body.closed = true; setTimeout(() => { settled.resolve(); }, 1); return { body, settled }; }
async function answer(body?: { closed?: boolean }) { const watched = body ? watch(body) : null; if (!watched) return; void watched.settled.then(() => { log(); }); await load("x"); }`,
  "a deferred that may be rejected": `class Deferred extends Promise<void> { resolve!: () => void; reject!: (e: unknown) => void; constructor() { super(() => {}); } }
function watch(body: object): { body: unknown; settled: Promise<void> } { const settled = new Deferred(); setTimeout(() => { settled.reject(body); }, 1); return { body, settled }; }
async function answer(body: object) { const watched = watch(body); void watched.settled.then(() => { log(); }); await load("x"); } // ✗ floating`,
});

testCases(rule, "both ends of a stream", {
  "compressed in memory": `async function pack(bytes: Uint8Array<ArrayBuffer>) { const stream = new CompressionStream("gzip"); const writer = stream.writable.getWriter(); writer.write(bytes); writer.close(); return await new Response(stream.readable).arrayBuffer(); }`,
  "encoded": `async function encode(text: string) { const stream = new TextEncoderStream(); const writer = stream.writable.getWriter(); writer.write(text); writer.close(); return await new Response(stream.readable).arrayBuffer(); }`,
  "unpacking may fail, and both ends say so": `async function unpack(bytes: Uint8Array<ArrayBuffer>) { const stream = new DecompressionStream("gzip"); const writer = stream.writable.getWriter(); writer.write(bytes); writer.close(); return await new Response(stream.readable).arrayBuffer(); } // ✗ floating // ✗ floating`,
  "unpacking may fail, and is read": `async function unpack(bytes: Uint8Array<ArrayBuffer>) { const stream = new DecompressionStream("gzip"); const writer = stream.writable.getWriter(); writer.write(bytes).catch(() => {}); writer.close().catch(() => {}); return await new Response(stream.readable).arrayBuffer(); }`,
  "nobody reads": `async function pack(bytes: Uint8Array<ArrayBuffer>) { const writer = new CompressionStream("gzip").writable.getWriter(); writer.write(bytes); await writer.close(); } // ✗ floating`,
});

testCases(rule, "kept in other places than fields", {
  "a memo in a closure": "export function reply(body: { cancel(): Promise<void> }) { let cancelling: Promise<void> | undefined; const cancel = (): Promise<void> => (cancelling ??= body.cancel().catch(() => {})); return { cancel, cleanup: () => { void cancel(); } }; }",
  "a memo in a closure that rejects": "export function reply(body: { cancel(): Promise<void> }) { let cancelling: Promise<void> | undefined; const cancel = (): Promise<void> => (cancelling ??= body.cancel()); return { cancel, cleanup: () => { void cancel(); } }; } // ✗ voided",
  "a memo in a field, watched through a variable": "class A { #closing?: Promise<void>; #close(): Promise<void> { if (this.#closing) return this.#closing; const { promise, resolve } = Promise.withResolvers<void>(); this.#closing = promise; setTimeout(resolve, 1); return promise; } stop() { return this.#close(); } idle() { const closing = this.#close(); void closing.catch(() => undefined); } }",
  "a variable that a record of a field holds as well": "class A { #pending?: { limit: number; promise: Promise<void> }; #apply(limit: number): true | Promise<void> { if (this.#pending?.limit === limit) return this.#pending.promise; if (limit === 0) return true; const promise = work(limit).then(() => { this.#pending = undefined; }); this.#pending = { limit, promise }; return promise; } release() { const result = this.#apply(1); if (result !== true) { void result.catch(() => { log(); }); } } }",
  "a variable that nobody else holds": "class A { #apply(limit: number): true | Promise<void> { if (limit === 0) return true; const promise = work(limit).then(() => { log(); }); return promise; } release() { const result = this.#apply(1); if (result !== true) { void result.catch(() => { log(); }); } } } // ✗ detachedHandled",
  "an empty place in a queue, taken out of a pattern": `export function lock() { let tail: Promise<void> | undefined;
const reserve = () => { const previous = tail; let release!: () => void; const slot = new Promise<void>((resolve) => { release = resolve; }); tail = slot; return { previous, retire: () => { release(); } }; };
return (fail: boolean) => { const { previous, retire } = reserve(); if (fail) { if (previous) void previous.then(retire); else retire(); } return previous; }; }`,
  "entrusted to a function that gives the same back": "declare class Pending { track<T>(task: Promise<T>): Promise<T>; } function send(pending: Pending): Promise<void> { return pending.track(work().catch((e: unknown) => { console.error(e); })); } declare const pending: Pending; send(pending); pending.track(work().catch(() => {}));",
  "entrusted, and the copy that comes back rejects": "declare class Pending { track<T>(task: Promise<T>): Promise<T>; } declare const pending: Pending; pending.track(work()); // ✗ floating",
  "given to a function that may make another one of it": "declare function timeout<T>(task: Promise<T>, ms: number): Promise<T>; timeout(work().catch(() => {}), 10); // ✗ floating",
  "a deferred that holds only its resolvers": "class A { #ended: Promise<void>; #end!: () => void; constructor() { this.#ended = new Promise<void>((resolve) => { this.#end = resolve; }); this.#ended.catch(() => {}); } close() { this.#end(); } }",
  "a promise whose executor does work": "class A { #ended: Promise<void>; constructor() { this.#ended = new Promise<void>((resolve, reject) => { setTimeout(reject, 1); log(resolve); }); } } // ✗ unreadTask",
  "perhaps a promise, and looked at": "declare const strategy: { execute(f: () => void): void | boolean | Promise<void> }; function mutate() { const admitted = strategy.execute(() => {}); if (admitted === false) throw new Error('full'); }",
  "perhaps a promise, and looked at, strictly": { code: "declare const strategy: { execute(f: () => void): void | boolean | Promise<void> }; function mutate() { const admitted = strategy.execute(() => {}); if (admitted === false) throw new Error('full'); } // ✗ unreadTask", options: { maybePromise: "report" } },
});

testCases(rule, "told to somebody", {
  "a callback taken out of a parameter": "function sync(params: { begin: () => void; markError: (e: unknown) => void }) { const { begin, markError } = params; begin(); void work().catch((e: unknown) => { markError(e); }); }",
  "a callback taken out of options": "class A { constructor(private readonly options: { onError: (e: unknown) => void }) {} go() { const { onError: fail } = this.options; work().catch((e: unknown) => { fail(e); }); } }",
  "a method of the project's logger, taken out": "class Logger { error(e: unknown): void { console.error(e); } } function sync(logger: Logger) { const { error } = logger; void work().catch((e: unknown) => { error(e); }); } // ✗ voided",
  "listeners in records": "class A { #listeners: { listener: (e: unknown) => void; once?: boolean }[] = []; go() { Promise.resolve().then(() => work()).then(() => { this.#emit(0); }, this.#fail.bind(this)); } #fail(e: unknown) { this.#emit(e); } #emit(e: unknown) { this.#listeners.forEach(({ listener }) => { listener(e); }); } }",
  "a waiter put into a record": `class A {
  #cycle?: { since: number; done: () => void };
  wait(): Promise<void> { let done!: () => void; const p = new Promise<void>((resolve) => { done = resolve; }); this.#cycle = { since: Date.now(), done: done }; return p; }
  #take(): (() => void) | undefined { const cycle = this.#cycle; this.#cycle = undefined; return cycle?.done; }
  async #flush(): Promise<void> { const done = this.#take(); try { await work(); } catch { log(); } finally { done?.(); } }
  tick() { void this.#flush(); }
}`,
  "a lock that is given back tells nobody": `declare const mutex: { lock(): Promise<() => void> };
async function flush(): Promise<void> { const unlock = await mutex.lock(); try { await work(); } catch { log(); } finally { unlock(); } } void flush(); // ✗ voided`,
  "a promise with its resolver on it": "class A { done?: Promise<void> & { resolve: () => void }; async load(): Promise<void> { try { await work(); } catch { log(); } this.done?.resolve(); } go() { this.load(); return this.done; } }",
  "an observer that is told of the end": `declare class Subscriber<T> { next(v: T): void; error(e: unknown): void; complete(): void }
function check(s: Subscriber<unknown>, signal: AbortSignal) { fetch("x", { signal }).then((r) => { s.next(r); }).catch(() => { s.complete(); }); }`,
  "the end of the process": "async function exit(e: unknown): Promise<void> { console.error(e); await work().catch(() => undefined); globalThis.process.exit(1); } process.on('uncaughtException', (e) => { void exit(e); });",
  "an exit on one way only": "async function exit(e: unknown): Promise<void> { if (ok) process.exit(1); await work(e); } process.on('uncaughtException', (e) => { void exit(e); }); // ✗ voided",
});

testCases(rule, "told on every way", {
  "a method of an observer that the project declares": "interface Observer { opened(id: string): void; failed(e: unknown): void } class A { constructor(private readonly observer: Observer) {} go() { work().catch((e: unknown) => { this.observer.failed(e); }); work().catch((e: unknown) => this.observer.failed(new Error(String(e)))); } }",
  "an observer with an error method": "interface Observer { data(x: unknown): void; error(e: unknown): void } class A { constructor(private readonly observer: Observer) {} go() { work().catch((e: unknown) => this.observer.error(e)); } }",
  "a logger that the project declares": "interface Log { info(x: unknown): void; error(e: unknown): void } class A { constructor(private readonly logger: Log) {} go() { work().catch((e: unknown) => this.logger.error(e)); } } // ✗ detachedHandled",
  "a method that is not given the error": "interface Counter { count(name: string): void } class A { constructor(private readonly counter: Counter) {} go() { work().catch(() => { this.counter.count('failed'); }); } } // ✗ detachedHandled",
  "success is told, failure is swallowed": "function a(resolve: () => void) { work().then(() => { resolve(); }).catch(() => {}); } class A { value?: unknown; go() { load('x').then((v) => { this.value = v; }, () => {}); } } // ✗ detachedHandled // ✗ detachedHandled",
  "an executor that settles only on success, caught": "export const p = new Promise<void>((resolve) => { work().then(() => { resolve(); }).catch(console.error); }); // ✗ detachedHandled",
  "an executor that settles only on success, in a try": "export const p = new Promise<void>((resolve) => { const run = async () => { try { await work(); resolve(); } catch (e) { console.error(e); } }; void run(); }); // ✗ voided",
  "an executor that settles afterwards": "export const p = new Promise<void>((resolve) => { const run = async () => { try { await work(); } catch (e) { console.error(e); } resolve(); }; void run(); });",
  "an executor that settles in the end": "export const p = new Promise<void>((resolve) => { work().catch(console.error).finally(resolve); work().then(() => {}, () => {}).then(() => { resolve(); }); });",
  "a handler that a factory makes": `import type { ServerResponse } from "node:http";
const failure = (res: ServerResponse) => (e: unknown) => { res.end(String(e)); };
const report = (name: string) => (e: unknown) => { console.error(name, e); };
const run = <T>(f: () => T): T => f();
export function handle(res: ServerResponse) { run(async () => { await work(); }).catch(failure(res)); }
export function forget() { run(async () => { await work(); }).catch(report("x")); } // ✗ detachedHandled`,
});

testCases(rule, "reported by its place, by no-unscoped-spawn", {
  "handled work of a constructor": "class A { constructor() { this.init().catch(log); } async init() { await work(); } }",
  "unhandled work of a constructor": "class A { constructor() { this.init(); } async init() { await work(); } } // ✗ floating",
  "handled work of another object": "class A { constructor() { work().catch(log); } } // ✗ detachedHandled",
  "the callback of a timer that nobody can clear": "function f() { setTimeout(() => { void work(); }, 1); }",
  "the callback of a timer that is kept": "function f() { const t = setTimeout(() => { void work(); }, 1); return () => { clearTimeout(t); }; } // ✗ voided",
  "the callback of a timer that does not keep the process alive": "function f() { setTimeout(() => { void work(); }, 1).unref(); } // ✗ voided",
});

testCases(rule, "behind an interface", {
  "its one class catches everything and keeps what it does": `interface Link { stop(): Promise<void> }
class Socket implements Link { #stopping?: Promise<void>; stop(): Promise<void> { return (this.#stopping ??= this.#end().catch(() => {})); } #end() { return work(); } closed() { return this.#stopping; } }
class Client { constructor(private readonly link: Link) {} onTimeout() { this.link.stop(); } }
export const made = new Client(new Socket());`,
  "one of two classes loses errors": `interface Link { stop(): Promise<void> }
class Socket implements Link { #stopping?: Promise<void>; stop(): Promise<void> { return (this.#stopping ??= work().catch(() => {})); } }
class Pipe implements Link { async stop() { await work(); } }
class Client { constructor(private readonly link: Link) {} onTimeout() { this.link.stop(); } } // ✗ floating
export const made = [new Client(new Socket()), new Client(new Pipe())];`,
  "an abstract method, and the one class that fills it in": `abstract class Transport { abstract send(): Promise<void>; flush() { void this.send(); } }
export class Memory extends Transport { #last?: Promise<void>; send(): Promise<void> { return (this.#last ??= work().catch(() => {})); } last() { return this.#last; } }`,
  "no class in the program": "interface Link { stop(): Promise<void> }\nexport function onTimeout(link: Link) { link.stop(); } // ✗ floating",
});

const queue = "class Queue { #paused = 0; #running?: Promise<number>; start() { this.#running = work().then(() => 1).catch(() => 0); }";

testCases(rule, "waiting for what somebody keeps", {
  "a mark, and a wait for the work that runs": `${queue} idle(): Promise<number | undefined> { return this.#running ?? Promise.resolve(0); } async pause() { this.#paused++; await this.#running; } }\nexport function stop(queue: Queue) { queue.pause(); void queue.idle(); }`,
  "through another method that only waits": `${queue} async idle() { return this.#running ?? { ended: 0 }; } async pause() { this.#paused++; await this.idle(); } }\nexport function stop(queue: Queue) { queue.pause(); }`,
  "work that begins when the other's is done": `${queue} async pause() { await this.#running; await work(1).catch(log); } }\nexport function stop(queue: Queue) { queue.pause(); } // ✗ detachedHandled`,
  "the work may fail, and the wait fails with it": "class Queue { #running?: Promise<void>; start() { this.#running = work(); return this.#running; } async pause() { log(); await this.#running; } }\nexport function stop(queue: Queue) { queue.pause(); } // ✗ floating",
});

const deferred = "interface Deferred<T> extends Promise<T> { resolve(value: T): void; reject(error: unknown): void }\ndeclare function deferred<T>(): Deferred<T>;\ninterface Sub { readonly closed: Promise<void> }";

testCases(rule, "a deferred in a field", {
  "only ever resolved": `${deferred}\nexport class Iter { closed = deferred<void>(); stop() { this.closed.resolve(); } }\nexport function watch(iter: Iter) { iter.closed.then(() => { log(); }); }`,
  "read through an interface": `${deferred}\nexport class Iter implements Sub { closed: Deferred<void> = deferred(); stop() { this.closed.resolve(); } }\nexport function watch(sub: Sub) { sub.closed.then(() => { log(); }); }\nexport const door = { closed: true };`,
  "rejected in another place": `${deferred}\nexport class Iter { closed = deferred<void>(); fail(error: Error) { this.closed.reject(error); } }\nexport function watch(iter: Iter) { iter.closed.then(() => { log(); }); } // ✗ floating`,
  "somebody else's promise": `${deferred}\nexport class Iter { closed = deferred<void>(); take(other: Deferred<void>) { this.closed = other; } }\nexport function watch(iter: Iter) { iter.closed.then(() => { log(); }); } // ✗ floating`,
  "a read-only promise that its constructor resolves": "export class Link { readonly closed: Promise<void>; #end!: () => void; constructor() { this.closed = new Promise((resolve) => { this.#end = resolve; }); this.closed.then(() => { log(); }); } end() { this.#end(); } }",
});

const client = "interface Client { info(section: string, callback?: (error?: Error | null, answer?: string) => void): Promise<string>; watch(onError: (error: Error) => void): Promise<void>; each(visit: (error: Error | null) => Promise<void>): Promise<void> }";

testCases(rule, "a callback for the outcome", {
  "an error, if there is one, and the result": `${client}\nexport function ask(client: Client, done: (error?: Error | null) => void) { client.info("x", (error, answer) => { log(answer); done(error); }); }`,
  "a callback passed on": `${client}\nexport function ask(client: Client, done: (error?: Error | null, answer?: string) => void) { client.info("x", done); }`,
  "left out": `${client}\nexport function ask(client: Client) { client.info("x"); } // ✗ floating`,
  "a listener for errors alone": `${client}\nexport function ask(client: Client, fail: (error: Error) => void) { client.watch(fail); } // ✗ floating`,
  "a callback that is waited for": `${client}\nexport function ask(client: Client) { client.each(async (error) => { await work(error); }); } // ✗ floating`,
});

const emitter = "declare class Emitter { emit(name: string, value: unknown): void; protected emitReserved(name: string, value: unknown): void }";

testCases(rule, "told through other doors", {
  "a callback that is the last of the arguments": `export function onCall(args: unknown[]) { run(args); }
async function run(args: unknown[]) { const rest = args.slice(0); const done = typeof rest[rest.length - 1] === "function" ? (rest.pop() as (e: unknown, r?: unknown) => void) : () => {}; try { done(null, await load(String(rest[0]))); } catch (error) { done(error); } }`,
  "something else that is taken out of a list": `const names: ((e: unknown) => void)[] = [];
export function onCall(id: string) { run(id); } // ✗ detachedHandled
async function run(id: string) { const note = names.slice(0).pop() ?? log; try { log(await load(id)); } catch (error) { note(error); } }`,
  "listeners that are called with a receiver": "class Style { #listeners: ((e: unknown) => void)[] = []; fire(e: unknown) { for (const listener of this.#listeners) listener.call(this, e); } async load(id: string) { try { log(await load(id)); } catch (error) { this.fire(error); } } }\nexport function show(style: Style) { style.load('x'); }",
  "a callback in what a function is handed back": "declare function observe<T extends object>(callbacks: T, start: (emit: T) => void): void;\nexport function watch({ onError }: { onError?: (e: unknown) => void }) { observe({ onError }, (emit) => { (async () => { try { await load('x'); } catch (error) { emit.onError?.(error); } })(); }); }",
  "an event under a name of its own": `${emitter}\nexport class Polling extends Emitter { poll() { load("x").then((data) => { this.emitReserved("data", data); }).catch((error: unknown) => { this.emitReserved("error", error); }); } }`,
});
