/** What a promise combinator is given: which of its operands are work that starts here, and which of it can be told to stop. */
import type ts from "typescript";
import { controllersOf, isDeadline, isHeldByOthers } from "../signals/abort.ts";
import { chainOf, readsOfVariable } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import type { Specifier } from "../settings.ts";
import { calledMember, enclosingFunction, inlineFunction, isAsync, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

export type CombinatorMethod = "all" | "allSettled" | "any" | "race";
const methods: readonly CombinatorMethod[] = ["all", "allSettled", "any", "race"];

/** Work that an operand starts. */
export interface Started {
  /** The expression that starts it; for a mapped list, the callback. */
  readonly at: ts.Expression;
  /** One for each element of a list. */
  readonly many: boolean;
  readonly mayReject: boolean;
  /** A signal can reach it: a callee takes one. */
  readonly cancellable: boolean;
  /** Controllers whose signal all of its cancellable calls are given. */
  readonly controllers: ReadonlySet<ts.Symbol>;
  /** All of its cancellable calls are given a signal that somebody else aborts: the caller, a task group, the owner of the object. */
  readonly heldByOthers: boolean;
  /** The work is a function out of the list itself: somebody else's callback. */
  readonly foreign: boolean;
}

export interface Combinator {
  readonly call: ts.CallExpression;
  readonly method: CombinatorMethod;
  /** Operands that start work here; promises that come from elsewhere are not among them. */
  readonly started: readonly Started[];
  /** At least so many promises are combined. */
  readonly width: number;
  /** The list of which each element becomes a task, when its length is not written here. */
  readonly list: ts.Expression | undefined;
}

/**
 * Calls of `Promise.all`, `allSettled`, `any` and `race` in a file.
 * @param structured combinators that end what they are given, and so own it; what stands in the arguments of one is not among the results.
 */
export function* combinatorsOf(view: FileView, structured: readonly Specifier[] = []): Generator<Combinator> {
  const { ts } = view;
  if (!view.mentions(...methods)) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const method = methods.find((name) => name === calledMember(ts, call)?.name);
    const [argument] = call.arguments;
    if (method === undefined || argument === undefined || !view.callees.of(call).names.includes(`PromiseConstructor.${method}`)) continue;
    if (structured.length > 0 && isStructured(view, call, structured)) continue;
    yield { call, method, ...operandsOf(view, argument) };
  }
}

/** Whether a combinator is one of those that own their operands, or an argument of one. */
function isStructured(view: FileView, call: ts.CallExpression, structured: readonly Specifier[]): boolean {
  const { ts, callees } = view;
  for (let node: ts.Node = call; !ts.isStatement(node) && !ts.isSourceFile(node); node = node.parent) if (ts.isCallExpression(node) && callees.isNamed(callees.of(node), structured)) return true;
  return false;
}

type Operands = Pick<Combinator, "started" | "width" | "list">;

function operandsOf(view: FileView, argument: ts.Expression): Operands {
  const { ts } = view;
  const inner = unwrapped(ts, argument);
  if (ts.isArrayLiteralExpression(inner)) {
    const parts = inner.elements.map((element): Operands => {
      if (ts.isSpreadElement(element)) return operandsOf(view, element.expression);
      const started = startedBy(view, element);
      return { started: started === undefined ? [] : [started], width: 1, list: undefined };
    });
    return { started: parts.flatMap(({ started }) => started), width: parts.reduce((sum, { width }) => sum + width, 0), list: parts.find(({ list }) => list !== undefined)?.list };
  }
  if (ts.isIdentifier(inner)) {
    const initializer = onlyRead(view, inner);
    if (initializer !== undefined) return operandsOf(view, initializer);
  }
  if (ts.isCallExpression(inner)) {
    const mapped = mappedBy(view, inner);
    if (mapped !== undefined) return mapped;
  }
  return { started: [], width: 2, list: undefined };
}

