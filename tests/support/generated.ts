/** Programs made at random, out of what the rules look at: promises, groups, signals, resources, and every way to leave a block. */
import fc from "fast-check";

const prelude = `import { TaskGroup } from "asr-runtime";
declare function work(...args: unknown[]): Promise<number>;
declare function open(...args: unknown[]): Promise<AsyncDisposable & { close(): Promise<void>; read(signal?: AbortSignal): Promise<string> }>;
declare const list: number[]; declare const ok: boolean; declare const bus: { on(name: string, f: (x: number) => void): void };
`;

/** Few names, so that they meet. */
const names = fc.constantFrom("a", "b", "c", "tasks");

const { statement } = fc.letrec<{ expression: string; statement: string; block: string; callback: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: "expression" },
    fc.constantFrom("work()", "open()", "new TaskGroup()", "new AbortController()", "list", "ok", "undefined", "this", "1", "new Promise(() => {})", "Promise.resolve(1)", "arguments[0]"),
    names,
    fc.tuple(fc.constantFrom("await ", "void ", "!", "typeof ", "yield ", "...", "delete a.", "new "), tie("expression")).map(([operator, operand]) => (operator === "..." ? `[...(${operand} as any)]` : `(${operator}(${operand}))`)),
    fc.tuple(tie("expression"), fc.constantFrom(".then", ".catch", ".finally", ".spawn", ".join", ".signal", ".abort", ".close", ".read", ".push", "?.", "!."), tie("callback")).map(([receiver, member, argument]) => (/^\.(?:signal)$/u.test(member) ? `(${receiver} as any)${member}` : member.endsWith(".") ? `(${receiver} as any)${member}x(${argument})` : `(${receiver} as any)${member}(${argument})`)),
    fc.tuple(fc.constantFrom("all", "race", "any", "allSettled"), fc.array(tie("expression"), { maxLength: 3 })).map(([method, operands]) => `Promise.${method}([${operands.join(", ")}])`),
    fc.tuple(tie("callback"), fc.constantFrom("setTimeout", "setInterval", "list.map", "list.forEach", "bus.on", "TaskGroup.run", "new Promise")).map(([callback, callee]) => `${callee}(${callee === "bus.on" ? '"x", ' : ""}${callback})`),
    fc.tuple(tie("expression"), fc.constantFrom("&&", "||", "??", ",", "===", "+"), tie("expression")).map(([left, operator, right]) => `((${left}) ${operator} (${right}))`),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map((parts) => `(${parts.join(" ? ").replace(/ \? (?!.* \? )/u, " : ")})`),
    fc.tuple(names, fc.constantFrom("=", "??=", "||=", "+="), tie("expression")).map(([name, operator, value]) => `(${name} ${operator} ${value})`),
    fc.tuple(names, tie("expression")).map(([name, value]) => `{ ${name}: ${value}, ${name}2() { return ${value}; } } as any`).map((object) => `(${object})`),
  ),
  callback: fc.oneof(
    { maxDepth: 3, depthIdentifier: "callback" },
    tie("expression"),
    fc.tuple(fc.constantFrom("", "async "), names, tie("block")).map(([modifier, name, body]) => `${modifier}(${name}: any) => ${body}`),
    fc.tuple(names, tie("expression")).map(([name, value]) => `({ signal: ${name} }: any) => ${value}`),
    fc.tuple(fc.constantFrom("async function", "async function*", "function*", "function"), names, tie("block")).map(([kind, name, body]) => `${kind} ${name}(this: any) ${body}`),
  ),
  block: fc.array(tie("statement"), { maxLength: 4 }).map((statements) => `{ ${statements.join(" ")} }`),
  statement: fc.oneof(
    { maxDepth: 4, depthIdentifier: "statement" },
    tie("expression").map((value) => `(${value});`),
    fc.tuple(fc.constantFrom("const", "let", "var", "using", "await using"), names, tie("expression")).map(([kind, name, value]) => `${kind} ${name} = ${value} as any;`),
    fc.tuple(names, tie("expression")).map(([name, value]) => `const { ${name}, ...rest } = ${value} as any;`),
    fc.tuple(fc.constantFrom("return", "throw"), tie("expression")).map(([word, value]) => `${word} ${value};`),
    fc.constantFrom("break;", "continue;", "break outer;", ";", "debugger;"),
    fc.tuple(tie("expression"), tie("block"), tie("block")).map(([test, yes, no]) => `if (${test}) ${yes} else ${no}`),
    fc.tuple(tie("block"), names, tie("block"), tie("block")).map(([body, name, handler, cleanup]) => `try ${body} catch (${name}) ${handler} finally ${cleanup}`),
    fc.tuple(tie("expression"), tie("block")).map(([test, body]) => `outer: while (${test}) ${body}`),
    fc.tuple(fc.constantFrom("for (const", "for await (const", "for (await using"), names, tie("expression"), tie("block")).map(([head, name, value, body]) => `${head} ${name} of ${value} as any) ${body}`),
    fc.tuple(tie("expression"), tie("expression"), tie("block")).map(([start, test, body]) => `for (let i = ${start} as any; ${test}; i = work()) ${body}`),
    fc.tuple(tie("expression"), tie("block"), tie("block")).map(([value, one, other]) => `switch (${value}) { case 1: ${one} default: ${other} }`),
    fc.tuple(names, tie("expression"), tie("block")).map(([name, value, body]) => `class K extends (${value} as any) { ${name} = ${value}; static { ${name}; } #p = work(); constructor() ${body} async [Symbol.asyncDispose]() ${body} get g() ${body} }`),
    fc.tuple(fc.constantFrom("async function", "function", "async function*"), names, tie("block")).map(([kind, name, body]) => `${kind} ${name}(a: any, b?: AbortSignal) ${body}`),
  ),
}));

/** The text of a module. It need not compile; it may not even parse, as in an editor between two keystrokes. */
export const modules: fc.Arbitrary<string> = fc.array(statement, { minLength: 1, maxLength: 5 }).map((statements) => `${prelude}${statements.join("\n")}\n`);
