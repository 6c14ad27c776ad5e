/** Resources that some way through their function neither gives back nor hands on. */
import type ts from "typescript";
import { ownVerbs } from "../catalog/releases.ts";
import { custodyOf, type Step, type Transfer } from "./custody.ts";
import { fateOf, outerCall, type Fate } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { isExported } from "../tasks/ownership.ts";
import type { Escape, PathQuery } from "../paths/paths.ts";
import { openingOf, spendsWhenDone } from "./held-while.ts";
import { nameOfCall, releasingMember } from "./releases.ts";
import type { Acquisition } from "./resources.ts";
import type { ResourceSetting } from "../settings.ts";
import { isUsing } from "../tasks/tasks.ts";
import { isBrief } from "./timers-left.ts";
import { runsOnce } from "../tasks/timers.ts";
import { calledMember, contains, enclosingFunction, inlineFunction, isAsync, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** What counts as a way out, and as a new owner. */
export interface DisposalTerms {
  /** Whether a failing `await` is a way out too. */
  readonly paths: "normal" | "all";
  /** Which ways of handing a value on end the duty of the function. */
  readonly transfer: readonly Transfer[];
  /** Further types nobody has to give back, by name. */
  readonly cheap: readonly string[];
  /** Further acquisitions, besides those of the settings. */
  readonly resources: readonly ResourceSetting[];
  /** Whether a release that is written out is reported where a declaration could do it; by name, for some types only. */
  readonly preferUsing: boolean;
  readonly requireUsing: readonly string[];
}

/** A resource that leaks. */
export interface Leak {
  readonly kind: "dropped" | "notDisposed" | "notDisposedOnThrow" | "gapBeforeTry" | "preferUsing";
  readonly acquisition: Acquisition;
  /** The variable that holds it. */
  readonly name: ts.Identifier | undefined;
  /** The way out that misses the release, or what may fail before it; `undefined` when nothing releases it at all. */
  readonly at: ts.Node | undefined;
  /** What happens to the value, in the order of the source. */
  readonly steps: readonly Step[];
}

interface Candidate {
  readonly name: ts.Identifier;
  readonly call: ts.CallExpression | ts.NewExpression;
  readonly fn: FunctionNode;
}

/** The leaks of a file. */
export function* leaksOf(view: FileView, terms: DisposalTerms): Generator<Leak> {
  yield* droppedResources(view, terms);
  for (const candidate of candidates(view)) {
    const leak = leakOf(view, candidate, terms);
    if (leak !== undefined) yield leak;
  }
}

function* candidates(view: FileView): Generator<Candidate> {
  const { ts } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { name, initializer } = declaration;
    if (initializer === undefined || !ts.isIdentifier(name) || isUsing(ts, declaration) || isExported(ts, name)) continue;
    const call = madeBy(ts, initializer);
    const fn = view.functionOf(declaration);
    if (call !== undefined && fn !== undefined) yield { name, call, fn };
  }
  for (const assignment of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isIdentifier(assignment.left) || !ts.isExpressionStatement(assignment.parent)) continue;
    const call = madeBy(ts, assignment.right);
    const fn = call === undefined ? undefined : view.functionOf(assignment);
    const declaration = fn === undefined ? undefined : view.compiler.declarationOf(assignment.left);
    if (call === undefined || fn === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) continue;
    if (view.functionOf(declaration) === fn) yield { name: declaration.name, call, fn };
  }
}

/** The call or `new` whose value, perhaps awaited, an expression is. */
function madeBy(ts: FileView["ts"], expression: ts.Expression): ts.CallExpression | ts.NewExpression | undefined {
  let value = unwrapped(ts, expression);
  if (ts.isAwaitExpression(value)) value = unwrapped(ts, value.expression);
  return ts.isCallExpression(value) || ts.isNewExpression(value) ? value : undefined;
}