/** What a local constant holds, when the combinator is the only one who reads it: else somebody may wait for it elsewhere. */
function onlyRead(view: FileView, name: ts.Identifier): ts.Expression | undefined {
  const { ts, compiler } = view;
  const declaration = compiler.declarationOf(name);
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || declaration.initializer === undefined) return undefined;
  if ((ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0 || enclosingFunction(ts, declaration) !== enclosingFunction(ts, name)) return undefined;
  return readsOfVariable(compiler, declaration.name).length === 1 ? declaration.initializer : undefined;
}

/** The work that `list.map(callback)` starts. */
function mappedBy(view: FileView, call: ts.CallExpression): Operands | undefined {
  const { ts } = view;
  const member = calledMember(ts, call);
  const isFrom = member?.name === "from" && call.arguments.length === 2;
  const [list, callback] = isFrom ? call.arguments : [member?.receiver, call.arguments[0]];
  if ((member?.name !== "map" && !isFrom) || list === undefined || callback === undefined) return undefined;
  const items = unwrapped(ts, list);
  const literal = ts.isArrayLiteralExpression(items) && !items.elements.some((element) => ts.isSpreadElement(element)) ? items.elements.length : undefined;
  const one = startedByCallback(view, callback);
  return { started: one === undefined || literal === 0 ? [] : [{ ...one, many: literal !== 1 }], width: literal ?? 2, list: literal === undefined ? list : undefined };
}

function startedByCallback(view: FileView, callback: ts.Expression): Started | undefined {
  const { ts } = view;
  const inline = inlineFunction(ts, callback);
  if (inline === undefined) {
    const fn = view.callees.functionOf(callback);
    if (fn === undefined || !view.outcomes.of(fn).suspends) return undefined;
    return { at: callback, many: true, mayReject: view.outcomes.of(fn).rejects, cancellable: false, controllers: new Set(), heldByOthers: false, foreign: false };
  }
  const parameter = inline.parameters[0]?.name;
  const foreign = parameter !== undefined && ts.isIdentifier(parameter) && callsName(view, inline, parameter.text);
  if (isAsync(ts, inline)) {
    const { suspends, rejects } = view.outcomes.of(inline);
    return suspends && callsWork(view, inline) ? { at: callback, many: true, mayReject: rejects, ...reachOf(view, ownCalls(view, inline)), foreign } : undefined;
  }
  const results = ts.isBlock(inline.body) ? returnsOf(view, inline) : [inline.body];
  const started = results.map((result) => startedBy(view, result)).find((one) => one !== undefined);
  return started === undefined ? undefined : { ...started, at: callback, many: true, foreign };
}

/** Whether a body calls anything that returns a promise: one that only awaits what it is given waits for the work of others. */
function callsWork(view: FileView, fn: FunctionNode): boolean {
  return ownCalls(view, fn).some((call) => {
    const type = view.compiler.typeOf(call);
    return type === undefined || view.compiler.isOpaque(type) || view.types.taskKind(type) !== undefined;
  });
}

function callsName(view: FileView, fn: FunctionNode, name: string): boolean {
  return ownCalls(view, fn).some((call) => view.ts.isIdentifier(call.expression) && call.expression.text === name);
}

function ownCalls(view: FileView, fn: FunctionNode): readonly ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  if (fn.body !== undefined) {
    walkOwn(view.ts, fn.body, (node) => {
      if (view.ts.isCallExpression(node)) calls.push(node);
      return undefined;
    });
  }
  return calls;
}

function returnsOf(view: FileView, fn: FunctionNode): readonly ts.Expression[] {
  const results: ts.Expression[] = [];
  if (fn.body !== undefined) {
    walkOwn(view.ts, fn.body, (node) => {
      if (view.ts.isReturnStatement(node) && node.expression !== undefined) results.push(node.expression);
      return undefined;
    });
  }
  return results;
}

