/** When a resource is really held: not before it is opened, and no longer when it has come to its end by itself. */
import type ts from "typescript";
import { fateOf, outerCall } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { waiters } from "../catalog/releases.ts";
import type { Step } from "./custody.ts";
import type { Acquisition } from "./resources.ts";
import { unwrapped, type FunctionNode } from "../language/syntax.ts";

/** What tells that a resource has come to its end by itself. */
export interface Spending {
  /** Conditions, by text, that hold once it has. */
  readonly tests: readonly string[];
  /** Whether it is read, but only so often, and nothing asks whether that was all. */
  readonly readOnce: boolean;
  /** Whether a node waits for the resource itself: if that fails, the resource is gone. */
  reads(node: ts.Node): boolean;
}

/** Methods without which an object holds nothing yet. */
export const opening: ReadonlySet<string> = new Set(["connect", "open", "join", "start", "listen", "init", "initialize", "launch", "login", "setup", "ready", "begin"]);

/** Methods by which a stack comes to hold something. */
const filling: ReadonlySet<string> = new Set(["use", "adopt", "defer"]);

/** The `await client.connect()` from which on a client is held, since it holds nothing when that fails; for a stack, what first puts something onto it. */
export function openingOf(view: FileView, acquisition: Acquisition, name: ts.Identifier, fn: FunctionNode): ts.AwaitExpression | ts.CallExpression | undefined {
  const { ts, compiler } = view;
  const isStack = acquisition.entry?.what === "disposable stack";
  for (const mention of referencesOf(compiler, name)) {
    const access = mention.parent;
    const call = ts.isPropertyAccessExpression(access) && access.expression === mention && (isStack ? filling : opening).has(access.name.text) ? outerCall(compiler, access) : undefined;
    if (call === undefined) continue;
    const wait = isStack ? undefined : executorWait(view, mention, fn);
    if (wait !== undefined) return wait;
    if (view.functionOf(mention) !== fn) continue;
    if (isStack) return call;
    const { fate } = fateOf(compiler, call);
    if (fate.kind === "awaited" && ts.isAwaitExpression(fate.by)) return fate.by;
  }
  return undefined;
}

/** `await new Promise((resolve, reject) => { server.listen(port, resolve); … })` around a mention. */
function executorWait(view: FileView, mention: ts.Node, fn: FunctionNode): ts.AwaitExpression | undefined {
  const { ts } = view;
  const executor = view.functionOf(mention);
  const made = executor?.parent;
  if (executor === undefined || made === undefined || view.functionOf(executor) !== fn || !ts.isNewExpression(made) || !ts.isIdentifier(made.expression) || made.expression.text !== "Promise") return undefined;
  return ts.isAwaitExpression(made.parent) ? made.parent : undefined;
}

const none: Spending = { tests: [], readOnce: false, reads: () => false };

/** For anything: `await once(socket, "connect")`, which fails with the socket itself. For a reader: `done` of `const { done } = await reader.read()`, `result.done` of `const result = await reader.read()`. A writer whose own call fails has no stream left. */
export function spendsWhenDone(view: FileView, acquisition: Acquisition, name: ts.Identifier): Spending {
  const what = acquisition.entry?.what;
  const { ts, compiler } = view;
  if (what !== "stream reader" && what !== "stream writer") {
    if (acquisition.entry?.endsByError !== true) return none;
    const waits = new Set(referencesOf(compiler, name).flatMap((mention) => waitFor(view, mention) ?? []));
    return waits.size === 0 ? none : { ...none, reads: (node) => waits.has(node) };
  }
  const tests: string[] = [];
  const reads = new Set<ts.Node>();
  let readOnce = what === "stream reader";
  for (const mention of referencesOf(compiler, name)) {
    const access = mention.parent;
    if (!ts.isPropertyAccessExpression(access) || access.expression !== mention) continue;
    readOnce &&= access.name.text === "read" && !isInLoop(ts, access);
    const { fate } = fateOf(compiler, outerCall(compiler, access) ?? access);
    if (fate.kind !== "awaited") continue;
    reads.add(fate.by);
    if (access.name.text === "read") tests.push(...testsOf(ts, fate.by));
  }
  return { tests, readOnce: readOnce && tests.length === 0 && reads.size > 0, reads: (node) => reads.has(node) };
}

/** `await once(value, …)` around a mention of the value. */
function waitFor(view: FileView, mention: ts.Identifier): ts.Node | undefined {
  const { ts, callees } = view;
  const call = mention.parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== mention || !ts.isAwaitExpression(call.parent)) return undefined;
  const { origin, names } = callees.of(call);
  return origin === "node" && names.some((one) => waiters.has(one)) ? call.parent : undefined;
}

function isInLoop(ts: FileView["ts"], node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up) && !ts.isFunctionLike(up); up = up.parent) if (ts.isIterationStatement(up, false)) return true;
  return false;
}

/** The `break` or `return` by which a loop over the value is left before its end, where the value does not notice that and nothing else ends it. */
export function leftByJump(view: FileView, { entry }: Acquisition, steps: readonly Step[]): ts.Node | undefined {
  const { ts } = view;
  if (entry?.openAfterBreak !== true || steps.some((step) => step.kind === "released")) return undefined;
  const loops = steps.flatMap(({ mention }) => (ts.isForOfStatement(mention.parent) && mention.parent.expression === mention ? [mention.parent] : []));
  const jumps = loops.flatMap((loop) => [ts.SyntaxKind.BreakStatement, ts.SyntaxKind.ReturnStatement].flatMap((kind) => view.within(loop.statement, kind).filter((jump) => leaves(ts, jump, loop))));
  return jumps[0];
}

function leaves(ts: FileView["ts"], jump: ts.Node, loop: ts.Node): boolean {
  for (let up = jump.parent; up !== loop; up = up.parent) if (ts.isFunctionLike(up) || (ts.isBreakStatement(jump) && jump.label === undefined && (ts.isIterationStatement(up, false) || ts.isSwitchStatement(up)))) return false;
  return true;
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
