/** Runs a fix over one virtual file, and proves of each output that it parses and type-checks as well as the input. */
import { resolve } from "node:path";
import ts from "typescript";
import { expect } from "vitest";
import { Compiler } from "../../src/analysis/language/compiler.ts";
import { defaultSettings } from "../../src/analysis/settings.ts";
import { Signals } from "../../src/analysis/signals/signals.ts";
import { Types } from "../../src/analysis/language/types.ts";
import { applyEdits, mergeGroups, type Fix, type FixView } from "../../src/fixes/index.ts";
import { errorsIn, programOver, virtualPath } from "../support/virtual.ts";

/** Functions that the tables call; the ones with a signal say where they take it. */
export const prelude = `export {};
declare function f(x?: unknown): Promise<void>;
declare function g(x?: unknown): Promise<number>;
declare function fetchUser(id: string, options?: { signal?: AbortSignal; retries?: number }): Promise<{ name: string }>;
declare function audit(x: unknown, signal?: AbortSignal): Promise<void>;
declare function sleep(ms: number, value?: string, options?: { signal?: AbortSignal }): Promise<string>;
declare function log(error: unknown): void;
declare const xs: string[];
declare const cond: boolean;
`;

/** What the tables need of the platform; the real libraries cost a tenth of a second for each of hundreds of programs. */
const globals = `
interface AbortSignal { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void }
declare var AbortController: { new (): { readonly signal: AbortSignal; abort(reason?: unknown): void } };
`;
const config = resolve(import.meta.dirname, "fixture/tsconfig.json");

/** The view of a file over a program of its own. */
export function viewOf(text: string, name = "file.ts"): FixView {
  const fileName = virtualPath(name);
  const program = programOver(new Map([[resolve(import.meta.dirname, "fixture/globals.d.ts"), globals], [fileName, text]]), ts, config);
  const file = program.getSourceFile(fileName) as ts.SourceFile;
  const compiler = new Compiler(ts, program);
  program.getTypeChecker();
  const types = new Types(compiler, defaultSettings);
  return { ts, file, program, compiler, types, signals: new Signals(compiler, types) };
}

/** Nodes for which the test holds, in source order. */
export function nodesOf<T extends ts.Node>(root: ts.Node, test: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (test(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** Calls of functions with these names. */
export function callsOf(root: ts.Node, ...names: string[]): ts.CallExpression[] {
  return nodesOf(root, ts.isCallExpression).filter((call) => names.includes(call.expression.getText()));
}

/** The text after all of these fixes; they must fit together, and must not add an error of the compiler. */
export function outputOf(view: FixView, fixes: readonly (Fix | undefined)[]): string | undefined {
  const present = fixes.filter((fix) => fix !== undefined && fix.applicability !== "manual") as Fix[];
  if (present.length === 0) return undefined;
  const { conflicted, edits } = mergeGroups(present);
  expect(conflicted).toEqual([]);
  const output = applyEdits(view.file.text, edits.get(view.file.fileName) ?? []);
  const codes = (program: ts.Program): string[] => errorsIn(view.file.fileName, program, ts).map((error) => error.replace(/^\d+: /u, ""));
  const before = codes(view.program);
  const after = codes(viewOf(output, view.file.fileName).program);
  expect(after.filter((error) => !before.includes(error)), output).toEqual([]);
  return output;
}
