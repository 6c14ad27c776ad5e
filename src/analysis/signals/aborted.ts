/** Controllers whose signal is given to new work after they have been aborted: that work never begins. */
import type ts from "typescript";
import { closureAround } from "../lifetimes/carried.ts";
import { isCleanup } from "../cleanup/cleanup.ts";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import type { Body } from "../paths/paths.ts";
import { memberAccesses, referencesOf } from "../language/references.ts";
import { enclosingClass, hasModifier } from "../language/syntax.ts";

/** A signal that has aborted before it is handed out. */
export interface ReusedAbort {
  readonly at: ts.Node;
  /** The controller as text. */
  readonly controller: string;
  readonly abort: ts.Node;
  /** Whether nothing else can be assigned to what holds it. */
  readonly constant: boolean;
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
    if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name)) yield* inOrder(view, referencesOf(view.compiler, holder.name), holder, view.functionOf(holder) ?? view.file);
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
    yield { at: late, controller: at.getText(view.file), abort: call, constant: isConstant(ts, declaration) };
  }
}

/** Whether a signal is handed to a call, rather than looked at. */
function isPassed(view: FileView, controller: ts.Expression): boolean {
  const { fate } = fateOf(view.compiler, controller.parent as ts.Expression);
  return fate.kind === "argument" && !(view.ts.isCallExpression(fate.by) && /[Aa]borted|expect|assert/u.test(fate.by.expression.getText(view.file)));
}

function isConstant(ts: FileView["ts"], declaration: ts.Declaration): boolean {
  return ts.isVariableDeclaration(declaration) ? (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 : hasModifier(ts, declaration, ts.SyntaxKind.ReadonlyKeyword);
}

function* ofField(view: FileView, field: ts.PropertyDeclaration, owner: ts.ClassLikeDeclaration, across: boolean): Generator<ReusedAbort> {
  const { ts } = view;
  const places = memberAccesses(view.compiler, owner, field.name.getText(view.file));
  yield* inOrder(view, places, field, undefined);
  const mentions = mentionsIn(ts, places);
  if (!across || mentions.some(({ use }) => use === "write" || use === "other")) return;
  // Whoever aborts in order to end the object means it for good.
  const abort = mentions.find(({ at, use }) => use === "abort" && enclosingClass(ts, at) === owner && !isCleanup(view, at));
  const home = abort === undefined ? undefined : view.functionOf(abort.at);
  if (abort === undefined || home === undefined) return;
  const used = mentions.find(({ at, use }) => use === "signal" && isPassed(view, at) && view.functionOf(at) !== undefined && view.functionOf(at) !== home && !ts.isConstructorDeclaration(view.functionOf(at) as ts.Node));
  if (used !== undefined) yield { at: used.at.parent, controller: used.at.getText(view.file), abort: abort.at.parent.parent, constant: isConstant(ts, field) };
}
