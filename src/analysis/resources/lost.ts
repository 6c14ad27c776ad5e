/** Resources that nobody holds: what acquires them is used for something else, or fails together with others. */
import type ts from "typescript";
import { ownVerbs } from "../catalog/releases.ts";
import { madeBy, operandsOfAll } from "./candidates.ts";
import { fateOf, outerCall, type Fate } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { acquired, type DisposalTerms, type Leak } from "./leak.ts";
import { nameOfCall, releasingMember } from "./releases.ts";
import type { Acquisition } from "./resources.ts";
import { runsOnce } from "../tasks/timers.ts";
import { calledMember, inlineFunction, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** The resources of a file that nobody holds, and those that nobody holds when something else fails. */
export function* lostResources(view: FileView, terms: DisposalTerms): Generator<Leak> {
  yield* droppedResources(view, terms);
  yield* takenApart(view, terms);
  if (terms.paths === "all") yield* lostWithOthers(view, terms);
}

/** `const { fd } = await open(path)`: what would give it back is not among the parts. */
function* takenApart(view: FileView, terms: DisposalTerms): Generator<Leak> {
  const { ts } = view;
  for (const pattern of view.nodes(ts.SyntaxKind.ObjectBindingPattern) as readonly ts.ObjectBindingPattern[]) {
    const { parent } = pattern;
    const call = ts.isVariableDeclaration(parent) && parent.initializer !== undefined ? madeBy(ts, parent.initializer) : undefined;
    if (call === undefined || view.functionOf(call) === undefined || runsOnce(view, call)) continue;
    const acquisition = acquired(view, call, terms);
    if (acquisition?.entry === undefined || acquisition.demand !== "always" || acquisition.release.members.size === 0) continue;
    const isOut = pattern.elements.every(({ name, propertyName, dotDotDotToken }) => dotDotDotToken === undefined && !acquisition.release.members.has((propertyName ?? name).getText(view.file)) && !isHeldBy(view, name));
    if (isOut) yield { kind: "dropped", acquisition, name: undefined, at: undefined, steps: [] };
  }
}

/** Whether a part may give the whole back, or be the whole: it has an end of its own. */
function isHeldBy(view: FileView, part: ts.BindingName): boolean {
  const type = view.compiler.typeOf(part);
  return type === undefined || view.compiler.isOpaque(type) || view.compiler.partsOf(type).some((one) => view.resources.releaseOf(one) !== undefined);
}

/** `await Promise.all([open(a), open(b)])`: when one of them fails, nobody gets the other. The first of each combination. */
function* lostWithOthers(view: FileView, terms: DisposalTerms): Generator<Leak> {
  const { ts } = view;
  for (const id of view.named("all")) {
    const combination = id.parent.parent;
    if (!ts.isCallExpression(combination) || combination.expression !== id.parent) continue;
    const fn = view.functionOf(combination);
    if (fn === undefined || !isWanted(view, combination) || isTestBody(view, fn) || runsOnce(view, combination)) continue;
    const acquisition = sharedFate(view, combination).map((call) => acquired(view, call, terms)).find((one) => one?.demand === "always");
    if (acquisition !== undefined) yield { kind: "droppedByFailure", acquisition, name: undefined, at: undefined, steps: [] };
  }
}

/** Whether somebody gets what a combination brings: started for its effect only, it holds nothing that anybody could give back. */
function isWanted(view: FileView, combination: ts.CallExpression): boolean {
  const { fate } = fateOf(view.compiler, combination);
  if (fate.kind !== "awaited" || !view.ts.isAwaitExpression(fate.by)) return fate.kind === "returned";
  const { kind } = fateOf(view.compiler, fate.by).fate;
  return kind !== "dropped" && kind !== "voided";
}

/** The calls whose results a `Promise.all` drops when another of its operands fails: those written out beside one that may fail, or what a callback of `map` does for each. */
function sharedFate(view: FileView, combination: ts.CallExpression): readonly (ts.CallExpression | ts.NewExpression)[] {
  const { ts, outcomes } = view;
  const operands = operandsOfAll(ts, combination);
  if (operands !== undefined) return operands.flatMap((operand) => (operands.some((other) => other !== operand && !ts.isSpreadElement(other) && outcomes.mayReject(other)) ? madeAtOnce(ts, operand) : []));
  const [list] = combination.arguments;
  const mapped = list === undefined ? undefined : unwrapped(ts, list);
  const member = calledMember(ts, combination);
  if (mapped === undefined || !ts.isCallExpression(mapped) || calledMember(ts, mapped)?.name !== "map" || member === undefined || !ts.isIdentifier(member.receiver) || member.receiver.text !== "Promise") return [];
  const callback = mapped.arguments[0] === undefined ? undefined : inlineFunction(ts, mapped.arguments[0]);
  return callback?.body === undefined || ts.isBlock(callback.body) ? [] : madeAtOnce(ts, callback.body);
}

/** The call that an operand is: not one that is awaited first, or whose result goes into another call. */
function madeAtOnce(ts: FileView["ts"], operand: ts.Expression): readonly (ts.CallExpression | ts.NewExpression)[] {
  const made = madeBy(ts, operand);
  return made === undefined ? [] : [made];
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

/** Whether a function is the body of a test or of a hook around tests: one that fails ends the run anyway. */
export function isTestBody(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  for (let at: FunctionNode | undefined = fn; at !== undefined; at = view.functionOf(at)) {
    const call = at.parent;
    if (ts.isCallExpression(call) && ts.isIdentifier(call.expression) && /^(?:it|test|before|after|beforeEach|afterEach|beforeAll|afterAll|bench)$/u.test(call.expression.text)) return true;
  }
  return false;
}
