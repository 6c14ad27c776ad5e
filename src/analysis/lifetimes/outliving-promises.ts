/** Promises of work on a resource that leave the block of the resource before they have settled. */
import type ts from "typescript";
import { carriedBy, closureAround, localOf, rootOf, type Carried, type Followed, type Views } from "./carried.ts";
import { fateOf, isChainMethod, type Flowed } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { bookkeeping } from "../tasks/ownership.ts";
import { referencesOf } from "../language/references.ts";
import { regionsOf, type Region } from "./regions.ts";
import { calledMember, contains, isFunctionNode, returnsOf, unwrapped } from "../language/syntax.ts";

/** A promise that is still pending when the resource its work uses is closed. */
export interface OutlivingPromise {
  readonly resource: ts.Identifier;
  /** The promise, where it leaves. */
  readonly promise: ts.Expression;
  /** `return`: nothing awaits it before the block is left; `store`: it is kept by something outside; `chain`: a statement that only puts handlers on it. */
  readonly by: "return" | "store" | "chain";
}

/** Promises that leave the block of a `using` binding, or the callback that was lent something. */
export function* outlivingPromises(view: FileView): Generator<OutlivingPromise & { readonly region: Region }> {
  for (const region of regionsOf(view)) {
    if (region.isScope) continue;
    for (const promise of leavingGuard(view, region)) yield { ...promise, region };
    for (const promise of pendingOn(view, region)) {
      // Who lends something waits for what the callback returns.
      if (region.kind !== "lent" || promise.by !== "return") yield { ...promise, region };
    }
  }
}

/** Promises that are returned out of the block of a binding that nothing mentions: a lock or the like, which is there for all that the block does. */
function* leavingGuard(view: FileView, region: Region): Generator<OutlivingPromise> {
  const { ts, compiler } = view;
  if (region.kind !== "using" || !isFunctionNode(ts, region.body) || referencesOf(compiler, region.name).length > 0) return;
  for (const expression of returnsOf(ts, region.body)) {
    const call = unwrapped(ts, expression);
    if (ts.isCallExpression(call) && call.pos >= region.opening.end && contains(region.extent, call) && isPending(view, call)) yield { resource: region.name, promise: call, by: "return" };
  }
}

/** Promises of work on a reference that leave its extent. */
export function* pendingOn(view: FileView, region: Followed, views?: Views): Generator<OutlivingPromise> {
  const reported = new Set<ts.Node>();
  for (const carried of carriedBy(view, region, views)) {
    const start = startOf(view, carried, region);
    if (start === undefined || reported.has(start)) continue;
    reported.add(start);
    const left = exitOf(view, start, fateOf(view.compiler, start), region);
    if (left !== undefined && isPending(view, start) && !isOnlyRead(view, carried)) yield { resource: region.name, promise: left.promise, by: left.by };
  }
}

/** The expression that starts work on what is carried, with the handlers put on it: asked of syntax alone. */
export function startOf(view: FileView, { value, form, fate }: Carried, region: Followed): ts.Expression | undefined {
  const { ts } = view;
  let call: ts.Expression | undefined;
  if (fate.kind === "member") call = endOfAccess(ts, fate.by);
  else if (fate.kind === "argument" && ts.isCallExpression(fate.by)) call = fate.by;
  // An async function called on the spot.
  else if (fate.kind === "read" && form === "closure" && ts.isCallExpression(fate.by) && unwrapped(ts, fate.by.expression) === value) call = fate.by;
  if (call === undefined || closureAround(ts, call, region.body) !== undefined) return undefined;
  for (;;) {
    const { fate: next } = fateOf(view.compiler, call);
    if (next.kind === "chained") call = next.by;
    else if (next.kind === "argument" && ts.isCallExpression(next.by) && isCombinator(view, next.by)) call = next.by;
    else return call;
  }
}

