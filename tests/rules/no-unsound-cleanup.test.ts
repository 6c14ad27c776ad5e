/** Table of asr/no-unsound-cleanup: clean-up that is called off, stops half-way, hides the error, or is not waited for. */
import { testCases } from "./cases.ts";
import { testRule } from "../support/rule-tester.ts";
import rule from "../../rules/no-unsound-cleanup.ts";

const conn = "interface Conn { query(sql: string, signal?: AbortSignal): Promise<void>; close(): Promise<void>; kill(): void; tx(sql: string, options?: { signal?: AbortSignal }): Promise<void> }\ndeclare function connect(): Promise<Conn>;";
const clean = (code: string) => `${code}\n${conn}`;

testCases(rule, "a signal that has aborted", {
  "a parameter": clean("async function f(c: Conn, signal: AbortSignal) { try { await work(signal); } finally {\n  await c.query('ROLLBACK', signal); // ✗ abortedSignal\n} }"),
  "a part of a parameter": clean("async function f(c: Conn, options: { signal?: AbortSignal }) { try { await work(); } catch (e) {\n  await c.query('ROLLBACK', options.signal).catch(() => {}); // ✗ abortedSignal\n  throw e;\n} }"),
  "a destructured parameter": clean("async function f(c: Conn, { signal }: { signal: AbortSignal }) { try { await work(); } finally {\n  await c.tx('ROLLBACK', { signal }); // ✗ abortedSignal\n} }"),
  "destructured in the body": clean("async function f(c: Conn, options: { signal: AbortSignal }) { const { signal } = options; try { await work(); } finally {\n  await c.tx('ROLLBACK', { signal }); // ✗ abortedSignal\n} }"),
  "the signal of a task": clean("import { TaskGroup } from 'asr-runtime';\nexport async function f(c: Conn) { await TaskGroup.run(async (tasks) => { tasks.spawn(async ({ signal }) => { try { await work(signal); } finally {\n  await c.query('ROLLBACK', signal); // ✗ abortedSignal\n} }); }); }"),
  "the signal of a group that is a field": "import { TaskGroup } from 'asr-runtime';\nexport class Service implements AsyncDisposable { readonly #tasks = new TaskGroup(); async [Symbol.asyncDispose]() {\n  await say('bye', this.#tasks.signal); // ✗ abortedSignal // ✗ fragileSequence\n  await this.#tasks[Symbol.asyncDispose]();\n} }\ndeclare function say(text: string, signal?: AbortSignal): Promise<void>;",
  "a controller aborted on the line before": clean("class Client { readonly #life = new AbortController(); constructor(readonly c: Conn) {} async close() {\n  this.#life.abort();\n  await this.c.query('BYE', this.#life.signal); // ✗ abortedSignal\n} }"),
  "given to a disposable stack": clean("async function f(c: Conn, signal: AbortSignal) { await using stack = new AsyncDisposableStack(); stack.defer(async () => {\n  await c.query('ROLLBACK', signal); // ✗ abortedSignal\n}); await work(signal); }"),
  "a deadline of its own": clean("async function f(c: Conn, signal: AbortSignal) { try { await work(signal); } finally { await c.query('ROLLBACK', AbortSignal.timeout(1000)); } }"),
  "no signal at all": clean("async function f(c: Conn, signal: AbortSignal) { try { await work(signal); } finally { await c.query('ROLLBACK'); } }"),
  "a signal made for the clean-up": clean("async function f(c: Conn, signal: AbortSignal) { try { await work(signal); } finally { const own = AbortSignal.timeout(10); await c.query('ROLLBACK', own); } }"),
  "only while it has not aborted": clean("async function f(c: Conn, signal: AbortSignal) { try { await work(signal); } finally { if (!signal.aborted) await c.query('GOODBYE', signal); } }"),
  "after a look whether it has": clean("async function f(c: Conn, signal: AbortSignal) { try { await work(signal); } catch (e) { if (signal.aborted) { log('stopped'); return; } await c.query('NEXT', signal).catch(() => {}); throw e; } }"),
  "whoever closes says how long it may take": clean("class Client { constructor(readonly c: Conn) {} async close({ signal }: { signal?: AbortSignal } = {}) { await this.c.query('BYE', signal); } }"),
  "another attempt in a handler": clean("async function f(c: Conn, signal: AbortSignal, times: number): Promise<void> { try { await work(signal); } catch (e) { if (times > 3) throw e; await c.query('RETRY', signal); } }"),
  "outside of clean-up": clean("async function f(c: Conn, signal: AbortSignal) { await c.query('x', signal); }"),
});

