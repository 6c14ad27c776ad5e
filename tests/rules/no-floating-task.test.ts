/** Each way in which a task loses its owner, with all words of the message; the folder beside holds the finer tables. */
import rule from "../../rules/no-floating-task.ts";
import { testRule } from "../support/rule-tester.ts";
import { given } from "./cases.ts";

const consequence = "starts work that nobody waits for: a rejection has no handler and ends the process, and what follows runs before the work is done";

testRule(rule, {
  valid: [
    { name: "awaited", code: given("async function save(id: string) { await work(id); }") },
    { name: "returned: the duty moves to the caller", code: given("function save(id: string): Promise<void> { return work(id); }") },
    { name: "handed to a combinator", code: given("async function save(ids: string[]) { return await Promise.all(ids.map((id) => load(id))); }") },
    {
      name: "owned by a group",
      code: given('import type { TaskGroup } from "asr-runtime";\nexport function save(id: string, group: TaskGroup) { group.spawn(() => work(id)); }'),
    },
    {
      name: "owned by the platform",
      code: given(`export default {
  async fetch(request: Request, env: unknown, context: { waitUntil(task: Promise<unknown>): void }) {
    context.waitUntil(work(request, env));
    return new Response("ok");
  },
};`),
    },
    { name: "joined by its owner", code: given("class Service implements AsyncDisposable { #ready = work(); async [Symbol.asyncDispose]() { await this.#ready; } }") },
    { name: "detached for a reason", code: given("/** @detached metrics are best effort: the end of the process may drop them */\nfunction count() { void work(); }") },
    { name: "the root of a program", code: given("main().catch((error: unknown) => { log(error); process.exitCode = 1; });\nasync function main() { await work(); }") },
    { name: "an entry point by name", code: given("main();\nasync function main() { await work(); }"), filename: "main.ts", settings: { entryPoints: ["**/main.ts"] } },
  ],
  invalid: [
    {
      name: "(a) a statement",
      code: given("function save(id: string) { work(id); }"),
      errors: [{ messageId: "floating", line: 1, column: 29, endLine: 1, endColumn: 37, data: { call: "work(id)", holder: "", consequence } }],
    },
    {
      name: "(a) a branch of a promise that others have as well",
      code: given("class A { #job = work(); end() { return this.#job; } watch() { void this.#job.finally(() => log()); } }"),
      errors: [{ messageId: "floating", line: 1, column: 64, data: { call: "this.#job.finally(() => log())", holder: "", consequence: "is a promise of its own that nobody waits for: when `this.#job` rejects, it does so too, without a handler, which ends the process however `this.#job` itself is handled" } }],
    },
    {
      name: "(b) behind void: the whole expression is marked",
      code: given("function save(id: string) { void work(id); }"),
      errors: [{ messageId: "voided", line: 1, column: 29, endColumn: 42, data: { call: "work(id)", holder: "", consequence } }],
    },
    {
      name: "(c) handled, but nobody waits",
      code: given("function save(id: string) { work(id).catch(console.error); }"),
      errors: [{ messageId: "detachedHandled", column: 29, data: { call: "work(id)", holder: "", consequence } }],
    },
    {
      name: "(d) kept and never read",
      code: given("function save(id: string) {\n  const saving = work(id);\n  log(typeof saving);\n}"),
      errors: [{ messageId: "unreadTask", line: 2, column: 18, data: { call: "work(id)", name: "saving", holder: "", place: "" } }],
    },
    {
      name: "(d) kept in a private field and never read",
      code: given("class Service {\n  readonly #ready = work();\n}"),
      errors: [{ messageId: "unreadTask", line: 2, column: 21, data: { call: "work()", name: "#ready", holder: "", place: "" } }],
    },
    {
      name: "(e) put in a list that is only counted",
      code: given("function save(ids: string[]) {\n  const saving = ids.map((id) => work(id));\n  return saving.length;\n}"),
      errors: [{ messageId: "droppedCollection", line: 2, column: 18, data: { call: "ids.map((id) => work(id))", name: "saving", holder: ", since nothing reads them from `saving`", place: "" } }],
    },
    {
      name: "(e) awaiting a list waits for none of it",
      code: given("async function save() {\n  await [work(1), work(2)];\n}"),
      errors: [{ messageId: "unawaitedElements", line: 2, column: 9, data: { call: "[work(1), work(2)]", name: "[work(1), work(2)]", holder: "", place: "" }, suggestions: [{ desc: "Wait for all of them with `Promise.all`", output: given("async function save() {\n  await Promise.all([work(1), work(2)]);\n}") }] }],
    },
    {
      name: "(f) hidden in what an async function returns",
      code: given("async function profile(id: string) {\n  return { user: load(id), name: id };\n}"),
      errors: [{ messageId: "nestedTask", line: 2, column: 18, data: { call: "load(id)", name: "user", holder: "", place: "" }, suggestions: [{ desc: "Await the call", output: given("async function profile(id: string) {\n  return { user: await load(id), name: id };\n}") }] }],
    },
    {
      name: "a long call is shortened, and stands on one line",
      code: given("function save() {\n  work(\n    'one argument that is long',\n    'another argument that is long',\n  );\n}"),
      errors: [{ messageId: "floating", line: 2, column: 3, endLine: 5, endColumn: 4, data: { call: "work( 'one argument that is long', 'another argument that i…", holder: "", consequence } }],
    },
    {
      name: "an entry point has functions too",
      code: given("main();\nfunction main() { work(); }"),
      filename: "main.ts",
      settings: { entryPoints: ["**/main.ts"] },
      errors: [{ messageId: "floating", line: 2, column: 19 }],
    },
  ],
});
