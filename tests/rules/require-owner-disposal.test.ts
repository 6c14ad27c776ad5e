/** Table of asr/require-owner-disposal: what classes create and never give back, give back in the wrong order, or give back although it is not theirs. */
import { testCases } from "./cases.ts";
import { testRule } from "../support/rule-tester.ts";
import rule from "../../rules/require-owner-disposal.ts";

const conn =
  "declare class Conn implements AsyncDisposable { query(sql: string, signal?: AbortSignal): Promise<string>; close(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }\n" +
  "declare function connect(): Promise<Conn>;\ndeclare class Watcher implements Disposable { start(): void; [Symbol.dispose](): void; dispose(): void }";
const owner = (code: string) => `${code}\n${conn}`;
const group = (code: string) => `import { TaskGroup } from "asr-runtime";\n${code}\n${conn}\nexport {};`;

testCases(rule, "collections, and disposers that leave half-way", {
  "a list that only grows": "export class A { #all: BroadcastChannel[] = []; add(x: string) { this.#all.push(new BroadcastChannel(x)); } get count() { return this.#all.length; } } // ✗ notDisposable",
  "a map that the disposer forgets": "export class A { #all = new Map<string, BroadcastChannel>(); #c = new BroadcastChannel('c'); add(x: string) { this.#all.set(x, new BroadcastChannel(x)); } close() { this.#c.close(); } } // ✗ fieldNotDisposed",
  "a list of objects that may see to their end": "declare class Realm { constructor(x: string); dispose(): void } export class A { #all: Realm[] = []; add(x: string) { this.#all.push(new Realm(x)); } }",
  "a list that is closed": "export class A { #all: BroadcastChannel[] = []; add(x: string) { this.#all.push(new BroadcastChannel(x)); } close() { for (const one of this.#all) one.close(); } }",
  "a map that is asked": "export class A { #all = new Map<string, BroadcastChannel>(); add(x: string) { this.#all.set(x, new BroadcastChannel(x)); } remove(x: string) { this.#all.get(x)?.close(); } }",
  "a list that is handed out": "export class A { #all: BroadcastChannel[] = []; add(x: string) { this.#all.push(new BroadcastChannel(x)); } all() { return this.#all; } }",
  "a store that owns what it is given": "declare class Store { add(x: BroadcastChannel): void; dispose(): void } export class A { #store = new Store(); add(x: string) { this.#store.add(new BroadcastChannel(x)); } dispose() { this.#store.dispose(); } }",
  "left after the first": "export class A { #a = new BroadcastChannel('a'); ok = false;\n  #b = new BroadcastChannel('b'); // ✗ fieldNotDisposed\n  close() { this.#a.close(); if (!this.ok) return; this.#b.close(); } }",
  "left before the first": "export class A { #a = new BroadcastChannel('a'); #b = new BroadcastChannel('b'); closed = false; close() { if (this.closed) return; this.closed = true; this.#a.close(); this.#b.close(); } }",
  "left where there is nothing to close": "export class A { #a = new BroadcastChannel('a'); #b?: BroadcastChannel; open() { this.#b = new BroadcastChannel('b'); } close() { this.#a.close(); if (this.#b === undefined) return; this.#b.close(); } }",
  "left after both": "export class A { #a = new BroadcastChannel('a'); #b = new BroadcastChannel('b'); ok = false; close() { this.#a.close(); this.#b.close(); if (!this.ok) return; log(1); } }",
  "closed on either way": "export class A { #a = new BroadcastChannel('a'); #b = new BroadcastChannel('b'); ok = false; close() { this.#a.close(); if (this.ok) { this.#b.close(); return; } this.#b.close(); } }",
});

