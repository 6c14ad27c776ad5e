/** Calls that keep what they are given beyond the extent of a scoped reference: lists outside, timers, listeners, functions of the project that store it. */
import type ts from "typescript";
import { localOf, rootOf, type Carried, type Followed } from "./carried.ts";
import { adders, deferrers, endHooks, listenerMethods } from "../catalog/registrars.ts";
import { fateOf, type Fate } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { isDrained, referenceIsKept } from "./kept-for-a-while.ts";
import { referencesOf } from "../language/references.ts";
import { nameOfCall } from "../resources/releases.ts";
import type { Specifier } from "../settings.ts";
import { calledMember, contains, unwrapped } from "../language/syntax.ts";

/** Where the value ends up. */
export interface Deferred {
  readonly kind: "pushedOuter" | "capturedByCallback" | "storedInField";
  readonly at: ts.Node;
  readonly sink: string;
}

type Argument = Extract<Fate, { kind: "argument" }>;

/** What keeps an argument for longer than the reference lives; `undefined` when nothing does, or it is not known. */
export function deferredBy(view: FileView, carried: Carried, { by, index }: Argument, followed: Followed, borrowing: readonly Specifier[]): Deferred | undefined {
  const { ts } = view;
  const { value, form } = carried;
  if (ts.isNewExpression(by)) return undefined;
  const member = calledMember(ts, by);
  const root = member === undefined ? undefined : rootOf(ts, member.receiver);
  // What a transaction calls when it has ended finds it ended.
  if (form === "closure" && member !== undefined && endHooks.has(member.name) && root !== undefined && localOf(view, root, followed) === followed.name) return { kind: "capturedByCallback", at: value, sink: view.print(by.expression, 40) };
  // What the extent itself made, or the reference, ends with it.
  if (root !== undefined && localOf(view, root, followed) !== undefined) return undefined;
  const sink = view.print(by.expression, 40);
  const callee = view.callees.of(by);
  if (borrowing.length > 0 && view.callees.isNamed(callee, borrowing)) return undefined;
  const [target] = by.arguments;
  if (index > 0 && target !== undefined && member?.name === "assign" && callee.names.includes("ObjectConstructor.assign")) {
    const into = rootOf(ts, target);
    return into !== undefined && localOf(view, into, followed) !== undefined || referenceIsKept(view, target, value, followed) ? undefined : { kind: "storedInField", at: value, sink: view.print(target, 40) };
  }
  if (member !== undefined && adders.has(member.name) && (callee.origin === "lib" || isCollection(view, member.receiver))) {
    return isDrained(view, member.receiver, value, followed) ? undefined : { kind: "pushedOuter", at: value, sink: view.print(member.receiver, 40) };
  }
  const isDropped = ["dropped", "voided"].includes(fateOf(view.compiler, by).fate.kind) || isUnreferenced(view, by);
  if (!isDropped) return undefined;
  if (form === "closure" && index === 0 && deferrers.has(callee.name) && (callee.origin === "lib" || callee.origin === "node")) return { kind: "capturedByCallback", at: value, sink };
  if (form === "closure" && member !== undefined && listenerMethods.has(member.name)) return isListenerLeft(view, by, value, followed) ? { kind: "capturedByCallback", at: value, sink } : undefined;
  if (form === "closure") return isRunLater(view, by, index) && !isWaitedFor(view, by, followed) ? { kind: "capturedByCallback", at: value, sink } : undefined;
  return isStoredByCallee(view, by, index, followed) ? { kind: "storedInField", at: value, sink } : undefined;
}

function isCollection(view: FileView, receiver: ts.Expression): boolean {
  const type = view.compiler.typeOf(receiver);
  return type !== undefined && (view.compiler.isArrayLike(type) || ["Set", "Map", "WeakSet", "WeakMap"].includes((type.symbol as ts.Symbol | undefined)?.name ?? ""));
}