testCases(rule, "releases in sequence", {
  "two in a finally": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally {\n  await a.close(); // ✗ fragileSequence\n  await b.close();\n} }"),
  "the last of three is skipped too, but one report is enough": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally {\n  await a.query('x'); // ✗ fragileSequence\n  await a.close();\n  await b.close();\n} }"),
  "a synchronous release is skipped as well": clean("async function f(c: Conn) { const timer = setInterval(() => {}, 10); try { await work(); } finally {\n  await c.close(); // ✗ fragileSequence\n  clearInterval(timer);\n} }"),
  "in a disposer": clean("class Both implements AsyncDisposable { constructor(readonly a: Conn, readonly b: Conn) {} async [Symbol.asyncDispose]() {\n  await this.a.close(); // ✗ fragileSequence\n  await this.b.close();\n} }"),
  "in a method that ends its object": clean("class Both { constructor(readonly a: Conn, readonly b?: Conn) {} async close() {\n  await this.a.close(); // ✗ fragileSequence\n  if (this.b) await this.b.close();\n} }"),
  "through the base class": clean("class Base { async close() { await work(); } } class Derived extends Base { constructor(readonly c: Conn) { super(); } override async close() {\n  await this.c.close(); // ✗ fragileSequence\n  await super.close();\n} }"),
  "a loop over all of them": clean("async function f(all: Conn[]) { try { await work(); } finally {\n  for (const c of all) await c.close(); // ✗ fragileSequence\n} }"),
  "methods of one's own": { code: clean("class Both { constructor(readonly a: Conn, readonly b: Conn) {} async leave() {\n  await this.a.close(); // ✗ fragileSequence\n  await this.b.close();\n} }"), options: { disposerMethods: ["leave"] } },
  "any other method is no clean-up": clean("class Both { constructor(readonly a: Conn, readonly b: Conn) {} async restart() { await this.a.close(); await this.b.close(); } }"),
  "all at once": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally { await Promise.allSettled([a.close(), b.close()]); } }"),
  "each in the finally of the other": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally { try { await a.close(); } finally { await b.close(); } } }"),
  "the first failure is caught": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally { try { await a.close(); } catch (e) { log(e); } await b.close(); } }"),
  "the first failure is handled": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally { await a.close().catch(log); await b.close(); } }"),
  "the loop goes on": clean("async function f(all: Conn[]) { try { await work(); } finally { for (const c of all) { try { await c.close(); } catch (e) { log(e); } } } }"),
  "the first cannot fail": clean("async function quiet(c: Conn) { try { await c.close(); } catch (e) { log(e); } } async function f(a: Conn, b: Conn) { try { await work(); } finally { await quiet(a); await b.close(); } }"),
  "all of the first cannot fail": clean("async function quiet(c: Conn) { try { await c.close(); } catch (e) { log(e); } } async function f(all: Conn[], b: Conn) { try { await work(); } finally { await Promise.all(all.map(quiet)); await Promise.all([quiet(b), 1]); await b.close(); } }"),
  "one of the first may fail": clean("async function f(all: Conn[], b: Conn) { try { await work(); } finally {\n  await Promise.all(all.map((c) => c.close())); // ✗ fragileSequence\n  await b.close();\n} }"),
  "either or": clean("async function f(a: Conn, b: Conn) { try { await work(); } finally { if (ok) { await a.close(); } else { await b.close(); } } }"),
  "there is nothing to release when it fails": clean("async function f() { try { await work(); } finally { const c = await connect(); c.kill(); } }"),
  "the lock under which it all happens": clean("interface Lock { take(): Promise<() => void> } class Both { constructor(readonly lock: Lock, readonly c: Conn) {} async close() { const unlock = await this.lock.take(); try { await this.c.close(); } finally { unlock(); } } }"),
  "a guard held by using": clean("interface Lock { take(): Promise<Disposable> } class Both { constructor(readonly lock: Lock, readonly c: Conn) {} async close() { using guard = await this.lock.take(); log(guard); await this.c.close(); } }"),
  "synchronous releases first": clean("async function f(c: Conn) { const timer = setInterval(() => {}, 10); try { await work(); } finally { clearInterval(timer); await c.close(); } }"),
  "a handler around it makes up for it": clean("async function f(c: Conn) { try { try { await work(); } catch (e) { await c.query('x').catch(() => {}); await c.close(); c.kill(); if (ok) throw new Error(); } } catch (e) { c.kill(); throw e; } }"),
  "calls that a project vouches for": { code: clean("async function f(a: Conn, b: Conn) { try { await work(); } finally { await a.close(); await b.close(); } }"), options: { safeCalls: ["Conn.close"] } },
});

