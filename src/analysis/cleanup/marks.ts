/** Marks that a function sets and takes back itself, and that stay when something in between fails: a flag that keeps others out, an entry that says what is under way. */
import type ts from "typescript";
import { lockVerbs } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import type { PathQuery } from "../paths/paths.ts";
import { memberAccesses, referencesOf } from "../language/references.ts";
import { nameOfCall } from "../resources/releases.ts";
import { calledMember, enclosingClass, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A mark that an error leaves behind. */
export interface StuckMark {
  /** What sets it: `this.busy = true`, `pending.set(id, …)`. */
  readonly at: ts.Node;
  /** What takes it back, and is skipped. */
  readonly reset: ts.Node;
  /** The await that may fail in between. */
  readonly after: ts.Node;
  readonly kind: "flag" | "entry";
}

/** A variable or field that outlives the function, and every other mention of it. */
interface Place {
  readonly text: string;
  readonly mentions: readonly ts.Node[];
}

/** The marks of a file that stay when their function fails. */
export function* stuckMarks(view: FileView): Generator<StuckMark> {
  const { ts } = view;
  if (view.nodes(ts.SyntaxKind.AwaitExpression).length === 0) return;
  for (const write of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (!isFlagWrite(ts, write, ts.SyntaxKind.TrueKeyword)) continue;
    const [fn, place] = homeOf(view, write, write.left);
    if (fn === undefined || place === undefined) continue;
    const resets = place.mentions.filter(({ parent }) => ts.isBinaryExpression(parent) && isFlagWrite(ts, parent, ts.SyntaxKind.FalseKeyword)).map(({ parent }) => parent);
    // A flag that its own function does not ask for is a note to somebody; one that other code resets is not stuck.
    if (resets.some((reset) => view.functionOf(reset) !== fn && view.functionOf(reset) !== undefined && !isConstructor(view, reset)) || !place.mentions.some((mention) => mention.pos < write.pos && view.functionOf(mention) === fn && keepsOut(ts, mention))) continue;
    yield* stuck(view, fn, write, resets.filter((reset) => view.functionOf(reset) === fn), "flag");
  }
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const [key] = call.arguments;
    if (member === undefined || key === undefined || (member.name !== "set" && member.name !== "add") || !ts.isExpressionStatement(call.parent)) continue;
    const [fn, place] = homeOf(view, call, member.receiver);
    if (fn === undefined || place === undefined || !isCollection(view, member.receiver)) continue;
    const removals = place.mentions.flatMap((mention) => removalAt(ts, mention));
    if (removals.some((removal) => view.functionOf(removal) !== fn)) continue;
    yield* stuck(view, fn, call, removals.filter((removal) => removal.arguments[0]?.getText(view.file) === key.getText(view.file)), "entry");
  }
}

function isFlagWrite(ts: FileView["ts"], node: ts.BinaryExpression, value: ts.SyntaxKind): boolean {
  return node.operatorToken.kind === ts.SyntaxKind.EqualsToken && node.right.kind === value && ts.isExpressionStatement(node.parent);
}

/** The function that a write stands in, and the field or outer variable that it writes. */
function homeOf(view: FileView, at: ts.Node, target: ts.Expression): readonly [FunctionNode | undefined, Place | undefined] {
  const { ts, compiler } = view;
  const fn = view.functionOf(at);
  const place = unwrapped(ts, target);
  if (fn === undefined || ts.isConstructorDeclaration(fn)) return [undefined, undefined];
  if (ts.isPropertyAccessExpression(place) && place.expression.kind === ts.SyntaxKind.ThisKeyword) {
    const owner = enclosingClass(ts, place);
    return [fn, owner === undefined ? undefined : { text: place.getText(view.file), mentions: memberAccesses(compiler, owner, place.name.text) }];
  }
  const declaration = ts.isIdentifier(place) ? compiler.declarationOf(place) : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || declaration.getSourceFile() !== view.file || view.functionOf(declaration) === fn) return [fn, undefined];
  return [fn, { text: declaration.name.text, mentions: referencesOf(compiler, declaration.name) }];
}

function isConstructor(view: FileView, node: ts.Node): boolean {
  const fn = view.functionOf(node);
  return fn !== undefined && view.ts.isConstructorDeclaration(fn);
}

/** `if (this.busy) return;`, `while (this.busy) …`: while the flag is set, somebody is turned away or waits. */
function keepsOut(ts: FileView["ts"], mention: ts.Node): boolean {
  let test = mention;
  while (ts.isBinaryExpression(test.parent) || ts.isPrefixUnaryExpression(test.parent) || ts.isParenthesizedExpression(test.parent)) test = test.parent;
  const { parent } = test;
  if (ts.isWhileStatement(parent)) return parent.expression === test;
  if (!ts.isIfStatement(parent) || parent.expression !== test) return false;
  const last = ts.isBlock(parent.thenStatement) ? parent.thenStatement.statements.at(-1) : parent.thenStatement;
  const isNegated = ts.isPrefixUnaryExpression(mention.parent) && mention.parent.operator === ts.SyntaxKind.ExclamationToken;
  return isNegated || (last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last) || ts.isContinueStatement(last)));
}

function isCollection({ compiler }: FileView, receiver: ts.Expression): boolean {
  const type = compiler.typeOf(receiver);
  const name = type === undefined ? undefined : (type.symbol as ts.Symbol | undefined)?.name;
  return name === "Map" || name === "Set";
}

/** `pending.delete(id)` and `pending.clear()` at a mention of `pending`. */
function removalAt(ts: FileView["ts"], mention: ts.Node): readonly ts.CallExpression[] {
  const access = mention.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== mention || !ts.isCallExpression(access.parent) || access.parent.expression !== access) return [];
  return access.name.text === "delete" || access.name.text === "clear" ? [access.parent] : [];
}

/** Whether every way without an error takes the mark back, and one with an error does not. */
function* stuck(view: FileView, fn: FunctionNode, at: ts.Node, resets: readonly ts.Node[], kind: StuckMark["kind"]): Generator<StuckMark> {
  const { ts, outcomes, paths } = view;
  const [reset] = resets.filter((one) => one.pos >= at.end);
  if (reset === undefined) return;
  const passed = new Set(resets);
  const query: PathQuery = { through: (node) => passed.has(node), failures: "none", again: false, facts: paths.factsAt(at, fn), harmless: (node) => ts.isAwaitExpression(node) && (isLock(ts, node) || !outcomes.mayReject(node.expression)) };
  // Where a way without an error keeps the mark, that is meant.
  if (paths.escape(fn, at, query) !== undefined) return;
  const escape = paths.escape(fn, at, { ...query, failures: "await" });
  const after = escape?.kind === "failure" ? escape.node : escape?.after;
  if (after !== undefined && !isHandled(ts, after, fn)) yield { at, reset, after, kind };
}

/** Whoever waits for a lock gets it in the end. */
function isLock(ts: FileView["ts"], { expression }: ts.AwaitExpression): boolean {
  const call = unwrapped(ts, expression);
  return ts.isCallExpression(call) && lockVerbs.has(nameOfCall(ts, call));
}

/** Whether the function has a handler for the failure of a node: what it leaves as it is, it has thought of. */
function isHandled(ts: FileView["ts"], node: ts.Node, fn: FunctionNode): boolean {
  for (let child = node, up = node.parent; child !== fn; child = up, up = up.parent) if (ts.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) return true;
  return false;
}
