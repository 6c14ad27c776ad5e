/** Table of asr/require-join: late awaits, exits that miss a join, and task groups that are left too early. */
import { testRule, type InvalidCase, type ValidCase } from "../support/rule-tester.ts";
import rule from "../../rules/require-join.ts";
import type { JoinDemands } from "../../src/analysis/index.ts";

const lib = "declare function f(signal?: AbortSignal): Promise<number>; declare function g(): Promise<string>; declare function use(x: unknown): void; declare const c: boolean;";
const groups = 'import { TaskGroup } from "asr-runtime"; declare function f(signal?: AbortSignal): Promise<number>; declare function g(): Promise<string>; declare function use(x: unknown): void; declare const c: boolean;';

const valid = (name: string, code: string, options?: Partial<JoinDemands>): ValidCase<JoinDemands> => ({ name, code: `${lib}\n${code}`, ...(options && { options }) });
const validGroup = (name: string, code: string): ValidCase<JoinDemands> => ({ name, code: `${groups}\n${code}` });

type Id = "notJoinedOnPath" | "gapBeforeJoin" | "joinOutsideTry" | "loopReassign" | "overwritten" | "unheard" | "returnedFromTry" | "groupNotJoined" | "joinNotAwaited" | "spawnAfterJoin" | "handleCaught" | "holdAndWait";
interface Wanted {
  readonly id: Id;
  readonly line: number;
  /** Title of a fix → the code after it, without the first line. */
  readonly fixes?: Readonly<Record<string, string>>;
}

const spawnTitle = "Start it in a task group that is joined on every way out";
const laterTitle = (name: string): string => `Start it where \`${name}\` is waited for`;
const togetherTitle = "Wait for both with `Promise.all`";
const importLine = 'import { TaskGroup } from "asr-runtime";\n\n';

function invalid(name: string, code: string, wanted: readonly Wanted[], { first = lib, options }: { readonly first?: string; readonly options?: Partial<JoinDemands> } = {}): InvalidCase<Id, JoinDemands> {
  const errors = wanted.map(({ id, line, fixes = {} }) => {
    const suggestions = Object.entries(fixes).map(([desc, output]) => ({ desc, output: `${desc === spawnTitle ? importLine : ""}${first}\n${output}` }));
    return { messageId: id, line, ...(suggestions.length > 0 && { suggestions }) };
  });
  return { name, code: `${first}\n${code}`, errors, ...(options && { options }) };
}

const gap = "async function a() {\n  const p = f();\n  const x = await g();\n  return x + (await p).toFixed();\n}";
const twoStarts = "async function a() {\n  const p = f();\n  const q = f();\n  await g();\n  use([await p, await q]);\n}";
const early = "async function a() {\n  const p = f();\n  if (c) return 0;\n  return p;\n}";
const swallowed = "async function a() {\n  const p = f();\n  try {\n    await g();\n  } catch {\n    return 0;\n  }\n  return await p;\n}";

const deferreds = "interface Deferred<T> { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } declare function defer<T>(): Deferred<T>; declare function on(name: string, listener: (error: Error) => void): void;";
const markTitle = "Put a handler on it at once";

