/** Each kind of place that drops the promise of a callback, with all words of the message; the folder beside holds the finer tables. */
import rule from "../../rules/no-discarding-callback.ts";
import { testRule } from "../support/rule-tester.ts";
import { given } from "./cases.ts";

const emitter = 'declare const emitter: import("node:events").EventEmitter;';

testRule(rule, {
  valid: [
    { name: "a slot that waits", code: given('declare function get(path: string, handle: () => void | Promise<void>): void;\nget("/", async () => { await work(); });') },
    { name: "a loop that waits", code: given("async function save(ids: string[]) { for (const id of ids) await work(id); }") },
    { name: "a collection that is waited for", code: given("async function save(ids: string[]) { await Promise.all(ids.map(async (id) => { await work(id); })); }") },
    { name: "a callee that waits", code: given("async function each<T>(items: T[], visit: (item: T) => unknown) { for (const item of items) await visit(item); }\nawait each([1], async (item) => { await work(item); });") },
    { name: "a wrapper whose scope waits", code: given(`${emitter}\ndeclare const scope: { bind<A extends unknown[]>(f: (...a: [...A, AbortSignal]) => Promise<void>): (...a: A) => void };\nemitter.on("message", scope.bind(async (text: string, signal: AbortSignal) => { await work(text, signal); }));`) },
    { name: "a body that nothing leaves", code: given(`${emitter}\nemitter.on("message", async (text: string) => { try { await work(text); } catch (error) { log(error); } });`) },
    { name: "a test registry", code: given('import { test } from "node:test";\ntest("saves", async () => { await work(); });') },
    { name: "a fold over promises", code: given("export const sum = await [1, 2].reduce(async (total, n) => (await total) + n, Promise.resolve(0));") },
  ],
  invalid: [
    {
      name: "(1) a slot declared void",
      code: given(`${emitter}\nemitter.on("message", async (text: string) => {\n  await work(text);\n});`),
      errors: [{ messageId: "voidSlot", line: 2, column: 23, endLine: 4, endColumn: 2, data: { callee: "emitter.on", base: "", slot: "`emitter.on`", place: "" } }],
    },
    {
      name: "(1) by name",
      code: given(`${emitter}\nasync function receive(text: string) { await work(text); }\nemitter.on("message", receive);`),
      errors: [{ messageId: "voidSlot", line: 3, column: 23, endColumn: 30, data: { callee: "emitter.on", base: "", slot: "`emitter.on`", place: "" } }],
    },
    {
      name: "(1) a property of options",
      code: given("declare function connect(options: { onOpen: () => void }): void;\nconnect({ onOpen: async () => { await work(); } });"),
      errors: [{ messageId: "voidSlot", line: 2, column: 19, data: { callee: "", base: "", slot: "whoever calls this property", place: "" } }],
    },
    {
      name: "(1) an attribute",
      filename: "react.tsx",
      code: given("declare function Button(props: { onClick: () => void }): null;\nexport const view = <Button onClick={async () => { await work(); }} />;"),
      errors: [{ messageId: "voidSlot", line: 2, column: 38, data: { callee: "", base: "", slot: "the attribute", place: "" } }],
    },
    {
      name: "(1) a variable",
      code: given("export const handle: () => void = async () => { await work(); };"),
      errors: [{ messageId: "voidSlot", column: 35, data: { callee: "", base: "", slot: "the declared type", place: "" } }],
    },
    {
      name: "(1) a returned function",
      code: given("function make(): () => void {\n  return async () => { await work(); };\n}"),
      errors: [{ messageId: "voidSlot", line: 2, column: 10, data: { callee: "", base: "", slot: "the declared return type", place: "" } }],
    },
    {
      name: "(2) the catalogue knows that timers repeat",
      code: given("setInterval(async () => { await work(); }, 1000);"),
      errors: [{ messageId: "repeatingSlot", column: 13, data: { callee: "setInterval", base: "", slot: "`setInterval`", place: "" } }],
    },
    {
      name: "(3) a predicate",
      code: given("async function isOld(id: string) { return (await load(id)).name === id; }\nexport const old = ['a'].filter(isOld);"),
      errors: [{ messageId: "syncPredicate", line: 2, column: 33, data: { callee: "['a'].filter", base: "", slot: "`['a'].filter`", place: "" } }],
    },
    {
      name: "(4) an inherited member",
      code: given("interface Closer { close(): void }\nclass Door implements Closer {\n  async close() { await work(); }\n}"),
      errors: [{ messageId: "inheritedVoid", line: 3, column: 9, endColumn: 14, data: { callee: "", base: "Closer", slot: "the declared type", place: "" } }],
    },
    {
      name: "(5) an executor",
      code: given("export const ready = new Promise<void>(async (resolve) => { await work(); resolve(); });"),
      errors: [{ messageId: "executor", column: 40, data: { callee: "new Promise", base: "", slot: "`new Promise`", place: "" } }],
    },
    {
      name: "a long receiver is shortened",
      code: given("declare const registry: { listenersOfThisProcess: { on(f: () => void): void } };\nregistry.listenersOfThisProcess.on(async () => { await work(); });"),
      errors: [{ messageId: "voidSlot", line: 2, column: 36, data: { callee: "….on", base: "", slot: "`….on`", place: "" } }],
    },
  ],
});