function leakOf(view: FileView, { name, call, fn }: Candidate, terms: DisposalTerms): Leak | undefined {
  const acquisition = acquired(view, call, terms);
  if (acquisition === undefined) return undefined;
  const custody = custodyOf(view, { name, fn, release: acquisition.release, entry: acquisition.entry });
  // A closure from before the start, or given to the start itself, may end it at any time.
  if (custody?.every((step) => step.kind === "use" || step.at.pos >= call.end || isInLoopWith(view.ts, step.at, call)) !== true) return undefined;
  const steps = custody.map((step): Step => (step.by !== undefined && !terms.transfer.includes(step.by) ? { at: step.at, mention: step.mention, kind: "use" } : step));
  const leak = (kind: Leak["kind"], at?: ts.Node): Leak => ({ kind, acquisition, name, at, steps });
  const ends = new Set(steps.filter((step) => step.kind !== "use").map((step) => step.at));
  const candidate: Candidate = { name, call, fn };
  if (ends.size === 0) {
    if (acquisition.demand !== "always" || runsOnce(view, call)) return undefined;
    if (acquisition.entry?.what !== "stream reader") return leak("notDisposed");
    // A reader that is read here, and not to the end on every way.
    return steps.every((step) => step.at === step.mention) && spendsWhenDone(view, acquisition, name).tests.length > 0 && escapeOf(view, candidate, acquisition, ends, terms) !== undefined ? leak("notDisposed") : undefined;
  }
  const half = releasedOnSuccessOnly(view, fn, steps);
  if (half !== undefined && acquisition.entry !== undefined && terms.paths === "all") return leak("notDisposedOnThrow", half);
  if (acquisition.demand === "bracketed" && !steps.some((step) => step.kind === "released" && isOwnCode(view, step) && isBracket(view.ts, step.at, name))) return undefined;
  const escape = escapeOf(view, candidate, acquisition, ends, terms);
  if (escape === undefined) {
    const byHand = acquisition.release.using !== undefined && steps.every((step) => step.kind !== "moved" && step.at === step.mention);
    return byHand && (terms.preferUsing || terms.requireUsing.includes(nameOf(acquisition))) ? leak("preferUsing") : undefined;
  }
  const failed = escape.kind === "failure" ? escape.node : escape.after;
  if (failed === undefined && escape.kind !== "throw") return leak("notDisposed", escape.kind === "end" ? (fn.body?.getLastToken(view.file) ?? fn) : escape.node);
  if (runsOnce(view, call) || isTestBody(view, fn)) return undefined;
  // An object that is made, set up and handed out: what it holds before it is ready is its own affair.
  if (acquisition.entry === undefined && !steps.some((step) => step.kind === "released")) return undefined;
  const at = failed ?? escape.node;
  const guarded = steps.some((step) => step.kind === "released" && tryBehind(view.ts, step.at, at) !== undefined);
  return leak(guarded && failed !== undefined ? "gapBeforeTry" : "notDisposedOnThrow", at);
}

/** What a call acquires, unless the project calls it cheap. */
function acquired(view: FileView, call: ts.CallExpression | ts.NewExpression, terms: DisposalTerms): Acquisition | undefined {
  const acquisition = view.resources.acquisitionOf(call) ?? (terms.resources.length === 0 ? undefined : view.resources.bySetting(call, terms.resources));
  if (acquisition === undefined || terms.cheap.includes(nameOf(acquisition))) return undefined;
  return acquisition.entry?.what === "timer" && isBrief(view, call.arguments?.[1]) ? undefined : acquisition;
}

function nameOf({ what }: Acquisition): string {
  return what.replaceAll("`", "");
}

function escapeOf(view: FileView, { name, call, fn }: Candidate, acquisition: Acquisition, ends: ReadonlySet<ts.Node>, { paths }: DisposalTerms): Escape | undefined {
  const { ts, outcomes } = view;
  const opening = openingOf(view, acquisition, name, fn);
  const opened = opening !== undefined && [...ends].every((end) => end.pos >= opening.pos) ? opening : undefined;
  const start = opened ?? awaitedFrom(ts, call);
  const facts = new Map(view.paths.factsAt(start, fn));
  // What the opening gave is there where it succeeded.
  if (opened !== undefined && ts.isBinaryExpression(opened.parent)) facts.set(opened.parent.left.getText(view.file), true);
  facts.set(name.text, true);
  const spends = spendsWhenDone(view, acquisition, name);
  for (const test of spends.tests) facts.set(test, false);
  const query: PathQuery = {
    through: (node) => ends.has(node),
    failures: "none",
    harmless: (node) => spends.reads(node) || isDriven(ts, fn, node) || (ts.isAwaitExpression(node) && !outcomes.mayReject(node.expression)),
    facts,
  };
  // A way out that needs no error says more than one that does.
  return view.paths.escape(fn, start, query) ?? (paths === "normal" ? undefined : view.paths.escape(fn, start, { ...query, failures: "await" }));
}

