/** Every spelling of an expression whose value nobody gets. */
import rule from "../../../rules/no-floating-task.ts";
import { testCases } from "../cases.ts";

testCases(rule, "what statements drop", {
  "statement": "async function a() { work(); } // ✗ floating",
  "at the top level": "work(); // ✗ floating",
  "sync function": "function a() { work(); } // ✗ floating",
  "awaited": "async function a() { await work(); }",
  "returned": "function a() { return work(); }",
  "yielded": "function* a() { yield work(); }",
  "async generator": "async function* a() { yield await work(); work(); } // ✗ floating",
  "for await": "async function a() { for await (const x of [work()]) log(x); }",
  "operand of and": "ok && work(); // ✗ floating",
  "operand of or": "ok || work(); // ✗ floating",
  "operand of nullish": "declare const cached: string | undefined; cached ?? work(); // ✗ floating",
  "left of or": "work() || log(); // ✗ floating",
  "ternary both": 'ok ? work() : load("x"); // ✗ floating // ✗ floating',
  "ternary one": "ok ? work() : undefined; // ✗ floating",
  "ternary condition is a misuse, not a float": { code: "work() ? log() : log();", broken: true },
  "comma left": "work(), log(); // ✗ floating",
  "comma right": "log(), work(); // ✗ floating",
  "comma whose value is used": "async function a() { return (log(), await work()); }",
  "comma left inside an expression": "async function a() { return (work(), 1); } // ✗ floating",
  "comma left as an argument": "log((work(), 1)); // ✗ floating",
  "parentheses and assertions": `(work()); // ✗ floating
(work() as Promise<unknown>); // ✗ floating
work()!; // ✗ floating
(work() satisfies Promise<void>); // ✗ floating
(<Promise<void>>work()); // ✗ floating`,
  "optional call": "declare const maybe: (() => Promise<void>) | undefined; maybe?.(); // ✗ floating",
  "optional member call": "declare const api: { save?(): Promise<void> } | null; api?.save?.(); // ✗ floating",
  "optional call of a handled chain": "declare const api: { save(): Promise<void> } | null; api?.save().catch(log); // ✗ detachedHandled",
  "element access": 'declare const api: { save(): Promise<void> }; api["save"](); // ✗ floating',
  "computed": "declare const api: Record<string, () => Promise<void>>; declare const name: string; api[name]?.(); // ✗ floating",
  "bind call apply": `work.call(undefined); // ✗ floating
work.apply(undefined, []); // ✗ floating
work.bind(undefined)(); // ✗ floating
Reflect.apply(work, undefined, []); // ✗ floating`,
  "new": `new Promise<void>((resolve) => setTimeout(resolve, 10));
class Job extends Promise<void> {}
declare function executor(resolve: () => void): void;
new Job(executor); // ✗ floating`,
  "iife": `(async () => { await work(); })(); // ✗ floating
(async function () { await work(); })(); // ✗ floating
void (async () => { await work(); })(); // ✗ voided
(async () => { await work(); })().catch(log); // ✗ detachedHandled`,
  "iife that cannot fail and tells nobody": "(async () => { try { await work(); } catch { log(); } })(); // ✗ detachedHandled",
  "iife awaited": "async function a() { await (async () => { await work(); })(); }",
  "void": "void work(); // ✗ voided",
  "void void": "void void work(); // ✗ voided",
  "void in an arrow body": "const go = () => void work(); // ✗ voided",
  "void in return": "function go() { return void work(); } // ✗ voided",
  "void on an argument": "log(void work()); // ✗ voided",
  "void around and": "void (ok && work()); // ✗ voided",
  "void around ternary": 'void (ok ? work() : load("x")); // ✗ voided // ✗ voided',
  "void as initialiser": "const nothing = void work(); // ✗ voided",
  "void on plain value": "void 0; void log(); void ok;",
  "void on existing promise": "async function a() { const p = work(); void p; await p; }",
  "void await": "async function a() { void (await work()); }",
  "for parts": "for (work(); ok; work()) log(); // ✗ floating // ✗ floating",
  "for incrementor with comma": "for (let i = 0; i < 3; i++, work()) log(); // ✗ floating",
  "for incrementor void": "for (let i = 0; i < 3; void work()) i++; // ✗ voided",
  "for incrementor without promise": "for (let i = 0; i < 3; i++) log(i);",
  "while test is a misuse": "while (work()) log();",
  "tagged template": `declare function sql(parts: TemplateStringsArray, ...values: unknown[]): Promise<void>;
sql\`delete from users where id = \${1}\`; // ✗ floating`,
  "tagged template awaited": `declare function sql(parts: TemplateStringsArray): Promise<void>;
async function a() { await sql\`select\`; }`,
  "tagged template in a chain": `declare function sql(parts: TemplateStringsArray): Promise<void>;
sql\`select\`.catch(log); // ✗ detachedHandled`,
  "import expression": 'import("node:fs"); // ✗ floating',
  "import awaited": 'const fs = await import("node:fs"); log(fs);',
  "nested in template and call arguments is a use": "log(`${work()}`, [work()], { a: work() });",
  "negation and typeof and comparison": "!work(); typeof work(); work() === undefined;",
  "then without a rejection handler": "work().then(() => log()); // ✗ floating",
  "catch without handler": `work().catch(); // ✗ floating
work().catch(undefined); // ✗ floating
work().catch(null); // ✗ floating`,
  "then with handler": "work().then(() => log(), log); // ✗ detachedHandled",
  "then with undefined": "work().then(undefined, log); // ✗ detachedHandled",
  "first handler may throw": 'work().then(async () => { await load("x"); }, log); // ✗ floating',
  "chain": 'work().then(() => load("x")).then((user) => log(user)).catch(log); // ✗ detachedHandled',
  "finally alone": "work().finally(() => log()); // ✗ floating",
  "finally after catch": "work().catch(log).finally(() => log()); // ✗ detachedHandled",
  "finally that fails after catch": 'work().catch(log).finally(async () => { await load("x"); }); // ✗ floating',
  "catch that rethrows": "work().catch((error: unknown) => { throw error; }); // ✗ floating",
  "catch that rethrows some": "work().catch((error: unknown) => { if (ok) throw error; log(error); }); // ✗ floating",
  "async catch that fails": 'work().catch(async () => { await load("x"); }); // ✗ floating',
  "async catch that is total": 'work().catch(async () => { try { await load("x"); } catch { log(); } }); // ✗ detachedHandled',
  "deep nesting": "class A { b = { c: () => { if (ok) { try { for (const x of [1]) { switch (x) { case 1: { work(); break; } } } } finally { log(); } } } }; } // ✗ floating",
  "in catch and finally": "async function a() { try { await work(); } catch { work(); } finally { work(); } } // ✗ floating // ✗ floating",
  "labels and blocks": "outer: for (;;) { { work(); } break outer; } // ✗ floating",
  "switch": "switch (1 as number) { case 1: work(); break; default: log(); } // ✗ floating",
  "if without braces": 'if (ok) work(); else load("x"); // ✗ floating // ✗ floating',
  "do while": "do work(); while (ok); // ✗ floating",
  "with a comment between": "/* start */ work() /* now */; // ✗ floating",
});
