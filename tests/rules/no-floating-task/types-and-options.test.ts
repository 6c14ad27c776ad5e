/** What counts as a task, and what options, settings and comments change. */
import rule from "../../../rules/no-floating-task.ts";
import { testCases } from "../cases.ts";

testCases(rule, "types, options, comments", {
  "union with void": "declare function maybe(): void | Promise<void>; maybe();",
  "union with void reported": { code: "declare function maybe(): void | Promise<void>; maybe(); // ✗ floating", options: { maybePromise: "report" } },
  "union with undefined is a sure one": "declare function sure(): Promise<void> | undefined; sure(); // ✗ floating",
  "overload that returns void": `declare function save(done: () => void): void; declare function save(): Promise<void>;
save(() => log());
save(); // ✗ floating`,
  "any and unknown": "declare const x: any; x(); x.y.z(); declare function u(): unknown; u(); (x as any)();",
  "unresolved name": { code: "notDeclared(); notDeclared.then(log);", broken: true },
  "unresolved module": { code: 'import { something } from "not-installed"; something(); something().catch(log);', broken: true },
  "error type promise": { code: "declare const p: Promisee<void>; p;", broken: true },
  "generic that extends a promise": "function a<T extends Promise<unknown>>(make: () => T) { make(); } // ✗ floating",
  "generic unconstrained": "function a<T>(make: () => T) { make(); }",
  "intersection": "declare function make(): Promise<void> & { cancel(): void }; make(); // ✗ floating",
  "subclass of Promise": "class Job extends Promise<void> {} declare function make(): Job; make(); // ✗ floating",
  "subclass of a generic subclass": "class Base<T> extends Promise<T> {} class Job extends Base<string> {} declare function make(): Job; make(); // ✗ floating",
  "interface that extends Promise": "interface Job extends Promise<void> { cancel(): void } declare function make(): Job; make(); // ✗ floating",
  "PromiseLike is a thenable": "declare function make(): PromiseLike<void>; make();",
  "PromiseLike when asked": { code: "declare function make(): PromiseLike<void>; make(); // ✗ floating", options: { checkThenables: true } },
  "thenable class when asked": { code: "class T { then(ok: () => void, no: () => void): void { ok(); no(); } } declare function make(): T; make(); // ✗ floating", options: { checkThenables: true } },
  "thenable class": "class T { then(ok: () => void, no: () => void): void { ok(); no(); } } declare function make(): T; make();",
  "not quite a thenable": { code: "class T { then(name: string): void { log(name); } } declare function make(): T; make();", options: { checkThenables: true } },
  "then that is no function": { code: "class T { then = 1; } declare function make(): T; make();", options: { checkThenables: true } },
  "never": "declare function fail(): never; fail();",
  "never promise": "declare function fail(): Promise<never>; fail(); // ✗ floating",
  "promise of promise": "declare function make(): Promise<Promise<void>>; make(); // ✗ floating",
  "awaited promise of functions": "declare function make(): Promise<() => Promise<void>>; async function a() { (await make())(); } // ✗ floating",
  "awaited object with promise method": "declare function make(): Promise<{ run(): Promise<void> }>; async function a() { (await make()).run(); } // ✗ floating",
  "this types": 'class A { async go(): Promise<this> { await load("x"); return this; } run() { this.go(); } } // ✗ floating',
  "super call": 'class A { async run() { await load("x"); } } class B extends A { override async run() { super.run(); } } // ✗ floating',
  "super constructor": "class A { constructor(p: Promise<void>) { log(p); } } class B extends A { constructor() { super(work()); } }",
  "Promise.resolve": "Promise.resolve(); Promise.resolve(1); void Promise.resolve();",
  "Promise.resolve then sync": "Promise.resolve().then(() => { log(); });",
  "Promise.resolve then async": "Promise.resolve().then(() => work()); // ✗ floating",
  "Promise.resolve then async handled": "Promise.resolve().then(() => work()).catch(log); // ✗ detachedHandled",
  "Promise.all": "Promise.all([work(), work()]); // ✗ floating",
  "Promise.allSettled": "Promise.allSettled([work()]); // ✗ detachedHandled",
  "Promise.race handled": "Promise.race([work(), work()]).catch(log); // ✗ detachedHandled",
  "Promise.all of nothing new": "async function a(ps: Promise<void>[]) { Promise.all(ps); } // ✗ floating",
  "Promise.reject": 'Promise.reject(new Error("x")); void Promise.reject(1);',
  "existing promise as a statement": "declare const p: Promise<void>; p;",
  "existing promise then without handler": "declare const p: Promise<void>; p.then(() => log()); // ✗ floating",
  "existing promise handled": "declare const p: Promise<void>; p.catch(log); p.then(log, log); p.finally(() => log()).catch(log);",
  "parameter then": "function a(p: Promise<void>) { p.then(() => log()); } // ✗ floating",
  "parameter marked": "function a(p: Promise<void>) { p.catch(() => {}); return p; }",
  "field then": "class A { constructor(private readonly ready: Promise<void>) {} go() { this.ready.then(() => log()); } } // ✗ floating",
  "field then with handler": "class A { constructor(private readonly ready: Promise<void>) {} go() { this.ready.then(() => log(), log); } }",
  "existing promise finally": "declare const p: Promise<void>; p.finally(() => log()); // ✗ floating",
  "known-safe call by name": { code: 'work(); void work(); work().catch(log); load("x"); // ✗ floating', options: { allowForKnownSafeCalls: ["work"] } },
  "known-safe call by file": { code: 'work(); load("x"); // ✗ floating', options: { allowForKnownSafeCalls: [{from: "file", name: "work" }] } },
  "known-safe method": { code: "interface Api { save(): Promise<void>; load(): Promise<void> } declare const api: Api; api.save(); api.load(); // ✗ floating", options: { allowForKnownSafeCalls: ["Api.save"] } },
  "known-safe promise by name": { code: "class Safe<T> extends Promise<T> {} declare function make(): Safe<void>; make(); make().catch(log); const unread = 1; work(); // ✗ floating", options: { allowForKnownSafePromises: ["Safe"] } },
  "known-safe promise by alias": { code: "type Safe = Promise<void> & { safe: true }; declare function make(): Safe; make();", options: { allowForKnownSafePromises: [{from: "file", name: "Safe" }] } },
  "known-safe promise by lib": { code: "work();", options: { allowForKnownSafePromises: [{from: "lib", name: "Promise" }] } },
  "known-safe call stored": { code: "function a() { const p = work(); }", options: { allowForKnownSafeCalls: ["work"] } },
  "allowVoid true": { code: "void work(); work(); // ✗ floating", options: { allowVoid: true } },
  "allowVoid false": { code: `/** @detached best effort */
function a() { void work(); } // ✗ voided`, options: { allowVoid: false } },
  "allowVoid annotated": `/** @detached best effort */
function a() { void work(); }`,
  "detached without a reason": `/** @detached */
function a() { void work(); } // ✗ voided`,
  "detached in a line comment": `function a() {
  // @detached metrics are best effort
  void work();
}`,
  "detached in a line comment at the end does not count": `function a() {
  void work(); // @detached best effort // ✗ voided
}`,
  "detached covers chains and stored": `function a() {
  /* @detached may be lost */
  work().catch(log);
  // @detached may be lost
  work();
  /** @detached may be lost */
  const p = work();
}`,
  "detached covers its own statement only": `function a() {
  // @detached may be lost
  void work();
  void work(); // ✗ voided
}`,
  "detached method": `class A {
  /** @detached the cache may be cold */
  warm() { void work(); }
  other() { void work(); } // ✗ voided
}`,
  "detached arrow property": `const o = {
  /** @detached the cache may be cold */
  warm: () => { void work(); },
};`,
  "detached variable": `/** @detached the cache may be cold */
const warm = () => void work();`,
  "detached with other tags": `/**
 * Sends it.
 * @param x what
 * @detached nobody waits for
 *   metrics
 * @returns nothing
 */
function a(x: number) { void work(x); }`,
  "longer word is another tag": `/** @detachedly */
function a() { void work(); } // ✗ voided`,
  "detached does not reach into nested function declarations": `/** @detached outer */
function a() { function b() { void work(); } b(); } // ✗ voided`,
  "detached reaches into callbacks": `/** @detached outer */
function a() { [1].forEach(() => { void work(); }); }`,
  "onlyGaps": { code: `work();
void work(); // ✗ voided
work().catch(log); // ✗ detachedHandled
function a() { const p = work(); } // ✗ unreadTask`, options: { onlyGaps: true } },
  "onlyGaps leaves allowed ones": { code: "work().then(() => log());", options: { onlyGaps: true } },
  "owners": { code: "declare function enqueue(f: () => Promise<void>): Promise<void>; enqueue(() => work()); void enqueue(work);", settings: { owners: ["enqueue"] } },
  "waitUntil": "declare const ctx: { waitUntil(p: Promise<unknown>): void }; ctx.waitUntil(work());",
  "asr task group": `declare class TaskGroup implements AsyncDisposable { spawn<T>(f: () => PromiseLike<T>): Task<T>; join(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; } interface Task<T> extends PromiseLike<T> { settled(): Promise<void>; cancel(): void }
async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => work()); tasks.spawn(async () => { work(); }); await tasks.join(); } // ✗ floating`,
  "asr task group with a dropped join is for require-join": `declare class TaskGroup implements AsyncDisposable { spawn<T>(f: () => PromiseLike<T>): Task<T>; join(): Promise<void>; [Symbol.asyncDispose](): Promise<void>; } interface Task<T> extends PromiseLike<T> { settled(): Promise<void>; cancel(): void }
async function a(tasks: TaskGroup) { tasks.join(); const t = tasks.spawn(() => work()); }`,
  "same name elsewhere is no knex": 'interface QueryBuilder extends Promise<unknown> { where(id: string): QueryBuilder } declare function table(name: string): QueryBuilder; table("users"); // ✗ floating',
  "lazy by settings": { code: "interface Query extends PromiseLike<unknown> { limit(n: number): Query } declare function find(): Query; find().limit(1); // ✗ neverExecuted", settings: { lazyThenables: ["Query"] } },
  "node:test": `import { test, describe, it, before } from "node:test";
test("a", async () => { await work(); });
describe("b", () => { it("c", async () => { await work(); }); before(async () => { await work(); }); });
test.skip("d", async () => { await work(); });`,
  "node:test subtests must be awaited": `import { test } from "node:test";
test("a", async (t) => { await t.test("b", async () => { await work(); }); });`,
  "assertions must be awaited": `import assert from "node:assert/strict"; import { test } from "node:test";
test("a", async () => { assert.rejects(work()); }); // ✗ floating`,
  "entry pattern in a file that is no root": `async function main() { await work(); }
main().catch((error: unknown) => { console.error(error); process.exitCode = 1; });`,
  "entry pattern that exits": `async function main() { await work(); }
main().catch((error: unknown) => { console.error(error); process.exit(1); });`,
  "entry pattern that only logs": `async function main() { await work(); }
main().catch(console.error); // ✗ detachedHandled`,
  "entry pattern with then": `async function main() { await work(); }
main().then(() => process.exit(0), () => process.exit(1));`,
  "shebang": `#!/usr/bin/env node
async function main() { await work(); }
main();
void main();
function later() { main(); } // ✗ floating
class A { static { main(); } } // ✗ floating`,
});
