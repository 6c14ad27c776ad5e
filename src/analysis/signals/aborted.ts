/** Controllers whose signal is given to new work after they have been aborted: that work never begins. */
import type ts from "typescript";
import { closureAround } from "../lifetimes/carried.ts";
import { isCleanup } from "../cleanup/cleanup.ts";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import type { Body } from "../paths/paths.ts";
import { memberAccesses, referencesOf } from "../language/references.ts";
import { calledMember, contains, enclosingClass, hasModifier, isFunctionNode, type FunctionNode } from "../language/syntax.ts";

/** A signal that has aborted before it is handed out. */
export interface ReusedAbort {
  readonly at: ts.Node;
  /** The controller as text. */
  readonly controller: string;
  readonly abort: ts.Node;
  /** How it is made anew: assigned after the abort, or declared in the loop whose attempts share it; constants cannot be assigned. */
  readonly repair: "assign" | "declare" | undefined;
}

/** A mention of a controller: `ac`, `this.#ac`. */
interface Mention {
  readonly at: ts.Expression;
  readonly use: "abort" | "signal" | "write" | "other";
}

/**
 * Signals of aborted controllers that are passed to a call.
 * @param across whether a controller that one method aborts and another uses, and that nobody makes anew, counts as well.
 */
export function* reusedAborts(view: FileView, across: boolean): Generator<ReusedAbort> {
  const { ts } = view;
  if (!view.mentions("AbortController") || !view.mentions("abort")) return;
  for (const made of view.nodes(ts.SyntaxKind.NewExpression) as readonly ts.NewExpression[]) {
    if (!ts.isIdentifier(made.expression) || made.expression.text !== "AbortController") continue;
    const holder = made.parent;
    if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)) {
      const places = referencesOf(view.compiler, holder.name);
      const home = view.functionOf(holder) ?? view.file;
      yield* inOrder(view, places, holder, home);
      yield* inRetries(view, places, holder, home);
    }
    else if (ts.isPropertyDeclaration(holder) && ts.isClassLike(holder.parent)) yield* ofField(view, holder, holder.parent, across);
  }
}

function mentionsIn(ts: FileView["ts"], places: readonly ts.Expression[]): readonly Mention[] {
  return places.map((at): Mention => {
    if (isWriteTarget(ts, at)) return { at, use: "write" };
    const access = at.parent;
    const member = ts.isPropertyAccessExpression(access) && access.expression === at ? access.name.text : "";
    return { at, use: member === "abort" ? "abort" : member === "signal" ? "signal" : "other" };
  });
}

/**
 * `ac.abort(); await fetch(url, { signal: ac.signal });` in one function.
 * @param home where the variable is declared; none for a field, which every method sees.
 */
function* inOrder(view: FileView, places: readonly ts.Expression[], declaration: ts.Declaration, home: Body | undefined): Generator<ReusedAbort> {
  const { ts, paths } = view;
  const mentions = mentionsIn(ts, places);
  const signals = new Map(mentions.filter(({ at, use }) => use === "signal" && isPassed(view, at)).map(({ at }): [ts.Node, ts.Expression] => [at.parent, at]));
  if (signals.size === 0) return;
  const aborts = new Set<ts.Node>(mentions.flatMap(({ at, use }) => (use === "abort" ? [at.parent.parent] : [])));
  const reported = new Set<ts.Node>();
  for (const { at, use } of mentions) {
    const call = at.parent.parent;
    const body = use === "abort" && ts.isCallExpression(call) ? (view.functionOf(at) ?? view.file) : undefined;
    if (body === undefined || closureAround(ts, at, body) !== undefined) continue;
    const isFresh = (node: ts.Node): boolean => node === declaration || (ts.isBinaryExpression(node) && node.left.getText(view.file) === at.getText(view.file));
    const own = new Set([...signals].filter(([, read]) => (view.functionOf(read) ?? view.file) === body && (home === undefined || home === body)).map(([node]) => node));
    const late = paths.reached(body, call, own, isFresh);
    // A controller that is aborted at once because another signal has aborted is meant to be handed on like that.
    const isCertain = late !== undefined && paths.reached(body, home === undefined ? undefined : declaration, new Set([late]), (node) => aborts.has(node)) === undefined;
    if (late === undefined || !isCertain || reported.has(late)) continue;
    reported.add(late);
    yield { at: late, controller: at.getText(view.file), abort: call, repair: isConstant(ts, declaration) ? undefined : "assign" };
  }
}

/** Whether a signal is handed to a call, rather than looked at, or tried out by a test. */
function isPassed(view: FileView, controller: ts.Expression): boolean {
  const { ts } = view;
  const { fate } = fateOf(view.compiler, controller.parent as ts.Expression);
  return fate.kind === "argument" && !(ts.isCallExpression(fate.by) && /[Aa]borted/u.test(fate.by.expression.getText(view.file))) && !isTriedOut(view, controller);
}

