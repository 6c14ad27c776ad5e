/** When a resource is really held: not before it is opened, and no longer when it has come to its end by itself. */
import type ts from "typescript";
import { fateOf, outerCall } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import type { Acquisition } from "./resources.ts";
import { unwrapped, type FunctionNode } from "../language/syntax.ts";

/** What tells that a resource has come to its end by itself. */
export interface Spending {
  /** Conditions, by text, that hold once it has. */
  readonly tests: readonly string[];
  /** Whether a node waits for the resource itself: if that fails, the resource is gone. */
  reads(node: ts.Node): boolean;
}

/** Methods without which an object holds nothing yet. */
const opening: ReadonlySet<string> = new Set(["connect", "open", "join", "start", "listen", "init", "initialize", "launch", "login", "setup", "ready", "begin"]);

/** Methods by which a stack comes to hold something. */
const filling: ReadonlySet<string> = new Set(["use", "adopt", "defer"]);

/** The `await client.connect()` from which on a client is held, since it holds nothing when that fails; for a stack, what first puts something onto it. */
export function openingOf(view: FileView, acquisition: Acquisition, name: ts.Identifier, fn: FunctionNode): ts.AwaitExpression | ts.CallExpression | undefined {
  const { ts, compiler } = view;
  const isStack = acquisition.entry?.what === "disposable stack";
  for (const mention of referencesOf(compiler, name)) {
    const access = mention.parent;
    const call = ts.isPropertyAccessExpression(access) && access.expression === mention && (isStack ? filling : opening).has(access.name.text) ? outerCall(compiler, access) : undefined;
    if (call === undefined || view.functionOf(mention) !== fn) continue;
    if (isStack) return call;
    const { fate } = fateOf(compiler, call);
    if (fate.kind === "awaited" && ts.isAwaitExpression(fate.by)) return fate.by;
  }
  return undefined;
}

const none: Spending = { tests: [], reads: () => false };

/** For a reader: `done` of `const { done } = await reader.read()`, `result.done` of `const result = await reader.read()`. A writer whose own call fails has no stream left. */
export function spendsWhenDone(view: FileView, acquisition: Acquisition, name: ts.Identifier): Spending {
  const what = acquisition.entry?.what;
  if (what !== "stream reader" && what !== "stream writer") return none;
  const { ts, compiler } = view;
  const tests: string[] = [];
  const reads = new Set<ts.Node>();
  for (const mention of referencesOf(compiler, name)) {
    const access = mention.parent;
    if (!ts.isPropertyAccessExpression(access) || access.expression !== mention) continue;
    const { fate } = fateOf(compiler, outerCall(compiler, access) ?? access);
    if (fate.kind !== "awaited") continue;
    reads.add(fate.by);
    if (access.name.text === "read") tests.push(...testsOf(ts, fate.by));
  }
  return { tests, reads: (node) => reads.has(node) };
}

function testsOf(ts: FileView["ts"], awaited: ts.Node): readonly string[] {
  let value = awaited;
  while (ts.isParenthesizedExpression(value.parent) || ts.isAsExpression(value.parent)) value = value.parent;
  const { parent } = value;
  if (ts.isBinaryExpression(parent) && parent.right === value) return [`${parent.left.getText()}.done`];
  if (ts.isPropertyAccessExpression(parent)) return [parent.getText()];
  if (!ts.isVariableDeclaration(parent)) return [];
  if (ts.isIdentifier(parent.name)) return [`${parent.name.text}.done`];
  const done = ts.isObjectBindingPattern(parent.name) ? parent.name.elements.find((element) => (element.propertyName ?? element.name).getText() === "done") : undefined;
  return done === undefined ? [] : [unwrapped(ts, done.name as ts.Identifier).getText()];
}
