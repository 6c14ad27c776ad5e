/** Kinds of files and odd syntax: JavaScript, modules of both kinds, and code that nests deeper than people write it. */
import rule from "../../../rules/no-floating-task.ts";
import { testCases } from "../cases.ts";

testCases(rule, "JavaScript", {
  "types from comments": {
    as: "js",
    code: `/** @param {string} id @returns {Promise<void>} */
const work = async (id) => { await fetch(id); };
work("a"); // ✗ floating
work("a").catch(console.error); // ✗ detachedHandled
await work("a");`,
  },
  "types that are inferred": {
    as: "js",
    code: `import { rm } from "node:fs/promises";
export async function clean() { rm("x"); await rm("y"); } // ✗ floating`,
  },
  "no types at all": { as: "js", broken: true, code: "export function run(f) { f(); f().then(f); return f; }" },
  "a field in a constructor": {
    as: "js",
    code: `export class Store {
  constructor() { this.ready = Promise.all([fetch("x")]); }
  async get() { await this.ready; }
}`,
  },
  "detached in a comment": {
    as: "js",
    code: `export function open() {
  // @detached the cache may stay cold
  void fetch("x");
}`,
  },
});

testCases(rule, "modules and syntax", {
  "an ES module": { as: "mts", code: "work(); // ✗ floating\nawait work();" },
  "a CommonJS module": { as: "cts", code: 'import fs = require("node:fs");\nfs.promises.rm("x"); // ✗ floating\nexport = fs;' },
  "a namespace in a namespace": "namespace A.B { export namespace C { work(); } export import D = C; } log(A); // ✗ floating",
  "an ambient context": "declare global { interface Window { go(): Promise<void> } } window.go(); // ✗ floating",
  "enums, abstract members and index signatures": "const enum E { A = 1 << 2 } abstract class A { [k: string]: unknown; abstract run(): Promise<void>; protected go() { this.run(); } } log(E.A, A); // ✗ floating",
  "using": "{ using a = { [Symbol.dispose]() { work(); } }; log(a); } // ✗ floating",
  "a label, a debugger, an empty statement": "here: { ;; debugger; work(); break here; } // ✗ floating",
  "a class in an expression in a default": "function f(a = class { static { work(); } }) { return a; } log(f); // ✗ floating",
  "an accessor pair and an async generator method": "const o = { set x(_: number) { work(); }, async *[Symbol.asyncIterator]() { yield 1; work(); } }; log(o); // ✗ floating // ✗ floating",
  "a satisfies and a const assertion": "const o = { run: () => work() } as const satisfies object; o.run(); // ✗ floating",
  "an arrow in an arrow in an arrow": "const f = () => () => () => { work(); }; f(); // ✗ floating",
  "regular expressions, big integers and private names": "class A { #x = 1n; static is(o: object) { return #x in o && /work\\(\\)/v.test(\"work()\"); } } log(A); work(); // ✗ floating",
  "blocks in blocks": `${"{".repeat(100)} work(); ${"}".repeat(100)} // ✗ floating`,
  "parentheses in parentheses": `${"(".repeat(100)}work()${")".repeat(100)}; // ✗ floating`,
  "a sum of many": `log(${Array.from({ length: 300 }, () => "1").join(" + ")}); work(); // ✗ floating`,
  "a chain of many": `work()${".then(() => log())".repeat(100)}; // ✗ floating`,
  "many operands": `${Array.from({ length: 200 }, () => "ok").join(" && ")} && work(); // ✗ floating`,
});
