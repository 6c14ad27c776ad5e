/** Rewrites a promise combinator over work that it starts into the task group's combinator, which cancels and waits for the rest. */
import type ts from "typescript";
import type { SignalInScope } from "../analysis/signals/signals.ts";
import type { Edit, Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { isAsyncFunction, someOwn, withoutParens } from "./place.ts";
import { runtimeModule } from "./scopes.ts";
import { indentAt, styleOf } from "./style.ts";
import { asTask, groupOptions, takesSignal, threadBody } from "./task.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `Promise.all([f(x), g(y)])` becomes `TaskGroup.all([({ signal }) => f(x, { signal }), () => g(y)], { signal })`, and
 * `Promise.all(xs.map((x) => f(x)))` becomes `TaskGroup.map(xs, (x, _index, { signal }) => f(x, { signal }), { signal })`. The functions are called at once and in
 * order, so what the operands evaluate stays in order too. What changes: a rejection arrives after the siblings have ended.
 * `race` and `any` are rewritten when every loser can be cancelled; else the result would wait for the slowest.
 * @returns `undefined` for other shapes, and where an operand awaits.
 */
export function structuredCombinator(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts } = view;
  const callee = call.expression;
  const [argument] = call.arguments;
  if (!ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression) || call.typeArguments !== undefined) return undefined;
  if (argument === undefined || call.arguments.length !== 1 || call.questionDotToken !== undefined) return undefined;
  const imported = importNamed(view, "TaskGroup", runtimeModule);
  if (imported === undefined) return undefined;
  const operands = withoutParens(ts, argument);
  const rename = replace(view, callee.expression.getStart(view.file), callee.expression.end, imported.local);
  const method = callee.name.text;
  let edits: readonly Edit[] | undefined;
  if (!isTitled(method)) return undefined;
  if (ts.isArrayLiteralExpression(operands)) edits = overLiteral(view, call, argument, operands, method !== "all");
  else if (ts.isCallExpression(operands) && operands === argument) edits = method === "all" ? overMap(view, call, operands, callee.name) : racesOverMap(view, call, operands);
  if (edits === undefined) return undefined;
  return { title: titles[method], applicability: "unsafe", edits: [...imported.edits, rename, ...edits] };
}

const titles = {
  all: "Run them in a task group: when one fails, the others are cancelled and awaited before the error arrives",
  race: "Race them in a task group: the losers are cancelled and awaited",
  any: "Race them in a task group: the losers are cancelled and awaited",
};

function isTitled(method: string): method is keyof typeof titles {
  return method in titles;
}

function overLiteral(view: FixView, call: ts.CallExpression, argument: ts.Expression, operands: ts.ArrayLiteralExpression, hasLosers: boolean): readonly Edit[] | undefined {
  const { ts } = view;
  const scope = view.signals.nearest(call);
  const edits: Edit[] = [];
  if (operands.elements.length === 0) return undefined;
  for (const element of operands.elements) {
    if (ts.isSpreadElement(element) || ts.isOmittedExpression(element) || (hasLosers && !takesSignal(view, element, scope))) return undefined;
    const task = asTask(view, element, "", "", scope);
    if (task === undefined) return undefined;
    edits.push(...task);
  }
  const options = groupOptions(scope);
  return options === "" ? edits : [...edits, insert(view, argument.end, `, ${options}`)];
}

/** `xs.map(callback)` over an array, taken apart. */
function mapOf(view: FixView, mapped: ts.CallExpression): { readonly items: ts.Expression; readonly callback: ts.Expression } | undefined {
  const { ts } = view;
  const callee = mapped.expression;
  const [callback] = mapped.arguments;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== "map" || callee.questionDotToken !== undefined) return undefined;
  if (callback === undefined || ts.isSpreadElement(callback) || mapped.arguments.length !== 1 || mapped.typeArguments !== undefined || mapped.questionDotToken !== undefined) return undefined;
  const items = callee.expression;
  const type = view.compiler.typeOf(items);
  return type !== undefined && view.compiler.partsOf(type).every((part) => view.compiler.isArrayLike(part)) ? { items, callback } : undefined;
}

