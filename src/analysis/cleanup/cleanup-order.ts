/** Which releases are skipped when an earlier step of the clean-up fails. */
import type ts from "typescript";
import { endingOrders, endings } from "../catalog/endings.ts";
import { guardOf, type Cleanup } from "./cleanup.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, enclosingFunction, isFunctionNode, unwrapped } from "../language/syntax.ts";

/** The first await whose failure skips a release that comes after it. */
export function fragileAwait(view: FileView, { body }: Cleanup, awaits: readonly ts.AwaitExpression[], mayFail: (at: ts.AwaitExpression) => boolean): { readonly at: ts.AwaitExpression; readonly skipped: ts.CallExpression } | undefined {
  const { ts } = view;
  const ends = releasesIn(view, body);
  for (const at of awaits) {
    if (ends.length === 0 || !mayFail(at) || isGuard(view, at, body)) continue;
    const own = unwrapped(ts, at.expression);
    const loop = loopAround(ts, at, body);
    const skipped = ends.find((end) => !contains(end, at) && !isOfNoAccount(view, at, end, body) && at.end <= end.pos && isSkippedBy(ts, at, end, body) && !dependsOn(view, end, at) && !isMadeUpFor(view, end, body)) ?? (loop !== undefined && ts.isCallExpression(own) && ends.includes(own) && guardOf(ts, at, loop) === undefined ? own : undefined);
    if (skipped !== undefined) return { at, skipped };
  }
  return undefined;
}

/** Whether an await takes what the clean-up needs, a lock as a rule, and gives it back itself: without it, nothing has begun. */
function isGuard(view: FileView, at: ts.AwaitExpression, body: ts.Block): boolean {
  const { ts } = view;
  const declaration = at.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return false;
  if ((declaration.parent.flags & ts.NodeFlags.Using) !== 0) return true;
  return referencesOf(view.compiler, declaration.name).some((mention) => {
    const access = ts.isPropertyAccessExpression(mention.parent) && mention.parent.expression === mention ? mention.parent : mention;
    const call = access.parent;
    return contains(body, mention) && ts.isCallExpression(call) && call.expression === access && (access === mention || isRelease(view, call));
  });
}

/** Calls in a block, not in functions nested in it, that end something. */
export function releasesIn(view: FileView, body: ts.Block): readonly ts.CallExpression[] {
  const { ts } = view;
  const fn = enclosingFunction(ts, body);
  return (view.within(body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).filter((call) => view.functionOf(call) === fn && isRelease(view, call));
}

/** Whether a call ends something, by its name or by what it says: `x.close()`, `clearTimeout(t)`, `x[Symbol.asyncDispose]()`, `x.query("ROLLBACK")`. */
export function isRelease(view: FileView, call: ts.Expression): boolean {
  const { ts } = view;
  if (!ts.isCallExpression(call)) return false;
  const [order] = call.arguments;
  if (order !== undefined && ts.isStringLiteralLike(order) && endingOrders.test(order.text)) return true;
  const callee = unwrapped(ts, call.expression);
  if (ts.isIdentifier(callee)) return endings.has(callee.text);
  if (ts.isPropertyAccessExpression(callee)) return endings.has(callee.name.text);
  return ts.isElementAccessExpression(callee) && /^Symbol\.(?:asyncDispose|dispose)$/u.test(callee.argumentExpression.getText(view.file));
}

/** Whether a failure of `at` keeps control from a later place of the same clean-up. */
function isSkippedBy(ts: FileView["ts"], at: ts.Node, later: ts.Node, body: ts.Block): boolean {
  for (let child: ts.Node = at, up = at.parent; child !== body; child = up, up = up.parent) {
    if (ts.isTryStatement(up)) {
      if (contains(child, later)) continue;
      if (up.tryBlock === child && up.catchClause !== undefined) return false;
      if (up.finallyBlock !== undefined && up.finallyBlock !== child && contains(up.finallyBlock, later)) return false;
    }
    // The other branch does not run anyway.
    if (contains(up, later) && !contains(child, later) && (ts.isIfStatement(up) || ts.isConditionalExpression(up) || ts.isCaseBlock(up))) return false;
  }
  return true;
}

/** Whether a handler around the clean-up makes the same call when something in it fails. */
function isMadeUpFor(view: FileView, end: ts.CallExpression, body: ts.Block): boolean {
  const { ts } = view;
  const name = nameOf(view, end);
  for (let child: ts.Node = body, up = body.parent; !isFunctionNode(ts, child) && !ts.isSourceFile(child); child = up, up = up.parent) {
    if (!ts.isTryStatement(up) || (up.tryBlock !== child && up.catchClause !== child)) continue;
    const handlers = [up.finallyBlock, up.tryBlock === child ? up.catchClause : undefined].filter((one) => one !== undefined);
    if (handlers.some((handler) => (view.within(handler, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => call !== end && !contains(body, call) && nameOf(view, call) === name))) return true;
  }
  return false;
}

/** A handler around both calls on one object, with nothing in it but a comment, says that what fails here takes the object with it. */
function isOfNoAccount(view: FileView, at: ts.AwaitExpression, end: ts.CallExpression, body: ts.Block): boolean {
  const { ts } = view;
  const handler = guardOf(ts, at, body)?.catchClause?.block;
  if (handler === undefined || handler.statements.length > 0 || !/\/[/*]/u.test(handler.getText(view.file)) || !contains(handler.parent.parent, end)) return false;
  const call = unwrapped(ts, at.expression);
  const [failing, skipped] = [ts.isCallExpression(call) ? calledMember(ts, call) : undefined, calledMember(ts, end)];
  return failing !== undefined && failing.receiver.getText(view.file) === skipped?.receiver.getText(view.file);
}

function nameOf(view: FileView, call: ts.CallExpression): string {
  return calledMember(view.ts, call)?.name ?? call.expression.getText(view.file);
}

/** Whether a release lets go of what the await brings: then there is nothing to release when it fails. */
function dependsOn(view: FileView, end: ts.CallExpression, at: ts.AwaitExpression): boolean {
  const { ts } = view;
  let up: ts.Node = at;
  while (ts.isExpression(up) || ts.isSpreadElement(up)) up = up.parent;
  const names = ts.isVariableDeclaration(up) ? [up.name] : ts.isForOfStatement(up) && ts.isVariableDeclarationList(up.initializer) ? up.initializer.declarations.map(({ name }) => name) : [];
  const text = end.getText(view.file);
  return names.some((name) => ts.isIdentifier(name) && new RegExp(`(?<![\\w$.])${name.text.replaceAll("$", String.raw`\$`)}(?![\\w$])`, "u").test(text));
}

function loopAround(ts: FileView["ts"], node: ts.Node, body: ts.Node): ts.Node | undefined {
  for (let up = node.parent; up !== body; up = up.parent) if (ts.isIterationStatement(up, false)) return up;
  return undefined;
}
