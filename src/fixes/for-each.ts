/** Turns `xs.forEach(async …)`, which drops every promise of its callback, into a loop that awaits. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { canAwait, droppedExpression, isAsyncFunction, someOwn, withoutParens } from "./place.ts";
import { replace, type FixView } from "./view.ts";

/**
 * `xs.forEach(async (x) => { … })` becomes `for (const x of xs) { … }`; with an index, over `xs.entries()`. The turns run one
 * after another, the next statement waits for them, and an error arrives where the loop stands.
 * @returns `undefined` where `await` may not be written, and where a loop body means something else than a function body.
 */
export function forEachToLoop(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const callee = call.expression;
  const [argument] = call.arguments;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== "forEach" || callee.questionDotToken !== undefined || call.questionDotToken !== undefined) return undefined;
  if (argument === undefined || call.arguments.length !== 1 || call.typeArguments !== undefined) return undefined;
  const dropped = droppedExpression(ts, call);
  if (dropped === undefined || !ts.isExpressionStatement(dropped.parent) || !canAwait(view, call)) return undefined;
  const callback = withoutParens(ts, argument);
  if (!(ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)) || !isAsyncFunction(ts, callback) || callback.asteriskToken !== undefined) return undefined;
  const head = loopHead(view, callee.expression, callback);
  const body = ts.isBlock(callback.body) ? loopBody(view, callback, callback.body) : [];
  if (head === undefined || body === undefined) return undefined;
  const { text } = file;
  const statement = dropped.parent;
  const bodyStart = callback.body.getStart(file);
  const headComments = text.slice(callee.expression.end, bodyStart);
  const tail = text.slice(callback.end, ts.isBlock(callback.body) ? statement.end : dropped.end);
  if (/\/[/*]/u.test(headComments + tail)) return undefined;
  const edits: Edit[] = [replace(view, statement.getStart(file), bodyStart, head), ...body];
  if (ts.isBlock(callback.body)) edits.push(replace(view, callback.end, statement.end, ""));
  else {
    const inner = withoutParens(ts, callback.body);
    if (ts.isObjectLiteralExpression(inner)) return undefined;
    edits[0] = replace(view, statement.getStart(file), bodyStart, `${head}${ts.isAwaitExpression(inner) ? "" : "await "}`);
    if (needsGrouping(ts, callback.body)) return undefined;
    edits.push(replace(view, callback.body.end, dropped.end, ""));
  }
  return { title: "Loop and await each turn", applicability: "unsafe", edits };
}

/** Whether `await` in front of an expression would bind to a part of it only. */
function needsGrouping(ts: FixView["ts"], node: ts.Expression): boolean {
  return ts.isBinaryExpression(node) || ts.isConditionalExpression(node);
}

function loopHead(view: FixView, items: ts.Expression, callback: ts.ArrowFunction | ts.FunctionExpression): string | undefined {
  const { file } = view;
  const type = view.compiler.typeOf(items);
  const [item, index, ...more] = callback.parameters;
  if (type === undefined || item === undefined || more.length > 0) return undefined;
  const isArray = view.compiler.partsOf(type).every((part) => view.compiler.isArrayLike(part));
  const name = (type.symbol as ts.Symbol | undefined)?.name;
  const isSet = name === "Set" || name === "ReadonlySet";
  if (!isArray && !(isSet && index === undefined)) return undefined;
  if ([item, index].some((one) => one !== undefined && (one.dotDotDotToken !== undefined || one.initializer !== undefined))) return undefined;
  const isAssigned = [item, index].some((one) => one !== undefined && assigns(view, callback.body, one.name));
  const list = items.getText(file);
  const names = index === undefined ? item.name.getText(file) : `[${index.name.getText(file)}, ${item.name.getText(file)}]`;
  return `for (${isAssigned ? "let" : "const"} ${names} of ${index === undefined ? list : `${list}.entries()`}) `;
}

/** Whether a body writes to a name of its parameters. */
function assigns(view: FixView, body: ts.Node, name: ts.BindingName): boolean {
  const { ts } = view;
  if (!ts.isIdentifier(name)) return name.elements.some((element) => ts.isBindingElement(element) && assigns(view, body, element.name));
  const { FirstAssignment, LastAssignment, PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
  const visit = (node: ts.Node): boolean => {
    const target =
      ts.isBinaryExpression(node) && node.operatorToken.kind >= FirstAssignment && node.operatorToken.kind <= LastAssignment ? node.left
      : (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === PlusPlusToken || node.operator === MinusMinusToken) ? node.operand
      : undefined;
    if (target !== undefined && new RegExp(`(?<![\\w$.])${name.text}(?![\\w$])`, "u").test(target.getText(view.file)) && !ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(body);
}

/** Edits inside a block body: `return;` ends a turn, `return f();` as the last statement awaits it. */
function loopBody(view: FixView, callback: ts.ArrowFunction | ts.FunctionExpression, body: ts.Block): readonly Edit[] | undefined {
  const { ts, file } = view;
  const edits: Edit[] = [];
  const last = body.statements.at(-1);
  const refused = someOwn(ts, body, (node) => {
    // `this`, `arguments` and `var` of a function expression are its own; a loop shares those of the function around it.
    if (ts.isFunctionExpression(callback) && (node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && node.text === "arguments"))) return true;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) return true;
    if (!ts.isReturnStatement(node)) return false;
    if (node.expression === undefined) {
      const start = node.getStart(file);
      edits.push(replace(view, start, start + "return".length, "continue"));
      return inInnerLoop(ts, node, body);
    }
    if (node !== last || needsGrouping(ts, node.expression)) return true;
    const start = node.getStart(file);
    edits.push(replace(view, start, node.expression.getStart(file), ts.isAwaitExpression(node.expression) ? "" : "await "));
    return false;
  });
  return refused ? undefined : edits;
}

function inInnerLoop(ts: FixView["ts"], node: ts.Node, body: ts.Block): boolean {
  for (let at = node; at !== body; at = at.parent) if (ts.isIterationStatement(at, false)) return true;
  return false;
}
