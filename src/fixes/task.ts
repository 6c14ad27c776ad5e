/** Turns an expression that starts work into a function that starts it, and hands it the signal of its task. */
import type ts from "typescript";
import type { SignalInScope, SignalSlot } from "../analysis/signals/signals.ts";
import type { Edit } from "./edit.ts";
import { someOwn, suspends, withoutParens } from "./place.ts";
import { lineStart, styleOf } from "./style.ts";
import { insert, prefix, replace, type FixView } from "./view.ts";

/**
 * Edits that turn `expression` into `before` + a function that evaluates it + `after`. A `void` in front goes away, and an
 * async function called on the spot becomes the function itself. The callee gets the task's signal where it takes one.
 * @param scope the signal that the group is linked to; code that passes it on passes the task's own instead.
 * @returns `undefined` when the expression awaits or yields: it cannot move into another function.
 */
export function asTask(view: FixView, expression: ts.Expression, before: string, after: string, scope?: SignalInScope): readonly Edit[] | undefined {
  const { ts, file } = view;
  const start = expression.getStart(file);
  let inner = expression;
  while (ts.isVoidExpression(inner) || ts.isParenthesizedExpression(inner)) {
    const next: ts.Expression = inner.expression;
    if (ts.isParenthesizedExpression(inner) && !ts.isVoidExpression(next) && calledOnTheSpot(view, next) === undefined) break;
    inner = next;
  }
  if (suspends(ts, inner)) return undefined;
  const called = calledOnTheSpot(view, inner);
  if (called !== undefined) return [prefixFrom(view, start, called.getStart(file), before), replace(view, called.end, expression.end, after)];
  const thread = threadSignal(view, inner, scope);
  const parameters = thread === undefined ? "() => " : "({ signal }) => ";
  const innerStart = inner.getStart(file);
  const braces = file.text.charAt(innerStart) === "{";
  const head = before + parameters + (braces ? "(" : "");
  const tail = (braces ? ")" : "") + after;
  return [
    // Nothing else is inserted before an operand of a list, but the operand itself may be rewritten: an insertion leaves it whole.
    before === "" && start === innerStart ? insert(view, start, head) : prefixFrom(view, start, innerStart, head),
    ...(thread ?? []),
    ...(tail === "" && inner.end === expression.end ? [] : [replace(view, inner.end, expression.end, tail)]),
  ];
}