testCases(rule, "errors that take the place of others", {
  "before it is thrown again": { code: "async function f() { try { await work(); } catch (e) {\n  await load('x'); // ✗ masksError\n  throw e;\n} }", options: { masksError: "sequence" } },
  "something closed before it is thrown again": clean("async function f(c: Conn) { try { await work(); } catch (e) {\n  await c.close(); // ✗ masksError\n  throw e;\n} }"),
  "a rollback before it is thrown again": clean("async function f(c: Conn) { try { await work(); } catch (e) {\n  await c.query('rollback to savepoint a'); // ✗ masksError\n  throw e;\n} }"),
  "what only tidies, by default": "async function f() { try { await work(); } catch (e) { await load('x'); throw e; } }",
  "before it is thrown as a cause": clean("async function f(c: Conn) { try { await work(); } catch (e) {\n  await c.query('ROLLBACK'); // ✗ masksError\n  throw new Error('lost', { cause: e });\n} }"),
  "only on some ways": clean("async function f(c: Conn) { try { await work(); } catch (e) {\n  await c.query('ROLLBACK'); // ✗ masksError\n  if (ok) throw e;\n} }"),
  "its failure is dropped": clean("async function f(c: Conn) { try { await work(); } catch (e) { await c.query('ROLLBACK').catch(() => {}); throw e; } }"),
  "its failure is caught": clean("async function f(c: Conn) { try { await work(); } catch (e) { try { await c.query('ROLLBACK'); } catch (second) { log(second); } throw e; } }"),
  "the call that may fail is told of the error, and passes it on": "async function explain(path: string, cause: unknown) { if (!path) throw new Error('no path', { cause }); await work(); }\nasync function f() { try { await work(); } catch (e) { await explain('x', e); throw new Error('failed', { cause: e }); } }",
  "told, but nothing says that it passes it on": { code: "declare function tell(e: unknown): Promise<void>;\nasync function f() { try { await work(); } catch (e) {\n  await tell(e); // ✗ masksError\n  throw e; } }", options: { masksError: "sequence" } },
  "nothing is thrown again": "async function f() { try { await work(); } catch (e) { log(e); await work(); } }",
  "what is awaited is part of the new error": "async function f() { try { await work(); } catch (e) { const { name } = await load('x'); throw new Error(name, { cause: e }); } }",
  "a retry that waits": "declare function sleep(ms: number): Promise<void>;\nasync function f() { for (let n = 0; ; n++) { try { return await work(); } catch (e) { if (n > 3) throw e; await sleep(n); } } }",
  "another error altogether": "async function f(times: number) { try { await work(); } catch { await work(); if (times > 3) throw new TypeError('too many'); } }",
  "a single one in a finally": clean("async function f(c: Conn) { try { await work(); } finally { await c.close(); } }"),
  "a single one in a finally, when asked for": { code: clean("async function f(c: Conn) { try { await work(); } finally {\n  await c.close(); // ✗ masksError\n} }"), options: { masksError: "any" } },
  "not asked for": { code: "async function f() { try { await work(); } catch (e) { await work(); throw e; } }", options: { masksError: "off" } },
  "a function that keeps errors to itself": { code: "declare function quietly<T>(f: () => Promise<T>): Promise<T>;\nasync function f() { try { await work(); } catch (e) { await quietly(() => work()); throw e; } }", options: { shieldFunctions: ["quietly"] } },
});

