/** Fields and variables of a module whose value is closed and replaced while work on the old value may be in flight. */
import type ts from "typescript";
import { gracefulClosers, reopeners, replacers, starters } from "../catalog/closed.ts";
import { releaseMembers } from "../catalog/releases.ts";
import { isCleanup } from "../cleanup/cleanup.ts";
import { callOn } from "./closed.ts";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { memberAccesses, referencesOf } from "../language/references.ts";
import { calledMember, enclosingClass, isNullish, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A closing under the feet of work that another function has started. */
export interface ClosedInUse {
  readonly at: ts.CallExpression;
  /** The field or variable, as text. */
  readonly place: string;
  /** A call whose work is cut off. */
  readonly work: ts.CallExpression;
}

/** A field of a class or a variable of a module, with its mentions. */
interface Place {
  readonly text: string;
  readonly mentions: readonly ts.Expression[];
}

/** Closings of values that are replaced by a new one in the same function, while another function works on them and nobody waits for it. */
export function* closedInUse(view: FileView): Generator<ClosedInUse> {
  if (!view.mentions(...releaseMembers)) return;
  for (const place of placesOf(view)) {
    for (const replacement of place.mentions) {
      const fn = isReplacement(view, replacement) ? view.functionOf(replacement) : undefined;
      if (fn === undefined || isCleanup(view, replacement) || replacers.test(nameOf(view, fn)) || starters.test(nameOf(view, fn)) || isSerialised(view, fn)) continue;
      const closing = closingIn(view, place, fn) ?? closingByHelper(view, place, fn);
      const work = closing === undefined ? undefined : workElsewhere(view, place, fn);
      if (closing === undefined || work === undefined || waitsBefore(view, fn, closing, place) || isSerialised(view, view.functionOf(work))) continue;
      yield { at: closing, place: place.text, work };
      break;
    }
  }
}

/** Fields and module variables that are written in some function. */
function* placesOf(view: FileView): Generator<Place> {
  const { ts, compiler } = view;
  const seen = new Set<ts.Declaration>();
  for (const { left, operatorToken } of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || view.functionOf(left) === undefined) continue;
    const isField = ts.isPropertyAccessExpression(left) && left.expression.kind === ts.SyntaxKind.ThisKeyword;
    if (!isField && !ts.isIdentifier(left)) continue;
    const declaration = compiler.declarationOf(isField ? left.name : left);
    if (declaration === undefined || seen.has(declaration) || declaration.getSourceFile() !== view.file) continue;
    seen.add(declaration);
    const owner = enclosingClass(ts, left);
    if (isField && owner !== undefined) yield { text: left.getText(view.file), mentions: memberAccesses(compiler, owner, left.name.text) };
    else if (ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && view.functionOf(declaration) === undefined) yield { text: declaration.name.text, mentions: referencesOf(compiler, declaration.name) };
  }
}

function isReplacement(view: FileView, mention: ts.Expression): boolean {
  const { ts } = view;
  if (!isWriteTarget(ts, mention)) return false;
  const { parent } = mention;
  return ts.isBinaryExpression(parent) && !isNullish(ts, parent.right);
}

function nameOf(view: FileView, fn: FunctionNode): string {
  return fn.name?.getText(view.file) ?? (view.ts.isVariableDeclaration(fn.parent) || view.ts.isPropertyDeclaration(fn.parent) ? fn.parent.name.getText(view.file) : "");
}

/** Whether a function takes turns with others. */
function isSerialised(view: FileView, fn: FunctionNode | undefined): boolean {
  return fn?.body !== undefined && /\b\w*(?:mutex|lock|semaphore|queue|exclusive|serial|barrier|drain)\w*/iu.test(fn.body.getText(view.file));
}

/** The call in a function that closes the value of the place, through the place itself or a constant that was given it. */
function closingIn(view: FileView, place: Place, fn: FunctionNode): ts.CallExpression | undefined {
  const { ts, compiler } = view;
  for (const mention of place.mentions) {
    if (view.functionOf(mention) !== fn || isWriteTarget(ts, mention)) continue;
    const { fate, inside } = fateOf(compiler, mention);
    const holders: readonly ts.Expression[] = fate.kind === "variable" && inside === undefined ? referencesOf(compiler, fate.name) : [mention];
    for (const holder of holders) {
      const call = callOn(ts, holder);
      if (call === undefined || view.functionOf(call) !== fn || !releaseMembers.has(calledMember(ts, call)?.name ?? "")) continue;
      const callee = view.callees.of(call);
      // A disposer that takes no time lets go of memory and listeners; what is in flight elsewhere is not cut off by it.
      if (calledMember(ts, call)?.name === "dispose" && !isTask(view, call)) continue;
      if (!gracefulClosers.some(({ names, origins }) => callee.origin !== undefined && origins.includes(callee.origin) && names.some((name) => callee.names.includes(name)))) return call;
    }
  }
  return undefined;
}

function isTask(view: FileView, call: ts.CallExpression): boolean {
  const type = view.compiler.typeOf(call);
  return type === undefined || view.types.taskKind(type) !== undefined;
}

/** `this.#shut();` where that method closes the value and waits for nothing before. */
function closingByHelper(view: FileView, place: Place, fn: FunctionNode): ts.CallExpression | undefined {
  const { ts } = view;
  return (view.within(fn, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).find((call) => {
    if (calledMember(ts, call)?.receiver.kind !== ts.SyntaxKind.ThisKeyword || view.functionOf(call) !== fn) return false;
    const helper = view.callees.of(call).implementation;
    const closing = helper === undefined || helper === fn || helper.getSourceFile() !== view.file || isSerialised(view, helper) ? undefined : closingIn(view, place, helper);
    return helper !== undefined && closing !== undefined && !waitsBefore(view, helper, closing, place);
  });
}

/** A call on the place, in another function, whose promise somebody waits for. */
function workElsewhere(view: FileView, place: Place, fn: FunctionNode): ts.CallExpression | undefined {
  const { ts, compiler, types } = view;
  for (const mention of place.mentions) {
    const call = callOn(ts, mention);
    const home = view.functionOf(mention);
    if (call === undefined || home === undefined || home === fn || isCleanup(view, mention) || releaseMembers.has(calledMember(ts, call)?.name ?? "") || reopeners.test(calledMember(ts, call)?.name ?? "")) continue;
    const { fate } = fateOf(compiler, call);
    if (fate.kind !== "awaited" && fate.kind !== "returned") continue;
    const type = compiler.typeOf(call);
    if (type !== undefined && types.taskKind(type) === "promise") return call;
  }
  return undefined;
}

/** Whether a function waits for something of its object, or calls one of its methods, before it closes the old value. */
function waitsBefore(view: FileView, fn: FunctionNode, closing: ts.CallExpression, place: Place): boolean {
  const { ts } = view;
  return (view.within(fn, ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]).some((wait) => {
    if (wait.pos >= closing.pos || wait.end > closing.pos) return false;
    const value = unwrapped(ts, wait.expression);
    // Making the new value waits for nothing of the old one.
    const parent = wait.parent;
    return !(ts.isBinaryExpression(parent) && parent.right === wait && parent.left.getText(view.file) === place.text) && !(ts.isVariableDeclaration(parent) && ts.isCallExpression(value) && calledMember(ts, value)?.receiver.kind !== ts.SyntaxKind.ThisKeyword);
  });
}
