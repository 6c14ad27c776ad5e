/** Awaits a call that floats: the fix for a forgotten `await`. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { canAwait, droppedExpression } from "./place.ts";
import { insert, prefix, replace, type FixView } from "./view.ts";

/**
 * Puts `await` before an expression, or in the place of its `void`. Changes timing, so it is never safe.
 * @param mayNotSettle the work may run for ever (an endless loop): then waiting for it is advice against, not an edit.
 * @returns `undefined` where `await` may not be written.
 */
export function awaitIt(view: FixView, node: ts.Expression, { mayNotSettle = false } = {}): Fix | undefined {
  const { ts, file } = view;
  const target = droppedExpression(ts, node) ?? node;
  if (!canAwait(view, target) || ts.isAwaitExpression(target.parent)) return undefined;
  if (mayNotSettle) {
    return { title: "Give it to a task group as a background task; an `await` here may never return", applicability: "manual", edits: [] };
  }
  const fix = { title: "Await the call", applicability: "unsafe" } as const;
  let inner = target;
  while (ts.isParenthesizedExpression(inner) && ts.isVoidExpression(inner.expression)) inner = inner.expression;
  if (ts.isVoidExpression(inner)) {
    const start = inner.getStart(file);
    const operand = inner.expression;
    const binds = ts.isConditionalExpression(operand) || ts.isBinaryExpression(operand) ? undefined : replace(view, start, start + "void".length, "await");
    return binds === undefined ? undefined : { ...fix, edits: [binds] };
  }
  const start = target.getStart(file);
  if (ts.isShorthandPropertyAssignment(target.parent)) return { ...fix, edits: [insert(view, target.end, `: await ${target.getText(file)}`)] };
  if (!needsParens(ts, target)) return { ...fix, edits: [prefix(view, start, "await ")] };
  return { ...fix, edits: [prefix(view, start, "(await "), insert(view, target.end, ")")] };
}

/** Whether `await x` in the place of `x` would be read differently without parentheses. */
function needsParens(ts: FixView["ts"], node: ts.Expression): boolean {
  const up = node.parent;
  if (ts.isPropertyAccessExpression(up) || ts.isElementAccessExpression(up) || ts.isCallExpression(up) || ts.isNewExpression(up)) return up.expression === node;
  if (ts.isTaggedTemplateExpression(up)) return up.tag === node;
  if (ts.isBinaryExpression(up)) return up.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken && up.left === node;
  return ts.isNonNullExpression(up) || ts.isExpressionWithTypeArguments(up);
}

/**
 * Waits for all promises of a list: `xs.map(f);` and `await xs.map(f)` become `await Promise.all(xs.map(f))`.
 * @returns `undefined` where `await` may not be written.
 */
export function awaitAll(view: FixView, node: ts.Expression): Fix | undefined {
  const { ts, file } = view;
  if (!canAwait(view, node)) return undefined;
  const before = ts.isAwaitExpression(node.parent) ? "Promise.all(" : "await Promise.all(";
  return { title: "Wait for all of them with `Promise.all`", applicability: "unsafe", edits: [prefix(view, node.getStart(file), before), insert(view, node.end, ")")] };
}