/** Whether a release is made by the function itself, or by a helper that it calls, and not by some callback. */
function isOwnCode(view: FileView, { at, mention }: Step): boolean {
  return at === mention || (view.ts.isIdentifier(at) && outerCall(view.compiler, at) !== undefined);
}

/** A `yield` of a plain generator: whoever drives it decides what that means. */
function isDriven(ts: FileView["ts"], fn: FunctionNode, node: ts.Node): boolean {
  return ts.isYieldExpression(node) && !isAsync(ts, fn);
}

/** The `await` around a call, or the call. */
function awaitedFrom(ts: FileView["ts"], call: ts.Expression): ts.Expression {
  let up: ts.Node = call.parent;
  while (ts.isParenthesizedExpression(up) || ts.isAsExpression(up)) up = up.parent;
  return ts.isAwaitExpression(up) ? up : call;
}

/** Whether a node stands before another in the same loop, so that it also comes after it. */
function isInLoopWith(ts: FileView["ts"], node: ts.Node, other: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up) && !ts.isFunctionLike(up); up = up.parent) if (ts.isIterationStatement(up, false) && contains(up, other)) return true;
  return false;
}

/** Whether a release stands on the straight way through the block that declares the variable: at its end, in a `finally`, or behind a test of the variable. */
function isBracket(ts: FileView["ts"], release: ts.Node, name: ts.Identifier): boolean {
  let block: ts.Node = name.parent.parent.parent.parent;
  if (ts.isForStatement(name.parent.parent.parent) || ts.isForOfStatement(name.parent.parent.parent)) block = name.parent.parent.parent.statement;
  for (let child = release, up = release.parent; !ts.isSourceFile(child); child = up, up = up.parent) {
    if (child === block) return true;
    if (ts.isFunctionLike(up) || ts.isIterationStatement(up, false) || ts.isCatchClause(up) || ts.isCaseOrDefaultClause(up)) return false;
    if (ts.isIfStatement(up) && up.expression !== child && !mentions(ts, up.expression, name.text)) return false;
    if (ts.isConditionalExpression(up) && up.condition !== child) return false;
  }
  return false;
}

function mentions(ts: FileView["ts"], root: ts.Node, name: string): boolean {
  return (ts.isIdentifier(root) && root.text === name) || (ts.forEachChild(root, (child) => mentions(ts, child, name)) ?? false);
}

/** The `try` behind a place in whose `finally` a release stands. */
function tryBehind(ts: FileView["ts"], release: ts.Node, place: ts.Node): ts.TryStatement | undefined {
  for (let up = release.parent; !ts.isSourceFile(up) && !ts.isFunctionLike(up); up = up.parent) {
    if (ts.isTryStatement(up) && up.finallyBlock !== undefined && contains(up.finallyBlock, release) && place.end <= up.getStart()) return up;
  }
  return undefined;
}

/** `.then((x) => { clearTimeout(t); … })` as the only release, where nothing on the chain releases after a failure: the `then`. */
function releasedOnSuccessOnly(view: FileView, fn: FunctionNode, steps: readonly Step[]): ts.Node | undefined {
  const { ts, compiler } = view;
  const ends = steps.filter((step) => step.kind !== "use");
  let found: ts.Node | undefined;
  for (const { mention, kind } of ends) {
    const handler = enclosingFunction(ts, mention);
    const then = handler?.parent;
    if (kind !== "released" || handler === undefined || handler === fn || then === undefined || !ts.isCallExpression(then) || calledMember(ts, then)?.name !== "then" || then.arguments[0] === undefined || inlineFunction(ts, then.arguments[0]) !== handler) return undefined;
    if (ends.length !== 1) return undefined;
    const { fate } = fateOf(compiler, then);
    if (fate.kind === "awaited" || fate.kind === "variable") return undefined;
    found = then;
  }
  return found;
}

