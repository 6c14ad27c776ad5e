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
