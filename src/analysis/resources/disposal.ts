/** Resources that some way through their function neither gives back nor hands on. */
import type ts from "typescript";
import { candidatesOf, type Candidate } from "./candidates.ts";
import { custodyOf, type Step } from "./custody.ts";
import { fateOf, outerCall } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import type { Escape, PathQuery } from "../paths/paths.ts";
import { leftByJump, openingOf, spendsWhenDone } from "./held-while.ts";
import { isUnopened } from "./unopened.ts";
import { acquired, nameOf, type DisposalTerms, type Leak } from "./leak.ts";
import { isTestBody, lostResources } from "./lost.ts";
import { locksKept } from "./pairs.ts";
import type { Acquisition } from "./resources.ts";
import { leftByTimer } from "./timed-out.ts";
import { runsOnce } from "../tasks/timers.ts";
import { calledMember, contains, enclosingFunction, inlineFunction, isAsync, type FunctionNode } from "../language/syntax.ts";

/** The leaks of a file. */
export function* leaksOf(view: FileView, terms: DisposalTerms): Generator<Leak> {
  yield* lostResources(view, terms);
  yield* locksKept(view, terms);
  for (const candidate of candidatesOf(view)) {
    const leak = leakOf(view, candidate, terms);
    if (leak !== undefined) yield leak;
  }
}

function leakOf(view: FileView, candidate: Candidate, terms: DisposalTerms): Leak | undefined {
  const { name, call, fn, instead } = candidate;
  const acquisition = heldAs(candidate, acquired(view, call, terms));
  if (acquisition === undefined) return undefined;
  if (isUnopened(view, acquisition, name)) return undefined;
  const custody = custodyOf(view, { name, fn, release: acquisition.release, entry: acquisition.entry });
  // A closure from before the start, or given to the start itself, may end it at any time.
  if (custody?.every((step) => step.kind === "use" || step.at.pos >= call.end || isInLoopWith(view.ts, step.at, call)) !== true) return undefined;
  const steps = custody.map((step): Step => (step.by !== undefined && !terms.transfer.includes(step.by) ? { at: step.at, mention: step.mention, kind: "use" } : step));
  const leak = (kind: Leak["kind"], at?: ts.Node): Leak => ({ kind, acquisition, name, at, steps });
  const ends = new Set(steps.filter((step) => step.kind !== "use").map((step) => step.at));
  // Who may also have been given one says by a release that it owns the other.
  if (instead !== undefined && !steps.some((step) => step.kind === "released")) return undefined;
  if (ends.size === 0) {
    if (acquisition.demand !== "always" || runsOnce(view, call)) return undefined;
    if (acquisition.entry?.what !== "stream reader") return leak("notDisposed");
    // A reader that is read here, and not to the end on every way.
    const spends = spendsWhenDone(view, acquisition, name);
    return steps.every((step) => step.at === step.mention) && (spends.readOnce || (spends.tests.length > 0 && escapeOf(view, candidate, acquisition, ends, terms) !== undefined)) ? leak("notDisposed") : undefined;
  }
  const jump = leftByJump(view, acquisition, steps);
  if (jump !== undefined) return leak("notDisposed", jump);
  const half = releasedOnSuccessOnly(view, fn, steps);
  if (half !== undefined && acquisition.entry !== undefined && terms.paths === "all") return leak("notDisposedOnThrow", half);
  // A timer is over when its callback runs; one that outlives the promise has a report of its own.
  const late = acquisition.release.functions.size > 0 ? undefined : leftByTimer(view, candidate, steps);
  if (late !== undefined) return leak("notDisposed", late);
  if (acquisition.demand === "bracketed" && !steps.some((step) => step.kind === "released" && isOwnCode(view, step) && isBracket(view.ts, step.at, name, instead))) return undefined;
  const escape = escapeOf(view, candidate, acquisition, ends, terms);
  if (escape === undefined) {
    const gap = terms.gap === "call" && terms.paths === "all" ? gapIn(view, candidate, steps, ends) : undefined;
    if (gap !== undefined) return leak("gapBeforeTry", gap);
    const byHand = acquisition.release.using !== undefined && steps.every((step) => step.kind !== "moved" && step.at === step.mention);
    return byHand && (terms.preferUsing || terms.requireUsing.includes(nameOf(acquisition))) ? leak("preferUsing") : undefined;
  }
  const failed = escape.kind === "failure" ? escape.node : escape.after;
  if (failed === undefined && escape.kind !== "throw" && escape.kind !== "abandoned") return leak("notDisposed", escape.kind === "end" ? (fn.body?.getLastToken(view.file) ?? fn) : escape.node);
  if (runsOnce(view, call) || isTestBody(view, fn)) return undefined;
  // An object that is made, set up and handed out: what it holds before it is ready is its own affair.
  if (acquisition.entry === undefined && !steps.some((step) => step.kind === "released") && !isReadyWhenMade(view.ts, acquisition, steps)) return undefined;
  if (escape.kind === "abandoned") return leak("notDisposed", escape.node);
  const at = failed ?? escape.node;
  const guarded = steps.some((step) => step.kind === "released" && tryBehind(view.ts, step.at, at) !== undefined);
  return leak(guarded && failed !== undefined ? "gapBeforeTry" : "notDisposedOnThrow", at);
}

