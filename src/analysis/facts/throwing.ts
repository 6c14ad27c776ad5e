/** What is thrown where, which catch gets it, and which loops end: asked of syntax alone. */
import type ts from "typescript";
import type { Compiler } from "../language/compiler.ts";
import { indexOf } from "../language/nodes.ts";
import { contains, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

/** A `throw` in a handler that no `try` of the handler itself catches. */
export function handlerRethrows(ts: Compiler["ts"], fn: FunctionNode): boolean {
  const { body } = fn;
  if (body === undefined) return false;
  return (indexOf(ts, fn.getSourceFile()).within(body, ts.SyntaxKind.ThrowStatement)).some((node) => nearestFunction(ts, node) === fn && coveringCatch(ts, node, body) === undefined);
}

/** Nearest function-like node around a node, constructors and signatures included. */
export function nearestFunction(ts: Compiler["ts"], node: ts.Node): ts.Node | undefined {
  let up = node.parent as ts.Node | undefined;
  while (up !== undefined && !ts.isFunctionLike(up)) up = up.parent;
  return up;
}

/** The catch clause that gets what `node` throws, between it and `root`. */
export function coveringCatch(ts: Compiler["ts"], node: ts.Node, root: ts.Node): ts.CatchClause | undefined {
  for (let child = node, up = node.parent; child !== root; child = up, up = up.parent) {
    if (ts.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) return up.catchClause;
  }
  return undefined;
}

/** Reporting code is taken to work: calls inside a catch or finally block do not count as ways to fail. */
export function isUnderCatch(ts: Compiler["ts"], node: ts.Node, fn: FunctionNode): boolean {
  for (let child: ts.Node = node, up = node.parent; child !== fn; child = up, up = up.parent) {
    if (ts.isCatchClause(up) || (ts.isTryStatement(up) && up.finallyBlock === child)) return true;
  }
  return false;
}

/**
 * A loop that waits and that its own function does not end: `while (true)` or `for (;;)` without a way out,
 * or a test of nothing but a flag that somebody else sets (`while (!this.stopped)`, `while (!signal.aborted)`).
 */
export function isEndlessLoop(ts: Compiler["ts"], node: ts.Node): boolean {
  const condition = ts.isWhileStatement(node) ? node.expression : ts.isForStatement(node) ? node.condition : undefined;
  if (!ts.isWhileStatement(node) && !ts.isForStatement(node)) return false;
  const literal = condition === undefined || condition.kind === ts.SyntaxKind.TrueKeyword;
  const flag = condition === undefined ? undefined : flagOf(ts, condition);
  if (!literal && flag === undefined) return false;
  let leaves = false;
  let waits = false;
  walkOwn(ts, node.statement, (inner) => {
    if (ts.isAwaitExpression(inner)) waits = true;
    if (ts.isBreakStatement(inner) ? inner.label !== undefined || breaks(ts, inner, node) : ts.isReturnStatement(inner)) leaves = true;
    if (flag !== undefined && ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.EqualsToken && inner.left.getText() === flag) leaves = true;
    return undefined;
  });
  // Assigned in the visitor, which the compiler does not follow.
  const found = { leaves, waits } as { readonly leaves: boolean; readonly waits: boolean };
  return !found.leaves && (literal || found.waits);
}

/** The member that a condition tests, if it tests nothing else: `this.stopped` of `!this.stopped`. */
function flagOf(ts: Compiler["ts"], condition: ts.Expression): string | undefined {
  let inner = unwrapped(ts, condition);
  while (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.ExclamationToken) inner = unwrapped(ts, inner.operand);
  return ts.isPropertyAccessExpression(inner) ? inner.getText() : undefined;
}

function breaks(ts: Compiler["ts"], statement: ts.BreakStatement, loop: ts.Node): boolean {
  let up: ts.Node = statement.parent;
  while (!ts.isIterationStatement(up, false) && !ts.isSwitchStatement(up)) up = up.parent;
  return up === loop && contains(loop, statement);
}

/** Rejection handlers that stand in a body, not in functions nested in it. */
export function rejectionHandlersIn(ts: Compiler["ts"], body: ts.Node): readonly ts.Expression[] {
  const handlers: ts.Expression[] = [];
  walkOwn(ts, body, (node) => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
    const handler = node.expression.name.text === "catch" ? node.arguments[0] : node.expression.name.text === "then" ? node.arguments[1] : undefined;
    if (handler !== undefined) handlers.push(handler);
    return undefined;
  });
  return handlers;
}