/** `c.from(…).select(…).execute()`: the last call of the chain that an access begins. */
function endOfAccess(ts: FileView["ts"], access: ts.Expression): ts.Expression | undefined {
  let at = access;
  let call: ts.CallExpression | undefined;
  for (;;) {
    const { parent } = at;
    if (ts.isCallExpression(parent) && parent.expression === at) call = parent;
    else if (!((ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === at) && !ts.isNonNullExpression(parent) && !(ts.isParenthesizedExpression(parent) && ts.isPropertyAccessExpression(parent.parent))) return call;
    if (call !== undefined && ts.isPropertyAccessExpression(parent) && isChainMethod(parent.name.text)) return call;
    at = parent;
  }
}

function isCombinator(view: FileView, call: ts.CallExpression): boolean {
  const member = calledMember(view.ts, call);
  return member !== undefined && /^(?:all|allSettled|race|any)$/u.test(member.name) && view.ts.isIdentifier(member.receiver) && member.receiver.text === "Promise";
}

/** Whether an expression is a promise of work that has begun, or begins when it is awaited. */
export function isPending(view: FileView, start: ts.Expression): boolean {
  const type = view.compiler.typeOf(start);
  if (type === undefined || !view.types.isAlwaysTask(type)) return false;
  const kind = view.types.taskKind(type);
  if (kind === undefined || kind === "handle") return false;
  let root = start;
  for (let member = view.ts.isCallExpression(root) ? calledMember(view.ts, root) : undefined; member !== undefined && isChainMethod(member.name); member = view.ts.isCallExpression(root) ? calledMember(view.ts, root) : undefined) root = unwrapped(view.ts, member.receiver);
  if (!view.ts.isCallExpression(root)) return true;
  const callee = view.callees.of(root);
  if (callee.names.includes("PromiseConstructor.resolve") || callee.names.includes("PromiseConstructor.reject")) return false;
  return callee.implementation === undefined || view.outcomes.of(callee.implementation).suspends;
}

/** Whether the callee has a body that only looks at the argument. */
function isOnlyRead(view: FileView, { fate }: Carried): boolean {
  const uses = fate.kind === "argument" ? view.summaries.useOfArgument(fate.by, fate.index).map(({ use }) => use) : [];
  return uses.length > 0 && uses.every((use) => use === "read" || use === "unused");
}

function exitOf(view: FileView, promise: ts.Expression, { fate, inside }: Flowed, region: Followed): Pick<OutlivingPromise, "promise" | "by"> | undefined {
  const { ts } = view;
  switch (fate.kind) {
    case "returned":
      return fate.from === region.body || (fate.from === undefined && !isFunctionNode(ts, region.body)) ? { promise, by: "return" } : undefined;
    case "assigned":
      return isKeptOutside(view, fate.target, promise, region) ? { promise, by: "store" } : undefined;
    case "argument": {
      const member = ts.isCallExpression(fate.by) ? calledMember(ts, fate.by) : undefined;
      if (member === undefined || !["push", "add", "unshift", "set"].includes(member.name) || view.callees.of(fate.by).origin !== "lib") return undefined;
      return isKeptOutside(view, member.receiver, promise, region) ? { promise, by: "store" } : undefined;
    }
    case "dropped": {
      // Without a handler for its errors the statement is reported as a task that floats.
      const member = ts.isCallExpression(promise) ? calledMember(ts, promise) : undefined;
      if (member === undefined || !isChainMethod(member.name)) return undefined;
      const kind = view.ownership.lossOf(promise, false)?.kind;
      return kind === "floating" ? undefined : { promise, by: "chain" };
    }
    case "variable":
      return inside === undefined ? exitOfVariable(view, fate.name, region) : undefined;
    default:
      return undefined;
  }
}

/** A variable that is only read to hand the promise out, or to put handlers on it. */
function exitOfVariable(view: FileView, name: ts.Identifier, region: Followed): Pick<OutlivingPromise, "promise" | "by"> | undefined {
  const { ts, compiler } = view;
  const [first, ...others] = referencesOf(compiler, name);
  if (first === undefined || [first, ...others].some((read) => closureAround(ts, read, region.body) !== undefined)) return undefined;
  let end: ts.Expression = first;
  let flowed = fateOf(compiler, first);
  while (flowed.fate.kind === "chained") flowed = fateOf(compiler, (end = flowed.fate.by));
  // Where somebody waits for it as well, the order of the two decides, and that is the business of the join.
  if (flowed.fate.kind === "variable" || others.some((read) => fateOf(compiler, read).fate.kind !== "chained") || (others.length > 0 && flowed.fate.kind !== "dropped")) return undefined;
  return exitOf(view, end, flowed, region);
}

/** Whether a variable, field or list lies outside the extent, and the extent does not wait for what is put there. */
function isKeptOutside(view: FileView, target: ts.Expression, promise: ts.Expression, region: Followed): boolean {
  const { ts } = view;
  const place = unwrapped(ts, target);
  const root = rootOf(ts, place);
  if (root !== undefined && localOf(view, root, region) !== undefined) return false;
  const text = place.getText(view.file);
  return !mentionsOf(view, place, region.extent).some((mention) => mention.pos > promise.end && mention.getText(view.file) === text && isTaken(ts, mention));
}

/** Mentions of the same variable or member inside an extent. */
function mentionsOf(view: FileView, place: ts.Expression, extent: ts.Node): readonly ts.Expression[] {
  const { ts } = view;
  const index = indexOf(ts, view.file);
  if (ts.isIdentifier(place)) return index.namedWithin(extent, place.text).filter((name) => ts.isIdentifier(name));
  if (!ts.isPropertyAccessExpression(place)) return [];
  return index.namedWithin(extent, place.name.text).flatMap(({ parent }) => (ts.isPropertyAccessExpression(parent) ? [parent] : []));
}

/** Whether a mention does more than to look after the list. */
function isTaken(ts: FileView["ts"], mention: ts.Expression): boolean {
  const { parent } = mention;
  return !(ts.isPropertyAccessExpression(parent) && parent.expression === mention && bookkeeping.has(parent.name.text));
}