testCases(rule, "nobody gives it back", {
  "a scope": group("export class Jobs {\n  readonly tasks = new TaskGroup(); // ✗ notDisposable\n  start() { this.tasks.spawn(() => work()); }\n}"),
  "a connection made later": owner("export class Store { #c?: Conn; async open() {\n  this.#c = await connect(); // ✗ notDisposable\n} read() { return this.#c?.query('x'); } }"),
  "the promise of a connection": owner("export class Store {\n  readonly #c = connect(); // ✗ notDisposable\n  async read() { return (await this.#c).query('x'); } }"),
  "an interval": "export class Poll { #timer?: ReturnType<typeof setInterval>; start() {\n  this.#timer = setInterval(() => log('tick'), 10); // ✗ notDisposable\n} get on() { return this.#timer !== undefined; } }",
  "an interval that nobody could clear is another rule's": "export class Poll { readonly #timer = setInterval(() => log('tick'), 10); }",
  "an interval cleared from outside": "export class Poll { timer = setInterval(() => log('tick'), 10); }\nexport function stop(poll: Poll) { clearInterval(poll.timer); }",
  "an interval that does not keep the process alive": "export class Poll { #timer = setInterval(() => log('tick'), 10); constructor() { this.#timer.unref(); } }",
  "one that the disposer forgets": group("export class Jobs implements AsyncDisposable { #c?: Conn; #tasks = new TaskGroup(); async open() {\n  this.#c = await connect(); // ✗ fieldNotDisposed\n} async [Symbol.asyncDispose]() { await this.#tasks[Symbol.asyncDispose](); } }"),
  "one that `close` forgets": owner("export class Store { #c?: Conn; #open = false; async open() {\n  this.#c = await connect(); // ✗ fieldNotDisposed\n  this.#open = true; } close() { this.#open = false; } read() { return this.#open ? this.#c?.query('x') : undefined; } }"),
  "a lifecycle of one's own": { code: owner("export class Store { #c?: Conn; async open() {\n  this.#c = await connect(); // ✗ fieldNotDisposed\n} leave() { log('bye'); } }"), options: { lifecycles: [{ acquire: ["open"], release: ["leave"] }] } },
  "a synchronous disposer for what takes time": owner("export class Store implements Disposable { #c?: Conn; async open() {\n  this.#c = await connect(); // ✗ syncDisposerForAsync\n} [Symbol.dispose]() { log('bye'); } }"),
  "given back by the disposer": owner("export class Store implements AsyncDisposable { #c?: Conn; async open() { this.#c = await connect(); } async [Symbol.asyncDispose]() { await this.#c?.close(); } }"),
  "given back through a local name": owner("export class Store { #c?: Conn; async open() { this.#c = await connect(); } async close() { const c = this.#c; this.#c = undefined; await c?.close(); } }"),
  "given back through its promise": owner("export class Store { #c = connect(); async close() { const promise = this.#c; const c = await promise.catch(() => undefined); if (c) await c.close(); } }"),
  "given back by a helper": owner("declare function end(c: Conn | undefined): Promise<void>;\nexport class Store { #c?: Conn; async open() { this.#c = await connect(); } async close() { await end(this.#c); } }"),
  "given back in a list": owner("export class Store { #a?: Conn; #b?: Conn; async open() { this.#a = await connect(); this.#b = await connect(); } async close() { await Promise.all([this.#a, this.#b].map((c) => c?.close())); } }"),
  "destructured": owner("export class Store { c?: Conn; async open() { this.c = await connect(); } async close() { const { c } = this; await c?.close(); } }"),
  "a type that says less than the field": owner("interface Reader { query(sql: string): Promise<string> }\nexport class Store { c: Reader | Conn; constructor() { this.c = new Conn(); } async close() { if ('close' in this.c) await this.c.close(); } }"),
  "registered with a stack": group("export class Jobs implements AsyncDisposable { readonly #stack = new AsyncDisposableStack(); readonly tasks = this.#stack.use(new TaskGroup()); async [Symbol.asyncDispose]() { await this.#stack.disposeAsync(); } }"),
  "registered with the base class": owner("declare class Base { _register<T extends Disposable>(one: T): T }\nexport class View extends Base { readonly watcher = this._register(new Watcher()); }"),
  "injected": owner("export class Store { constructor(private readonly c: Conn) {} find(sql: string) { return this.c.query(sql); } }"),
  "handed out": owner("export class Store { #c?: Conn; async open() { this.#c = await connect(); return this.#c; } }"),
  "given back from outside": owner("export class Store { c?: Conn; async open() { this.c = await connect(); } }\nexport async function stop(store: Store) { await store.c?.close(); }"),
  "a class whose only object lives as long as the process": owner("class Store { readonly #w = new Watcher(); start() { this.#w.start(); } }\nexport const store = new Store();"),
  "an abstract class, whose children end it": owner("export abstract class Store { protected c?: Conn; async open() { this.c = await connect(); } }"),
  "a class made by a framework": owner("declare function Injectable(): (target: unknown, context: unknown) => void;\n@Injectable()\nexport class Store { readonly #w = new Watcher(); start() { this.#w.start(); } }"),
  "the pair of a custom element": "export class Element { #t?: ReturnType<typeof setInterval>; connectedCallback() { this.#t = setInterval(() => {}, 10); } disconnectedCallback() { clearInterval(this.#t); } }",
  "a timer that ends by itself": "export class Later { #t?: ReturnType<typeof setTimeout>; arm() { this.#t = setTimeout(() => log('once'), 10); } get armed() { return this.#t !== undefined; } }",
  "a timer that outlives its owner": "export class Later { #t?: ReturnType<typeof setTimeout>; arm() {\n  this.#t = setTimeout(() => log('once'), 10); // ✗ fieldNotDisposed\n} get armed() { return this.#t !== undefined; } close() { log('bye'); } }",
  "a child process whose end is awaited": "import { spawn, type ChildProcess } from 'node:child_process';\nexport class Tool { #child?: ChildProcess; start() { this.#child = spawn('tool'); this.#child.once('exit', log); } stop() { log('bye'); } }",
  "a deferred brings what others put into it": owner("class Deferred<T> { declare promise: Promise<T>; then(done: (value: T) => void) { return this.promise.then(done); } }\nexport class Store { readonly ready = new Deferred<Conn>(); }"),
  "what its user acquires": "declare class Mutex { acquire(): Promise<void>; release(): void }\nexport class Store { readonly #mutex = new Mutex(); async read() { await this.#mutex.acquire(); try { await work(); } finally { this.#mutex.release(); } } }",
  "static: as old as the process": owner("export class Store { static readonly watcher = new Watcher(); }"),
});

