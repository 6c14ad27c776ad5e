/** Table of asr/no-promise-value: promises misread as values, and, in `discipline`, promises treated as values. */
import { testRule, type InvalidCase, type ValidCase } from "../support/rule-tester.ts";
import rule from "../../rules/no-promise-value.ts";

type Options = typeof rule.defaults;
type Id = keyof typeof rule.messages;

const lib = 'declare function f(): Promise<boolean>; declare function g(signal?: AbortSignal): Promise<string>; declare function use(x: unknown): void; declare const c: boolean;';

const valid = (name: string, code: string, options?: Partial<Options>): ValidCase<Options> => ({ name, code: `${lib}\n${code}`, ...(options && { options }) });
const disciplinedValid = (name: string, code: string, options: Partial<Options> = {}): ValidCase<Options> => valid(name, code, { ...rule.discipline, ...options });

/** One misread promise, and the code once it is awaited. */
function misused(name: string, code: string, output?: string): InvalidCase<Id, Options> {
  return { name, code: `${lib}\n${code}`, errors: [{ messageId: "misused", line: 2, ...(output !== undefined && { suggestions: [{ desc: "Await the call", output: `${lib}\n${output}` }] }) }] };
}

function disciplined(name: string, code: string, ...ids: readonly Id[]): InvalidCase<Id, Options> {
  return { name, code: `${lib}\n${code}`, options: rule.discipline ?? {}, errors: ids.map((messageId) => ({ messageId, line: 2 })) };
}