testCases(rule, "what is no clean-up, or of no account", {
  "a method that is called for its result": clean("export class Recorder { constructor(readonly c: Conn, readonly d: Conn) {} async stop() { const recording = await load('x'); await this.d.close(); return recording; } }"),
  "a method that only says whether it worked": clean("export class Recorder { constructor(readonly c: Conn, readonly d: Conn) {} async stop() {\n  await this.c.query('x'); // ✗ fragileSequence\n  await this.d.close(); return true; } }"),
  "what is gone when it fails, says the handler": clean("export class A { constructor(readonly c: Conn) {} async close() { try { await this.c.query('bye'); await this.c.close(); } catch { /* the connection is gone */ } } }"),
  "a handler that says nothing": clean("export class A { constructor(readonly c: Conn) {} async close() { try {\n  await this.c.query('bye'); // ✗ fragileSequence\n  await this.c.close(); } catch {} } }"),
  "another object": clean("export class A { constructor(readonly c: Conn, readonly d: Conn) {} async close() { try {\n  await this.c.query('bye'); // ✗ fragileSequence\n  await this.d.close(); } catch { /* the connection is gone */ } } }"),
  "a body that only stops timers and tells the time": clean("export class A { timer?: NodeJS.Timeout; constructor(readonly c: Conn) {} private async stopTimer() { log(new Date().toISOString()); clearTimeout(this.timer); } async close() { await this.stopTimer(); await this.c.close(); } }"),
});

testCases(rule, "waits that cannot fail", {
  "all of a list of deferreds that are only resolved": clean("interface Deferred extends Promise<void> { resolve(): void; reject(e: unknown): void }\ndeclare function deferred(): Deferred;\nclass Iter { closed = deferred(); stop() { this.closed.resolve(); } }\nexport class Hub { constructor(readonly its: Iter[], readonly c: Conn) {} async close() { const ends = []; for (const it of this.its) { it.stop(); ends.push(it.closed); } if (ends.length > 0) await Promise.all(ends); await this.c.close(); } }"),
  "all of a list, one of which may fail": clean("export class Hub { constructor(readonly c: Conn) {} async close() { const ends = []; ends.push(work());\n  await Promise.all(ends); // ✗ fragileSequence\n  await this.c.close(); } }"),
});

testCases(rule, "disposers that nobody waits for", {
  "an async sync disposer": "class A implements Disposable {\n  async [Symbol.dispose]() { // ✗ asyncInSyncDispose\n    await work();\n  }\n}",
  "a promise returned": { code: "class A {\n  [Symbol.dispose]() { return work(); } // ✗ asyncInSyncDispose\n}" },
  "a task started": "class A implements Disposable { [Symbol.dispose]() {\n  void work(); // ✗ asyncInSyncDispose\n} }",
  "an object literal": "export const a = {\n  [Symbol.dispose]() { work().catch(log); }, // ✗ asyncInSyncDispose\n};",
  "a synchronous one": "class A implements Disposable { [Symbol.dispose]() { log('bye'); } }",
  "beside an async one": "class A { async [Symbol.asyncDispose]() { await work(); } [Symbol.dispose]() { void this[Symbol.asyncDispose]().catch(log); } }",
  "an async one": "class A implements AsyncDisposable { async [Symbol.asyncDispose]() { await work(); } }",
});

testCases(rule, "releases that nobody waits for", {
  "in a finally": clean("async function f(c: Conn) { try { await work(); } finally {\n  c.close(); // ✗ notAwaited\n} }"),
  "a synchronous release": clean("async function f(c: Conn) { try { await work(); } finally { c.kill(); } }"),
  "no async function: its caller is another matter": clean("function f(c: Conn) { try { work().catch(log); } finally { c.close().catch(log); } }"),
});