/** Whether a node stands in an assertion or a test: what is left half-way there, or begun too late, is so on purpose. */
export function isTriedOut({ ts, file }: FileView, node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent) if (ts.isCallExpression(up) && /^(?:expect|assert\w*|it|test|describe|Deno\.test|t\.throws\w*)\b/u.test(up.expression.getText(file))) return true;
  return false;
}

function isConstant(ts: FileView["ts"], declaration: ts.Declaration): boolean {
  return ts.isVariableDeclaration(declaration) ? (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 : hasModifier(ts, declaration, ts.SyntaxKind.ReadonlyKeyword);
}

/**
 * `for (…) { const timer = setTimeout(() => controller.abort(), ms); try { await fetch(url, { signal: controller.signal }) } catch { … } }`: the
 * time of one attempt is up, and with it that of all that follow.
 */
function* inRetries(view: FileView, places: readonly ts.Expression[], declaration: ts.VariableDeclaration, home: Body): Generator<ReusedAbort> {
  const { ts } = view;
  const mentions = mentionsIn(ts, places);
  // Whoever looks at the signal knows that it may have aborted.
  if (mentions.some(({ at, use }) => use === "write" || use === "other" || (use === "signal" && !isPassed(view, at)))) return;
  for (const { at, use } of mentions) {
    const attempt = use === "signal" && (view.functionOf(at) ?? view.file) === home ? attemptAround(view, at, declaration) : undefined;
    const timer = attempt === undefined ? undefined : mentions.find((other) => other.use === "abort" && contains(attempt, other.at) && isTimed(view, other.at));
    if (timer === undefined) continue;
    yield { at: at.parent, controller: at.getText(view.file), abort: timer.at.parent.parent, repair: "declare" };
    return;
  }
}

/** The loop that tries again what stands in a `try` in it, and does not make the controller. */
function attemptAround(view: FileView, use: ts.Node, declaration: ts.Node): ts.IterationStatement | undefined {
  const { ts } = view;
  let goesOn = false;
  for (let child = use, up = use.parent; !contains(up, declaration); child = up, up = up.parent) {
    if (isFunctionNode(ts, up)) return undefined;
    if (ts.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) {
      const last = up.catchClause.block.statements.at(-1);
      goesOn ||= last === undefined || !(ts.isThrowStatement(last) || ts.isReturnStatement(last) || ts.isBreakStatement(last));
    }
    if (goesOn && ts.isIterationStatement(up, false)) return up;
  }
  return undefined;
}

/** Whether an abort is the business of a timer. */
function isTimed(view: FileView, abort: ts.Node): boolean {
  const { ts } = view;
  const fn = view.functionOf(abort);
  const call = fn?.parent;
  return call !== undefined && ts.isCallExpression(call) && call.expression.getText(view.file).endsWith("setTimeout");
}

/** A method that aborts, and then one that uses the signal, called one after the other by a third: `this.stop(); return this.poll();`. */
function isRestarted(view: FileView, owner: ts.ClassLikeDeclaration, aborting: FunctionNode, using: FunctionNode): boolean {
  const { ts, paths } = view;
  const calls = (view.within(owner, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).filter((call) => calledMember(ts, call)?.receiver.kind === ts.SyntaxKind.ThisKeyword);
  const callsOf = (method: FunctionNode): readonly ts.CallExpression[] => calls.filter((call) => calledMember(ts, call)?.name === method.name?.getText(view.file));
  const uses = callsOf(using);
  return uses.length > 0 && callsOf(aborting).some((call) => {
    const fn = view.functionOf(call);
    return fn !== undefined && paths.reached(fn, call, new Set(uses.filter((use) => view.functionOf(use) === fn)), () => false, undefined, "none") !== undefined;
  });
}

function* ofField(view: FileView, field: ts.PropertyDeclaration, owner: ts.ClassLikeDeclaration, across: boolean): Generator<ReusedAbort> {
  const { ts } = view;
  const places = memberAccesses(view.compiler, owner, field.name.getText(view.file));
  yield* inOrder(view, places, field, undefined);
  const mentions = mentionsIn(ts, places);
  if (mentions.some(({ use }) => use === "write" || use === "other")) return;
  const abort = mentions.find(({ at, use }) => use === "abort" && enclosingClass(ts, at) === owner);
  const home = abort === undefined ? undefined : view.functionOf(abort.at);
  if (abort === undefined || home === undefined) return;
  const used = mentions.find(({ at, use }) => use === "signal" && isPassed(view, at) && view.functionOf(at) !== undefined && view.functionOf(at) !== home && !ts.isConstructorDeclaration(view.functionOf(at) as ts.Node));
  const user = used === undefined ? undefined : view.functionOf(used.at);
  if (used === undefined || user === undefined) return;
  // Whoever aborts in order to end the object means it for good, unless it is begun once more.
  if ((across && !isCleanup(view, abort.at)) || isRestarted(view, owner, home, user)) yield { at: used.at.parent, controller: used.at.getText(view.file), abort: abort.at.parent.parent, repair: isConstant(ts, field) ? undefined : "assign" };
}
