/** Takes away what runs nothing side by side: the group around one task, the list around one promise, the waits inside a list. */
import type ts from "typescript";
import type { Applicability, Edit, Fix } from "./edit.ts";
import { isAsyncFunction, withoutParens } from "./place.ts";
import { removalOf } from "./remove.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `await tasks.spawn(({ signal }) => f(x, { signal }))` becomes `await f(x)`, with the signal in scope where there is one; a spawn that is a statement is awaited, and the
 * joins behind it go.
 * @param applicability `unsafe` where the group has options, whose effect is lost.
 * @returns `undefined` for functions with statements, for those that use their signal for more than to hand it on once, and for joins that are returned.
 */
export function awaitTheTask(view: FixView, spawn: ts.CallExpression, applicability: Applicability): Fix | undefined {
  const { ts, file } = view;
  const [argument, ...more] = spawn.arguments;
  const task = argument === undefined ? undefined : withoutParens(ts, argument);
  if (task === undefined || more.length > 0 || !ts.isArrowFunction(task) || ts.isBlock(task.body)) return undefined;
  const body = isAsyncFunction(ts, task) && ts.isAwaitExpression(task.body) ? task.body.expression : task.body;
  const signals = isCallLike(ts, body) ? handedOn(view, task, spawn) : undefined;
  const statement = ts.isExpressionStatement(spawn.parent) ? spawn.parent : undefined;
  const joins = statement === undefined ? [] : joinsBehind(view, statement);
  if (signals === undefined || joins === undefined) return undefined;
  const [start, from] = [spawn.getStart(file), body.getStart(file)];
  if (hasComment(file.text.slice(start, from) + file.text.slice(body.end, spawn.end))) return undefined;
  return { title: "Await the work itself", applicability, edits: [replace(view, start, from, statement === undefined ? "" : "await "), ...signals, replace(view, body.end, spawn.end, ""), ...joins] };
}

function hasComment(text: string): boolean {
  return /\/[/*]/u.test(text);
}

/** What `await` in front of it waits for as a whole. */
function isCallLike(ts: FixView["ts"], node: ts.Expression): boolean {
  return ts.isCallExpression(node) || ts.isIdentifier(node) || ts.isPropertyAccessExpression(node);
}

/** Edits that give the signal of the scope in the place of the task's, or none where there is no other. */
function handedOn(view: FixView, task: ts.ArrowFunction, spawn: ts.Node): readonly Edit[] | undefined {
  const { ts, file } = view;
  const [parameter] = task.parameters;
  if (parameter === undefined) return [];
  const element = ts.isObjectBindingPattern(parameter.name) && parameter.name.elements.length === 1 ? parameter.name.elements[0] : undefined;
  if (element === undefined || !ts.isIdentifier(element.name) || (element.propertyName ?? element.name).getText(file) !== "signal") return undefined;
  const name = element.name.text;
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) uses.push(node);
    ts.forEachChild(node, visit);
  };
  visit(task.body);
  const [use, ...others] = uses;
  if (use === undefined) return [];
  const property = ts.isShorthandPropertyAssignment(use.parent) || ts.isPropertyAssignment(use.parent) ? use.parent : undefined;
  const given: ts.Node = property?.parent ?? use;
  const call = given.parent;
  if (others.length > 0 || !ts.isCallExpression(call) || !call.arguments.some((one) => one === given)) return undefined;
  const scope = view.signals.nearest(spawn);
  if (scope !== undefined && !scope.optional) {
    const text = property === undefined ? scope.text : scope.text === "signal" ? "signal" : `signal: ${scope.text}`;
    return [replace(view, (property ?? use).getStart(file), (property ?? use).end, text)];
  }
  const index = call.arguments.findIndex((one) => one === given);
  const isOnly = property === undefined || property.parent.properties.length === 1;
  if (!isOnly || index !== call.arguments.length - 1 || !view.signals.gapIsOptional(call, index, index + 1)) return undefined;
  return [replace(view, call.arguments[index - 1]?.end ?? given.getStart(file), given.end, "")];
}

/** Edits that take out the joins behind a spawn. */
function joinsBehind(view: FixView, statement: ts.ExpressionStatement): readonly Edit[] | undefined {
  const { ts } = view;
  if (!ts.isBlock(statement.parent)) return undefined;
  const { statements } = statement.parent;
  const joins = statements.slice(statements.indexOf(statement) + 1);
  return joins.every((one) => ts.isExpressionStatement(one)) ? joins.map((one) => removalOf(view, one)) : undefined;
}

/**
 * `const [a] = await Promise.all([f()])` becomes `const a = await f()`, `await Promise.race([f()])` becomes `await f()`, and any other `await Promise.all([f()])` `[await f()]`.
 * @returns `undefined` unless the combinator is awaited where it stands.
 */
export function withoutCombinator(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const [list] = call.arguments;
  const awaited = call.parent;
  const only = list !== undefined && ts.isArrayLiteralExpression(list) ? list.elements[0] : undefined;
  if (only === undefined || !ts.isAwaitExpression(awaited)) return undefined;
  const inner = ts.isAwaitExpression(only) ? only.expression : only;
  const [start, from] = [awaited.getStart(file), inner.getStart(file)];
  if (!isCallLike(ts, inner) || hasComment(file.text.slice(start, from) + file.text.slice(inner.end, awaited.end))) return undefined;
  const isList = ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === "all" && !ts.isExpressionStatement(awaited.parent);
  const pattern = isList && ts.isVariableDeclaration(awaited.parent) ? awaited.parent.name : undefined;
  const element = pattern !== undefined && ts.isArrayBindingPattern(pattern) && pattern.elements.length === 1 ? pattern.elements[0] : undefined;
  const taken = element !== undefined && ts.isBindingElement(element) && element.initializer === undefined && element.dotDotDotToken === undefined ? element : undefined;
  const [open, close] = isList && taken === undefined ? ["[", "]"] : ["", ""];
  const named = taken === undefined || pattern === undefined ? [] : [replace(view, pattern.getStart(file), pattern.end, taken.name.getText(file))];
  return { title: "Await it without a list", applicability: "unsafe", edits: [...named, replace(view, start, from, `${open}await `), replace(view, inner.end, awaited.end, close)] };
}

/**
 * `Promise.all([await f(), await g()])` becomes `Promise.all([f(), g()])`: what was written to run side by side does.
 * @returns `undefined` where an operand waits inside an expression.
 */
export function startTogether(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const [list] = call.arguments;
  if (list === undefined || !ts.isArrayLiteralExpression(list)) return undefined;
  const edits: Edit[] = [];
  for (const element of list.elements) {
    const inner = withoutParens(ts, element);
    if (ts.isAwaitExpression(inner)) edits.push(replace(view, inner.getStart(file), inner.expression.getStart(file), ""));
  }
  return edits.length === 0 ? undefined : { title: "Start them all before waiting", applicability: "unsafe", edits };
}

/** `Promise.all([xs.map(f)])` becomes `Promise.all([...xs.map(f)])`. */
export function spreadList(view: FixView, list: ts.Expression): Fix {
  return { title: "Spread the list", applicability: "unsafe", edits: [insert(view, list.getStart(view.file), "...")] };
}