/** Replaces `[start, tokenStart)` by `text`; comments that stood there are kept. */
function prefixFrom(view: FixView, start: number, tokenStart: number, text: string): Edit {
  if (start === tokenStart) return prefix(view, start, text);
  const comments = view.file.text.slice(start, tokenStart).match(/\/\*[\s\S]*?\*\//gu) ?? [];
  return replace(view, start, tokenStart, comments.map((comment) => `${comment} `).join("") + text);
}

/** `fn` of `(async () => { … })()`: a function without parameters, called without arguments where it stands. */
function calledOnTheSpot(view: FixView, node: ts.Expression): ts.ArrowFunction | ts.FunctionExpression | undefined {
  const { ts, file } = view;
  if (!ts.isCallExpression(node) || node.arguments.length > 0 || node.questionDotToken !== undefined) return undefined;
  const callee = withoutParens(ts, node.expression);
  if (!ts.isArrowFunction(callee) && !ts.isFunctionExpression(callee)) return undefined;
  if (callee.parameters.length > 0 || callee.asteriskToken !== undefined) return undefined;
  if (ts.isFunctionExpression(callee) && someOwn(ts, callee.body, (one) => one.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(one) && one.text === "arguments"))) return undefined;
  return /\/[/*]/u.test(file.text.slice(node.getStart(file), callee.getStart(file)) + file.text.slice(callee.end, node.end)) ? undefined : callee;
}

/** Whether the work that an expression starts can be told to stop by a signal that a fix can pass. */
export function takesSignal(view: FixView, expression: ts.Expression, scope: SignalInScope | undefined): boolean {
  return threadSignal(view, expression, scope) !== undefined;
}

/** Edits that pass `signal` to the callee of `f(…)` or `f(…).then(…)`; empty when it passes one already. */
function threadSignal(view: FixView, expression: ts.Expression, scope: SignalInScope | undefined): readonly Edit[] | undefined {
  const call = startingCall(view.ts, expression);
  if (call === undefined || (scope?.text !== "signal" && mentions(view.ts, expression, "signal"))) return undefined;
  return threadCall(view, call, scope);
}

/**
 * Edits that pass `signal` to all calls in the body of a function which take one; calls of functions nested in it are their own business.
 * @returns `undefined` when there is none, or when `signal` means something else there.
 */
export function threadBody(view: FixView, body: ts.Node, scope: SignalInScope | undefined): readonly Edit[] | undefined {
  const { ts } = view;
  if (scope?.text !== "signal" && mentions(ts, body, "signal")) return undefined;
  const edits: (readonly Edit[])[] = [];
  someOwn(ts, body, (node) => {
    const edit = ts.isCallExpression(node) ? threadCall(view, node, scope) : undefined;
    if (edit !== undefined) edits.push(edit);
    return false;
  });
  return edits.length === 0 ? undefined : edits.flat();
}

function threadCall(view: FixView, call: ts.CallExpression, scope: SignalInScope | undefined): readonly Edit[] | undefined {
  const { ts } = view;
  const slot = view.signals.slotOf(call);
  if (slot === undefined || slot.given === "unknown") return undefined;
  const shadowsOuter = scope?.text === "signal";
  if (slot.given !== "nothing") return shadowsOuter && ts.isIdentifier(slot.given) && slot.given.text === "signal" ? [] : undefined;
  return addSignal(view, call, slot, "signal");
}

/**
 * Edits that give a call a signal where its callee takes one and the call passes none.
 * @param text how the signal is spelled.
 */
export function addSignal(view: FixView, call: ts.CallExpression, slot: SignalSlot, text: string): readonly Edit[] | undefined {
  const { ts } = view;
  const passed = call.arguments.length;
  const option = text === "signal" ? "signal" : `signal: ${text}`;
  const options = call.arguments[slot.index];
  if (slot.kind === "option" && options !== undefined && ts.isObjectLiteralExpression(options)) return [appendTo(view, options, options.properties, option)];
  if (passed > slot.index || !view.signals.gapIsOptional(call, passed, slot.index)) return undefined;
  const missing = [...Array<string>(slot.index - passed).fill("undefined"), slot.kind === "option" ? `{ ${option} }` : text].join(", ");
  const last = call.arguments.at(-1);
  return [last === undefined ? insert(view, call.arguments.pos, missing) : insert(view, last.end, `, ${missing}`)];
}

/** The call that begins the work of an expression: `f(…)` in `f(…).then(…).catch(…)`. */
export function startingCall(ts: FixView["ts"], expression: ts.Expression): ts.CallExpression | undefined {
  let at = withoutParens(ts, expression);
  while (ts.isCallExpression(at)) {
    const callee = at.expression;
    if (!ts.isPropertyAccessExpression(callee) || !/^(?:then|catch|finally)$/u.test(callee.name.text)) return at;
    at = withoutParens(ts, callee.expression);
  }
  return undefined;
}

function mentions(ts: FixView["ts"], root: ts.Node, name: string): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isIdentifier(node) && node.text === name && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(root);
}

/** Adds one element at the end of a `{ … }` list: on a line of its own where the others have theirs. */
export function appendTo(view: FixView, list: ts.Node, elements: ts.NodeArray<ts.Node>, text: string): Edit {
  const { ts, file } = view;
  const last = elements.at(-1);
  if (last === undefined) return replace(view, list.getStart(file), list.end, `{ ${text} }`);
  const start = last.getStart(file);
  const line = lineStart(file.text, start);
  const ownLine = line > list.getStart(file) && file.text.slice(line, start).trim() === "";
  return insert(view, last.end, ownLine ? `,${styleOf(ts, file).eol}${file.text.slice(line, start)}${text}` : `, ${text}`);
}

/** How a group is told of the signal it is linked to: `{ signal }`, `{ signal: options.signal }`, or nothing. */
export function groupOptions(scope: SignalInScope | undefined): string {
  if (scope === undefined) return "";
  return scope.text === "signal" ? "{ signal }" : `{ signal: ${scope.text} }`;
}
