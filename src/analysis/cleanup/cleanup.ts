/** Code that runs while something ends: it has nobody left to tell of an error, and nobody comes after it. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { calledMember, enclosingFunction, hasModifier, inlineFunction, isFunctionNode, walkOwn, type FunctionNode } from "../language/syntax.ts";

const endingNames = /^(?:\[Symbol\.(?:asyncDispose|dispose)\]|#?_?(?:close|stop|dispose|shutdown|destroy|end|terminate|tearDown|teardown|disconnect|cleanup)[A-Z]?\w*)$/u;

/** Whether a node stands in a `catch` or `finally`, or in a function that by its name ends what it belongs to. */
export function isCleanup(view: FileView, node: ts.Node): boolean {
  const { ts } = view;
  const around = enclosingFunction(ts, node);
  for (let at = node; at !== (around ?? view.file); at = at.parent) {
    if (ts.isCatchClause(at.parent) || (ts.isTryStatement(at.parent) && at.parent.finallyBlock === at)) return true;
  }
  return isInEndingFunction(view, node);
}

/** Whether a node stands in a function that by its name ends what it belongs to. */
export function isInEndingFunction(view: FileView, node: ts.Node): boolean {
  const { ts } = view;
  const around = enclosingFunction(ts, node);
  if (around === undefined) return false;
  const holder = around.parent;
  const name = around.name ?? (ts.isVariableDeclaration(holder) || ts.isPropertyDeclaration(holder) || ts.isPropertyAssignment(holder) ? holder.name : undefined);
  return name !== undefined && endingNames.test(name.getText(view.file));
}

/** A stretch of code that cleans up. */
export interface Cleanup {
  /** `rethrow`: a `catch` that throws again; `deferred`: given to a disposable stack; `abort`: runs when a signal aborts. */
  readonly kind: "finally" | "rethrow" | "disposer" | "deferred" | "abort";
  readonly body: ts.Block;
}

/** The clean-up code of a file. `disposers` names further methods that end their object. */
export function* cleanupsOf(view: FileView, disposers: ReadonlySet<string>): Generator<Cleanup> {
  const { ts } = view;
  for (const { catchClause, finallyBlock } of view.nodes(ts.SyntaxKind.TryStatement) as readonly ts.TryStatement[]) {
    if (finallyBlock !== undefined) yield { kind: "finally", body: finallyBlock };
    if (catchClause !== undefined && throwsOf(ts, catchClause.block).length > 0) yield { kind: "rethrow", body: catchClause.block };
  }
  for (const method of view.nodes(ts.SyntaxKind.MethodDeclaration) as readonly ts.MethodDeclaration[]) {
    if (method.body !== undefined && (disposalOf(ts, method) !== undefined || (ts.isClassLike(method.parent) && disposers.has(method.name.getText(view.file)) && !bringsResult(view, method)))) yield { kind: "disposer", body: method.body };
  }
  if (!view.mentions("defer", "addEventListener")) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const fn = callbackOfCleanup(view, call);
    if (fn?.callback.body !== undefined && ts.isBlock(fn.callback.body)) yield { kind: fn.kind, body: fn.callback.body };
  }
}

/** Whether a method is called for what it returns: `stop()` of a recorder brings the recording. */
function bringsResult({ ts, compiler }: FileView, method: ts.MethodDeclaration): boolean {
  const signature = compiler.signatureOfDeclaration(method);
  const result = signature === undefined ? undefined : compiler.returnTypeOf(signature);
  if (result === undefined) return false;
  const value = compiler.awaited(result);
  return !compiler.isOpaque(value) && compiler.partsOf(value).some((part) => (part.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Never | ts.TypeFlags.Null | ts.TypeFlags.BooleanLike)) === 0);
}

/** The function that a disposable stack calls when it is disposed, or a signal when it aborts. */
function callbackOfCleanup(view: FileView, call: ts.CallExpression): { readonly kind: "deferred" | "abort"; readonly callback: FunctionNode } | undefined {
  const { ts, compiler, types } = view;
  const member = calledMember(ts, call);
  const given = member?.name === "defer" ? call.arguments[0] : member?.name === "addEventListener" ? call.arguments[1] : undefined;
  const callback = given === undefined ? undefined : inlineFunction(ts, given);
  const receiver = member === undefined || callback === undefined ? undefined : compiler.typeOf(member.receiver);
  if (member === undefined || callback === undefined || receiver === undefined) return undefined;
  if (member.name === "defer") return compiler.propertyOf(receiver, "adopt") === undefined ? undefined : { kind: "deferred", callback };
  const [event] = call.arguments;
  return event !== undefined && ts.isStringLiteralLike(event) && event.text === "abort" && types.isSignal(receiver) ? { kind: "abort", callback } : undefined;
}

/** Which disposal a member implements, if it does: `[Symbol.dispose]` or `[Symbol.asyncDispose]`. */
export function disposalOf(ts: FileView["ts"], member: ts.Node): "sync" | "async" | undefined {
  const name = (member as ts.NamedDeclaration).name;
  if (name === undefined || !ts.isComputedPropertyName(name) || hasModifier(ts, member, ts.SyntaxKind.StaticKeyword)) return undefined;
  const { expression } = name;
  if (!ts.isPropertyAccessExpression(expression) || !ts.isIdentifier(expression.expression) || expression.expression.text !== "Symbol") return undefined;
  return expression.name.text === "dispose" ? "sync" : expression.name.text === "asyncDispose" ? "async" : undefined;
}

/** The `throw` statements by which control leaves a block, not those that a `try` inside it catches. */
export function throwsOf(ts: FileView["ts"], block: ts.Block): readonly ts.ThrowStatement[] {
  const found: ts.ThrowStatement[] = [];
  walkOwn(ts, block, (node) => {
    if (ts.isThrowStatement(node) && guardOf(ts, node, block) === undefined) found.push(node);
    return undefined;
  });
  return found;
}

/** The `try` inside `root` whose handler gets what a node throws. */
export function guardOf(ts: FileView["ts"], node: ts.Node, root: ts.Node): ts.TryStatement | undefined {
  for (let child = node, up = node.parent; child !== root && !isFunctionNode(ts, child); child = up, up = up.parent) {
    if (ts.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) return up;
  }
  return undefined;
}
