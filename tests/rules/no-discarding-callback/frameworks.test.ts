/** Frameworks that do something else with a promise than their types say; emissions; listeners that become tasks. */
import { describe, expect, it } from "vitest";
import rule from "../../../rules/no-discarding-callback.ts";
import { lint, only } from "../../support/lint.ts";
import { testRule } from "../../support/rule-tester.ts";
import { virtualPath } from "../../support/virtual.ts";
import { given, testCases } from "../cases.ts";

const emitter = 'import { EventEmitter } from "node:events"; const em = new EventEmitter(); const other = new EventEmitter();\n';

/** Just enough of the types of two frameworks: handlers as Express 5 types them, and in `old` as Express 4 does. */
const packages = `declare module "express" {
  interface Routes<R> { get(path: string, handle: (path: string) => R): this; use(handle: (path: string) => R): this; listen(port: number, ready: () => void): void }
  export const router: Routes<void | Promise<void>>;
  export const old: Routes<void>;
}
declare module "vscode" {
  interface Event<T> { (listener: (e: T) => any): { dispose(): void } }
  export const workspace: { onDidSave: Event<string> };
  export const commands: { registerCommand(name: string, run: (...args: any[]) => any): void };
}`;
const app = `import { old, router } from "express";
import { commands, workspace } from "vscode";
declare function work(path: string): Promise<void>;
router.get("/", async (path) => { await work(path); });
router.use(work);
old.get("/", async (path) => { await work(path); });
old.listen(80, async () => { await work("/"); });
workspace.onDidSave(async (name) => { await work(name); });
commands.registerCommand("x", async () => { await work("x"); });
`;

describe("frameworks a project uses", () => {
  const linesUnder = (...frameworks: string[]): number[] => {
    const [file, types] = [virtualPath("app.ts"), virtualPath("packages.d.ts")];
    const found = lint(new Map([[file, app], [types, packages]]), new Map([[file, only(rule.name, { frameworks })]]));
    return (found.get(file) ?? []).map(({ line }) => line);
  };

  it.for<[string[], number[]]>([
    [[], [6, 7]],
    [["express4"], [4, 5, 6, 7]],
    [["express5"], [7]],
    [["vscode"], [6, 7, 8]],
    [["express5", "vscode"], [7, 8]],
  ])("%j", ([frameworks, lines]) => {
    expect(linesUnder(...frameworks)).toEqual(lines);
  });

  it("knows no other", () => {
    expect(() => linesUnder("express3")).toThrow(/no-discarding-callback/u);
  });
});

testCases(rule, "frameworks of a project", {
  "react attributes": { as: "tsx", code: "declare function Button(props: { onClick: () => void; done?: () => void }): null; declare namespace JSX { type Element = null; } const a = <Button onClick={async () => { await work(); }} done={async () => { await work(); }} />; log(a); // ✗ voidSlot", options: { frameworks: ["react"] } },
  "react says nothing of calls": { code: "declare function use(onClick: () => void): void; use(async () => { await work(); }); // ✗ voidSlot", options: { frameworks: ["react"] } },
  "a method of the same name elsewhere": { code: "declare const cache: { get(key: string, make: () => void | Promise<void>): void }; cache.get('x', async () => { await work(); });", options: { frameworks: ["express4"] } },
});

testCases(rule, "emissions", {
  "noted where asked": { code: `${emitter}em.on("x", async () => { await work(); }); // ✗ voidSlot\nem.emit("x"); // ✗ emitted`, options: { events: true } },
  "not by default": `${emitter}em.on("x", async () => { await work(); }); // ✗ voidSlot\nem.emit("x");`,
  "another event, another emitter": { code: `${emitter}em.on("x", async () => { await work(); }); // ✗ voidSlot\nem.emit("y"); other.emit("x"); em.emit(String(ok));`, options: { events: true } },
  "listeners that wait for nothing, or cannot fail": { code: `${emitter}em.on("x", () => { log(); }); em.once("y", async () => { try { await work(); } catch (e) { log(e); } });\nem.emit("x"); em.emit("y");`, options: { events: true } },
  "of the own class": { code: 'import { EventEmitter } from "node:events";\nclass A extends EventEmitter { start() { this.on("x", async () => { await work(); }); // ✗ voidSlot\n} go() { this.emit("x"); // ✗ emitted\n} }\nclass B extends EventEmitter { go() { this.emit("x"); } }\nlog(A, B);', options: { events: true } },
});

const group = `import { TaskGroup } from "asr-runtime"; declare const em: import("node:events").EventEmitter;\n`;
testRule(rule, {
  valid: [],
  invalid: [
    {
      name: "a listener becomes a task of a group in view",
      code: given(`${group}export function listen(tasks: TaskGroup) {\n  em.on("x", async (id: string) => {\n    await work(id);\n  });\n}`),
      errors: [{ messageId: "voidSlot", line: 3, suggestions: [{ desc: "Spawn the work in the task group `tasks`", output: given(`${group}export function listen(tasks: TaskGroup) {\n  em.on("x", (id: string) => { tasks.spawn(async () => {\n    await work(id);\n  }); });\n}`) }] }],
    },
    {
      name: "of a group in a field",
      code: given(`${group}export class Mailer implements AsyncDisposable {\n  readonly #tasks = new TaskGroup();\n  listen() {\n    em.on("x", async (id: string) => await work(id));\n  }\n  async [Symbol.asyncDispose]() { await this.#tasks[Symbol.asyncDispose](); }\n}`),
      errors: [{ messageId: "voidSlot", line: 5, suggestions: [{ desc: "Spawn the work in the task group `this.#tasks`", output: given(`${group}export class Mailer implements AsyncDisposable {\n  readonly #tasks = new TaskGroup();\n  listen() {\n    em.on("x", (id: string) => { this.#tasks.spawn(async () => await work(id)); });\n  }\n  async [Symbol.asyncDispose]() { await this.#tasks[Symbol.asyncDispose](); }\n}`) }] }],
    },
    {
      name: "not without a group",
      code: given(`${group}export class Mailer {\n  static listen() {\n    em.on("x", async (id: string) => { await work(id); });\n  }\n  readonly tasks = new TaskGroup();\n}`),
      errors: [{ messageId: "voidSlot", line: 4 }],
    },
  ],
});
