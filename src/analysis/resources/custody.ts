/** What a function does with something it has acquired: at each mention, whether it is used, given back, or handed on to a new owner. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { borrowers, lastEvents, releaseFunctions, waiters } from "../catalog/releases.ts";
import type { ResourceEntry } from "../catalog/resources.ts";
import { fateOf, isWriteTarget, outerCall, type Fate } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { ownerNameOf } from "../language/origins.ts";
import { isExported } from "../tasks/ownership.ts";
import { referencesOf } from "../language/references.ts";
import { releasingMember, type Release } from "./releases.ts";
import { isUsing } from "../tasks/tasks.ts";
import { calledMember, contains, inlineFunction, isFunctionNode, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** Ways by which a value gets a new owner. */
export type Transfer = "return" | "field" | "argument" | "constructor" | "collection" | "optionObject" | "closure";

/** One mention of a held value. */
export interface Step {
  /** The point of the function's graph at which it happens: the mention, or the closure that contains it. */
  readonly at: ts.Node;
  readonly mention: ts.Identifier;
  readonly kind: "use" | "released" | "moved";
  /** How it moved. */
  readonly by?: Transfer;
}

/** What is held, and by whom. */
export interface Holding {
  readonly name: ts.Identifier;
  readonly fn: FunctionNode;
  readonly release: Release;
  readonly entry: ResourceEntry | undefined;
}

/** How many variables a value is followed through; one that goes further is in somebody's hands. */
const maxHops = 3;
/** Methods that call what they are given before they return. */
const atOnce: ReadonlySet<string> = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "find", "findIndex", "findLast", "reduce", "sort", "from", "replace", "replaceAll"]);

/** The mentions of a held value, in the order of the source; `undefined` when it cannot be followed. */
export function custodyOf(view: FileView, holding: Holding, hops = 0): readonly Step[] | undefined {
  if (hops > maxHops || isExported(view.ts, holding.name)) return undefined;
  const steps: Step[] = [];
  for (const mention of referencesOf(view.compiler, holding.name)) {
    if (isWriteTarget(view.ts, mention)) continue;
    const judged = stepsAt(view, holding, mention, hops);
    if (judged === undefined) return undefined;
    steps.push(...judged);
  }
  return steps.sort((a, b) => a.mention.pos - b.mention.pos);
}

type Judged = Pick<Step, "kind" | "by">;

const used: Judged = { kind: "use" };
const released: Judged = { kind: "released" };
const moved = (by: Transfer): Judged => ({ kind: "moved", by });

function stepsAt(view: FileView, holding: Holding, mention: ts.Identifier, hops: number): readonly Step[] | undefined {
  const { ts } = view;
  const own = ownerOf(view, mention, holding.fn);
  if (own === undefined) return alias(view, holding, mention, hops) ?? [{ at: mention, mention, ...judge(view, holding, mention) }];
  const inner = judge(view, holding, mention);
  if (ts.isClassLike(own)) return [{ at: own, mention, ...moved("closure") }];
  if (runsAtOnce(view, own)) return [{ at: own, mention, ...inner }];
  const name = ts.isFunctionDeclaration(own) ? own.name : ts.isVariableDeclaration(own.parent) && ts.isIdentifier(own.parent.name) ? own.parent.name : undefined;
  return name === undefined ? [{ at: own, mention, ...ofClosure(view, holding, own, inner) }] : ofHelper(view, holding, name, mention, inner);
}

/** The outermost function or class between a mention and the function that holds the value. */
function ownerOf(view: FileView, mention: ts.Node, fn: FunctionNode): FunctionNode | ts.ClassLikeDeclaration | undefined {
  const { ts } = view;
  let own: FunctionNode | ts.ClassLikeDeclaration | undefined;
  for (let up = mention.parent; up !== fn && !ts.isSourceFile(up); up = up.parent) if (isFunctionNode(ts, up) || ts.isClassLike(up)) own = up;
  return own;
}

/** Executors of promises, functions called on the spot, and callbacks of methods that do not keep them. */
function runsAtOnce(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  let outer: ts.Node = fn;
  while (ts.isParenthesizedExpression(outer.parent)) outer = outer.parent;
  const call = outer.parent;
  if (ts.isNewExpression(call)) return ts.isIdentifier(call.expression) && call.expression.text === "Promise";
  if (!ts.isCallExpression(call)) return false;
  return call.expression === outer || atOnce.has(calledMember(ts, call)?.name ?? "");
}

