/** Scopes that are left half-way: suspended by a `yield`, or by an iterator that is stepped by hand and never closed. */
import type ts from "typescript";
import { functionsOf } from "../language/functions.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { regionsOf } from "./regions.ts";
import { unclosables, type Unclosable } from "./unclosable.ts";
import { isUnbegun } from "./views.ts";
import type { Specifier } from "../settings.ts";
import { isTriedOut } from "../signals/aborted.ts";
import { calledMember, contains, isAsync, isFunctionNode, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** What is asked of generators and their consumers. */
export interface AbandonTerms {
  /** Functions that run a generator to its end, or close it. */
  readonly adaptors: readonly Specifier[];
  /** Whether a `yield` may stand where something is open. */
  readonly yieldHoldsResource: boolean;
  /** Which iterators that are stepped by hand must be closed: those the function has made, those it is given, too, or none. */
  readonly iterators: "off" | "made" | "all";
  /** Whether async generators may be written at all without an adaptor. */
  readonly generators: "allow" | "ban";
}

/** A scope left half-way. */
export type Abandoned =
  | { readonly kind: "yieldInScope" | "yieldHoldsResource"; readonly at: ts.YieldExpression; readonly opening: ts.Node }
  /** `name` is the variable that holds it; stepped where it is made, an iterator has none. */
  | { readonly kind: "iteratorNotClosed"; readonly at: ts.CallExpression; readonly iterator: ts.Expression; readonly name: ts.Identifier | undefined }
  | ({ readonly kind: "sourceNotClosed"; readonly at: ts.Identifier } & Pick<Unclosable, "wrapper" | "lacks" | "source" | "closing">)
  | { readonly kind: "bannedGenerator"; readonly at: FunctionNode };

/** Everything that is abandoned in a file. */
export function* abandonedScopes(view: FileView, terms: AbandonTerms): Generator<Abandoned> {
  const { ts } = view;
  const generators = view.nodes(ts.SyntaxKind.YieldExpression).length === 0 && terms.generators === "allow" ? [] : functionsOf(view).filter((fn) => fn.asteriskToken !== undefined && isAsync(ts, fn));
  for (const fn of generators) {
    if (isAdapted(view, fn, terms)) continue;
    if (terms.generators === "ban") yield { kind: "bannedGenerator", at: fn };
    yield* suspendedIn(view, fn, terms);
  }
  if (terms.iterators === "off") return;
  if (view.mentions("next")) yield* unclosed(view, terms);
  for (const one of unclosables(view)) yield { kind: "sourceNotClosed", at: one.source, ...one };
}

/** Whether a generator is written for a function that runs it to its end. */
function isAdapted(view: FileView, fn: FunctionNode, { adaptors }: AbandonTerms): boolean {
  const { ts } = view;
  let at: ts.Node = fn;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  const call = at.parent;
  return adaptors.length > 0 && ts.isCallExpression(call) && call.expression !== at && view.callees.isNamed(view.callees.of(call), adaptors);
}

/** Each `yield` of a generator at which a scope, or anything else that has to be closed, is open. */
function* suspendedIn(view: FileView, fn: FunctionNode, { yieldHoldsResource }: AbandonTerms): Generator<Abandoned> {
  const { ts } = view;
  const yields = (view.within(fn, ts.SyntaxKind.YieldExpression) as readonly ts.YieldExpression[]).filter((at) => view.functionOf(at) === fn);
  const regions = regionsOf(view).filter((region) => region.body === fn && (region.kind === "using" || region.kind === "stacked"));
  for (const at of yields) {
    const open = regions.filter((region) => contains(region.extent, at) && region.opening.end <= at.pos);
    const scope = open.find((region) => region.isScope);
    const held = open[0]?.opening ?? awaitingFinally(view, at, fn);
    if (scope !== undefined) yield { kind: "yieldInScope", at, opening: scope.opening };
    else if (yieldHoldsResource && held !== undefined) yield { kind: "yieldHoldsResource", at, opening: held };
  }
}

/** The `finally` that waits for something and would run if the generator were closed at a `yield`. */
function awaitingFinally(view: FileView, at: ts.Node, fn: FunctionNode): ts.Node | undefined {
  const { ts } = view;
  for (let child = at, up = at.parent; child !== fn; child = up, up = up.parent) {
    if (ts.isTryStatement(up) && up.finallyBlock !== undefined && up.finallyBlock !== child && view.within(up.finallyBlock, ts.SyntaxKind.AwaitExpression).length > 0) return up.finallyBlock;
  }
  return undefined;
}

/** Async iterators that a function takes values from and leaves open. */
function* unclosed(view: FileView, terms: AbandonTerms): Generator<Abandoned> {
  for (const one of steppedByHand(view, terms)) if (!isTriedOut(view, one.at)) yield one;
}

function* steppedByHand(view: FileView, { iterators }: AbandonTerms): Generator<Abandoned> {
  const { ts, compiler } = view;
  const seen = new Set<ts.Node>();
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const target = member?.name === "next" ? unwrapped(ts, member.receiver) : undefined;
    const fn = view.functionOf(call);
    if (target !== undefined && ts.isCallExpression(target) && ts.isAwaitExpression(call.parent) && isMadeHere(view, target)) yield { kind: "iteratorNotClosed", at: call, iterator: target, name: undefined };
    if (target === undefined || fn === undefined || !ts.isIdentifier(target) || !ts.isAwaitExpression(call.parent)) continue;
    const declaration = compiler.declarationOf(target);
    if (declaration === undefined || seen.has(declaration) || declaration.getSourceFile() !== view.file) continue;
    seen.add(declaration);
    if (!ts.isVariableDeclaration(declaration) && !(ts.isParameter(declaration) && iterators === "all")) continue;
    const { name } = declaration;
    if (!ts.isIdentifier(name) || view.functionOf(name) !== fn && !(ts.isParameter(declaration) && declaration.parent === fn)) continue;
    if (ts.isVariableDeclaration(declaration) && !isMade(view, declaration)) continue;
    if (isClosable(view, name) && isLeftOpen(view, name, fn)) yield { kind: "iteratorNotClosed", at: call, iterator: target, name };
  }
}

