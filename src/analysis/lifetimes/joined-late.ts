/** Objects that close a field first and then wait for their own loop, which works with it: the last calls of the loop fail. */
import type ts from "typescript";
import { halfClosers } from "../catalog/closed.ts";
import { finalMembers } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import { memberAccesses } from "../language/references.ts";
import { calledMember, enclosingClass, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { callOn } from "./closed.ts";

/** A field that is closed under the work that its object waits for afterwards. */
export interface JoinedLate {
  /** The closing. */
  readonly at: ts.CallExpression;
  /** The field, as text. */
  readonly resource: string;
  /** The field that holds the promise of the work, as text, where it is awaited. */
  readonly join: ts.Expression;
  /** A call of the work on the field. */
  readonly work: ts.CallExpression;
}

/** How many methods the work is followed through. */
const maxDepth = 3;

/** The closings of a file that come before the wait for what still uses the field. */
export function* joinedLate(view: FileView): Generator<JoinedLate> {
  const { ts, paths } = view;
  if (!view.mentions(...finalMembers)) return;
  for (const wait of view.nodes(ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]) {
    const join = unwrapped(ts, wait.expression);
    const fn = ts.isPropertyAccessExpression(join) && join.expression.kind === ts.SyntaxKind.ThisKeyword ? view.functionOf(wait) : undefined;
    const owner = enclosingClass(ts, wait);
    if (fn?.body === undefined || owner === undefined || !ts.isPropertyAccessExpression(join)) continue;
    const closings = (view.within(fn.body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).filter((call) => view.functionOf(call) === fn && call.end < wait.pos && closedField(view, call) !== undefined);
    const loop = closings.length === 0 ? undefined : methodBehind(view, owner, join);
    if (loop === undefined) continue;
    const waits = new Set<ts.Node>(memberAccesses(view.compiler, owner, join.name.text));
    for (const at of closings) {
      const field = closedField(view, at);
      const work = field === undefined || paths.reached(fn, at, new Set([wait]), () => false) === undefined || paths.reached(fn, undefined, new Set([at]), (node) => waits.has(node)) === undefined ? undefined : workOn(view, owner, loop, field.name.text, new Set());
      // Where nothing else tells the loop to stop, closing the thing under it does.
      if (field !== undefined && work !== undefined && isToldBefore(view, fn, at, loop)) yield { at, resource: field.getText(view.file), join, work };
    }
  }
}

/** The field of the object that a call closes. */
function closedField(view: FileView, call: ts.CallExpression): ts.PropertyAccessExpression | undefined {
  const { ts } = view;
  const member = calledMember(ts, call);
  const field = member === undefined || !finalMembers.has(member.name) || halfClosers.has(member.name) ? undefined : unwrapped(ts, member.receiver);
  return field !== undefined && ts.isPropertyAccessExpression(field) && field.expression.kind === ts.SyntaxKind.ThisKeyword ? field : undefined;
}

/** The method whose promise a field holds: `this.#loop = this.#run()`. */
function methodBehind(view: FileView, owner: ts.ClassLikeDeclaration, field: ts.PropertyAccessExpression): FunctionNode | undefined {
  const { ts } = view;
  for (const mention of memberAccesses(view.compiler, owner, field.name.text)) {
    const value = isWriteTarget(ts, mention) && ts.isBinaryExpression(mention.parent) ? unwrapped(ts, mention.parent.right) : undefined;
    const method = value !== undefined && ts.isCallExpression(value) ? ownMethod(view, value) : undefined;
    if (method !== undefined) return method;
  }
  return undefined;
}

function ownMethod(view: FileView, call: ts.CallExpression): FunctionNode | undefined {
  const method = calledMember(view.ts, call)?.receiver.kind === view.ts.SyntaxKind.ThisKeyword ? view.callees.of(call).implementation : undefined;
  return method?.getSourceFile() === view.file ? method : undefined;
}

/** An awaited call on a field, in a method or in one that it calls. */
function workOn(view: FileView, owner: ts.ClassLikeDeclaration, method: FunctionNode, field: string, seen: Set<FunctionNode>): ts.CallExpression | undefined {
  const { ts, compiler, types } = view;
  if (seen.has(method) || seen.size > maxDepth) return undefined;
  seen.add(method);
  for (const mention of memberAccesses(compiler, owner, field)) {
    const call = view.functionOf(mention) === method ? callOn(ts, mention) : undefined;
    const type = call === undefined || finalMembers.has(calledMember(ts, call)?.name ?? "") || fateOf(compiler, call).fate.kind !== "awaited" || ts.isForOfStatement(call.parent) ? undefined : compiler.typeOf(call);
    if (call !== undefined && type !== undefined && types.taskKind(type) === "promise") return call;
  }
  for (const call of view.within(method, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const next = ownMethod(view, call);
    const found = next === undefined ? undefined : workOn(view, owner, next, field, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the method sets a flag that the loop reads, or aborts, before it closes. */
function isToldBefore(view: FileView, fn: FunctionNode, closing: ts.Node, loop: FunctionNode): boolean {
  const { ts } = view;
  const flags = (view.within(fn, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]).flatMap(({ left, right, operatorToken, end }) => (end < closing.pos && operatorToken.kind === ts.SyntaxKind.EqualsToken && (right.kind === ts.SyntaxKind.TrueKeyword || right.kind === ts.SyntaxKind.FalseKeyword) ? [left.getText(view.file)] : []));
  const text = loop.body?.getText(view.file) ?? "";
  if (flags.some((flag) => text.includes(flag))) return true;
  return (view.within(fn, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => call.end < closing.pos && calledMember(ts, call)?.name === "abort" && /\b(?:aborted|signal)\b/u.test(text));
}