/** A local function that mentions the value: what happens to the value happens where the function is called, or goes where the function goes. */
function ofHelper(view: FileView, holding: Holding, name: ts.Identifier, mention: ts.Identifier, inner: Judged): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const use of referencesOf(view.compiler, name)) {
    const own = ownerOf(view, use, holding.fn);
    if (own !== undefined && contains(own, name)) continue;
    if (own !== undefined && contains(own, mention)) continue;
    const isCalled = outerCall(view.compiler, use) !== undefined;
    if (own === undefined) steps.push({ at: use, mention, ...(isCalled || inner.kind !== "use" ? inner : handedOn(view, holding, use)) });
    else if (inner.kind !== "use") steps.push({ at: view.ts.isFunctionDeclaration(own) ? use : own, mention, ...inner });
    // A helper of a helper: where that one is called is not followed, and somebody may have the value in hand.
    if (own !== undefined && inner.kind !== "use" && !isExpressionClosure(view, own)) return undefined;
  }
  return steps;
}

function isExpressionClosure(view: FileView, own: ts.Node): boolean {
  return (view.ts.isArrowFunction(own) || view.ts.isFunctionExpression(own)) && !view.ts.isVariableDeclaration(own.parent);
}

function handedOn(view: FileView, holding: Holding, use: ts.Identifier): Judged {
  return closureAt(view, holding, use, used);
}

/** An inline function that mentions the value: what it does with it counts where it is made, if anybody keeps it. */
function ofClosure(view: FileView, holding: Holding, own: FunctionNode, inner: Judged): Judged {
  if (inner.kind !== "use") return inner;
  const expression = inlineFunction(view.ts, own as unknown as ts.Expression);
  return expression === undefined ? moved("closure") : closureAt(view, holding, expression, inner);
}

/** A closure that uses the value keeps it alive where somebody keeps the closure; listeners on the value itself, and callbacks that are waited for, do not. */
function closureAt(view: FileView, holding: Holding, closure: ts.Expression, inner: Judged): Judged {
  const { ts, compiler } = view;
  const { fate, inside } = fateOf(compiler, closure);
  if (fate.kind === "argument" && inside === undefined) {
    const member = ts.isCallExpression(fate.by) ? calledMember(ts, fate.by) : undefined;
    if (member !== undefined && isRootedIn(ts, member.receiver, holding.name.text)) return endsItself(ts, fate.by, holding) ? moved("closure") : inner;
    const result = fateOf(compiler, fate.by).fate;
    return result.kind === "awaited" || result.kind === "returned" || result.kind === "chained" ? inner : moved("closure");
  }
  if (fate.kind === "assigned") {
    const target = unwrapped(ts, fate.target);
    if (ts.isPropertyAccessExpression(target) && isRootedIn(ts, target.expression, holding.name.text)) return holding.entry?.endsWith?.includes(target.name.text.replace(/^on/u, "")) === true ? moved("closure") : inner;
  }
  return moved("closure");
}

function isRootedIn(ts: FileView["ts"], expression: ts.Expression, name: string): boolean {
  let root = unwrapped(ts, expression);
  while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root) || ts.isElementAccessExpression(root)) root = unwrapped(ts, root.expression);
  return ts.isIdentifier(root) && root.text === name;
}

/** `worker.on("exit", …)`: it ends by itself, and somebody is told. */
function endsItself(ts: FileView["ts"], call: ts.CallExpression | ts.NewExpression, { entry }: Holding): boolean {
  const [event] = call.arguments ?? [];
  return event !== undefined && ts.isStringLiteralLike(event) && entry?.endsWith?.includes(event.text) === true;
}

/** `const other = value`, and what becomes of that. */
function alias(view: FileView, holding: Holding, mention: ts.Identifier, hops: number): readonly Step[] | undefined {
  const { ts } = view;
  const { fate, inside } = fateOf(view.compiler, mention);
  if (fate.kind !== "variable" || inside !== undefined || isUsing(ts, fate.by)) return undefined;
  return custodyOf(view, { ...holding, name: fate.name }, hops + 1) ?? [{ at: mention, mention, ...moved("field") }];
}