testRule(rule, {
  valid: [
    valid("awaited", "async function a() { if (await f()) use(`${await g()}`); }"),
    valid("lazy start", "class A { #p?: Promise<boolean>; get() { if (!this.#p) this.#p = f(); return this.#p; } }"),
    valid("a memo of a type without undefined", "class A { p!: Promise<boolean>; get() { if (!this.p) this.p = f(); return this.p; } }"),
    valid("an optional promise", "declare function maybe(): Promise<boolean> | undefined; async function a() { if (maybe()) use(1); const p = maybe(); if (p) await p; }"),
    valid("may be a plain value", "declare function either(): boolean | Promise<boolean>; function a() { if (either()) use(1); }"),
    valid("started under a condition", "async function a() { const p = c ? f() : undefined; if (p) await p; }"),
    valid("a parameter as a flag", "function a(p: Promise<boolean>) { if (p) use(p); return !p; }"),
    valid("is it there", "class A { p = f(); a() { return this.p !== undefined && this.p != null; } }"),
    valid("is it the same", "class A { p = f(); a(q: Promise<boolean>) { return this.p === q; } }"),
    valid("what kind of value", "const p = f(); use(typeof p); use(p instanceof Promise);"),
    valid("tagged templates get values", "declare function sql(parts: TemplateStringsArray, ...values: unknown[]): void; sql`${g()}`;"),
    valid("a hook suspends", "declare const cache: { promise: Promise<boolean> }; function useData() { throw cache.promise; } function Page() { throw f(); } const useIt = () => { throw f(); };"),
    valid("an error is thrown", "async function a() { throw new Error(await g()); }"),
    valid("what is printed is not a promise, or may be none", "declare const maybe: Promise<string> | undefined; async function a() { const name = await g(); console.log(name, { name }, [name], maybe); console.error(await g()); } declare const log: { log(x: unknown): void }; function b() { log.log(g()); }"),
    valid("results are serialised", "async function a() { return JSON.stringify({ name: await g() }); }"),
    valid("its own fields are spread", "async function a() { return { ...(await g()).split(','), p: f() }; }"),
    valid("values are not looked at unless asked for", "const p = g(); async function a(q: Promise<string>) { await Promise.all([p, q, g()]); }"),
    valid("misuse may be off", "if (f()) use(1);", { misuse: false }),
    disciplinedValid("awaited, returned, or started by a group", 'import { TaskGroup } from "asr-runtime"; async function a() { await using tasks = new TaskGroup(); const u = tasks.spawn(({ signal }) => g(signal)); await f(); return await u; } function b() { return g(); }'),
    disciplinedValid("functions that start work are values", "async function a(start: () => Promise<string>) { return await start(); } a(g).then(use);"),
    disciplinedValid("a class that joins its work", "class A { #ready: Promise<boolean> = f(); async [Symbol.asyncDispose]() { await this.#ready; } }"),
    disciplinedValid("owners take work", "declare const ctx: { waitUntil(p: Promise<unknown>): void }; ctx.waitUntil(f());", { allowCallees: ["waitUntil"] }),
    disciplinedValid("assertions await what they get", 'import assert from "node:assert/strict"; async function a() { await assert.rejects(f()); }'),
    disciplinedValid("a framework's own", "export default async function Page({ params }: { params: Promise<{ id: string }> }) { return (await params).id; }"),
    disciplinedValid("named as allowed", "class A { ready = f(); async a(first: Promise<string>) { await this.ready; } }", { allowFields: ["ready"], allowParams: ["first"] }),
    disciplinedValid("meant to be so", "/** @detached warms a cache */\nconst p = f();"),
  ],
  invalid: [
    misused("an if", "async function a() { if (f()) use(1); }", "async function a() { if (await f()) use(1); }"),
    misused("a negation", "async function a() { if (!f()) use(1); }", "async function a() { if (!await f()) use(1); }"),
    misused("a conditional", "async function a() { return f() ? 1 : 2; }", "async function a() { return await f() ? 1 : 2; }"),
    misused("the left of &&", "async function a() { return f() && c; }", "async function a() { return await f() && c; }"),
    misused("a part of a condition", "async function a() { while (c && (f() || c)) use(1); }", "async function a() { while (c && (await f() || c)) use(1); }"),
    misused("a loop", "async function a() { for (; f();) use(1); do use(1); while (c); }", "async function a() { for (; await f();) use(1); do use(1); while (c); }"),
    misused("a constant with a fresh promise", "async function a() { const ok = f(); if (ok) use(await ok); }", "async function a() { const ok = f(); if (await ok) use(await ok); }"),
    misused("a comparison", "async function a() { return (g() as unknown as Promise<unknown>) === 'x'; }", "async function a() { return (await g() as unknown as Promise<unknown>) === 'x'; }"),
    misused("a switch", "async function a() { switch (g()) { default: use(1); } }", "async function a() { switch (await g()) { default: use(1); } }"),
    misused("joined to a text", "async function a() { return 'x' + g(); }", "async function a() { return 'x' + await g(); }"),
    misused("printed", "async function a() { return `${g()}`; }", "async function a() { return `${await g()}`; }"),
    misused("a printed field", "class A { p = g(); text() { return `${this.p}`; } }"),
    misused("thrown", "async function a() { throw f(); }", "async function a() { throw await f(); }"),
    misused("thrown by a plain function", "function a() { throw f(); }"),
    misused("spread", "declare function h(): Promise<{ n: number }>; async function a() { return { ...h() }; }", "declare function h(): Promise<{ n: number }>; async function a() { return { ...await h() }; }"),
    misused("printed", "async function a() { console.log('name', g()); }", "async function a() { console.log('name', await g()); }"),
    misused("printed as a property of its name", "async function a() { const name = g(); console.log({ name }); }", "async function a() { const name = g(); console.log({ name: await name }); }"),
    misused("serialised", "async function a() { return JSON.stringify({ list: [g()] }); }", "async function a() { return JSON.stringify({ list: [await g()] }); }"),
    disciplined("kept in a variable", "async function a() { const p = g(); await f(); return await p; }", "storedTask"),
    disciplined("kept in a list", "async function a(ids: string[]) { const ps = ids.map(() => g()); use(ps.length); }", "storedTask"),
    disciplined("kept in data", "async function a() { return { name: g() }; }", "storedTask"),
    disciplined("kept in a field", "class A { private p = g(); constructor() { use(this.p); } }", "storedTask"),
    disciplined("assigned to a field", "class A { p: unknown; a() { this.p = g(); } }", "storedTask"),
    disciplined("memoised", "class A { p: unknown; a() { if (!this.p) this.p = g(); return (this.p ??= g()); } }", "lazyPromise", "lazyPromise"),
    disciplined("handed on", "async function a() { use(g()); }", "passedTask"),
    {
      name: "combined",
      code: `${lib}\nasync function a() { return await Promise.all([g(), f()]); }`,
      options: rule.discipline ?? {},
      errors: ["g()", "f()"].map(() => ({
        messageId: "passedTask",
        line: 2,
        suggestions: [{
          desc: "Run them in a task group: when one fails, the others are cancelled and awaited before the error arrives",
          output: `import { TaskGroup } from "asr-runtime";\n\n${lib}\nasync function a() { return await TaskGroup.all([({ signal }) => g(signal), () => f()]); }`,
        }],
      })),
    },
    disciplined("awaited by somebody else", "const p = g(); async function a() { return await p; }", "storedTask", "foreignAwait"),
    disciplined("a parameter", "async function a(p: Promise<string>) { return (await p).trim(); }", "promiseParam", "foreignAwait"),
    disciplined("out of a map", "async function a(jobs: Map<string, Promise<void>>) { await jobs.get('x'); }", "foreignAwait"),
    disciplined("a field and a declared one", "interface D { promise: Promise<void> } class A { p?: Promise<string>; }", "promiseField", "promiseField"),
  ],
});