testRule(rule, {
  valid: [
    valid("returned from a try and awaited", "async function a() { try { return await f(); } catch { return 0; } }"),
    valid("a handler that only throws on", "async function a() { try { return f(); } catch (error) { throw error; } }"),
    valid("what the handler would only do again", "async function a() { try { if ((await g()) === '') return f(); return 1; } catch { return f(); } }"),
    valid("returned from the handler", "async function a() { try { return await f(); } catch { return f(); } }"),
    valid("returned with a handler of its own", "async function a() { try { use(1); return f().catch(() => 0); } catch { return 0; } }"),
    valid("the callee treats its errors in the same way", "async function b() { try { return await f(); } catch (error) { use(error); return 0; } } async function a() { try { use(await g()); return b(); } catch (error) { use(error); return 0; } }"),
    valid("a function that is not async", "function a() { try { return f(); } catch (error) { return Promise.reject(error as Error); } }"),
    valid("left to a closure, with a handler", "function a() { const p = f(); p.catch(() => {}); return async () => (await p).toFixed(); }"),
    valid("left to a closure that runs here", "async function a() { const p = f(); const wait = async () => (await p).toFixed(); return await wait(); }"),
    valid("left to a closure of unknown timing", "declare function memo<T>(fn: () => T): T; function a() { const p = f(); return memo(async () => (await p).toFixed()); }"),
    valid("left to the clean-up of who made it", "function a() { const p = f(); return { read: async () => (await p).toFixed(), close: async () => { await p; } }; }"),
    valid("work that cannot reject, left to a closure", "async function safe() { try { return await f(); } catch { return 0; } } function a() { const p = safe(); return async () => await p; }"),
    valid("awaited here as well", "async function a() { const p = f(); await p; return async () => await p; }"),
    valid("made anew by who waits", `${deferreds} class A { #d?: Deferred<number>; wait() { this.#d = defer<number>(); return this.#d.promise; } fail(e: unknown) { this.#d?.reject(e); } }`),
    valid("a deferred whose resolvers nobody has before the wait is over", "interface Own extends Promise<number> { resolve(n: number): void; reject(e: unknown): void } declare function own(): Own; async function a() { const d = own(); use(await g()); use(d.reject); return await d; }"),
    valid("an executor whose resolvers nobody has before the wait is over", "async function a() { let fail!: (e: unknown) => void; const p = new Promise<number>((_, reject) => { fail = reject; }); use(await g()); use(fail); return await p; }"),
    valid("never rejected", `${deferreds} class A { readonly #d = defer<number>(); wait() { return this.#d.promise; } done() { this.#d.resolve(1); } }`),
    valid("a field with a handler", "class A { #fail!: (e: unknown) => void; readonly #p: Promise<number>; constructor() { this.#p = new Promise<number>((_, reject) => { this.#fail = reject; }); this.#p.catch(() => {}); } async wait() { return await this.#p; } stop(e: unknown) { this.#fail(e); } }"),
    valid("a field that the disposer waits for", `${deferreds} class A { readonly #d = defer<number>(); async [Symbol.asyncDispose]() { await this.#d.promise; } fail(e: unknown) { this.#d.reject(e); } }`),
    valid("a field that everybody can listen to", `${deferreds} class A { readonly d = defer<number>(); wait() { return this.d.promise; } fail(e: unknown) { this.d.reject(e); } }`),
    valid("a deferred that is awaited at once", `${deferreds} async function a() { const d = defer<number>(); on("error", d.reject); return await d.promise; }`),
    valid("a deferred that the function itself rejects", `${deferreds} async function a() { const d = defer<number>(); await g(); d.reject(new Error()); return await d.promise; }`),
    valid("a deferred that nobody can reject before the way out", `${deferreds} async function a() { const d = defer<number>(); if (c) throw new Error("no"); on("error", (e) => d.reject(e)); return await d.promise; }`),
    valid("taken apart, and nobody can reject it before the way out", `${deferreds} async function a() { const { promise, reject } = defer<number>(); if (c) return 0; on("error", reject); return await promise; }`),
    valid("a loop that turns at least once", "async function a(ids: string[]) { if (ids.length > 0 && ids.length) { let next = f(); for (let i = 0; i < ids.length; i++) { const now = next; use(await now); } await g(); } }"),
    valid("a deferred that somebody else holds", `${deferreds} async function a() { const d = defer<number>(); use(d); await g(); return await d.promise; }`),
    valid("awaited at once", "async function a() { const p = f(); return await p; }"),
    valid("combined at once", "async function a() { const p = f(); const q = g(); return await Promise.all([p, q]); }"),
    valid("joined in a finally", "async function a() { const p = f(); try { await g(); } finally { await p; } }"),
    valid("returned by a plain function", "function a() { const p = f(); use(1); return p; }"),
    valid("marked as handled", "async function a() { const p = f(); p.catch(() => {}); await g(); return await p; }"),
    valid("handled where it starts", "async function a() { const p = f().catch(() => 0); await g(); return await p; }"),
    valid("cannot reject: a timer", "async function a() { const p = new Promise<void>((resolve) => { setTimeout(resolve, 10); }); await g(); await p; }"),
    valid("cannot reject: a total body", "async function total() { try { return await g(); } catch { return ''; } } async function a() { const p = total(); await g(); return await p; }"),
    valid("cannot reject: a list of total bodies", "async function total(id: string) { try { return await g(); } catch { return id; } } async function a(ids: string[]) { const ps = ids.map((id) => total(id)); await g(); return await Promise.all(ps); }"),
    valid("settled already", "async function a() { const p = Promise.resolve(1); await g(); return await p; }"),
    valid("a deferred has no work behind it", "class Deferred<T> extends Promise<T> { constructor() { super(() => {}); } } async function a() { const p = new Deferred<number>(); await g(); return p; }"),
    valid("started and awaited under the same condition", "async function a() { let p: Promise<number> | undefined; if (c) p = f(); if (c) await p; }"),
    valid("awaited where it was started", "async function a() { const p = c ? f() : undefined; use(1); if (p) await p; }"),
    valid("awaited unless it is undefined", "async function a() { const p = c ? f() : undefined; if (typeof p !== 'undefined') return await p; return 0; }"),
    valid("a flag says that it was started", "async function a() { let p: Promise<number> | undefined; let started = false; if (c) { p = f(); started = true; } if (started) await p; }"),
    valid("a closure takes it", "async function a() { const p = f(); use(async () => { await p; }); await g(); }"),
    valid("a hoisted function takes it", "async function a() { const p = f(); stop(); await g(); async function stop() { await p; } }"),
    valid("a class takes it", "async function a() { const p = f(); class Owner { async [Symbol.asyncDispose]() { await p; } } await using owner = new Owner(); await g(); }"),
    valid("a closure that exists already takes it", "async function a() { let p: Promise<number> | undefined; use(async () => { await p; }); p = f(); await g(); await p; }"),
    valid("the process ends", "async function a() { const p = f(); if (c) process.exit(1); return await p; }"),
    valid("a list with nothing in it", "async function a(ids: string[]) { const ps = ids.map(() => f()); if (ps.length > 0) await Promise.all(ps); }"),
    valid("a loop over a list", "async function a(ids: string[]) { const ps = ids.map(() => f()); let n = ids.length; while (n) { await Promise.race(ps); n--; } }"),
    valid("a bag that is drained as it fills", "async function a(ids: string[]) { const ps: Promise<number>[] = []; for (const id of ids) { if (ps.length >= 4) await Promise.race(ps); ps.push(f()); use(id); } await Promise.all(ps); }"),
    valid("nobody ever waits: another rule's business", "async function a() { const p = f(); await g(); }"),
    valid("outer variables are not followed", "let p: Promise<number>; async function a() { p = f(); await g(); await p; }"),
    valid("a plain generator is driven from outside", "function* a() { const p = f(); yield g(); yield p; }"),
    valid("meant to be left alone", "async function a() {\n  /** @detached a cache warms up */\n  const p = f();\n  await g();\n  return await p;\n}"),
    valid("a synchronous call in the gap", "async function a() { const p = f(); use(1); return await p; }"),
    valid("a chain takes the place of its first link", "async function a() { let p = f(); if (c) p = p.then((n) => n + 1); return await p; }"),
    valid("wrapped in something else", "declare function wrap<T>(p: Promise<T>): Promise<T>; async function a() { let p = f(); if (c) p = wrap(p); return await p; }"),
    valid("combined with the next one", "async function a() { let p: Promise<unknown> = f(); if (c) p = Promise.all([p, g()]); return await p; }"),
    valid("assigned again after the join", "async function a() { let p: Promise<number> | undefined = f(); if (c) { await p; p = undefined; } else { use(await p); } }"),
    valid("tried again after a failure", "async function a() { let p = f(); try { return await p; } catch { p = f(); } return await p; }"),
    valid("one of two", "async function a() { let p: Promise<unknown>; if (c) p = f(); else p = g(); return await p; }"),
    valid("one of two, by conditions that exclude each other", "async function a(kind: string) { let p: Promise<unknown> = Promise.resolve(); if (kind === 'f') p = f(); if (kind === 'g') p = g(); return await p; }"),
    valid("a default where nothing was started", "async function a() { let p: Promise<unknown> | undefined = c ? f() : undefined; if (p === undefined) p = g(); return await p; }"),
    valid("a default by `??=`", "async function a() { let p: Promise<unknown> | undefined = c ? f() : undefined; p ??= g(); return await p; }"),
    valid("the next one is fetched while this one is awaited", "async function a() { let next = f(); for (let i = 0; i < 3; i++) { const now = next; next = f(); use(await now); } return await next; }", { paths: "normal" }),
    valid("handled before it is forgotten", "async function a() { let p = f(); p.catch(() => {}); if (c) p = f(); return await p; }"),
    valid("kept elsewhere before it is forgotten", "async function a() { const all: Promise<number>[] = []; let p = f(); all.push(p); if (c) { p = f(); all.push(p); } await Promise.all(all); }"),
    valid("forgotten at once, on the same level: no-floating-task", "async function a() { let p = f(); p = f(); return await p; }"),
    valid("a batch that begins anew", "async function a(ids: string[]) { let ps: Promise<number>[] = []; for (const id of ids) { use(id); ps.push(f()); if (ps.length > 3) { await Promise.all(ps); ps = []; } } await Promise.all(ps); }"),
    valid("started again in a closure", "async function a() { let p = f(); use(() => { p = f(); }); return await p; }"),
    valid("only normal ways out are asked for", gap, { paths: "normal" }),
    validGroup("a group joined on its only way out", "async function a(ids: string[]) { await using tasks = new TaskGroup(); for (const id of ids) tasks.spawn(() => f()); await tasks.join(); }"),
    validGroup("cancelled on purpose", "async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => f()); if (c) { tasks.cancel(); return 0; } return await tasks.join(1); }"),
    validGroup("every handle awaited", "async function a() { await using tasks = new TaskGroup(); const u = tasks.spawn(() => f()); const o = tasks.spawn(() => g()); return [await u, await o]; }"),
    validGroup("handles of a list awaited together", "async function a(ids: string[]) { await using tasks = new TaskGroup(); const all = ids.map(() => tasks.spawn(() => f())); return await Promise.all(all); }"),
    validGroup("handles collected and awaited", "async function a(ids: string[]) { await using tasks = new TaskGroup(); const all: PromiseLike<number>[] = []; for (const id of ids) all.push(tasks.spawn(() => f())); return await Promise.all(all); }"),
    validGroup("awaited where it is spawned", "async function a() { await using tasks = new TaskGroup(); return await tasks.spawn(() => f()); }"),
    validGroup("an error cancels, as it should", "async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => f()); if (c) throw new Error(); await g(); await tasks.join(); }"),
    validGroup("background tasks need no join", "async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => f(), { background: true }); await g(); }"),
    validGroup("whoever gets the group may join it", "async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => f()); use(tasks); }"),
    validGroup("a task spawns another", "async function a() { await using tasks = new TaskGroup(); tasks.spawn(() => { tasks.spawn(() => f()); }); await tasks.join(); }"),
    validGroup("run waits for its tasks", "async function a(ids: string[]) { await TaskGroup.run(async (tasks) => { for (const id of ids) tasks.spawn(() => f()); }); }"),
    validGroup("a group for each turn", "async function a(ids: string[]) { for (const id of ids) { await using tasks = new TaskGroup(); tasks.spawn(() => f()); await tasks.join(); } }"),
    validGroup("a supervising group keeps its other tasks", "async function a() { await using tasks = new TaskGroup({ onTaskError: use }); const u = tasks.spawn(() => f()); try { return await u; } catch { return 0; } }"),
    validGroup("caught to be thrown again", "async function a() { await using tasks = new TaskGroup(); const u = tasks.spawn(() => f()); try { return await u; } catch (error) { use(error); throw error; } }"),
    validGroup("caught outside the group", "async function a() { try { await using tasks = new TaskGroup(); const u = tasks.spawn(() => f()); return await u; } catch { return 0; } }"),
    validGroup("an inner wait without a limit", "async function a() { await using tasks = new TaskGroup(); tasks.spawn(async () => { await tasks.spawn(() => f()); }); await tasks.join(); }"),
  ],
  invalid: [
    invalid("returned past a handler", "async function a() {\n  try {\n    return f();\n  } catch {\n    return 0;\n  }\n}", [{ id: "returnedFromTry", line: 4, fixes: { "Await the call": "async function a() {\n  try {\n    return await f();\n  } catch {\n    return 0;\n  }\n}" } }]),
    invalid("returned past a handler on one branch", "async function a() {\n  try {\n    return c ? 1 : f();\n  } catch (error) {\n    use(error);\n    throw error;\n  }\n}", [{ id: "returnedFromTry", line: 4, fixes: { "Await the call": "async function a() {\n  try {\n    return c ? 1 : await f();\n  } catch (error) {\n    use(error);\n    throw error;\n  }\n}" } }]),
    invalid("left to a closure", "function a() {\n  const p = f();\n  return async () => (await p).toFixed();\n}", [{ id: "unheard", line: 3, fixes: { [markTitle]: "function a() {\n  const p = f();\n  p.catch(() => {});\n  return async () => (await p).toFixed();\n}" } }]),
    invalid("left to the methods of an object", "function a() {\n  const p = f();\n  async function read() { return await p; }\n  return { read, size: async () => (await p).toFixed() };\n}", [{ id: "unheard", line: 3, fixes: { [markTitle]: "function a() {\n  const p = f();\n  p.catch(() => {});\n  async function read() { return await p; }\n  return { read, size: async () => (await p).toFixed() };\n}" } }]),
    invalid("a module left to a closure", 'function a() {\n  const p = import("node:fs");\n  return async () => (await p).constants;\n}', [{ id: "unheard", line: 3, fixes: { [markTitle]: 'function a() {\n  const p = import("node:fs");\n  p.catch(() => {});\n  return async () => (await p).constants;\n}' } }]),
    invalid("a deferred field", "class A {\n  readonly #d = defer<number>();\n  async wait() { return await this.#d.promise; }\n  fail(e: unknown) { this.#d.reject(e); }\n}", [{ id: "unheard", line: 3 }], { first: `${lib} ${deferreds}` }),
    invalid("a field whose executor gives its reject away", "class A {\n  rejectIt!: (e: unknown) => void;\n  private readonly p: Promise<number>;\n  constructor() {\n    this.p = new Promise<number>((_, reject) => { this.rejectIt = reject; });\n  }\n  async wait() { return await this.p; }\n}", [{ id: "unheard", line: 6, fixes: { [markTitle]: "class A {\n  rejectIt!: (e: unknown) => void;\n  private readonly p: Promise<number>;\n  constructor() {\n    this.p = new Promise<number>((_, reject) => { this.rejectIt = reject; });\n    this.p.catch(() => {});\n  }\n  async wait() { return await this.p; }\n}" } }]),
    invalid("a deferred that a listener may reject meanwhile", 'async function a() {\n  const d = defer<number>();\n  on("error", (e) => d.reject(e));\n  await g();\n  return await d.promise;\n}', [{ id: "gapBeforeJoin", line: 3 }], { first: `${lib} ${deferreds}` }),
    invalid("a deferred that a listener may reject before the way out", 'async function a() {\n  const d = defer<number>();\n  on("error", (e) => d.reject(e));\n  if (c) throw new Error("no");\n  return await d.promise;\n}', [{ id: "notJoinedOnPath", line: 3 }], { first: `${lib} ${deferreds}` }),
    invalid("a deferred that one branch awaits", 'async function a() {\n  const { promise, reject } = defer<number>();\n  on("error", reject);\n  if (c) await promise;\n  return 1;\n}', [{ id: "notJoinedOnPath", line: 3 }], { first: `${lib} ${deferreds}` }),
    invalid("an await in the gap", gap, [
      {
        id: "gapBeforeJoin",
        line: 3,
        fixes: {
          [togetherTitle]: "async function a() {\n  const [p, x] = await Promise.all([f(), g()]);\n  return x + p.toFixed();\n}",
          [spawnTitle]: "async function a() {\n  await using tasks = new TaskGroup();\n  const p = tasks.spawn(({ signal }) => f(signal));\n  const x = await g();\n  return await tasks.join(x + (await p).toFixed());\n}",
          [laterTitle("p")]: "async function a() {\n  const x = await g();\n  const p = f();\n  return x + (await p).toFixed();\n}",
        },
      },
    ]),
    invalid("two starts before one await", twoStarts, [
      {
        id: "gapBeforeJoin",
        line: 3,
        fixes: {
          [togetherTitle]: "async function a() {\n  const [p, q] = await Promise.all([f(), f(), g()]);\n  use([p, q]);\n}",
          [spawnTitle]: "async function a() {\n  await using tasks = new TaskGroup();\n  const p = tasks.spawn(({ signal }) => f(signal));\n  const q = f();\n  await g();\n  use([await p, await q]);\n  await tasks.join();\n}",
          [laterTitle("p")]: "async function a() {\n  const q = f();\n  await g();\n  const p = f();\n  use([await p, await q]);\n}",
        },
      },
      {
        id: "gapBeforeJoin",
        line: 4,
        fixes: {
          [togetherTitle]: "async function a() {\n  const p = f();\n  const [q] = await Promise.all([f(), g()]);\n  use([await p, q]);\n}",
          [spawnTitle]: "async function a() {\n  await using tasks = new TaskGroup();\n  const p = f();\n  const q = tasks.spawn(({ signal }) => f(signal));\n  await g();\n  use([await p, await q]);\n  await tasks.join();\n}",
          [laterTitle("q")]: "async function a() {\n  const p = f();\n  await g();\n  const q = f();\n  use([await p, await q]);\n}",
        },
      },
    ]),
    invalid("a return without it", early, [
      {
        id: "notJoinedOnPath",
        line: 3,
        fixes: { [laterTitle("p")]: "async function a() {\n  if (c) return 0;\n  const p = f();\n  return p;\n}", [spawnTitle]: "async function a() {\n  await using tasks = new TaskGroup();\n  const p = tasks.spawn(({ signal }) => f(signal));\n  if (c) return await tasks.join(0);\n  return await tasks.join(p);\n}" },
      },
    ]),
    invalid("a handler that forgets it", swallowed, [
      {
        id: "gapBeforeJoin",
        line: 3,
        fixes: { [spawnTitle]: "async function a() {\n  await using tasks = new TaskGroup();\n  const p = tasks.spawn(({ signal }) => f(signal));\n  try {\n    await g();\n  } catch {\n    return await tasks.join(0);\n  }\n  return await tasks.join(p);\n}", [laterTitle("p")]: "async function a() {\n  try {\n    await g();\n  } catch {\n    return 0;\n  }\n  const p = f();\n  return await p;\n}" },
      },
    ]),
    invalid("where the promise is handed on, only the start can move", "async function a() {\n  const p = f();\n  await g();\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3, fixes: { [laterTitle("p")]: "async function a() {\n  await g();\n  const p = f();\n  use(p);\n}" } }]),
    invalid("into the only branch that waits", "async function a(o: { strict: boolean }) {\n  const p = f();\n  if (o.strict) {\n    use(1);\n    use(p);\n  }\n}", [{ id: "notJoinedOnPath", line: 3, fixes: { [laterTitle("p")]: "async function a(o: { strict: boolean }) {\n  if (o.strict) {\n    use(1);\n    const p = f();\n    use(p);\n  }\n}" } }]),
    invalid("no move past a write of what it is given", "async function a(signal: AbortSignal) {\n  const p = f(signal);\n  signal = AbortSignal.timeout(1);\n  await g();\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3 }]),
    invalid("no move past a use of what it listens to", "async function a(child: { done(): Promise<number>; kill(): void }) {\n  const p = child.done();\n  child.kill();\n  await g();\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3 }]),
    invalid("no move of what is worth something only at once", "async function a(next: () => AbortSignal) {\n  const p = f(next());\n  await g();\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3 }]),
    invalid("no fix that would lose a comment", "async function a() {\n  const p = f(); // slow\n  for (const x of [1]) { await g(); }\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3 }]),
    invalid("a list", "async function a(ids: string[]) {\n  const ps = ids.map(() => f());\n  for (const id of ids) await g();\n  use(ps);\n}", [{ id: "gapBeforeJoin", line: 3 }]),
    invalid("a bag that waits between its starts", "async function a(ids: string[]) {\n  const ps: Promise<number>[] = [];\n  for (const id of ids) {\n    await g();\n    ps.push(f());\n  }\n  await Promise.all(ps);\n}", [{ id: "gapBeforeJoin", line: 6 }]),
    invalid("a for await in the gap", "async function a(items: AsyncIterable<number>) {\n  const p = f();\n  for await (const x of items) use(x);\n  use(await p);\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3, fixes: { [laterTitle("p")]: "async function a(items: AsyncIterable<number>) {\n  for await (const x of items) use(x);\n  const p = f();\n  use(await p);\n  use(p);\n}" } }]),
    invalid("a yield in the gap", "async function* a() {\n  const p = f();\n  yield 1;\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3, fixes: { [laterTitle("p")]: "async function* a() {\n  yield 1;\n  const p = f();\n  use(p);\n}" } }]),
    invalid("an await that cannot fail still leaves the promise alone", "async function a(p1: Promise<string>) {\n  const p = f();\n  await Promise.allSettled([p1]);\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3, fixes: { [laterTitle("p")]: "async function a(p1: Promise<string>) {\n  await Promise.allSettled([p1]);\n  const p = f();\n  use(p);\n}" } }]),
    invalid("a throw without it", "async function a() {\n  const p = f();\n  if (c) throw new Error();\n  use(p);\n}", [{ id: "notJoinedOnPath", line: 3, fixes: { [laterTitle("p")]: "async function a() {\n  if (c) throw new Error();\n  const p = f();\n  use(p);\n}" } }]),
    invalid("the end of the function without it", "async function a() {\n  const p = f();\n  if (c) use(p);\n}", [{ id: "notJoinedOnPath", line: 3 }]),
    invalid("a comparison is no join", "async function a() {\n  let p = f();\n  if (p === undefined) return;\n  if (c) return;\n  use(p);\n}", [{ id: "notJoinedOnPath", line: 3 }]),
    invalid("the next turn without it", "async function a(ids: string[]) {\n  for (const id of ids) {\n    const p = f();\n    if (id) continue;\n    use(p);\n  }\n}", [{ id: "notJoinedOnPath", line: 4 }]),
    invalid("only the last turn is joined", "async function a(ids: string[]) {\n  let p: Promise<number> | undefined;\n  for (const id of ids) p = f();\n  await p;\n}", [{ id: "loopReassign", line: 4 }]),
    invalid("another start takes its place on one path", "async function a() {\n  let p = f();\n  if (c) p = f();\n  return await p;\n}", [{ id: "overwritten", line: 3 }]),
    invalid("another start takes its place on every path", "async function a() {\n  let p: Promise<unknown> | undefined;\n  if (c) p = f();\n  p = g();\n  return await p;\n}", [{ id: "overwritten", line: 4 }]),
    invalid("joined on one path before it is forgotten", "async function a() {\n  let p = f();\n  if (c) use(await p);\n  p = f();\n  return await p;\n}", [{ id: "overwritten", line: 3 }]),
    invalid("nothing takes its place", "async function a() {\n  let p: Promise<number> | undefined = f();\n  if (c) p = undefined;\n  await p;\n}", [{ id: "overwritten", line: 3 }]),
    invalid("the next case takes its place", "async function a(kind: string) {\n  let p: Promise<unknown> = Promise.resolve();\n  switch (kind) {\n    default:\n      p = f();\n      if (c) {\n        p = g();\n      }\n  }\n  return await p;\n}", [{ id: "overwritten", line: 6 }]),
    invalid("a list takes the place of a list", "async function a(ids: string[]) {\n  let ps = ids.map(() => f());\n  if (c) ps = [];\n  await Promise.all(ps);\n}", [{ id: "overwritten", line: 3 }]),
    invalid("a handler that starts it anew, after something else has failed", "async function a() {\n  let p = f();\n  try { use(await g()); } catch { p = f(); }\n  return await p;\n}", [{ id: "gapBeforeJoin", line: 3 }]),
    invalid("forgotten, on normal ways only", "async function a() {\n  let p = f();\n  if (c) p = f();\n  return await p;\n}", [{ id: "overwritten", line: 3 }], { options: { paths: "normal" } }),
    invalid("the handler sees only the start", "async function a() {\n  let p: Promise<number>;\n  try {\n    p = f();\n  } catch {\n    return 0;\n  }\n  return await p;\n}", [{ id: "joinOutsideTry", line: 5 }]),
    invalid("calls may fail, too", "async function a() {\n  const p = f();\n  use(1);\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3, fixes: { [laterTitle("p")]: "async function a() {\n  use(1);\n  const p = f();\n  use(p);\n}" } }], { options: { gap: "call" } }),
    invalid("a mark is not enough", "async function a() {\n  const p = f();\n  p.catch(() => {});\n  await g();\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 3 }], { options: { allowHandled: false } }),
    invalid("what cannot reject is left behind", "async function total() { try { return await g(); } catch { return ''; } }\nasync function a() {\n  const p = total();\n  await g();\n  use(p);\n}", [{ id: "gapBeforeJoin", line: 4, fixes: { [laterTitle("p")]: "async function total() { try { return await g(); } catch { return ''; } }\nasync function a() {\n  await g();\n  const p = total();\n  use(p);\n}" } }], { options: { ignoreNeverRejects: false } }),
    invalid("a normal way out without it", "async function a() {\n  const p = f();\n  if (c) return;\n  use(p);\n}", [{ id: "notJoinedOnPath", line: 3, fixes: { [laterTitle("p")]: "async function a() {\n  if (c) return;\n  const p = f();\n  use(p);\n}" } }], { options: { paths: "normal" } }),
    invalid(
      "a group on every way out",
      "async function a(ids: string[]) {\n  await using tasks = new TaskGroup();\n  for (const id of ids) tasks.spawn(() => f());\n  if (c) return 0;\n  if (ids.length > 3) {\n    return ids.length;\n  }\n  use(ids);\n}",
      [{ id: "groupNotJoined", line: 4, fixes: { "Wait for `tasks` on every way out": "async function a(ids: string[]) {\n  await using tasks = new TaskGroup();\n  for (const id of ids) tasks.spawn(() => f());\n  if (c) return await tasks.join(0);\n  if (ids.length > 3) {\n    return await tasks.join(ids.length);\n  }\n  use(ids);\n  await tasks.join();\n}" } }],
      { first: groups },
    ),
    invalid(
      "a group in a loop",
      "async function a(ids: string[]) {\n  for (const id of ids) {\n    await using tasks = new TaskGroup();\n    tasks.spawn(() => f());\n    if (c) continue;\n    for (const x of id) if (x) break;\n  }\n}",
      [{ id: "groupNotJoined", line: 5, fixes: { "Wait for `tasks` on every way out": "async function a(ids: string[]) {\n  for (const id of ids) {\n    await using tasks = new TaskGroup();\n    tasks.spawn(() => f());\n    if (c) { await tasks.join(); continue; }\n    for (const x of id) if (x) break;\n    await tasks.join();\n  }\n}" } }],
      { first: groups },
    ),
    invalid(
      "a handle returned as it is is cancelled first",
      "async function a() {\n  await using tasks = new TaskGroup();\n  const u = tasks.spawn(() => f());\n  return u;\n}",
      [{ id: "groupNotJoined", line: 4, fixes: { "Wait for `tasks` on every way out": "async function a() {\n  await using tasks = new TaskGroup();\n  const u = tasks.spawn(() => f());\n  return await tasks.join(u);\n}" } }],
      { first: groups },
    ),
    invalid(
      "spawned in a callback that runs at once",
      "async function a(ids: string[]) {\n  await using tasks = new TaskGroup();\n  ids.forEach(() => { tasks.spawn(() => f()); });\n}",
      [{ id: "groupNotJoined", line: 4, fixes: { "Wait for `tasks` on every way out": "async function a(ids: string[]) {\n  await using tasks = new TaskGroup();\n  ids.forEach(() => { tasks.spawn(() => f()); });\n  await tasks.join();\n}" } }],
      { first: groups },
    ),
    invalid(
      "a join that nobody awaits",
      "async function a() {\n  await using tasks = new TaskGroup();\n  tasks.spawn(() => f());\n  tasks.join();\n}",
      [{ id: "joinNotAwaited", line: 5, fixes: { "Await the call": "async function a() {\n  await using tasks = new TaskGroup();\n  tasks.spawn(() => f());\n  await tasks.join();\n}" } }],
      { first: groups },
    ),
    invalid(
      "a join of somebody else's group that nobody awaits",
      "async function a(tasks: TaskGroup) {\n  void tasks.join();\n}",
      [{ id: "joinNotAwaited", line: 3, fixes: { "Await the call": "async function a(tasks: TaskGroup) {\n  await tasks.join();\n}" } }],
      { first: groups },
    ),
    invalid("a spawn after the join", "async function a() {\n  await using tasks = new TaskGroup();\n  await tasks.join();\n  await tasks.spawn(() => f());\n}", [{ id: "spawnAfterJoin", line: 5 }], { first: groups }),
    invalid("a spawn in the next turn", "async function a(ids: string[]) {\n  await using tasks = new TaskGroup();\n  for (const id of ids) {\n    tasks.spawn(() => f());\n    await tasks.join();\n  }\n}", [{ id: "spawnAfterJoin", line: 5 }], { first: groups }),
    invalid("the error of a handle is caught", "async function a() {\n  await using tasks = new TaskGroup();\n  const u = tasks.spawn(() => f());\n  try { return await u; } catch { return 0; }\n}", [{ id: "handleCaught", line: 5 }], { first: groups }),
    invalid("a task waits for another slot", "async function a() {\n  await TaskGroup.run({ limit: 1 }, async (tasks) => {\n    tasks.spawn(async () => {\n      const inner = tasks.spawn(() => f());\n      use(await inner);\n    });\n  });\n}", [{ id: "holdAndWait", line: 6 }], { first: groups }),
    invalid("a task joins its own group", "async function a() {\n  await TaskGroup.run(async (tasks) => {\n    tasks.spawn(async () => { await tasks.join(); });\n  });\n}", [{ id: "holdAndWait", line: 4 }], { first: groups }),
  ],
});