testCases(rule, "clean-up without a deadline", {
  "not unless asked for": clean("async function f(c: Conn) { try { await work(); } finally { await c.tx('ROLLBACK'); } }"),
  "asked for": { code: clean("async function f(c: Conn) { try { await work(); } finally {\n  await c.tx('ROLLBACK'); // ✗ unbounded\n} }"), options: { unbounded: true } },
});

testCases(rule, "the end of the process", {
  "past a resource": "async function f(r: AsyncDisposable) { await using own = r; log(own);\n  if (ok) process.exit(1); // ✗ exitSkipsCleanup\n}",
  "past a finally that waits": clean("async function f(c: Conn) { try { await work(); } catch {\n  process.exit(1); // ✗ exitSkipsCleanup\n} finally { await c.close(); } }"),
  "after the clean-up": clean("async function f(c: Conn) { try { await work(); } finally { await c.close(); } process.exit(1); }"),
  "nothing is open yet": "async function f(r: AsyncDisposable) { if (ok) process.exit(1); await using own = r; log(own); }",
  "another function": "async function f(r: AsyncDisposable) { await using own = r; const stop = () => process.exit(1); log(own, stop); }",
  "another exit": "async function f(r: AsyncDisposable, door: { exit(): void }) { await using own = r; log(own); door.exit(); }",
});

const lib = "declare function work(signal?: AbortSignal): Promise<void>; declare const a: { close(): Promise<void> }; declare const b: { close(): Promise<void> };";

testRule(rule, {
  valid: [`${lib}\nawait work();`],
  invalid: [
    {
      name: "a deadline instead",
      code: `${lib}\nasync function f(signal: AbortSignal) { try { await work(signal); } finally { await work(signal); } }`,
      errors: [{ messageId: "abortedSignal", line: 2, suggestions: [{ desc: "Give the clean-up a deadline of its own: `AbortSignal.timeout(5000)`", output: `${lib}\nasync function f(signal: AbortSignal) { try { await work(signal); } finally { await work(AbortSignal.timeout(5000)); } }` }] }],
    },
    {
      name: "the rest in a finally, on one line",
      code: `${lib}\nasync function f() { try { await work(); } finally { await a.close(); await b.close(); } }`,
      errors: [{ messageId: "fragileSequence", line: 2, suggestions: [{ desc: "Release in a `finally`, so that a failure does not skip it", output: `${lib}\nasync function f() { try { await work(); } finally { try { await a.close(); } finally { await b.close(); } } }` }, { desc: "Release side by side with `Promise.allSettled`, which does not tell of failures", output: `${lib}\nasync function f() { try { await work(); } finally { await Promise.allSettled([a.close(), b.close()]); } }` }] }],
    },
    {
      name: "the rest in a finally, on lines of their own",
      code: `${lib}\nasync function f() {\n  try {\n    await work();\n  } finally {\n    await a.close(); // first\n    // then\n    await b.close(); // second\n  }\n}`,
      errors: [
        {
          messageId: "fragileSequence",
          line: 6,
          suggestions: [
            {
              desc: "Release in a `finally`, so that a failure does not skip it",
              output: `${lib}\nasync function f() {\n  try {\n    await work();\n  } finally {\n    try {\n      await a.close(); // first\n    } finally {\n      // then\n      await b.close(); // second\n    }\n  }\n}`,
            },
          ],
        },
      ],
    },
    {
      name: "the failure of the clean-up is dropped",
      code: `${lib}\nasync function f() { try { await work(); } catch (e) { await a.close(); throw e; } }`,
      errors: [{ messageId: "masksError", line: 2, suggestions: [{ desc: "Drop a failure of the clean-up: the error being thrown is the one that matters", output: `${lib}\nasync function f() { try { await work(); } catch (e) { await a.close().catch(() => {}); throw e; } }` }] }],
    },
    {
      name: "an async disposer",
      code: `${lib}\nclass A implements Disposable { async [Symbol.dispose]() { await work(); } }`,
      errors: [{ messageId: "asyncInSyncDispose", line: 2, suggestions: [{ desc: "Make it an async disposer, which `await using` waits for", output: `${lib}\nclass A implements AsyncDisposable { async [Symbol.asyncDispose]() { await work(); } }` }] }],
    },
    {
      name: "an await",
      code: `${lib}\nasync function f() { try { await work(); } finally { a.close(); } }`,
      errors: [{ messageId: "notAwaited", line: 2, suggestions: [{ desc: "Await the call", output: `${lib}\nasync function f() { try { await work(); } finally { await a.close(); } }` }] }],
    },
  ],
});