testCases(rule, "nothing to give back", {
  "a timer that was waited for": "export class A { #delay?: ReturnType<typeof setTimeout>; async retry() { await new Promise<void>((done) => { this.#delay = setTimeout(done, 10); }); this.#delay = undefined; await work(); } close() { clearTimeout(this.#delay); } }",
  "a timer that fires at once": "export class A { #timer?: ReturnType<typeof setTimeout>; go() { this.#timer = setTimeout(() => { this.#timer = undefined; }, 0); } close() { log('bye'); } }",
  "a timer that fires later": "export class A { #timer?: ReturnType<typeof setTimeout>;\n  go() { this.#timer = setTimeout(() => { this.#timer = undefined; }, 10); } // ✗ fieldNotDisposed\n  close() { log('bye'); } }",
  "an object whose end is only a mark": "class Members { #gone = false; dispose() { this.#gone = true; } get gone() { return this.#gone; } }\nexport class Quorum { readonly #members = new Members(); close() { log('bye'); } get gone() { return this.#members.gone; } }",
  "an emitter, which is memory like any other": "declare class Emitter { event(f: () => void): void; fire(): void; dispose(): void }\nexport class A { readonly #changed = new Emitter(); fire() { this.#changed.fire(); } }",
});

testCases(rule, "the base class", {
  "is not called": group("export class Jobs extends TaskGroup {\n  override async [Symbol.asyncDispose]() { await work(); } // ✗ noSuper\n}"),
  "is not called by a method": owner("class Base { readonly #w = new Watcher(); start() { this.#w.start(); } close() { this.#w.dispose(); } }\nexport class Derived extends Base {\n  override close() { log('bye'); } // ✗ noSuper\n}"),
  "is called": group("export class Jobs extends TaskGroup { override async [Symbol.asyncDispose]() { try { await work(); } finally { await super[Symbol.asyncDispose](); } } }"),
  "has nothing to give back": "class Base { close() { log('bye'); } }\nexport class Derived extends Base { override close() { log('bye bye'); } }",
  "has its work done for it": owner("class Base { protected readonly w = new Watcher(); close() { this.w.dispose(); } }\nexport class Derived extends Base { override close() { this.w.dispose(); } }"),
  "is abstract": "abstract class Base { abstract close(): void }\nexport class Derived extends Base { override close() { log('bye'); } }",
});