function overMap(view: FixView, call: ts.CallExpression, mapped: ts.CallExpression, method: ts.MemberName): readonly Edit[] | undefined {
  const { ts, file } = view;
  const parts = mapOf(view, mapped);
  if (parts === undefined || !ignoresThirdArgument(view, parts.callback)) return undefined;
  const { items, callback } = parts;
  // What stands between the list and the callback is replaced, so it must not hold a comment.
  const between = file.text.slice(items.end, callback.getStart(file));
  const tail = file.text.slice(callback.end, mapped.end);
  if (/\/[/*]/u.test(between + tail)) return undefined;
  const scope = view.signals.nearest(call);
  const options = groupOptions(scope);
  // Arguments on lines of their own stay so.
  const start = items.getStart(file);
  const comma = file.text.slice(call.arguments.pos, start).includes("\n") ? `,${styleOf(ts, file).eol}${indentAt(file.text, start)}` : ", ";
  return [
    replace(view, method.getStart(file), method.end, "map"),
    replace(view, items.end, callback.getStart(file), comma),
    ...(threadCallback(view, callback, scope) ?? []),
    replace(view, callback.end, mapped.end, options === "" ? "" : comma + options),
  ];
}

/** Hands the task's signal to a callback of `TaskGroup.map`, whose third parameter is the task, and on to what it calls. */
function threadCallback(view: FixView, callback: ts.Expression, scope: SignalInScope | undefined): readonly Edit[] | undefined {
  const { ts, file } = view;
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return undefined;
  const { parameters, body } = callback;
  const last = parameters.at(-1);
  const thread = threadBody(view, body, scope);
  if (thread === undefined || parameters.some((one) => mentionsSignal(ts, one))) return undefined;
  if (last === undefined) return [insert(view, parameters.pos, "_item, _index, { signal }"), ...thread];
  const added = parameters.length === 1 ? ", _index, { signal }" : ", { signal }";
  const bare = ts.isArrowFunction(callback) && parameters.length === 1 && !/\)\s*(?::|=>)/u.test(file.text.slice(last.end, body.getStart(file)));
  return bare ? [replace(view, last.getStart(file), last.end, `(${last.getText(file)}${added})`), ...thread] : [insert(view, last.end, added), ...thread];
}

function mentionsSignal(ts: FixView["ts"], parameter: ts.ParameterDeclaration): boolean {
  return someOwn(ts, parameter, (node) => ts.isIdentifier(node) && node.text === "signal");
}

/** `Promise.any(xs.map((x) => f(x)))`: the callback returns a function instead of a promise. */
function racesOverMap(view: FixView, call: ts.CallExpression, mapped: ts.CallExpression): readonly Edit[] | undefined {
  const { ts } = view;
  const callback = mapOf(view, mapped)?.callback;
  const scope = view.signals.nearest(call);
  if (callback === undefined || !ts.isArrowFunction(callback) || isAsyncFunction(ts, callback) || ts.isBlock(callback.body) || !takesSignal(view, callback.body, scope)) return undefined;
  const task = asTask(view, callback.body, "", "", scope);
  const options = groupOptions(scope);
  return task === undefined || options === "" ? task : [...task, insert(view, mapped.end, `, ${options}`)];
}

/** Whether a callback takes at most the item and its index: as third argument an array's `map` passes the array, a group's `map` the task. */
function ignoresThirdArgument(view: FixView, callback: ts.Expression): boolean {
  const { ts } = view;
  const inline = withoutParens(ts, callback);
  if (ts.isArrowFunction(inline) || ts.isFunctionExpression(inline)) {
    if (inline.asteriskToken !== undefined || inline.parameters.length > 2 || inline.parameters.some((one) => one.dotDotDotToken !== undefined)) return false;
    return ts.isArrowFunction(inline) || !someOwn(ts, inline.body, (one) => ts.isIdentifier(one) && one.text === "arguments");
  }
  const type = view.compiler.typeOf(callback);
  const signatures = type === undefined ? [] : view.compiler.callSignaturesOf(type);
  return (
    signatures.length > 0 &&
    signatures.every(({ parameters }) => parameters.length <= 2 && parameters.every(({ valueDeclaration: one }) => one === undefined || !ts.isParameter(one) || one.dotDotDotToken === undefined))
  );
}
