import rule from "../../rules/no-leaky-combinator.ts";
import { testRule } from "../support/rule-tester.ts";

const prelude = `import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { TaskGroup } from "asr-runtime";
declare function fetchUser(id: string, o?: { signal?: AbortSignal }): Promise<{ name: string }>;
declare function audit(x: unknown, signal?: AbortSignal): Promise<void>;
declare function plain(x?: unknown): Promise<number>;
declare class Tx { query(sql: string): Promise<string[]>; rollback(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }
declare function begin(): Promise<Tx>;
declare function log(x: unknown): void;
declare const ids: string[];
export { once, readFile, TaskGroup };
`;
const code = (text: string): string => `${prelude}${text}`;
const inFunction = (body: string, parameters = ""): string => code(`export async function a(${parameters}) { ${body} }`);

const siblingsTogether = "Run them in a task group: when one fails, the others are cancelled and awaited before the error arrives";
const othersAborted = "Abort the others in a `finally`, by a signal that all of them get";
const losersRacedInGroup = "Race them in a task group: the losers are cancelled and awaited";
const losersAborted = "Abort the losers in a `finally`, by a signal that all of them get";

testRule(rule, {
  valid: [
    { name: "a task group", code: inFunction('return await TaskGroup.all([({ signal }) => fetchUser("1", { signal }), () => plain()]);') },
    { name: "nothing that a signal could stop", code: inFunction("return await Promise.all([plain(1), plain(2)]);") },
    { name: "files, which are read in a moment", code: inFunction('return await Promise.all([readFile("a"), readFile("b")]);') },
    { name: "what a callback is lent, where it deals with the failure itself", code: inFunction("await db.transaction(async (tx) => { try { await Promise.all(ids.map((id) => tx.query(id))); } catch (error) { log(error); } });", "db: { transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> }") },
    { name: "what a function of the project lends: it may wait", code: code("async function transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> { const tx = await begin(); try { return await body(tx); } finally { await tx.rollback(); } } export async function a() { await transaction(async (tx) => { await Promise.all(ids.map((id) => tx.query(id))); }); }") },
    { name: "one operand", code: inFunction('return await Promise.all([fetchUser("1")]);') },
    { name: "settled values", code: inFunction("return await Promise.race([Promise.resolve(1), 2]);") },
    { name: "promises from elsewhere", code: inFunction("return await Promise.race([p, q]);", "p: Promise<1>, q: Promise<2>") },
    { name: "a getter or field of each element", code: inFunction("return await Promise.all(hits.map((hit) => hit.value));", "hits: { value: Promise<string> }[]") },
    { name: "modules", code: inFunction('return await Promise.all([import("node:fs"), import("node:path")]);') },
    { name: "work that cannot fail", code: inFunction("return await Promise.all([safe(1), safe(2)]); async function safe(x: number) { try { await audit(x); } catch (error) { log(error); } }") },
    { name: "failures that are handled one by one", code: inFunction("return await Promise.all(ids.map((id) => audit(id).catch(log)));") },
    { name: "the only one that can fail is the only one", code: inFunction("return await Promise.all([audit(1), audit(2).catch(log), p]);", "p: Promise<void>").replace("audit(2).catch(log)", "2") },
    { name: "another Promise", code: code("export async function a(Promise: { all(x: unknown[]): Promise<void> }) { await Promise.all([audit(1), audit(2)]); }") },
    { name: "aborted in a finally", code: inFunction('const ac = new AbortController(); try { return await Promise.race([fetchUser("1", { signal: ac.signal }), fetchUser("2", { signal: ac.signal })]); } finally { ac.abort(); }') },
    { name: "linked to the caller's signal, and aborted in a finally", code: inFunction("const ac = new AbortController(); const signal = AbortSignal.any([parent, ac.signal]); try { return await Promise.any(ids.map((id) => fetchUser(id, { signal }))); } finally { ac.abort(); }", "parent: AbortSignal") },
    { name: "aborted at the end of the chain", code: inFunction('const ac = new AbortController(); const { signal } = ac; return await Promise.all([fetchUser("1", { signal }), audit(1, signal)]).finally(() => ac.abort());') },
    { name: "aborted on both ways out", code: inFunction("const ac = new AbortController(); try { await Promise.race([audit(1, ac.signal), audit(2, ac.signal)]); ac.abort(); } catch (error) { ac.abort(); throw error; }") },
    { name: "siblings are aborted when one fails", code: inFunction("const ac = new AbortController(); try { await Promise.all([audit(1, ac.signal), audit(2, ac.signal)]); } catch (error) { ac.abort(); throw error; }") },
    { name: "a deadline of its own", code: inFunction("await Promise.all([audit(1, AbortSignal.timeout(500)), audit(2, AbortSignal.any([parent, AbortSignal.timeout(500)]))]);", "parent: AbortSignal") },
    { name: "the caller's signal stops all of them", code: inFunction("await Promise.all([audit(1, signal), audit(2, AbortSignal.any([signal, AbortSignal.abort()]))]);", "signal: AbortSignal") },
    { name: "a signal out of an object", code: inFunction('await Promise.all([fetchUser("1", { signal: job.signal }), audit(2, job.signal)]);', "job: { signal: AbortSignal }") },
    { name: "a controller that others can reach", code: inFunction("const ac = new AbortController(); running.add(ac); const { signal } = ac; await Promise.all([audit(1, signal), audit(2, signal)]);", "running: Set<AbortController>") },
    { name: "a controller that a listener aborts", code: inFunction("const ac = new AbortController(); onStop(() => { ac.abort(); }); await Promise.all([audit(1, ac.signal), audit(2, ac.signal)]);", "onStop: (stop: () => void) => void") },
    { name: "waiting for the work of others, in a list", code: inFunction("const all = Promise.allSettled(tasks.map(async (task, index) => (seen[index] = await task))); await Promise.race([all, p]); return seen;", "tasks: Promise<number>[], p: Promise<void>, seen: number[] = []") },
    { name: "combinators in one another, over promises from elsewhere", code: inFunction("return await Promise.race([Promise.all([p, q]), p]);", "p: Promise<1>, q: Promise<2>") },
    { name: "a timer is no work", code: inFunction("return await Promise.race([p, wait(100)]); function wait(ms: number) { return new Promise<void>((resolve) => setTimeout(resolve, ms)); }", "p: Promise<void>") },
    { name: "one work beside an event, which nothing could stop", code: inFunction("return await Promise.race([plain(1), p]);", "p: Promise<number>") },
    { name: "one work beside an event, which the caller can stop", code: inFunction("return await Promise.race([audit(1, signal), p]);", "p: Promise<void>, signal: AbortSignal") },
    { name: "a timer that a signal can clear", code: inFunction("return await Promise.race([p, wait(100)]); function wait(ms: number, signal?: AbortSignal) { return new Promise<void>((resolve, reject) => { const timer = setTimeout(resolve, ms); signal?.addEventListener('abort', () => { clearTimeout(timer); reject(new Error('aborted')); }, { once: true }); }); }", "p: Promise<void>") },
    { name: "timers and events of Node, which work at nothing", code: code("import { setTimeout as wait } from 'node:timers/promises'; export async function a(target: EventTarget) { return await Promise.race([wait(100), once(target, 'done')]); }") },
    { name: "a wrapper of a promise that is there already", code: inFunction("return await Promise.race([orAbort(p, signal), orAbort(q, signal)]);", "p: Promise<void>, q: Promise<void>, signal: AbortSignal, orAbort: (p: Promise<void>, signal: AbortSignal) => Promise<void>") },
    { name: "what each turn of a loop waits for again", code: inFunction("const work = audit(1); for (let turn = 0; turn < 3; turn++) await Promise.race([work, plain(turn)]); await work;") },
    { name: "a controller in a signal that a helper makes of signals", code: inFunction("const ac = new AbortController(); const both = either([ac.signal, parent]); try { await Promise.any(ids.map((id) => audit(id, both))); } finally { ac.abort(); }", "parent: AbortSignal, either: (signals: AbortSignal[]) => AbortSignal") },
    { name: "callbacks that catch whatever they wait for", code: inFunction("await Promise.all(ids.map(async (id) => { const line = JSON.stringify(id); try { await audit(line); } catch (error) { log(error); } }));") },
    { name: "aborting a resource is how one stops the others", code: inFunction("try { await Promise.all([c.send(1), c.send(2)]); } catch (error) { c.abort(); }", "c: { send(x: unknown): Promise<void>; abort(): void }") },
    { name: "results that are looked at", code: inFunction('const results = await Promise.allSettled([audit(1), audit(2)]); for (const result of results) if (result.status === "rejected") log(result.reason);') },
    { name: "results that are returned", code: inFunction("return await Promise.allSettled([audit(1), audit(2)]);") },
    { name: "everything comes to its end, errors or not", code: code("export class Server { async close() { await Promise.allSettled([audit(1), audit(2)]); } }") },
    { name: "clean-up after an error", code: inFunction("try { await plain(); } finally { await Promise.allSettled([audit(1), audit(2)]); }") },
    { name: "tasks of others are waited for", code: inFunction("await Promise.allSettled(running);", "running: Set<Promise<void>>") },
    { name: "callbacks of others, whose errors are their own", code: inFunction("await Promise.allSettled(hooks.map((hook) => hook()));", "hooks: (() => Promise<void>)[]") },
    { name: "a resource that nobody closes here", code: inFunction('return await Promise.all([tx.query("1"), tx.query("2")]);', "tx: Tx") },
    { name: "a logger in the catch is not closed", code: inFunction("try { await Promise.all([plain(log), plain(log)]); } catch (error) { log(error); }") },
    { name: "the root of a program ends with the failure", code: code("await Promise.all([audit(1), audit(2)]);"), filename: "main.ts", settings: { entryPoints: ["**/main.ts"] } },
    { name: "a method that is switched off", code: inFunction("await Promise.race([audit(1), audit(2)]);"), options: { methods: ["all"] } },
    { name: "a combinator that ends what it is given", code: code("declare function settle<T>(all: Promise<T>): Promise<T>; export async function a() { return await settle(Promise.all([audit(1), audit(2)])); }"), options: { structured: ["settle"] } },
    { name: "a deadline, and a controller beside it that is aborted", code: inFunction("const ac = new AbortController(); try { await Promise.race([audit(1, ac.signal), audit(2, AbortSignal.any([AbortSignal.timeout(5), ac.signal]))]); } finally { ac.abort(); }") },
    { name: "a short list", code: inFunction("await Promise.all([plain(1), plain(2), plain(3)]);"), options: { maxFanOut: 3 } },
    { name: "`.map` of something that is no promise", code: inFunction("return ids.map((id) => id.length);") },
  ],
  invalid: [
    {
      name: "siblings of a failure",
      code: inFunction('const [user, n] = await Promise.all([fetchUser("1"), plain()]); return user.name + n;'),
      errors: [
        {
          messageId: "siblings",
          data: { loser: '`fetchUser("1")`' },
          suggestions: [
            {
              desc: siblingsTogether,
              output: `${prelude}export async function a() { const [user, n] = await TaskGroup.all([({ signal }) => fetchUser("1", { signal }), () => plain()]); return user.name + n; }`,
            },
            {
              desc: othersAborted,
              output: inFunction('const controller = new AbortController(); const [user, n] = await Promise.all([fetchUser("1", { signal: controller.signal }), plain()]).finally(() => { controller.abort(); }); return user.name + n;'),
            },
          ],
        },
      ],
    },
    {
      name: "a task for each element",
      code: inFunction("return await Promise.all(ids.map(async (id) => { await audit(id); return id; }));"),
      errors: [
        {
          messageId: "siblings",
          data: { loser: "the work for the other elements" },
          suggestions: [
            {
              desc: siblingsTogether,
              output: `${prelude}export async function a() { return await TaskGroup.map(ids, async (id, _index, { signal }) => { await audit(id, signal); return id; }); }`,
            },
            {
              desc: othersAborted,
              output: inFunction("const controller = new AbortController(); try { return await Promise.all(ids.map(async (id) => { await audit(id, controller.signal); return id; })); } finally { controller.abort(); }"),
            },
          ],
        },
      ],
    },
    {
      name: "the caller's signal does not stop the siblings, for those who ask",
      code: inFunction("await Promise.all([audit(1, signal), audit(2, signal)]);", "signal: AbortSignal"),
      options: { ownSignal: true },
      errors: [
        {
          messageId: "siblings",
          suggestions: [
            {
              desc: siblingsTogether,
              output: `${prelude}export async function a(signal: AbortSignal) { await TaskGroup.all([({ signal }) => audit(1, signal), ({ signal }) => audit(2, signal)], { signal }); }`,
            },
            {
              desc: othersAborted,
              output: inFunction("const controller = new AbortController(); const linked = AbortSignal.any([signal, controller.signal]); try { await Promise.all([audit(1, linked), audit(2, linked)]); } finally { controller.abort(); }", "signal: AbortSignal"),
            },
          ],
        },
      ],
    },
    { name: "a sibling that the caller cannot stop either", code: inFunction("await Promise.all([audit(1, signal), audit(2)]);", "signal: AbortSignal"), errors: [{ messageId: "siblings", data: { loser: "`audit(2)`" }, suggestions: [{ desc: siblingsTogether, output: inFunction("await TaskGroup.all([({ signal }) => audit(1, signal), ({ signal }) => audit(2, signal)], { signal });", "signal: AbortSignal") }, { desc: othersAborted, output: inFunction("const controller = new AbortController(); const linked = AbortSignal.any([signal, controller.signal]); try { await Promise.all([audit(1, linked), audit(2, linked)]); } finally { controller.abort(); }", "signal: AbortSignal") }] }] },
    { name: "a controller that nobody aborts", code: inFunction("const ac = new AbortController(); const signal = ac.signal; await Promise.all([audit(1, signal), audit(2, ac.signal)]);"), errors: [{ messageId: "siblings", data: { loser: "`audit(1, signal)`" }, suggestions: [{ desc: siblingsTogether, output: inFunction("const ac = new AbortController(); const signal = ac.signal; await TaskGroup.all([({ signal }) => audit(1, signal), () => audit(2, ac.signal)], { signal });") }, { desc: "Abort `ac` in a `finally`", output: inFunction("const ac = new AbortController(); const signal = ac.signal; try { await Promise.all([audit(1, signal), audit(2, ac.signal)]); } finally { ac.abort(); }") }] }] },
    { name: "promises that only the combinator reads", code: inFunction("const p = audit(1); const q = audit(2); await Promise.all([p, q]);"), errors: [{ messageId: "siblings", suggestions: [{ desc: siblingsTogether, output: inFunction("const p = audit(1); const q = audit(2); await TaskGroup.all([() => p, () => q]);") }] }] },
    { name: "a list that only the combinator reads", code: inFunction("const ps = ids.map((id) => audit(id)); await Promise.all(ps);"), errors: [{ messageId: "siblings" }] },
    { name: "callbacks of others: one failure must not hide the rest", code: code("export class Hooks { readonly #all: ((x: string) => Promise<void>)[] = []; add(hook: (x: string) => Promise<void>) { this.#all.push(hook); } async emit(x: string) { await Promise.all(this.#all.map((hook) => hook(x))); } }"), errors: [{ messageId: "siblings", suggestions: [{ desc: siblingsTogether, output: code("export class Hooks { readonly #all: ((x: string) => Promise<void>)[] = []; add(hook: (x: string) => Promise<void>) { this.#all.push(hook); } async emit(x: string) { await TaskGroup.map(this.#all, (hook) => hook(x)); } }") }] }] },
    { name: "everything, on request", code: inFunction("await Promise.all([plain(1), plain(2)]);"), options: { onlyCancellable: false }, errors: [{ messageId: "siblings", suggestions: [{ desc: siblingsTogether, output: inFunction("await TaskGroup.all([() => plain(1), () => plain(2)]);") }] }] },
    {
      name: "losers of a race",
      code: inFunction('return await Promise.race([fetchUser("1"), fetchUser("2")]);'),
      errors: [
        {
          messageId: "losers",
          data: { method: "race", loser: '`fetchUser("1")`' },
          suggestions: [{ desc: losersRacedInGroup, output: inFunction('return await TaskGroup.race([({ signal }) => fetchUser("1", { signal }), ({ signal }) => fetchUser("2", { signal })]);') }, { desc: losersAborted, output: inFunction('const controller = new AbortController(); try { return await Promise.race([fetchUser("1", { signal: controller.signal }), fetchUser("2", { signal: controller.signal })]); } finally { controller.abort(); }') }],
        },
      ],
    },
    {
      name: "the other repair first, for code without a runtime",
      code: inFunction('return await Promise.race([fetchUser("1"), fetchUser("2")]);'),
      options: { prefer: "AbortController" },
      errors: [
        {
          messageId: "losers",
          suggestions: [
            { desc: losersAborted, output: inFunction('const controller = new AbortController(); try { return await Promise.race([fetchUser("1", { signal: controller.signal }), fetchUser("2", { signal: controller.signal })]); } finally { controller.abort(); }') },
            { desc: losersRacedInGroup, output: inFunction('return await TaskGroup.race([({ signal }) => fetchUser("1", { signal }), ({ signal }) => fetchUser("2", { signal })]);') },
          ],
        },
      ],
    },
    {
      name: "on lines of its own, with text that must stay as it is",
      code: code('export class Feed {\n  constructor(readonly signal: AbortSignal) {}\n  async first() {\n    return Promise.race([\n      fetchUser("1"), // ours\n\n      audit(`a\nb`),\n    ]); // the fastest\n  }\n}\n'),
      options: { prefer: "AbortController" },
      errors: [
        {
          messageId: "losers",
          suggestions: [
            {
              desc: losersAborted,
              output: code(
                'export class Feed {\n  constructor(readonly signal: AbortSignal) {}\n  async first() {\n    const controller = new AbortController();\n    const linked = AbortSignal.any([this.signal, controller.signal]);\n    try {\n      return await Promise.race([\n        fetchUser("1", { signal: linked }), // ours\n\n        audit(`a\nb`, linked),\n      ]); // the fastest\n    } finally {\n      controller.abort();\n    }\n  }\n}\n',
              ),
            },
            {
              desc: losersRacedInGroup,
              output: code('export class Feed {\n  constructor(readonly signal: AbortSignal) {}\n  async first() {\n    return TaskGroup.race([\n      ({ signal }) => fetchUser("1", { signal }), // ours\n\n      ({ signal }) => audit(`a\nb`, signal),\n    ], { signal: this.signal }); // the fastest\n  }\n}\n'),
            },
          ],
        },
      ],
    },
    {
      name: "in an arrow function that is nothing else, whose signal may be missing",
      code: code("export const all = (o: { signal?: AbortSignal }) => Promise.all(ids.map((id) => fetchUser(id)));"),
      options: { prefer: "AbortController" },
      errors: [
        {
          messageId: "siblings",
          suggestions: [
            { desc: othersAborted, output: code("export const all = (o: { signal?: AbortSignal }) => { const controller = new AbortController(); const linked = o.signal ? AbortSignal.any([o.signal, controller.signal]) : controller.signal; return Promise.all(ids.map((id) => fetchUser(id, { signal: linked }))).finally(() => { controller.abort(); }); };") },
            { desc: siblingsTogether, output: code("export const all = (o: { signal?: AbortSignal }) => TaskGroup.map(ids, (id, _index, { signal }) => fetchUser(id, { signal }), { signal: o.signal });") },
          ],
        },
      ],
    },
    {
      name: "a controller that others use afterwards is linked, not aborted",
      code: inFunction('const ac = new AbortController(); if (ids.length > 0) await Promise.race([audit(1, ac.signal), audit(2)]); await audit(3, ac.signal);'),
      errors: [
        {
          messageId: "losers",
          suggestions: [
            {
              desc: losersAborted,
              output: inFunction("const ac = new AbortController(); if (ids.length > 0) { const controller = new AbortController(); await Promise.race([audit(1, AbortSignal.any([ac.signal, controller.signal])), audit(2, controller.signal)]).finally(() => { controller.abort(); }); } await audit(3, ac.signal);"),
            },
          ],
        },
      ],
    },
    { name: "a response, whose body dies with the signal", code: inFunction('return await Promise.race([fetch("a"), fetch("b")]);'), errors: [{ messageId: "losers", suggestions: [{ desc: losersRacedInGroup, output: inFunction('return await TaskGroup.race([({ signal }) => fetch("a", { signal }), ({ signal }) => fetch("b", { signal })]);') }] }] },
    { name: "in the condition of a loop, where a controller would be used up in the first turn", code: inFunction('while ((await Promise.race([fetchUser("1"), fetchUser("2")])).name === "") log(1);'), errors: [{ messageId: "losers", suggestions: [{ desc: losersRacedInGroup, output: inFunction('while ((await TaskGroup.race([({ signal }) => fetchUser("1", { signal }), ({ signal }) => fetchUser("2", { signal })])).name === "") log(1);') }] }] },
    { name: "a loser that nothing can stop is reported, and left to a person", code: inFunction("return await Promise.race([plain(1), p]);", "p: Promise<number>"), options: { onlyCancellable: false }, errors: [{ messageId: "losers", data: { method: "race", loser: "`plain(1)`" } }] },
    { name: "a controller that is aborted on success only", code: inFunction("const ac = new AbortController(); await Promise.race([audit(1, ac.signal), audit(2, ac.signal)]); ac.abort();"), errors: [{ messageId: "losers", data: { method: "race", loser: "`audit(1, ac.signal)`" }, suggestions: [{ desc: "Abort `ac` in a `finally`", output: inFunction("const ac = new AbortController(); try { await Promise.race([audit(1, ac.signal), audit(2, ac.signal)]); } finally { ac.abort(); } ac.abort();") }] }] },
    { name: "combinators in one another", code: inFunction("return await Promise.race([Promise.all([audit(1), audit(2)]).catch(log), p]);", "p: Promise<void>"), errors: [{ messageId: "losers" }, { messageId: "siblings", suggestions: [{ desc: siblingsTogether, output: inFunction("return await Promise.race([TaskGroup.all([({ signal }) => audit(1, signal), ({ signal }) => audit(2, signal)]).catch(log), p]);", "p: Promise<void>") }, { desc: othersAborted, output: inFunction("const controller = new AbortController(); return await Promise.race([Promise.all([audit(1, controller.signal), audit(2, controller.signal)]).finally(() => { controller.abort(); }).catch(log), p]);", "p: Promise<void>") }] }] },
    { name: "one of them does not get the signal", code: inFunction("const ac = new AbortController(); const { signal } = ac; try { await Promise.race([audit(1, signal), plain(2)]); } finally { ac.abort(); }"), errors: [{ messageId: "losers", data: { method: "race", loser: "`plain(2)`" } }] },
    { name: "any", code: inFunction("return await Promise.any(ids.map((id) => fetchUser(id)));"), errors: [{ messageId: "losers", data: { method: "any", loser: "the work for the other elements" }, suggestions: [{ desc: losersRacedInGroup, output: inFunction("return await TaskGroup.any(ids.map((id) => ({ signal }) => fetchUser(id, { signal })));") }, { desc: losersAborted, output: inFunction("const controller = new AbortController(); try { return await Promise.any(ids.map((id) => fetchUser(id, { signal: controller.signal }))); } finally { controller.abort(); }") }] }] },
    { name: "a using resource, closed under those who use it", code: inFunction('await using tx = await begin(); await Promise.all([tx.query("1"), tx.query("2")]);'), errors: [{ messageId: "borrowed", data: { resource: "tx", place: "line 12" }, suggestions: [{ desc: siblingsTogether, output: inFunction('await using tx = await begin(); await TaskGroup.all([() => tx.query("1"), () => tx.query("2")]);') }] }] },
    { name: "a transaction, rolled back under those who use it", code: inFunction("const tx = await begin(); try { await Promise.all(ids.map((id) => tx.query(id))); } catch (error) { await tx.rollback(); throw error; }"), errors: [{ messageId: "borrowed", suggestions: [{ desc: siblingsTogether, output: inFunction("const tx = await begin(); try { await TaskGroup.map(ids, (id) => tx.query(id)); } catch (error) { await tx.rollback(); throw error; }") }] }] },
    { name: "a transaction that a callback is lent, rolled back under those who use it", code: inFunction("await db.transaction(async (tx) => { await Promise.all(ids.map((id) => tx.query(id))); });", "db: { transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> }"), errors: [{ messageId: "borrowed", data: { resource: "tx", place: "line 12" }, suggestions: [{ desc: siblingsTogether, output: inFunction("await db.transaction(async (tx) => { await TaskGroup.map(ids, (id) => tx.query(id)); });", "db: { transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> }") }] }] },
    { name: "results that nobody looks at", code: inFunction("await Promise.allSettled([audit(1), audit(2)]);"), errors: [{ messageId: "ignoredRejections", data: { loser: "`audit(1)`" } }] },
    { name: "results in a variable that nobody reads", code: inFunction("const results = await Promise.allSettled(ids.map((id) => audit(id))); return 1;"), errors: [{ messageId: "ignoredRejections" }] },
    { name: "as many as there are, on request", code: inFunction("await Promise.all(ids.map((id) => plain(id)));"), options: { maxFanOut: 10 }, errors: [{ messageId: "unbounded", data: { list: "ids" } }] },
    { name: "a long list, on request", code: inFunction("await Promise.all([plain(1), plain(2), plain(3)]);"), options: { maxFanOut: 2 }, errors: [{ messageId: "unbounded" }] },
  ],
});
