/** Which expressions start work that somebody has to wait for: asked of syntax first, of types and owners last. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { chainOf } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { isDeferredExecutor } from "./resolvers.ts";
import { makers } from "./ownership.ts";
import { unwrapped } from "../language/syntax.ts";

/** Whether an expression ends in a call, so that it may start work. */
export function mayStart(ts: FileView["ts"], expression: ts.Expression): boolean {
  const value = unwrapped(ts, expression);
  if (ts.isConditionalExpression(value)) return mayStart(ts, value.whenTrue) || mayStart(ts, value.whenFalse);
  return ts.isCallExpression(value) || ts.isNewExpression(value);
}

/** Whether an expression is a promise of work that nobody but its holder could wait for. */
export function startsTask(view: FileView, expression: ts.Expression): boolean {
  const { ts, compiler, types, keepers } = view;
  const type = types.mayBeTask(expression) ? compiler.typeOf(expression) : undefined;
  if (type === undefined || types.taskKind(type) !== "promise") return false;
  const value = unwrapped(ts, expression);
  if (ts.isConditionalExpression(value)) return startsTask(view, value.whenTrue) || startsTask(view, value.whenFalse);
  if (ts.isNewExpression(value) && isDeferredExecutor(ts, value)) return false;
  return !keepers.isInGoodHands(chainOf(compiler, expression)) && !isDetached(view, expression);
}

/** Whether a call makes an array of new tasks, rather than handing an existing one through. */
export function makesTasks(view: FileView, expression: ts.Expression): boolean {
  const { ts } = view;
  const value = unwrapped(ts, expression);
  if (!ts.isCallExpression(value)) return false;
  const callee = view.callees.of(value);
  return callee.origin === "lib" ? makers.has(callee.name) : callee.implementation !== undefined;
}

/** Whether a `@detached` comment says that nobody is meant to wait. */
export function isDetached(view: FileView, node: ts.Node): boolean {
  return Boolean(annotationOf(view.ts, node, "detached"));
}

/** Whether a variable is declared with `using` or `await using`. */
export function isUsing(ts: FileView["ts"], declaration: ts.VariableDeclaration): boolean {
  const flags = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped;
  return flags === ts.NodeFlags.Using || flags === ts.NodeFlags.AwaitUsing;
}

/** Values that a mention of a list puts into it: `tasks.push(f())`. */
export function addedTo(ts: FileView["ts"], reference: ts.Identifier): readonly ts.Expression[] {
  const access = reference.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== reference || !ts.isCallExpression(access.parent) || access.parent.expression !== access) return [];
  return ["push", "unshift", "add", "set"].includes(access.name.text) ? access.parent.arguments.filter((argument) => mayStart(ts, argument)) : [];
}

/** Whether an initialiser is a list, set or map with nothing in it. */
export function isEmptyCollection(ts: FileView["ts"], initializer: ts.Expression): boolean {
  const value = unwrapped(ts, initializer);
  if (ts.isArrayLiteralExpression(value)) return value.elements.length === 0;
  return ts.isNewExpression(value) && ts.isIdentifier(value.expression) && ["Array", "Set", "Map"].includes(value.expression.text) && (value.arguments?.length ?? 0) === 0;
}