testCases(rule, "marks that stay when something fails", {
  "a flag that keeps others out": "export class A { #busy = false; async run() { if (this.#busy) return;\n  this.#busy = true; // ✗ flagStuck\n  await work();\n  this.#busy = false;\n} }",
  "a variable of the module": "let busy = false;\nexport async function run() { if (busy) throw new Error('busy');\n  busy = true; // ✗ flagStuck\n  await work();\n  busy = false;\n}",
  "an entry of a map": "const pending = new Map<string, Promise<void>>();\nexport async function run(id: string) {\n  pending.set(id, work()); // ✗ entryStuck\n  await pending.get(id);\n  pending.delete(id);\n}",
  "a member of a set": "export class A { readonly #running = new Set<string>(); async run(id: string) {\n  this.#running.add(id); // ✗ entryStuck\n  await load(id);\n  this.#running.delete(id);\n} }",
  "reset in a finally": "export class A { #busy = false; async run() { if (this.#busy) return; this.#busy = true; try { await work(); } finally { this.#busy = false; } } }",
  "reset by the handler as well": "export class A { #busy = false; async run() { if (this.#busy) return; this.#busy = true; try { await work(); } catch { log('failed'); } this.#busy = false; } }",
  "reset elsewhere too": "export class A { #busy = false; async run() { if (this.#busy) return; this.#busy = true; await work(); this.#busy = false; } stop() { this.#busy = false; } }",
  "a flag that only others ask for": "export class A { #busy = false; async run() { this.#busy = true; await work(); this.#busy = false; } next() { if (this.#busy) return; log('next'); } }",
  "a failure that the function treats": "export class A { #busy = false; async run() { if (this.#busy) return; this.#busy = true; try { await work(); this.#busy = false; } catch (error) { log('broken for good', error); } } }",
  "a note that nobody asks for": "export class A { busy = false; async run() { this.busy = true; await work(); this.busy = false; } }",
  "kept on purpose": "export class A { #open = false; async run() { if (this.#open) return; this.#open = true; await work(); if (ok) this.#open = false; } }",
  "work that cannot fail": "async function safe() { try { await work(); } catch { log('failed'); } }\nexport class A { #busy = false; async run() { if (this.#busy) return; this.#busy = true; await safe(); this.#busy = false; } }",
  "an entry that other code takes out": "export class A { readonly #running = new Set<string>(); async run(id: string) { this.#running.add(id); await load(id); this.#running.delete(id); } stop() { this.#running.clear(); } }",
  "an entry of a local list": "export async function run(id: string) { const seen = new Set<string>(); seen.add(id); await load(id); seen.delete(id); return seen; }",
  "while a lock is waited for": "interface Mutex { lock(): Promise<() => void> }\nexport class A { readonly #waiting = new Set<string>(); constructor(readonly mutex: Mutex) {} async run(id: string) { this.#waiting.add(id); const unlock = await this.mutex.lock(); try { await load(id); } finally { this.#waiting.delete(id); unlock(); } } }",
});

testCases(rule, "what tells each outcome", {
  "a list of outcomes does not fail": "interface Jobs { close(): Promise<PromiseSettledResult<void>[]>; } interface Sub { close(): void; } export class A { constructor(readonly jobs: Jobs, readonly sub: Sub) {} async close() { await this.jobs.close(); this.sub.close(); } }",
  "a list of results may": "interface Jobs { close(): Promise<string[]>; } interface Sub { close(): void; } export class A { constructor(readonly jobs: Jobs, readonly sub: Sub) {} async close() { await this.jobs.close(); this.sub.close(); } } // ✗ fragileSequence",
});