/** The work that an expression starts when it is evaluated, if it is a call whose promise is still running afterwards. */
function startedBy(view: FileView, expression: ts.Expression): Started | undefined {
  const { ts, compiler, types } = view;
  const inner = unwrapped(ts, expression);
  if (ts.isConditionalExpression(inner)) return startedBy(view, inner.whenTrue) ?? startedBy(view, inner.whenFalse);
  if (ts.isIdentifier(inner)) {
    const initializer = onlyRead(view, inner);
    return initializer === undefined || ts.isIdentifier(unwrapped(ts, initializer)) ? undefined : startedBy(view, initializer);
  }
  if (!ts.isCallExpression(inner)) return undefined;
  const { root } = chainOf(compiler, inner);
  if (!ts.isCallExpression(root) || root.expression.kind === ts.SyntaxKind.ImportKeyword) return undefined;
  const type = compiler.typeOf(inner);
  if (type === undefined || types.taskKind(type) !== "promise") return undefined;
  // `limit(() => work(x))`: when the work runs is up to the callee.
  if (root.arguments.some((argument) => inlineFunction(ts, argument) !== undefined) && view.callees.of(root).origin?.startsWith("package:") === true) return undefined;
  const callee = view.callees.of(root);
  if (callee.names.includes("PromiseConstructor.resolve") || callee.names.includes("PromiseConstructor.reject")) return undefined;
  // A combinator starts what its operands start, and no more.
  const [operands] = root.arguments;
  if (operands !== undefined && methods.some((name) => callee.names.includes(`PromiseConstructor.${name}`))) {
    const [inside] = operandsOf(view, operands).started;
    return inside === undefined ? undefined : { ...inside, at: expression, many: false };
  }
  const { implementation } = callee;
  if (implementation !== undefined && (!view.outcomes.of(implementation).suspends || isTimer(view, implementation))) return undefined;
  const immediate = inlineFunction(ts, root.expression);
  const calls = immediate === undefined ? [root] : ownCalls(view, immediate);
  return { at: expression, many: false, mayReject: view.outcomes.mayReject(inner), ...reachOf(view, calls), foreign: false };
}

/** Whether a signal can reach one of these calls, and whose signal it is that reaches all of them. */
function reachOf(view: FileView, calls: readonly ts.CallExpression[]): Pick<Started, "cancellable" | "controllers" | "heldByOthers"> {
  let cancellable = false;
  let heldByOthers = true;
  let controllers: ReadonlySet<ts.Symbol> | undefined;
  for (const call of calls) {
    const slot = view.signals.slotOf(call);
    // A file operation ends by itself in a moment: that it can be aborted does not make it work that lives on. Nor does work with a deadline.
    if (slot === undefined || slot.given === "unknown" || isFileOperation(view, call)) continue;
    if (slot.given !== "nothing" && view.ts.isIdentifier(slot.given) && slot.given.text === "undefined") continue;
    const given = slot.given === "nothing" ? new Set<ts.Symbol>() : controllersOf(view, slot.given);
    const isBounded = slot.given !== "nothing" && isDeadline(view, slot.given);
    if (isBounded && given.size === 0) continue;
    if (!isBounded) {
      cancellable = true;
      heldByOthers &&= slot.given !== "nothing" && isHeldByOthers(view, slot.given);
    }
    const known = controllers;
    controllers = known === undefined ? given : new Set([...given].filter((one) => known.has(one)));
  }
  return { cancellable, controllers: controllers ?? new Set(), heldByOthers: cancellable && heldByOthers };
}

/** `return new Promise((resolve) => setTimeout(resolve, ms))`: no work goes on, only a timer. */
function isTimer(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  if (fn.body === undefined) return false;
  const calls = view.within(fn.body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
  const [creation, ...others] = view.within(fn.body, ts.SyntaxKind.NewExpression) as readonly ts.NewExpression[];
  return creation !== undefined && others.length === 0 && ts.isIdentifier(creation.expression) && creation.expression.text === "Promise" && calls.length > 0 && calls.every((call) => ts.isIdentifier(call.expression) && call.expression.text === "setTimeout");
}

function isFileOperation(view: FileView, call: ts.CallExpression): boolean {
  const { origin, symbol } = view.callees.of(call);
  return origin === "node" && (symbol?.declarations?.some((one) => /\/fs(?:\/promises)?\.d\.ts$/u.test(one.getSourceFile().fileName)) ?? false);
}
