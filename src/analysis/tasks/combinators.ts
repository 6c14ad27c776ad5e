/** What a promise combinator is given: which of its operands are work that starts here, and which of it can be told to stop. */
import type ts from "typescript";
import { controllersOf, isDeadline, isHeldByOthers } from "../signals/abort.ts";
import { chainOf, readsOfVariable } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { indexOf, type NodeIndex } from "../language/nodes.ts";
import type { Specifier } from "../settings.ts";
import { calledMember, contains, enclosingFunction, inlineFunction, isAsync, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

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
  // What each turn of a loop races again is not left behind by any of them.
  for (let up: ts.Node = name.parent; !contains(up, declaration); up = up.parent) if (ts.isIterationStatement(up, false)) return undefined;
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
    return suspends && callsWork(view, inline) ? { at: callback, many: true, mayReject: rejects && !catchesItsAwaits(view, inline), ...reachOf(view, ownCalls(view, inline)), foreign } : undefined;
  }
  const results = ts.isBlock(inline.body) ? returnsOf(view, inline) : [inline.body];
  const started = results.map((result) => startedBy(view, result)).find((one) => one !== undefined);
  return started === undefined ? undefined : { ...started, at: callback, many: true, foreign };
}

/** Whether a body calls anything that returns a promise: one that only awaits what it is given waits for the work of others. */
function callsWork(view: FileView, fn: FunctionNode): boolean {
  return ownCalls(view, fn).some((call) => {
    const type = view.compiler.typeOf(call);
    return (type === undefined || view.compiler.isOpaque(type) || view.types.taskKind(type) !== undefined) && !isWaitFor(view, call) && !isLimited(view, call);
  });
}

/** Whether all that a callback waits for stands in a `try` whose handler swallows: what is left to fail is the code around it, at once. */
function catchesItsAwaits(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  const ends: ts.Node[] = [];
  if (fn.body !== undefined) {
    walkOwn(ts, fn.body, (node) => {
      if (ts.isAwaitExpression(node) || ts.isReturnStatement(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) ends.push(node);
      return undefined;
    });
  }
  return ends.length > 0 && ends.every((end) => (ts.isReturnStatement(end) && !isTaskOf(view, end.expression)) || isSwallowed(view, end, fn));
}

function isTaskOf(view: FileView, expression: ts.Expression | undefined): boolean {
  const type = expression === undefined ? undefined : view.compiler.typeOf(expression);
  return type !== undefined && (view.compiler.isOpaque(type) || view.types.taskKind(type) !== undefined);
}

function isSwallowed(view: FileView, node: ts.Node, fn: FunctionNode): boolean {
  const { ts } = view;
  for (let child: ts.Node = node, up = node.parent; child !== fn; child = up, up = up.parent) {
    if (!ts.isTryStatement(up) || up.tryBlock !== child || up.catchClause === undefined) continue;
    const fails: ts.Node[] = [];
    walkOwn(ts, up.catchClause.block, (inner) => {
      if (ts.isThrowStatement(inner) || ts.isAwaitExpression(inner)) fails.push(inner);
      return undefined;
    });
    if (fails.length === 0) return true;
  }
  return false;
}

/** `limit(() => work(x))`: when the work runs is up to the callee. */
function isLimited(view: FileView, call: ts.CallExpression): boolean {
  return call.arguments.some((argument) => inlineFunction(view.ts, argument) !== undefined) && view.callees.of(call).origin?.startsWith("package:") === true;
}

/** `raceSignal(this.#closed, signal)`: a wait for a promise that is there already. */
function isWaitFor(view: FileView, call: ts.CallExpression): boolean {
  const { ts, compiler, types } = view;
  return call.arguments.some((argument) => {
    const given = unwrapped(ts, argument);
    const type = ts.isIdentifier(given) || ts.isPropertyAccessExpression(given) ? compiler.typeOf(given) : undefined;
    return type !== undefined && types.taskKind(type) === "promise";
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
  if (isLimited(view, root) || isWaitFor(view, root)) return undefined;
  const callee = view.callees.of(root);
  if (callee.origin === "node" && waits.has(callee.name)) return undefined;
  if (callee.names.includes("PromiseConstructor.resolve") || callee.names.includes("PromiseConstructor.reject")) return undefined;
  // A combinator starts what its operands start, and no more.
  const [operands] = root.arguments;
  if (operands !== undefined && methods.some((name) => callee.names.includes(`PromiseConstructor.${name}`))) {
    const [inside] = operandsOf(view, operands).started;
    return inside === undefined ? undefined : { ...inside, at: expression, many: false };
  }
  const { implementation } = callee;
  if (implementation !== undefined && (!view.outcomes.of(implementation).suspends || isWait(view, implementation))) return undefined;
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

/** A function that does no work: it waits for promises that are there already, or for timers. */
function isWait(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  if (fn.body === undefined) return false;
  // The function may stand in another file.
  const index = indexOf(ts, fn.getSourceFile());
  const creations = (index.within(fn.body, ts.SyntaxKind.NewExpression) as readonly ts.NewExpression[]).filter((one) => isTaskOf(view, one));
  return (isAsync(ts, fn) ? !callsWork(view, fn) : creations.length > 0 && ownCalls(view, fn).length === 0) && creations.every((one) => isTimer(view, one, index));
}

/** Members of `node:timers/promises` and `node:events` that wait, and work at nothing. */
const waits: ReadonlySet<string> = new Set(["setTimeout", "setImmediate", "wait", "yield", "once"]);

/** What an executor of a timer calls: timers, and what a signal needs to clear them. */
const timing: ReadonlySet<string> = new Set(["setTimeout", "clearTimeout", "addEventListener", "removeEventListener", "throwIfAborted", "unref"]);

/** `new Promise((resolve) => setTimeout(resolve, ms))`: no work goes on, only a timer. */
function isTimer(view: FileView, creation: ts.NewExpression, index: NodeIndex): boolean {
  const { ts } = view;
  const [executor] = creation.arguments ?? [];
  const settle = executor === undefined ? [] : (inlineFunction(ts, executor)?.parameters ?? []).map(({ name }) => name.getText());
  const names = (index.within(creation, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).map((call) => calledMember(ts, call)?.name ?? call.expression.getText());
  return names.includes("setTimeout") && names.every((name) => timing.has(name) || settle.includes(name));
}

function isFileOperation(view: FileView, call: ts.CallExpression): boolean {
  const { origin, symbol } = view.callees.of(call);
  return origin === "node" && (symbol?.declarations?.some((one) => /\/fs(?:\/promises)?\.d\.ts$/u.test(one.getSourceFile().fileName)) ?? false);
}