testCases(rule, "written again", {
  "a reconnect": "export class Feed { ws?: WebSocket; reconnect() {\n  this.ws = new WebSocket('wss://x'); // ✗ overwriteWithoutDispose\n} close() { this.ws?.close(); } }",
  "what the constructor has made": owner("export class View { #w = new Watcher(); show() {\n  this.#w = new Watcher(); // ✗ overwriteWithoutDispose\n} dispose() { this.#w.dispose(); } }"),
  "closed before": "export class Feed { ws?: WebSocket; reconnect() { this.ws?.close(); this.ws = new WebSocket('wss://x'); } close() { this.ws?.close(); } }",
  "closed by another method": "export class Feed { ws?: WebSocket; reconnect() { this.close(); this.ws = new WebSocket('wss://x'); } close() { this.ws?.close(); } }",
  "closed after": "export class Feed { ws?: WebSocket; reconnect() { const old = this.ws; this.ws = new WebSocket('wss://x'); old?.close(); } close() { this.ws?.close(); } }",
  "only when there is none": "export class Feed { ws?: WebSocket; reconnect() { if (this.ws) return; this.ws = new WebSocket('wss://x'); } close() { this.ws?.close(); } }",
  "only when there is none, in short": "export class Feed { ws?: WebSocket; refresh() { this.ws ??= new WebSocket('wss://x'); } close() { this.ws?.close(); } }",
  "opened once": owner("export class Store { #c?: Conn; async open() { this.#c = await connect(); } async close() { await this.#c?.close(); } }"),
  "a timer that sets itself again": "export class Poll { #t?: ReturnType<typeof setTimeout>; refresh() { this.#t = setTimeout(() => { this.refresh(); }, 10); } stop() { clearTimeout(this.#t); } }",
});

testCases(rule, "whose is it?", {
  "closed in any case": owner("export class Store { readonly c: Promise<Conn>; constructor(c?: Promise<Conn>) {\n  this.c = c ?? connect(); // ✗ mixedOwnership\n} async close() { await (await this.c).close(); } }"),
  "an option": owner("export class View { readonly #w: Watcher; constructor(options: { watcher?: Watcher }) {\n  this.#w = options.watcher ?? new Watcher(); // ✗ mixedOwnership\n} dispose() { this.#w.dispose(); } }"),
  "a flag remembers": owner("export class View { readonly #w: Watcher; readonly #own: boolean; constructor(w?: Watcher) { this.#w = w ?? new Watcher(); this.#own = w === undefined; } dispose() { if (this.#own) this.#w.dispose(); } }"),
  "a flag says no": owner("export class View { readonly #w: Watcher; readonly #own: boolean; constructor(w?: Watcher) { this.#w = w ?? new Watcher(); this.#own = w === undefined; } dispose() { if (!this.#own) return; this.#w.dispose(); } }"),
});

testCases(rule, "the order", {
  "closed before the tasks that use it": group("export class Jobs implements AsyncDisposable { #c = new Conn(); #tasks = new TaskGroup(); run() { this.#tasks.spawn(({ signal }) => this.#c.query('x', signal)); } async [Symbol.asyncDispose]() {\n  await this.#c.close(); // ✗ wrongOrder\n  await this.#tasks[Symbol.asyncDispose]();\n} }"),
  "used by a method of the task": group("export class Jobs implements AsyncDisposable { #c = new Conn(); #tasks = new TaskGroup(); run() { this.#tasks.spawn(() => this.#once()); } #once() { return this.#c.query('x'); } async [Symbol.asyncDispose]() {\n  await this.#c.close(); // ✗ wrongOrder\n  await this.#tasks[Symbol.asyncDispose]();\n} }"),
  "closed after them": group("export class Jobs implements AsyncDisposable { #c = new Conn(); #tasks = new TaskGroup(); run() { this.#tasks.spawn(({ signal }) => this.#c.query('x', signal)); } async [Symbol.asyncDispose]() { await this.#tasks[Symbol.asyncDispose](); await this.#c.close(); } }"),
  "not used by them": group("export class Jobs implements AsyncDisposable { #c = new Conn(); #tasks = new TaskGroup(); run() { this.#tasks.spawn(() => work()); } async [Symbol.asyncDispose]() { await this.#c.close(); await this.#tasks[Symbol.asyncDispose](); } }"),
});

