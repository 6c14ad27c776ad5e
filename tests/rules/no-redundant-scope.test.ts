/** Table of asr/no-redundant-scope: groups and combinators without concurrency, and their twins that have some. */
import rule from "../../rules/no-redundant-scope.ts";
import { testRule } from "../support/rule-tester.ts";

const prelude = `import { TaskGroup } from "asr-runtime";
declare function load(id?: string, signal?: AbortSignal): Promise<string[]>;
declare const ids: string[];
`;
const inFunction = (body: string, parameters = ""): string => `${prelude}export async function f(${parameters}) { ${body} }\nexport { TaskGroup };`;
const open = "await using tasks = new TaskGroup();";
/** The line of the function. */
const line = 4;

testRule(rule, {
  valid: [
    { name: "beside its parent", code: inFunction(`${open} tasks.spawn(() => load()); await load(); await tasks.join();`) },
    { name: "beside the value that is joined", code: inFunction(`${open} tasks.spawn(() => load()); return await tasks.join(load());`) },
    { name: "two tasks", code: inFunction(`${open} tasks.spawn(() => load()); tasks.spawn(() => load()); await tasks.join();`) },
    { name: "in a loop", code: inFunction(`${open} for (const id of ids) tasks.spawn(() => load(id)); await tasks.join();`) },
    { name: "on a condition", code: inFunction(`${open} if (ids.length > 1) tasks.spawn(() => load()); await tasks.join();`) },
    { name: "in a callback", code: inFunction(`${open} ids.forEach((id) => { tasks.spawn(() => load(id)); }); await tasks.join();`) },
    { name: "one is awaited while another runs", code: inFunction(`${open} tasks.spawn(() => load()); const rows = await tasks.spawn(() => load()); await tasks.join(); return rows;`) },
    { name: "passed on", code: inFunction(`${open} serve(tasks);`).concat("\ndeclare function serve(tasks: TaskGroup): void;") },
    { name: "its signal is used", code: inFunction(`${open} tasks.spawn(({ signal }) => load("1", signal)); tasks.signal.throwIfAborted();`) },
    { name: "it is cancelled", code: inFunction(`${open} tasks.spawn(() => load()); tasks.cancel();`) },
    { name: "it has options", code: inFunction("await using tasks = new TaskGroup({ timeout: 100 }); tasks.spawn(() => load()); await tasks.join();") },
    { name: "somebody else's group", code: inFunction("return await tasks.spawn(() => load());", "tasks: TaskGroup") },
    { name: "nested, with a task of its own", code: inFunction(`${open} tasks.spawn(() => load()); { await using inner = new TaskGroup(); inner.spawn(() => load()); inner.spawn(() => load()); await inner.join(); } await tasks.join();`) },
    { name: "another `await using`", code: inFunction("await using file = await openFile(); return file.size;").concat("\ndeclare function openFile(): Promise<AsyncDisposable & { size: number }>;") },
    { name: "a list that is not written here", code: inFunction("return [await Promise.all(ids.map((id) => load(id))), await Promise.all([...ids.map((id) => load(id))])];") },
    { name: "two operands", code: inFunction("return await Promise.all([load(), load()]);") },
    { name: "the outcome of one", code: inFunction("const [outcome] = await Promise.allSettled([load()]); return outcome;") },
    { name: "another Promise", code: inFunction("return await Promise.all([load()]);", "Promise: { all(x: unknown[]): unknown }") },
    { name: "an await inside an operand", code: inFunction("return await Promise.all([load((await load())[0]), load()]);") },
    { name: "combinators are off", code: inFunction("return await Promise.all([load()]);"), options: { combinators: false } },
  ],
  invalid: [
    { name: "one task", code: inFunction(`${open} tasks.spawn(() => load());`), output: [inFunction(`${open} await load();`), inFunction("await load();")], errors: [{ messageId: "singleTask", line, data: { name: "tasks" } }] },
    { name: "one task that hands its signal on, where none is in scope", code: inFunction(`${open} tasks.spawn(({ signal }) => load("a", signal));`), output: [inFunction(`${open} await load("a");`), inFunction('await load("a");')], errors: [{ messageId: "singleTask", line }] },
    { name: "one task that hands its signal on, with one in scope", code: inFunction(`${open} tasks.spawn(async ({ signal: own }) => await load("a", own));`, "signal: AbortSignal"), output: [inFunction(`${open} await load("a", signal);`, "signal: AbortSignal"), inFunction('await load("a", signal);', "signal: AbortSignal")], errors: [{ messageId: "singleTask", line }] },
    { name: "one task with statements, or one that asks its signal, is left to a person", code: inFunction(`${open} tasks.spawn(async () => { await load(); ids.pop(); });`), errors: [{ messageId: "singleTask", line }] },
    { name: "one task and its join", code: inFunction(`${open} tasks.spawn(() => load()); await tasks.join();`), output: [inFunction(`${open} await load();`), inFunction("await load();")], errors: [{ messageId: "singleTask", line }] },
    { name: "after other work", code: inFunction(`${open} ids.pop(); tasks.spawn(() => load()); await tasks.join();`), output: [inFunction(`${open} ids.pop(); await load();`), inFunction("ids.pop(); await load();")], errors: [{ messageId: "singleTask", line }] },
    { name: "with options, where they do not count", code: inFunction("await using tasks = new TaskGroup({ timeout: 100 }); tasks.spawn(() => load()); await tasks.join();"), options: { ignoreConfigured: false }, errors: [{ messageId: "singleTask", line, suggestions: [{ desc: "Await the work itself", output: inFunction("await using tasks = new TaskGroup({ timeout: 100 }); await load();") }] }] },
    { name: "awaited on the spot", code: inFunction(`${open} const rows = await tasks.spawn(() => load()); return rows.length;`), output: [inFunction(`${open} const rows = await load(); return rows.length;`), inFunction("const rows = await load(); return rows.length;")], errors: [{ messageId: "spawnAwaited", line, data: { name: "tasks" } }] },
    { name: "one after the other", code: inFunction(`${open} await tasks.spawn(() => load()); await tasks.spawn(() => load());`), output: [inFunction(`${open} await load(); await load();`), inFunction("await load(); await load();")], errors: [{ messageId: "spawnAwaited", line }, { messageId: "spawnAwaited", line }] },
    { name: "no task", code: inFunction(`${open} return await load();`), output: inFunction("return await load();"), errors: [{ messageId: "emptyScope", line, data: { name: "tasks" } }] },
    { name: "no task, on lines", code: `${prelude}export async function f() {\n  ${open}\n  return await load();\n}\nexport { TaskGroup };`, output: `${prelude}export async function f() {\n  return await load();\n}\nexport { TaskGroup };`, errors: [{ messageId: "emptyScope", line: line + 1 }] },
    { name: "no task, but a join", code: inFunction(`${open} await load(); await tasks.join();`), errors: [{ messageId: "emptyScope", line }] },
    { name: "around another group", code: inFunction(`${open} { await using inner = new TaskGroup(); inner.spawn(() => load()); inner.spawn(() => load()); await inner.join(); }`), output: inFunction("{ await using inner = new TaskGroup(); inner.spawn(() => load()); inner.spawn(() => load()); await inner.join(); }"), errors: [{ messageId: "nestedScope", line, data: { name: "tasks" } }] },
    { name: "one operand", code: inFunction("const [rows] = await Promise.all([load()]); return rows;"), errors: [{ messageId: "singleTask", line, data: { name: "Promise.all" }, suggestions: [{ desc: "Await it without a list", output: inFunction("const rows = await load(); return rows;") }] }] },
    { name: "one operand of a race, and one whose list is used", code: inFunction("await Promise.race([load()]); return await Promise.all([load()]);"), errors: [{ messageId: "singleTask", line, suggestions: [{ desc: "Await it without a list", output: inFunction("await load(); return await Promise.all([load()]);") }] }, { messageId: "singleTask", line, suggestions: [{ desc: "Await it without a list", output: inFunction("await Promise.race([load()]); return [await load()];") }] }] },
    { name: "a list in a list", code: inFunction("await Promise.all([ids.map((id) => load(id))]);"), errors: [{ messageId: "nestedList", line, column: 48, data: { name: "Promise.all" }, suggestions: [{ desc: "Spread the list", output: inFunction("await Promise.all([...ids.map((id) => load(id))]);") }] }] },
    { name: "operands one after the other", code: inFunction("return await Promise.all([await load(), await load()]);"), errors: [{ messageId: "serialised", line, data: { name: "Promise.all" }, suggestions: [{ desc: "Start them all before waiting", output: inFunction("return await Promise.all([load(), load()]);") }] }] },
    { name: "one of them waits", code: inFunction("return await Promise.allSettled([await load(), load()]);"), errors: [{ messageId: "serialised", line, data: { name: "Promise.allSettled" }, suggestions: [{ desc: "Start them all before waiting", output: inFunction("return await Promise.allSettled([load(), load()]);") }] }] },
  ],
});
