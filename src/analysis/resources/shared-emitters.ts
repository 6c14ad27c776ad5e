/** Listeners by which an emitter that others share holds an object of a class for as long as the emitter lives. */
import type ts from "typescript";
import { endsItsObject } from "../catalog/lifecycles.ts";
import { releaseMembers } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { calledMember, enclosingFunction, hasModifier, inlineFunction, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** Emitters that other parts of a program share. */
export const emitters: ReadonlySet<string> = new Set(["EventEmitter", "NodeEventEmitter", "TypedEmitter", "TypedEventEmitter", "EventEmitter2", "EventEmitter3"]);

/**
 * Whether a registration that nothing takes back ties an object to an emitter it was given: the listener is made on the spot and holds the object.
 * In a constructor that is enough. In other methods, and where the event is the emitter's last one, the class has to have an end of
 * its own as well: then objects of it are meant to come and go while the emitter stays.
 */
export function holdsItsObject(view: FileView, fn: FunctionNode, call: ts.CallExpression, target: ts.Expression, listener: ts.Expression): boolean {
  const { ts } = view;
  const owner = fn.parent;
  if (!ts.isClassLike(owner) || !isBound(view, listener)) return false;
  const constructor = owner.members.find((member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined);
  if (constructor === undefined || !isInjected(view, constructor, target) || isClosedBy(view, owner, target) || isMadeBesideItsEmitter(view, constructor, target)) return false;
  const ends = owner.members.some((member) => ts.isMethodDeclaration(member) && !hasModifier(ts, member, ts.SyntaxKind.StaticKeyword) && endsItsObject(member.name.getText(view.file)));
  if (fn === constructor && !tellsOfTheEnd(ts, call)) return isShared(view, target) || (ends && isOwnTarget(view, target));
  return ends && !isInLoopOrBranch(view, call, fn) && isShared(view, target);
}

function isShared(view: FileView, target: ts.Expression): boolean {
  const type = view.compiler.typeOf(target);
  return type !== undefined && view.types.lineageOf(type).some((name) => emitters.has(name));
}

/** An event target that the project declares: what the platform declares goes with a page, an element or a request. */
function isOwnTarget(view: FileView, target: ts.Expression): boolean {
  const type = view.compiler.typeOf(target);
  const declaration = type === undefined ? undefined : (type.symbol as ts.Symbol | undefined)?.declarations?.[0];
  return type !== undefined && declaration !== undefined && !declaration.getSourceFile().isDeclarationFile && view.types.lineageOf(type).includes("EventTarget");
}

/** A listener of the last event that an emitter sends. */
export function tellsOfTheEnd(ts: FileView["ts"], call: ts.CallExpression): boolean {
  const [event] = call.arguments;
  return event !== undefined && ts.isStringLiteralLike(event) && /^(?:close|end|exit|finish|destroy|disconnect|dispose|error)d?$/u.test(event.text);
}

/** Whether a registration depends on more than that its method was called: then the object may keep count of it. */
function isInLoopOrBranch({ ts }: FileView, call: ts.CallExpression, fn: FunctionNode): boolean {
  for (let up: ts.Node = call.parent; up !== fn; up = up.parent) if (ts.isIterationStatement(up, false) || ts.isConditionalExpression(up)) return true;
  return false;
}

/** Whether each object of the class is made in the constructor of another one, with that one or a part of it for the emitter: then both come and go together. */
function isMadeBesideItsEmitter(view: FileView, constructor: ts.ConstructorDeclaration, target: ts.Expression): boolean {
  const { ts, compiler, program } = view;
  const owner = constructor.parent;
  const given = givenAs(view, constructor, target);
  const name = owner.name?.text;
  if (name === undefined || given < 0) return false;
  const made: ts.NewExpression[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || compiler.isFromPackage(file) || !file.text.includes(`new ${name}`)) continue;
    for (const id of indexOf(ts, file).named(name)) if (ts.isNewExpression(id.parent) && id.parent.expression === id && compiler.declarationOf(id) === owner) made.push(id.parent);
  }
  return made.length > 0 && made.every((one) => {
    const emitter = one.arguments?.[given];
    const root = emitter !== undefined && ts.isPropertyAccessExpression(emitter) ? emitter.expression : emitter;
    const fn = enclosingFunction(ts, one);
    return root?.kind === ts.SyntaxKind.ThisKeyword && (fn === undefined || ts.isConstructorDeclaration(fn));
  });
}

/** The place among the parameters of a constructor at which a target of listeners is given; -1 where that is not clear. */
function givenAs({ ts }: FileView, constructor: ts.ConstructorDeclaration, target: ts.Expression): number {
  const name = rightmost(ts, target);
  return constructor.parameters.findIndex((parameter) => parameter.name.getText() === name);
}

/** Whether the class ends the target itself: then it owns it, and the listeners go with it. */
function isClosedBy(view: FileView, owner: ts.ClassLikeDeclaration, target: ts.Expression): boolean {
  const { ts } = view;
  const name = rightmost(ts, target);
  return (view.within(owner, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => {
    const member = calledMember(ts, call);
    return member !== undefined && releaseMembers.has(member.name) && rightmost(ts, member.receiver) === name;
  });
}

function rightmost(ts: FileView["ts"], expression: ts.Expression): string {
  const inner = unwrapped(ts, expression);
  return ts.isPropertyAccessExpression(inner) ? inner.name.text : inner.getText();
}

/** A function made on the spot that holds the object: `() => this.x()`, `this.x.bind(this)`. */
function isBound(view: FileView, listener: ts.Expression): boolean {
  const { ts } = view;
  const value = unwrapped(ts, listener);
  if (ts.isCallExpression(value)) return calledMember(ts, value)?.name === "bind" && value.arguments[0]?.kind === ts.SyntaxKind.ThisKeyword;
  const fn = inlineFunction(ts, value);
  return fn !== undefined && ts.isArrowFunction(fn) && view.within(fn, ts.SyntaxKind.ThisKeyword).length > 0;
}

/** Whether the target of a listener was given to the constructor: a parameter, or a field that holds one. */
function isInjected(view: FileView, constructor: ts.ConstructorDeclaration, target: ts.Expression): boolean {
  const { ts, compiler } = view;
  const inner = unwrapped(ts, target);
  const declaration = compiler.declarationOf(ts.isPropertyAccessExpression(inner) ? inner.name : inner);
  if (declaration === undefined) return false;
  if (ts.isParameter(declaration)) return declaration.parent === constructor;
  if (!ts.isPropertyDeclaration(declaration) || declaration.parent !== constructor.parent || !ts.isPropertyAccessExpression(inner) || inner.expression.kind !== ts.SyntaxKind.ThisKeyword) return false;
  const writes = (view.within(constructor.parent, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]).filter(({ left, operatorToken }) => operatorToken.kind === ts.SyntaxKind.EqualsToken && left.getText(view.file) === inner.getText(view.file));
  return writes.length > 0 && writes.every(({ right }) => ts.isIdentifier(right) && constructor.parameters.some(({ name }) => name.getText(view.file) === right.text));
}