testCases(rule, "interfaces", {
  "not asked for": "export class A { [Symbol.dispose]() { log('bye'); } }",
  "asked for": { code: "export class A {\n  [Symbol.dispose]() { log('bye'); } // ✗ missingImplements\n}", options: { checkImplements: true } },
  "declared": { code: "export class A implements Disposable { [Symbol.dispose]() { log('bye'); } }", options: { checkImplements: true } },
});

const lib = 'import { TaskGroup } from "asr-runtime"; declare class Watcher { dispose(): void; start(): void }';

testRule(rule, {
  valid: ["export class A {}"],
  invalid: [
    {
      name: "a disposer",
      code: `${lib}\nexport class Jobs {\n  readonly #tasks = new TaskGroup();\n\n  start() {\n    this.#tasks.spawn(() => {});\n  }\n}`,
      errors: [
        {
          messageId: "notDisposable",
          line: 3,
          suggestions: [
            {
              desc: "Add `[Symbol.asyncDispose]`",
              output: `${lib}\nexport class Jobs implements AsyncDisposable {\n  readonly #tasks = new TaskGroup();\n\n  start() {\n    this.#tasks.spawn(() => {});\n  }\n\n  async [Symbol.asyncDispose](): Promise<void> {\n    await this.#tasks[Symbol.asyncDispose]();\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: "a release in the disposer",
      code: `${lib}\nexport class View {\n  #w?: Watcher;\n  open() {\n    this.#w = new Watcher();\n    this.#w.start();\n  }\n  dispose() {\n    console.log("bye");\n  }\n}`,
      errors: [
        {
          messageId: "fieldNotDisposed",
          line: 5,
          suggestions: [
            {
              desc: "Release `#w` in `dispose`",
              output: `${lib}\nexport class View {\n  #w?: Watcher;\n  open() {\n    this.#w = new Watcher();\n    this.#w.start();\n  }\n  dispose() {\n    try {\n      console.log("bye");\n    } finally {\n      this.#w?.dispose();\n    }\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: "a call of the base class",
      code: `${lib}\nexport class Jobs extends TaskGroup { override async [Symbol.asyncDispose]() { await 1; } }`,
      errors: [{ messageId: "noSuper", line: 2, suggestions: [{ desc: "Call `super[Symbol.asyncDispose]()` at the end", output: `${lib}\nexport class Jobs extends TaskGroup { override async [Symbol.asyncDispose]() { try { await 1; } finally { await super[Symbol.asyncDispose](); } } }` }] }],
    },
    {
      name: "a release before the next",
      code: `${lib}\nexport class Feed {\n  ws?: WebSocket;\n  reconnect() {\n    this.ws = new WebSocket("wss://x");\n  }\n  close() {\n    this.ws?.close();\n  }\n}`,
      errors: [{ messageId: "overwriteWithoutDispose", line: 5, suggestions: [{ desc: "Release `ws` first", output: `${lib}\nexport class Feed {\n  ws?: WebSocket;\n  reconnect() {\n    this.ws?.close();\n    this.ws = new WebSocket("wss://x");\n  }\n  close() {\n    this.ws?.close();\n  }\n}` }] }],
    },
  ],
});

testCases(rule, "what looks like a resource, or like a timer that is forgotten", {
  "cleared behind a cast": "export class A { #timer?: NodeJS.Timeout; start() { this.#timer = setTimeout(() => { log(1); }, 9000); } stop() { clearTimeout(this.#timer as NodeJS.Timeout); this.#timer = undefined; } }",
  "streams that something passes through": 'import { Duplex, Transform } from "node:stream"; class Packets extends Transform { size = 0; } class Frames extends Duplex { size = 0; } export class A { readonly #in = new Packets(); readonly #out = new Frames(); constructor(socket: Duplex) { socket.pipe(this.#in); this.#out.pipe(socket); } get size() { return this.#in.size + this.#out.size; } }',
  "a stream with an end of its own": 'import { Duplex } from "node:stream"; class Port extends Duplex { size = 0; override _destroy(error: Error | null, done: (error?: Error | null) => void) { log(1); done(error); } } export class A {\n  readonly #port = new Port(); // ✗ notDisposable\n  get size() { return this.#port.size; } }',
});
