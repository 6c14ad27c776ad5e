/** Rewrites a promise combinator over work that it starts into the task group's combinator, which cancels and waits for the rest. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { someOwn, withoutParens } from "./place.ts";
import { runtimeModule } from "./scopes.ts";
import { asTask, groupOptions, takesSignal } from "./task.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `Promise.all([f(x), g(y)])` becomes `TaskGroup.all([({ signal }) => f(x, { signal }), () => g(y)], { signal })`, and
 * `Promise.all(xs.map(async (x) => …))` becomes `TaskGroup.map(xs, async (x) => …, { signal })`. The functions are called at once and in
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
  if (ts.isArrayLiteralExpression(operands) && (method === "all" || method === "race" || method === "any")) edits = overLiteral(view, call, argument, operands, method !== "all");
  else if (ts.isCallExpression(operands) && operands === argument && method === "all") edits = overMap(view, call, operands, callee.name);
  if (edits === undefined) return undefined;
  return { title: titles[method as keyof typeof titles], applicability: "unsafe", edits: [...imported.edits, rename, ...edits] };
}

const titles = {
  all: "Run them in a task group: when one fails, the others are cancelled and awaited before the error arrives",
  race: "Race them in a task group: the losers are cancelled and awaited",
  any: "Race them in a task group: the losers are cancelled and awaited",
};

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

function overMap(view: FixView, call: ts.CallExpression, mapped: ts.CallExpression, method: ts.MemberName): readonly Edit[] | undefined {
  const { ts, file } = view;
  const callee = mapped.expression;
  const [callback] = mapped.arguments;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== "map" || callee.questionDotToken !== undefined) return undefined;
  if (callback === undefined || mapped.arguments.length !== 1 || mapped.typeArguments !== undefined || mapped.questionDotToken !== undefined) return undefined;
  const items = callee.expression;
  const type = view.compiler.typeOf(items);
  if (type === undefined || !view.compiler.partsOf(type).every((part) => view.compiler.isArrayLike(part)) || !ignoresThirdArgument(view, callback)) return undefined;
  // What stands between the list and the callback is replaced, so it must not hold a comment.
  const between = file.text.slice(items.end, callback.getStart(file));
  const tail = file.text.slice(callback.end, mapped.end);
  if (/\/[/*]/u.test(between + tail) || ts.isSpreadElement(callback)) return undefined;
  const options = groupOptions(view.signals.nearest(call));
  return [
    replace(view, method.getStart(file), method.end, "map"),
    replace(view, items.end, callback.getStart(file), ", "),
    replace(view, callback.end, mapped.end, options === "" ? "" : `, ${options}`),
  ];
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