/** Whether a function is the body of a test or of a hook around tests: one that fails ends the run anyway. */
function isTestBody(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  for (let at: FunctionNode | undefined = fn; at !== undefined; at = view.functionOf(at)) {
    const call = at.parent;
    if (ts.isCallExpression(call) && ts.isIdentifier(call.expression) && /^(?:it|test|before|after|beforeEach|afterEach|beforeAll|afterAll|bench)$/u.test(call.expression.text)) return true;
  }
  return false;
}

/** Acquisitions whose value nobody takes, or that are only used for one call on them. */
function* droppedResources(view: FileView, terms: DisposalTerms): Generator<Leak> {
  const { ts } = view;
  for (const kind of [ts.SyntaxKind.CallExpression, ts.SyntaxKind.NewExpression]) {
    for (const call of view.nodes(kind) as readonly (ts.CallExpression | ts.NewExpression)[]) {
      const fate = fateOfValue(view, call);
      if (fate.kind !== "dropped" && fate.kind !== "voided" && fate.kind !== "member") continue;
      if (view.functionOf(call) === undefined || (fate.kind === "member" && outerCall(view.compiler, fate.by) === undefined)) continue;
      const acquisition = acquired(view, call, terms);
      if (acquisition?.demand !== "always" || !isSureWhenDropped(view, acquisition) || !isLost(view, acquisition, fate) || runsOnce(view, call)) continue;
      yield { kind: "dropped", acquisition, name: undefined, at: undefined, steps: [] };
    }
  }
}

/** Where the value of a call goes once it is awaited. */
function fateOfValue(view: FileView, call: ts.Expression): Fate {
  const { fate } = fateOf(view.compiler, call);
  return fate.kind === "awaited" && view.ts.isAwaitExpression(fate.by) ? fateOf(view.compiler, fate.by).fate : fate;
}

/** An object may work through what its constructor does; only what is disposable by its type, or by the catalogue, is sure to be lost. */
function isSureWhenDropped(view: FileView, { call, entry, release }: Acquisition): boolean {
  if (entry !== undefined || release.functions.size > 0 || (release.using !== undefined && view.ts.isNewExpression(call))) return true;
  if (!ownVerbs.test(nameOfCall(view.ts, call))) return false;
  if (release.using !== undefined) return true;
  const type = view.compiler.typeOf(call);
  const symbol = type === undefined ? undefined : (view.compiler.awaited(type).symbol as ts.Symbol | undefined);
  return symbol !== undefined && [...release.members].some((member) => view.resources.isReleasedInProject(symbol, member));
}

/** Whether nobody can give the value back from here on; a method that hands the same object out again is followed. */
function isLost(view: FileView, acquisition: Acquisition, fate: Fate): boolean {
  const { compiler } = view;
  if (fate.kind === "dropped" || fate.kind === "voided") return true;
  if (fate.kind !== "member") return false;
  const call = outerCall(compiler, fate.by);
  if (call === undefined) return false;
  const name = releasingMember(view.ts, call)?.name ?? "";
  if (acquisition.release.members.has(name) || acquisition.entry?.spentBy?.includes(name) === true) return false;
  const [event] = call.arguments;
  if (event !== undefined && view.ts.isStringLiteralLike(event) && acquisition.entry?.endsWith?.includes(event.text) === true) return false;
  const [made, result] = [compiler.typeOf(acquisition.call), compiler.typeOf(call)].map((type) => (type === undefined ? undefined : compiler.awaited(type)));
  if (made === undefined || result === undefined) return false;
  if (made.symbol === result.symbol) return isLost(view, acquisition, fateOfValue(view, call));
  // What comes out may hold on to what it came from.
  return view.resources.releaseOf(result) === undefined && !compiler.isOpaque(result) && compiler.propertyOf(result, "next") === undefined;
}
