/** Timers of a hand-written promise that one settlement clears and another one forgets. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { fateOf } from "../language/flow.ts";
import { referencesOf } from "../language/references.ts";
import { contains, enclosingFunction, inlineFunction, isPromiseExecutor, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A timer that is still armed when its promise has been settled. */
export interface ForgottenTimer {
  readonly call: ts.CallExpression;
  /** The settlement that leaves it. */
  readonly at: ts.Node;
}

const starters: ReadonlyMap<string, string> = new Map([["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]);

/** The timers of a file that some way of settling their promise leaves armed, though another way clears them: nobody means that. */
export function* forgottenTimers(view: FileView): Generator<ForgottenTimer> {
  const { ts } = view;
  if (!view.mentions("clearTimeout", "clearInterval")) return;
  for (const creation of view.nodes(ts.SyntaxKind.NewExpression) as readonly ts.NewExpression[]) {
    const [first] = creation.arguments ?? [];
    if (first === undefined || !ts.isIdentifier(creation.expression) || creation.expression.text !== "Promise") continue;
    const executor = inlineFunction(ts, first);
    if (executor === undefined) continue;
    let settlements: readonly Settlement[] | undefined;
    for (const [starter, clearer] of starters) {
      for (const id of view.named(starter)) {
        if (!contains(executor, id) || !ts.isCallExpression(id.parent) || id.parent.expression !== id || executorAround(view, id) !== executor) continue;
        settlements ??= settlementsOf(view, executor);
        const at = forgottenBy(view, executor, id.parent, clearer, settlements);
        if (at !== undefined) yield { call: id.parent, at };
      }
    }
  }
}

/** The executor of the innermost promise that a node stands in. */
function executorAround({ ts }: FileView, node: ts.Node): FunctionNode | undefined {
  for (let fn = enclosingFunction(ts, node); fn !== undefined; fn = enclosingFunction(ts, fn)) if (isPromiseExecutor(ts, fn)) return fn;
  return undefined;
}

/** A place that settles the promise: a call of a resolver, or where a resolver is handed to somebody who calls it. */
interface Settlement {
  readonly at: ts.Identifier;
  /** The function that settles, or that is handed the resolver; `undefined` where the resolver itself is somebody's callback. */
  readonly by: FunctionNode | undefined;
}

function settlementsOf(view: FileView, executor: FunctionNode): readonly Settlement[] {
  const { ts, compiler } = view;
  return executor.parameters.flatMap(({ name }) =>
    !ts.isIdentifier(name)
      ? []
      : referencesOf(compiler, name).flatMap((at): readonly Settlement[] => {
          if (ts.isCallExpression(at.parent) && at.parent.expression === at) return [{ at, by: enclosingFunction(ts, at) }];
          const { fate } = fateOf(compiler, at);
          return fate.kind === "argument" ? [{ at, by: calledHere(view, fate.by) }] : [];
        }),
  );
}

function forgottenBy(view: FileView, executor: FunctionNode, timer: ts.CallExpression, clearer: string, settlements: readonly Settlement[]): ts.Node | undefined {
  const { ts, compiler } = view;
  const handle = handleOf(view, timer);
  if (handle === undefined || !contains(executor, handle)) return undefined;
  const clears = referencesOf(compiler, handle).flatMap((mention) => (ts.isCallExpression(mention.parent) && ts.isIdentifier(mention.parent.expression) && mention.parent.expression.text === clearer ? [mention.parent] : []));
  // A handle that goes anywhere else is in somebody's hands.
  if (clears.length === 0 || referencesOf(compiler, handle).some((mention) => fateOf(compiler, mention).fate.kind === "argument" && !clears.some((clear) => contains(clear, mention)))) return undefined;
  const isCleared = ({ by }: Settlement): boolean => by !== undefined && reachesClear(view, by, executor, clears, new Set());
  // What an event other than a settlement clears was for a part of the way, and the settlements behind that part need not ask for it.
  if (clears.some((clear) => endsAPart(view, executor, clear, settlements))) return undefined;
  const [callback] = timer.arguments;
  // What the timer calls, it calls when it is over.
  const fired = clearer === "clearTimeout" && callback !== undefined ? (view.callees.functionOf(callback) ?? callback) : undefined;
  const others = settlements.flatMap((one) => (isCleared(one) ? [one] : callsOf(view, executor, one))).filter(({ at, by }) => !isOfEarlierTimer(view, by, timer, executor, settlements) && !(fired !== undefined && contains(fired, at)) && !(by === executor && at.pos < timer.pos) && !isOtherBranch(ts, at, timer));
  const forgetting = others.filter((one) => !isCleared(one));
  return others.some(isCleared) ? forgetting.find(({ at, by }) => by !== executor || at.pos > timer.end)?.at : undefined;
}

/** Where a local function settles the promise, the places that call it: what they do besides counts as well. */
function callsOf(view: FileView, executor: FunctionNode, one: Settlement): readonly Settlement[] {
  const { ts, compiler } = view;
  const { by } = one;
  const name = by === undefined || by === executor ? undefined : ts.isFunctionDeclaration(by) ? by.name : ts.isVariableDeclaration(by.parent) && ts.isIdentifier(by.parent.name) ? by.parent.name : undefined;
  const uses = name === undefined || by === undefined ? [] : referencesOf(compiler, name).filter((use) => use !== name && !contains(by, use));
  const isCalled = uses.length > 0 && uses.every((use) => ts.isCallExpression(use.parent) && use.parent.expression === use);
  return isCalled ? uses.map((at): Settlement => ({ at, by: enclosingFunction(ts, at) })) : [one];
}

/** Whether a timer is cleared by a callback that settles nothing: `socket.once("connect", () => clearTimeout(timer))`. */
function endsAPart({ ts }: FileView, executor: FunctionNode, clear: ts.CallExpression, settlements: readonly Settlement[]): boolean {
  const fn = enclosingFunction(ts, clear);
  if (fn === undefined || fn === executor || !ts.isCallExpression(fn.parent) || !fn.parent.arguments.includes(fn as unknown as ts.Expression)) return false;
  const [event] = fn.parent.arguments;
  return event !== fn && event !== undefined && ts.isStringLiteralLike(event) && !settlements.some(({ by }) => by === fn) && !callsAnything(ts, fn, clear);
}

/** Whether a function calls a local function that may settle in its stead. */
function callsAnything(ts: FileView["ts"], fn: FunctionNode, but: ts.CallExpression): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (node !== but && ts.isCallExpression(node) && ts.isIdentifier(node.expression) && !starters.has(node.expression.text) && ![...starters.values()].includes(node.expression.text)) found = true;
    if (node === fn || !ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(fn);
  return found;
}

/** Whether a settlement belongs to a timer that is over by the time this one starts: it is cleared in the same function before, or was for an earlier part of the way. */
function isOfEarlierTimer(view: FileView, by: FunctionNode | undefined, timer: ts.CallExpression, executor: FunctionNode, settlements: readonly Settlement[]): boolean {
  const { ts, compiler } = view;
  const start = by?.parent;
  if (start === undefined || !ts.isCallExpression(start) || !ts.isIdentifier(start.expression) || !starters.has(start.expression.text)) return false;
  const handle = handleOf(view, start);
  const clearer = starters.get(start.expression.text);
  const fn = enclosingFunction(ts, timer);
  if (handle === undefined || fn === undefined || fn === executor) return false;
  const clears = referencesOf(compiler, handle).flatMap((mention) => (ts.isCallExpression(mention.parent) && mention.parent.expression.getText() === clearer ? [mention.parent] : []));
  return clears.some((clear) => (clear.end <= timer.pos && enclosingFunction(ts, clear) === fn) || endsAPart(view, executor, clear, settlements));
}

/** Whether two places stand in different branches of one `if` of the same function: where one is, the other is not. */
function isOtherBranch(ts: FileView["ts"], at: ts.Node, timer: ts.Node): boolean {
  for (let child = at, up = at.parent; !ts.isFunctionLike(child) && !contains(child, timer); child = up, up = up.parent) {
    if (ts.isIfStatement(up) && contains(up, timer) && child !== up.expression && !contains(up.expression, timer)) return true;
  }
  return false;
}

function handleOf({ ts, compiler }: FileView, timer: ts.CallExpression): ts.Identifier | undefined {
  const { fate, inside } = fateOf(compiler, timer);
  if (inside !== undefined) return undefined;
  if (fate.kind === "variable") return fate.name;
  const target = fate.kind === "assigned" ? unwrapped(ts, fate.target) : undefined;
  const declaration = target !== undefined && ts.isIdentifier(target) ? compiler.declarationOf(target) : undefined;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) ? declaration.name : undefined;
}

/** The function of this file that a call by a plain name calls. */
function calledHere({ ts, file, callees }: FileView, call: ts.CallExpression | ts.NewExpression): FunctionNode | undefined {
  const target = ts.isCallExpression(call) && ts.isIdentifier(call.expression) ? callees.of(call).implementation : undefined;
  return target?.getSourceFile() === file ? target : undefined;
}

/** Whether a function clears the timer: itself, a function around it that belongs to the same callback, or one of the executor's helpers that it calls. */
function reachesClear(view: FileView, fn: FunctionNode, executor: FunctionNode, clears: readonly ts.CallExpression[], seen: Set<ts.Node>): boolean {
  const { ts } = view;
  if (seen.has(fn)) return false;
  seen.add(fn);
  for (let around: FunctionNode | undefined = fn; around !== undefined && around !== executor; around = enclosingFunction(ts, around)) {
    const body = around;
    if (clears.some((clear) => enclosingFunction(ts, clear) === body)) return true;
    const taker = ts.isCallExpression(body.parent) && body.parent.expression !== body ? calledHere(view, body.parent) : undefined;
    if (taker !== undefined && reachesClear(view, taker, executor, clears, seen)) return true;
    const helpers = (view.within(body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).flatMap((call) => {
      const target = enclosingFunction(ts, call) === body ? calledHere(view, call) : undefined;
      return target === undefined ? [] : [target];
    });
    if (helpers.some((helper) => reachesClear(view, helper, executor, clears, seen))) return true;
  }
  return fn === executor && clears.some((clear) => enclosingFunction(ts, clear) === executor);
}
