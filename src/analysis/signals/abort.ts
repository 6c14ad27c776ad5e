/** From a signal back to the controllers that can abort it, and whether they do on every way out. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { Paths } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, enclosingFunction, inlineFunction, unwrapped } from "../language/syntax.ts";

/** Local controllers whose abort reaches a signal: `ac` of `ac.signal`, of `const { signal } = ac`, and of `AbortSignal.any([parent, ac.signal])`. */
export function controllersOf(view: FileView, signal: ts.Expression, depth = 0): ReadonlySet<ts.Symbol> {
  const { ts, compiler } = view;
  const inner = unwrapped(ts, signal);
  if (depth > 4) return new Set();
  if (ts.isPropertyAccessExpression(inner) && inner.name.text === "signal") return asSet(controllerOf(view, inner.expression));
  // `AbortSignal.any([…])`, and what older code calls `anySignal([…])`, `mergeSignals(a, b)`: a signal made of signals.
  if (ts.isCallExpression(inner)) return new Set(inner.arguments.flatMap((source) => (ts.isArrayLiteralExpression(source) ? source.elements : [source])).flatMap((source) => [...controllersOf(view, source, depth + 1)]));
  if (!ts.isIdentifier(inner)) return new Set();
  const declaration = compiler.declarationOf(inner);
  if (declaration === undefined) return new Set();
  if (ts.isVariableDeclaration(declaration)) return declaration.initializer === undefined ? new Set() : controllersOf(view, declaration.initializer, depth + 1);
  // `const { signal } = ac`, also as `signal: other`.
  if (!ts.isBindingElement(declaration) || (declaration.propertyName ?? declaration.name).getText() !== "signal") return new Set();
  const whole = declaration.parent.parent;
  return ts.isVariableDeclaration(whole) && whole.initializer !== undefined ? asSet(controllerOf(view, whole.initializer)) : new Set();
}

function asSet(symbol: ts.Symbol | undefined): ReadonlySet<ts.Symbol> {
  return new Set(symbol === undefined ? [] : [symbol]);
}

/** The variable or field that holds an `AbortController`. */
function controllerOf(view: FileView, holder: ts.Expression): ts.Symbol | undefined {
  const { ts, compiler } = view;
  const inner = unwrapped(ts, holder);
  const type = compiler.typeOf(inner);
  const symbol = type === undefined ? undefined : (type.symbol as ts.Symbol | undefined);
  if (symbol?.name !== "AbortController") return undefined;
  return compiler.symbolOf(ts.isPropertyAccessExpression(inner) ? inner.name : inner);
}

/** Whether a signal aborts by itself after a time: `AbortSignal.timeout(…)`, alone or in `AbortSignal.any([…])`. */
export function isDeadline(view: FileView, signal: ts.Expression): boolean {
  const { ts } = view;
  const inner = unwrapped(ts, signal);
  if (ts.isCallExpression(inner)) {
    const name = calledMember(ts, inner)?.name;
    const [sources] = inner.arguments;
    return name === "timeout" || (name === "any" && sources !== undefined && ts.isArrayLiteralExpression(sources) && sources.elements.some((source) => isDeadline(view, source)));
  }
  const declaration = ts.isIdentifier(inner) ? view.compiler.declarationOf(inner) : undefined;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && !ts.isIdentifier(declaration.initializer) && isDeadline(view, declaration.initializer);
}

/**
 * Whether somebody other than the function around a signal can abort it: it came from outside, is linked to one that did,
 * or its controller was put where others reach it.
 */
export function isHeldByOthers(view: FileView, signal: ts.Expression, depth = 0): boolean {
  const { ts, compiler } = view;
  const inner = unwrapped(ts, signal);
  if (depth > 4) return true;
  if (ts.isPropertyAccessExpression(inner) && inner.name.text === "signal") return !isOwnController(view, inner.expression);
  if (ts.isCallExpression(inner)) {
    const [sources] = inner.arguments;
    if (calledMember(ts, inner)?.name !== "any" || sources === undefined || !ts.isArrayLiteralExpression(sources)) return true;
    return sources.elements.some((source) => isHeldByOthers(view, source, depth + 1));
  }
  const declaration = ts.isIdentifier(inner) ? compiler.declarationOf(inner) : undefined;
  const holder = declaration !== undefined && ts.isBindingElement(declaration) ? declaration.parent.parent : declaration;
  if (holder === undefined || !ts.isVariableDeclaration(holder) || holder.initializer === undefined || enclosingFunction(ts, holder) !== enclosingFunction(ts, inner)) return true;
  return holder === declaration ? isHeldByOthers(view, holder.initializer, depth + 1) : !isOwnController(view, holder.initializer);
}