/** Whether a variable holds an iterator that its function has asked for: `xs[Symbol.asyncIterator]()`, or a call of a generator. */
function isMade(view: FileView, { initializer, parent }: ts.VariableDeclaration): boolean {
  const { ts } = view;
  const value = initializer === undefined ? undefined : unwrapped(ts, initializer);
  // `await using` closes it.
  if (value === undefined || !ts.isCallExpression(value) || (parent.flags & ts.NodeFlags.Using) !== 0) return false;
  const given = view.signals.slotOf(value)?.given;
  // Whoever aborts the signal ends it.
  return given === undefined || given === "nothing";
}

/** `pages().next()`: an iterator that nobody else can get hold of. */
function isMadeHere(view: FileView, made: ts.CallExpression): boolean {
  const given = view.signals.slotOf(made)?.given;
  if (given !== undefined && given !== "nothing") return false;
  return (isUnbegun(view, made) || made.expression.getText(view.file).endsWith("[Symbol.asyncIterator]")) && isClosable(view, made);
}

/** Whether an expression is an async iterator that can be closed. */
function isClosable(view: FileView, name: ts.Expression): boolean {
  const { compiler } = view;
  const type = compiler.typeOf(name);
  if (type === undefined || compiler.propertyOf(type, "return") === undefined) return false;
  return compiler.propertiesOf(type).some((property) => property.name.startsWith("__@asyncIterator")) || (type.symbol as ts.Symbol | undefined)?.name === "AsyncIterator";
}

/** Whether a function only steps an iterator, may stop before its end, and nobody closes it. */
function isLeftOpen(view: FileView, name: ts.Identifier, fn: FunctionNode): boolean {
  const { ts } = view;
  let mayStop = false;
  const closes = new Set<ts.Node>();
  for (const mention of referencesOf(view.compiler, name)) {
    const access = mention.parent;
    // Whoever else gets it, or a closure that goes on with it, may close it.
    if (view.functionOf(mention) !== fn || !ts.isPropertyAccessExpression(access) || access.expression !== mention) return false;
    if (access.name.text === "return") closes.add(mention);
    else if (access.name.text === "next") mayStop ||= !isReadToTheEnd(ts, mention, fn);
    else return false;
  }
  return closes.size === 0 ? mayStop : isLeftAtYield(view, name, fn, closes);
}

/** Whether an async generator that closes an iterator itself leaves it open when its consumer stops at a `yield`. */
function isLeftAtYield(view: FileView, name: ts.Identifier, fn: FunctionNode, closes: ReadonlySet<ts.Node>): boolean {
  const { ts, paths } = view;
  const { parent } = name;
  const start = isAsync(ts, fn) && fn.asteriskToken !== undefined && ts.isVariableDeclaration(parent) && parent.initializer !== undefined ? unwrapped(ts, parent.initializer) : undefined;
  if (start === undefined) return false;
  // Where the generator itself ends, the iterator has come to its end as well, or this is no matter of the consumer.
  const through = (node: ts.Node): boolean => closes.has(node) || ts.isReturnStatement(node);
  return paths.escape(fn, start, { through, failures: "none", again: false, abandons: true, facts: flagsOf(view, fn) })?.kind === "abandoned";
}

/** Flags that a function declares as not set: they are set where the iterator has ended, and a consumer that leaves finds them as they were. */
function flagsOf(view: FileView, fn: FunctionNode): ReadonlyMap<string, boolean> {
  const { ts } = view;
  const flags = (view.within(fn, ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]).filter(({ initializer }) => initializer?.kind === ts.SyntaxKind.FalseKeyword);
  return new Map(flags.map(({ name }) => [name.getText(view.file), false]));
}

/** Whether a step stands in a loop that is left by its condition, by a test of `done`, or not at all. */
function isReadToTheEnd(ts: FileView["ts"], step: ts.Node, fn: FunctionNode): boolean {
  for (let up = step.parent; up !== fn; up = up.parent) {
    if (ts.isIterationStatement(up, false)) return !leavesEarly(ts, up.statement);
  }
  return false;
}

/** A `return`, `break` or `throw` in a loop that no test of `done` leads to. */
function leavesEarly(ts: FileView["ts"], body: ts.Node): boolean {
  const visit = (node: ts.Node): boolean => {
    if (isFunctionNode(ts, node)) return false;
    if (ts.isIfStatement(node) && /\bdone\b/u.test(node.expression.getText())) return node.elseStatement !== undefined && visit(node.elseStatement);
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakStatement(node)) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(body);
}