/** A variable that holds a part of what was acquired gives it back by being called, if it is the method that does. */
function heldAs({ member }: Candidate, acquisition: Acquisition | undefined): Acquisition | undefined {
  if (acquisition === undefined) return undefined;
  if (member === undefined) return typeof acquisition.entry?.callToRelease === "string" ? undefined : acquisition;
  const { release, entry } = acquisition;
  if (entry?.parts?.includes(member) === true) return acquisition;
  return release.members.has(member) || entry?.callToRelease === member ? { ...acquisition, release: { ...release, members: new Set(), functions: new Set(), byCall: true, using: undefined } } : undefined;
}

/** `const c = await connect(); await c.login(); return c;`: what a call hands out is there, and whoever has called it has to see to it. */
function isReadyWhenMade(ts: FileView["ts"], { call, release, demand }: Acquisition, steps: readonly Step[]): boolean {
  return ts.isCallExpression(call) && ts.isAwaitExpression(call.parent) && release.using !== undefined && demand === "always" && steps.every((step) => step.kind === "use" || step.by === "return");
}

/** What may throw between an acquisition and the `try` whose `finally` gives it back, besides an `await`. */
function gapIn(view: FileView, { call, fn, start }: Candidate, steps: readonly Step[], ends: ReadonlySet<ts.Node>): ts.Node | undefined {
  const { ts, outcomes } = view;
  const from = start ?? awaitedFrom(ts, call);
  const harmless = (node: ts.Node): boolean => (ts.isAwaitExpression(node) && !outcomes.mayReject(node.expression)) || (ts.isCallExpression(node) && !outcomes.callMayThrow(node)) || contains(from, node);
  const escape = view.paths.escape(fn, from, { through: (node) => ends.has(node), failures: "call", harmless, facts: view.paths.factsAt(from, fn) });
  const failed = escape?.kind === "failure" ? escape.node : escape?.after;
  return failed !== undefined && steps.some((step) => step.kind === "released" && tryBehind(ts, step.at, failed) !== undefined) ? failed : undefined;
}

function escapeOf(view: FileView, { name, call, fn, start: given, instead }: Candidate, acquisition: Acquisition, ends: ReadonlySet<ts.Node>, { paths }: DisposalTerms): Escape | undefined {
  const { ts, outcomes } = view;
  const opening = openingOf(view, acquisition, name, fn);
  const opened = opening !== undefined && [...ends].every((end) => end.pos >= opening.pos) ? opening : undefined;
  const start = opened ?? given ?? awaitedFrom(ts, call);
  const facts = new Map(view.paths.factsAt(start, fn));
  // What the opening gave is there where it succeeded.
  if (opened !== undefined && ts.isBinaryExpression(opened.parent)) facts.set(opened.parent.left.getText(view.file), true);
  facts.set(name.text, true);
  if (instead !== undefined) facts.set(instead.getText(view.file), false);
  const spends = spendsWhenDone(view, acquisition, name);
  for (const test of spends.tests) facts.set(test, false);
  const query: PathQuery = {
    through: (node) => ends.has(node),
    failures: "none",
    harmless: (node) => spends.reads(node) || isDriven(ts, fn, node) || isOwnModule(ts, node) || (ts.isAwaitExpression(node) && !outcomes.mayReject(node.expression)),
    facts,
  };
  // A way out that needs no error says more than one that does.
  const escape = view.paths.escape(fn, start, query) ?? (paths === "normal" ? undefined : view.paths.escape(fn, start, { ...query, failures: "await" }) ?? (isAsync(ts, fn) ? view.paths.escape(fn, start, { ...query, failures: "await", abandons: true }) : undefined));
  if (escape !== undefined || paths === "normal" || acquisition.entry?.failsInUse !== true) return escape;
  return view.paths.escape(fn, start, { ...query, failures: "call", harmless: (node) => !takes(ts, node, name.text) });
}

/** Whether a node is a call that gets a variable. */
function takes(ts: FileView["ts"], node: ts.Node, name: string): boolean {
  return ts.isCallExpression(node) && node.arguments.some((argument) => ts.isIdentifier(argument) && argument.text === name);
}

/** Whether a release is made by the function itself, or by a helper that it calls, and not by some callback. */
function isOwnCode(view: FileView, { at, mention }: Step): boolean {
  return at === mention || (view.ts.isIdentifier(at) && outerCall(view.compiler, at) !== undefined);
}

/** `await import("./errors.ts")`: a part of the program that is missing is found before it ships. */
function isOwnModule(ts: FileView["ts"], node: ts.Node): boolean {
  if (!ts.isAwaitExpression(node) || !ts.isCallExpression(node.expression) || node.expression.expression.kind !== ts.SyntaxKind.ImportKeyword) return false;
  const [from] = node.expression.arguments;
  return from !== undefined && ts.isStringLiteralLike(from) && from.text.startsWith(".");
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
function isBracket(ts: FileView["ts"], release: ts.Node, name: ts.Identifier, instead: ts.Expression | undefined): boolean {
  let declaration: ts.Node = name.parent;
  while (!ts.isVariableDeclaration(declaration)) declaration = declaration.parent;
  const statement = declaration.parent.parent;
  const block = ts.isForStatement(statement) || ts.isForOfStatement(statement) ? statement.statement : statement.parent;
  for (let child = release, up = release.parent; !ts.isSourceFile(child); child = up, up = up.parent) {
    if (child === block) return true;
    if (ts.isFunctionLike(up) || ts.isIterationStatement(up, false) || ts.isCatchClause(up) || ts.isCaseOrDefaultClause(up)) return false;
    if (ts.isIfStatement(up) && up.expression !== child && !mentions(ts, up.expression, name.text) && (instead === undefined || !up.expression.getText().includes(instead.getText()))) return false;
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