/** Whether an expression is a controller that only the function around it uses: nothing but `ac.signal` and `ac.abort()`, and no closure that may run later. */
function isOwnController(view: FileView, holder: ts.Expression): boolean {
  const { ts, compiler } = view;
  const inner = unwrapped(ts, holder);
  const declaration = ts.isIdentifier(inner) ? compiler.declarationOf(inner) : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || controllerOf(view, inner) === undefined) return false;
  const fn = enclosingFunction(ts, declaration);
  return referencesOf(compiler, declaration.name).every(({ parent }) => ts.isPropertyAccessExpression(parent) && (parent.name.text === "signal" || (parent.name.text === "abort" && enclosingFunction(ts, parent) === fn)));
}

/**
 * The variable with the controller that several works share, when aborting it right after `call` stops nothing else:
 * it is made in the same function and turn of a loop, and nobody uses its signal afterwards.
 */
export function controllerToEnd(view: FileView, call: ts.CallExpression, works: readonly { readonly controllers: ReadonlySet<ts.Symbol> }[]): string | undefined {
  const [first, ...others] = works;
  const shared = [...(first?.controllers ?? [])].find((one) => others.every(({ controllers }) => controllers.has(one)));
  const declaration = shared?.valueDeclaration;
  if (declaration === undefined || !view.ts.isVariableDeclaration(declaration) || !view.ts.isIdentifier(declaration.name)) return undefined;
  if (enclosingFunction(view.ts, declaration) !== enclosingFunction(view.ts, call) || !isLastUse(view, declaration.name, call)) return undefined;
  for (let up = call.parent; !contains(up, declaration); up = up.parent) if (view.ts.isIterationStatement(up, false)) return undefined;
  return declaration.name.text;
}

/** Whether nobody reads a controller, or a name for its signal, after a call; an `abort` is none. */
function isLastUse(view: FileView, name: ts.Identifier, call: ts.CallExpression): boolean {
  const { ts } = view;
  return referencesOf(view.compiler, name).every(({ parent, end }) => {
    if (ts.isPropertyAccessExpression(parent) && parent.name.text === "abort") return true;
    const holder = ts.isPropertyAccessExpression(parent) && ts.isVariableDeclaration(parent.parent) ? parent.parent : parent;
    const names = !ts.isVariableDeclaration(holder) ? [] : ts.isIdentifier(holder.name) ? [holder.name] : holder.name.elements.flatMap((element) => (ts.isBindingElement(element) && ts.isIdentifier(element.name) ? [element.name] : []));
    return end <= call.end && names.every((one) => one === name || isLastUse(view, one, call));
  });
}

/** Whether a controller is aborted when a combinator rejects: in the `catch` or `finally` of a try statement around it. */
export function abortsOnFailure(view: FileView, call: ts.CallExpression, controller: ts.Symbol): boolean {
  const { ts } = view;
  const body = enclosingFunction(ts, call) ?? view.file;
  for (let at: ts.Node = call; at !== body; at = at.parent) {
    const statement = at.parent;
    if (!ts.isTryStatement(statement) || statement.tryBlock !== at) continue;
    const cleanups = [statement.catchClause?.block, statement.finallyBlock].filter((block) => block !== undefined);
    if (cleanups.some((block) => view.within(block, ts.SyntaxKind.CallExpression).some((one) => isAbort(view, one, controller)))) return true;
  }
  return abortsAfter(view, call, controller);
}

const paths = new WeakMap<object, Paths>();

/**
 * Whether a controller is aborted on every way out of the function after a combinator: by a call that each path passes
 * (in a `finally`, say), by `.finally(() => ac.abort())`, or because it is declared with `using`.
 */
export function abortsAfter(view: FileView, call: ts.CallExpression, controller: ts.Symbol): boolean {
  const { ts } = view;
  const declaration = controller.valueDeclaration;
  if (declaration !== undefined && ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Using) !== 0) return true;
  if (abortsInFinally(view, call, controller)) return true;
  const known = paths.get(view.analysis) ?? new Paths(view.compiler, view.callees);
  paths.set(view.analysis, known);
  const body = enclosingFunction(ts, call) ?? view.file;
  return known.escape(body, call, { through: (node) => isAbort(view, node, controller), failures: "await" }) === undefined;
}

function isAbort(view: FileView, node: ts.Node, controller: ts.Symbol): boolean {
  const { ts } = view;
  if (!ts.isCallExpression(node)) return false;
  const member = calledMember(ts, node);
  return member?.name === "abort" && controllerOf(view, member.receiver) === controller;
}

/** `.finally(() => ac.abort())` somewhere on the chain that begins with the combinator. */
function abortsInFinally(view: FileView, call: ts.CallExpression, controller: ts.Symbol): boolean {
  const { ts } = view;
  let at: ts.CallExpression = call;
  while (ts.isPropertyAccessExpression(at.parent) && ts.isCallExpression(at.parent.parent) && at.parent.parent.expression === at.parent) {
    const next = at.parent.parent;
    const handler = at.parent.name.text === "finally" ? next.arguments[0] : undefined;
    const fn = handler === undefined ? undefined : inlineFunction(ts, handler);
    if (fn !== undefined && view.within(fn, ts.SyntaxKind.CallExpression).some((one) => isAbort(view, one, controller))) return true;
    at = next;
  }
  return false;
}