/** What one mention does, wherever it stands. */
function judge(view: FileView, holding: Holding, mention: ts.Identifier): Judged {
  const { ts, compiler } = view;
  const { release } = holding;
  const called = outerCall(compiler, mention);
  if (called !== undefined) return release.byCall ? released : used;
  const { fate, inside } = fateOf(compiler, mention);
  if (inside !== undefined) return ofLiteral(view, fate);
  switch (fate.kind) {
    case "awaited":
      if (ts.isForOfStatement(fate.by)) return moved("argument");
      return judgeFate(view, holding, fateOf(compiler, fate.by as ts.AwaitExpression).fate);
    case "member":
      return ofMember(view, holding, fate.by);
    default:
      return judgeFate(view, holding, fate);
  }
}

function judgeFate(view: FileView, holding: Holding, fate: Fate): Judged {
  if (holding.entry?.copied === true && (fate.kind === "assigned" || fate.kind === "field")) return used;
  switch (fate.kind) {
    case "dropped":
    case "voided":
    case "read":
      return used;
    case "returned":
      return moved("return");
    case "variable":
      return isUsing(view.ts, fate.by) ? released : moved("field");
    case "argument":
      return ofArgument(view, holding, fate);
    case "member":
      return ofMember(view, holding, fate.by);
    default:
      return moved("field");
  }
}

/** A value in a literal: whoever gets the literal has it, unless it is only looked at. */
function ofLiteral(view: FileView, fate: Fate): Judged {
  if (fate.kind === "argument") return isBorrowed(view, fate.by) ? used : moved("optionObject");
  return fate.kind === "read" || fate.kind === "dropped" ? used : moved(fate.kind === "returned" ? "return" : "collection");
}

function ofMember(view: FileView, holding: Holding, access: ts.PropertyAccessExpression | ts.ElementAccessExpression): Judged {
  const { ts, compiler } = view;
  const { release, entry } = holding;
  const call = outerCall(compiler, access);
  if (call === undefined) {
    const name = ts.isPropertyAccessExpression(access) ? access.name.text : "";
    if (entry?.parts?.includes(name) === true) return judgeFate(view, holding, fateOf(compiler, access).fate);
    // `defer(conn.close)`: somebody else is to give it back.
    if (release.members.has(name) || decidesRelease(view, holding, access)) return released;
    const { fate, inside } = fateOf(compiler, access);
    // A part of the value may stand for the whole where it leaves the function.
    return (fate.kind === "returned" || fate.kind === "assigned" || fate.kind === "field" || fate.kind === "argument" || inside !== undefined) && isReference(view, access) && !isWriteTarget(ts, access) ? moved("field") : used;
  }
  const member = releasingMember(ts, call);
  // A timer that does not keep the process alive may be left alone.
  if (member?.name === "unref") return moved("argument");
  if (member !== undefined && release.members.has(member.name)) return released;
  if (member !== undefined && (entry?.spentBy?.includes(member.name) === true || endsItself(ts, call, holding))) return moved("argument");
  return isFluent(view, holding, call) ? judgeFate(view, holding, fateOf(compiler, call).fate) : ofDerived(view, call);
}