/** `setTimeout(…).unref()`. */
function isUnreferenced(view: FileView, call: ts.CallExpression): boolean {
  const { ts } = view;
  const access = call.parent;
  return ts.isPropertyAccessExpression(access) && access.name.text === "unref" && ts.isCallExpression(access.parent) && fateOf(view.compiler, access.parent).fate.kind === "dropped";
}

/**
 * Whether a listener stays on something that lives on: nothing takes it away, no signal is given with it, and the extent does not wait for
 * the thing it listens to.
 */
function isListenerLeft(view: FileView, call: ts.CallExpression, listener: ts.Expression, followed: Followed): boolean {
  const { ts, compiler } = view;
  const member = calledMember(ts, call);
  if (member === undefined) return false;
  const off = listenerMethods.get(member.name) ?? [];
  const types = [compiler.typeOf(member.receiver), compiler.typeOf(call)].filter((type) => type !== undefined);
  if (!off.some((name) => types.some((type) => compiler.propertyOf(compiler.nonNullable(type), name) !== undefined))) return false;
  if (call.arguments.some((argument) => ts.isObjectLiteralExpression(argument) && argument.properties.some((property) => ts.isSpreadAssignment(property) || property.name.getText(view.file) === "signal")) || call.arguments.length > 3) return false;
  const root = rootOf(ts, member.receiver);
  const declaration = root === undefined ? undefined : compiler.declarationOf(root);
  // A variable of the same function may well end with it.
  if (declaration !== undefined && ts.isVariableDeclaration(declaration) && view.functionOf(declaration) !== undefined && contains(followed.body, declaration)) return false;
  const text = member.receiver.getText(view.file);
  const others = view.within(followed.body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
  if (others.some((other) => off.includes(calledMember(ts, other)?.name ?? "") && calledMember(ts, other)?.receiver.getText(view.file) === text)) return false;
  return !isWaitedFor(view, call, followed);
}

/** Whether a later `await` of the extent mentions what a call is made on. */
function isWaitedFor(view: FileView, call: ts.CallExpression, { extent }: Followed): boolean {
  const { ts } = view;
  const receiver = calledMember(ts, call)?.receiver;
  if (receiver === undefined) return false;
  const text = rootOf(ts, receiver)?.text ?? receiver.getText(view.file);
  return (view.within(extent, ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]).some((wait) => wait.pos > call.end && wait.getText(view.file).includes(text));
}

/** Whether a function is queued: by an owner of the catalogue, or by a function of the project that stores it or hands it to one. */
function isRunLater(view: FileView, call: ts.CallExpression, index: number): boolean {
  const { entry, implementation } = view.callees.of(call);
  if (entry?.schedules === true || entry?.owns === true) return true;
  return implementation !== undefined && view.summaries.useOfArgument(call, index).some(({ use }) => use === "retained" || use === "owned");
}

/** Whether a function of the project stores the argument, and no later call seems to take it back. */
function isStoredByCallee(view: FileView, call: ts.CallExpression, index: number, followed: Followed): boolean {
  const { ts, summaries } = view;
  if (view.callees.of(call).implementation === undefined || !summaries.useOfArgument(call, index).some(({ use }) => use === "retained")) return false;
  const [argument] = [call.arguments[index]];
  const name = argument === undefined ? undefined : unwrapped(ts, argument);
  if (name === undefined || !ts.isIdentifier(name)) return false;
  const binding = view.compiler.declarationOf(name);
  if (binding === undefined || !ts.isVariableDeclaration(binding) || !ts.isIdentifier(binding.name)) return false;
  const receiver = calledMember(ts, call)?.receiver.getText(view.file);
  const takesBack = (other: ts.CallExpression): boolean => other.pos > call.end && /^(?:un|off|remove|delete|clear|de|release|detach|pop|set|reset)/u.test(nameOfCall(ts, other));
  if ((view.within(followed.extent, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((other) => takesBack(other) && (receiver === undefined || calledMember(ts, other)?.receiver.getText(view.file) === receiver))) return false;
  return !referencesOf(view.compiler, binding.name).some((other) => other.pos > call.end && ts.isCallExpression(other.parent) && other.parent.arguments.includes(other) && takesBack(other.parent));
}