/** `if (socket.open) socket.close()`: where its own state says so, there is nothing to give back any more. */
function decidesRelease(view: FileView, { name, release }: Holding, access: ts.Expression): boolean {
  const { ts } = view;
  let test: ts.Node = access;
  while (ts.isBinaryExpression(test.parent) || ts.isPrefixUnaryExpression(test.parent) || ts.isParenthesizedExpression(test.parent)) test = test.parent;
  if (!ts.isIfStatement(test.parent) || test.parent.expression !== test) return false;
  return (view.within(test.parent, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => {
    const member = releasingMember(ts, call);
    return member !== undefined && release.members.has(member.name) && isRootedIn(ts, member.receiver, name.text);
  });
}

/** What a method hands out may hold the value: `return socket.stream()`. What is awaited or primitive does not. */
function ofDerived(view: FileView, call: ts.CallExpression): Judged {
  const { fate, inside } = fateOf(view.compiler, call);
  if (fate.kind !== "returned" && fate.kind !== "assigned" && inside === undefined) return used;
  return isObject(view, call) ? moved("return") : used;
}

/** Whether an expression is, or promises, an object that may have a life of its own: not plain data. */
function isObject(view: FileView, expression: ts.Expression): boolean {
  const type = view.compiler.typeOf(expression);
  return type !== undefined && view.compiler.partsOf(view.compiler.awaited(type)).some((part) => view.resources.releaseOf(part) !== undefined);
}

/** Whether an expression may refer back to what it is a part of: anything but plain values and promises. */
function isReference(view: FileView, expression: ts.Expression): boolean {
  const type = view.compiler.typeOf(expression);
  return type !== undefined && view.types.taskKind(type) === undefined && view.compiler.partsOf(type).some((part) => (part.flags & view.ts.TypeFlags.Object) !== 0);
}

/** `builder.start()` that hands the same object out again. */
function isFluent(view: FileView, { name }: Holding, call: ts.CallExpression): boolean {
  const { compiler } = view;
  const [result, held] = [compiler.typeOf(call), compiler.typeOf(name)];
  if (result === undefined || held === undefined) return false;
  const symbolOf = (type: ts.Type): ts.Symbol | undefined => compiler.nonNullable(compiler.awaited(type)).symbol;
  const symbol = symbolOf(result);
  return symbol !== undefined && !symbol.name.startsWith("__") && symbol === symbolOf(held);
}

function ofArgument(view: FileView, { release }: Holding, { by, index }: Extract<Fate, { kind: "argument" }>): Judged {
  const { ts, callees, summaries } = view;
  const callee = callees.of(by);
  if (ts.isCallExpression(by)) {
    const name = calledMember(ts, by)?.name ?? callee.name;
    if (releaseFunctions.has(name) && callee.origin !== "file") return released;
    if (["use", "adopt", "defer"].includes(name)) return released;
    // A handle that is a number means nothing to anybody but the platform, which borrows it.
    if (release.members.size === 0 && release.functions.size > 0 && callee.origin === "node") return used;
  }
  // Whoever waits for the end of something has it end by itself.
  if (index === 0 && callee.origin === "node" && callee.names.some((name) => waiters.has(name))) return waitsForTheEnd(ts, by) ? moved("argument") : used;
  const parameter = (callee.signature?.declaration as ts.SignatureDeclaration | undefined)?.parameters[index] ?? callee.implementation?.parameters[index];
  if (parameter !== undefined && annotationOf(ts, parameter, "owns") !== undefined) return moved("argument");
  if ((parameter !== undefined && annotationOf(ts, parameter, "borrows") !== undefined) || isBorrowed(view, by)) return used;
  const by2: Transfer = ts.isNewExpression(by) ? "constructor" : "argument";
  const bound = callee.implementation?.parameters[index];
  if (bound === undefined || bound.dotDotDotToken !== undefined) return moved(by2);
  const uses = summaries.usesOf(bound).map((witness) => witness.use);
  if (uses.includes("disposed")) return released;
  return uses.every((use) => use === "member" || use === "read" || use === "unused" || use === "discarded") ? used : moved(by2);
}

/** `once(socket, "close")` */
function waitsForTheEnd(ts: FileView["ts"], call: ts.CallExpression | ts.NewExpression): boolean {
  const event = call.arguments?.[1];
  return event === undefined || !ts.isStringLiteralLike(event) || lastEvents.has(event.text);
}

/** Whether a function without a body in the program only looks at what it is given: logging, serialising. */
function isBorrowed(view: FileView, call: ts.CallExpression | ts.NewExpression): boolean {
  const { signature, origin, name } = view.callees.of(call);
  const declaration = signature?.declaration as ts.Node | undefined;
  if (origin !== "lib" && origin !== "node") return false;
  const owner = declaration === undefined ? undefined : ownerNameOf(view.ts, declaration);
  return (owner !== undefined && borrowers.has(owner) && name !== "assign" && name !== "push" && name !== "unshift" && name !== "concat" && name !== "defineProperty") || name === "fetch" || name === "String" || name === "Boolean";
}
