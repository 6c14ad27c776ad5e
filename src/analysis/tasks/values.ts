/** Promises treated as values: kept, handed on, declared, memoised, and awaited by somebody who did not start them. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { fateOf, type Fate } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { isDetached } from "./tasks.ts";
import { calledMember, enclosingClass, enclosingFunction, unwrapped } from "../language/syntax.ts";

export type PromiseValueKind = "storedTask" | "passedTask" | "foreignAwait" | "promiseParam" | "promiseField" | "lazyPromise";

export interface PromiseValue {
  readonly kind: PromiseValueKind;
  readonly at: ts.Node;
  /** The variable, field, parameter or callee. */
  readonly name: string;
  /** The call that the promise is given to. */
  readonly call?: ts.CallExpression | ts.NewExpression;
}

/** Members of collections that hand out a promise that was put in earlier. */
const givesBack: ReadonlySet<string> = new Set(["get", "pop", "shift", "at"]);
/** Assertions await what they are given. */
const assertions: ReadonlySet<string> = new Set(["expect", "rejects", "doesNotReject"]);

/** Every promise of a file that outlives the expression that started it, or comes from outside. */
export function* promiseValues(view: FileView): Generator<PromiseValue> {
  yield* starts(view);
  yield* foreignAwaits(view);
  yield* declarations(view);
}

function* starts(view: FileView): Generator<PromiseValue> {
  const { ts } = view;
  for (const kind of [ts.SyntaxKind.CallExpression, ts.SyntaxKind.NewExpression]) {
    for (const start of view.nodes(kind) as readonly (ts.CallExpression | ts.NewExpression)[]) {
      const { fate, inside } = fateOf(view.compiler, start);
      const found = keptBy(view, start, fate, inside !== undefined);
      if (found !== undefined && isTask(view, start) && !isDetached(view, start)) yield found;
    }
  }
}

function keptBy(view: FileView, start: ts.CallExpression | ts.NewExpression, fate: Fate, inside: boolean): PromiseValue | undefined {
  const { ts } = view;
  switch (fate.kind) {
    case "variable":
      return { kind: "storedTask", at: start, name: fate.name.text };
    case "field":
      return isJoinedByOwner(view, fate.by.name) ? undefined : { kind: "storedTask", at: start, name: fate.by.name.getText(view.file) };
    case "assigned": {
      const name = fate.target.getText(view.file);
      if (ts.isPropertyAccessExpression(fate.target) && isJoinedByOwner(view, fate.target.name)) return undefined;
      return { kind: isMemo(view, fate.by, name) ? "lazyPromise" : "storedTask", at: start, name };
    }
    case "argument":
      return takesOver(view, fate.by) ? undefined : { kind: "passedTask", at: start, name: view.print(fate.by.expression, 40), call: fate.by };
    case "returned":
      return inside ? { kind: "storedTask", at: start, name: "the returned value" } : undefined;
    default:
      return undefined;
  }
}

/** `x ??= f()`, `x = x ?? f()`, `if (!x) x = f()`: the first caller starts the work for all. */
function isMemo(view: FileView, assignment: ts.BinaryExpression, name: string): boolean {
  const { ts, file } = view;
  if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return true;
  const right = unwrapped(ts, assignment.right);
  if (ts.isBinaryExpression(right) && right.left.getText(file) === name) return true;
  for (let up: ts.Node = assignment; !ts.isFunctionLike(up) && !ts.isSourceFile(up); up = up.parent) {
    if (ts.isIfStatement(up) && up.expression.getText(file).includes(name)) return true;
  }
  return false;
}

function takesOver(view: FileView, call: ts.CallExpression | ts.NewExpression): boolean {
  const callee = view.callees.of(call);
  if (callee.entry?.owns === true || assertions.has(callee.name) || view.callees.isNamed(callee, view.settings.owners)) return true;
  const receiver = view.ts.isCallExpression(call) ? calledMember(view.ts, call)?.receiver : undefined;
  const type = receiver === undefined ? undefined : view.compiler.typeOf(receiver);
  return type !== undefined && view.types.isScope(type);
}

function isTask(view: FileView, node: ts.Expression): boolean {
  const type = view.compiler.typeOf(node);
  return type !== undefined && (view.types.taskKind(type) === "promise" || view.types.elementTaskKind(type) === "promise");
}

/** Whether the class that has a field waits for it when it is disposed of. */
function isJoinedByOwner(view: FileView, name: ts.Node): boolean {
  const { ts, file } = view;
  const owner = enclosingClass(ts, name);
  const disposer = owner?.members.find((member) => ts.isMethodDeclaration(member) && member.name.getText(file) === "[Symbol.asyncDispose]");
  return disposer !== undefined && view.within(disposer, ts.SyntaxKind.PropertyAccessExpression).some((access) => (access as ts.PropertyAccessExpression).name.text === name.getText(file));
}

function* foreignAwaits(view: FileView): Generator<PromiseValue> {
  const { ts } = view;
  for (const node of view.nodes(ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]) {
    const value = unwrapped(ts, node.expression);
    if (!isForeign(view, value) || !isTask(view, value)) continue;
    yield { kind: "foreignAwait", at: node, name: view.print(value, 40) };
  }
}

function isForeign(view: FileView, value: ts.Expression): boolean {
  const { ts, compiler } = view;
  if (ts.isPropertyAccessExpression(value)) return !(value.expression.kind === ts.SyntaxKind.ThisKeyword && isJoinedByOwner(view, value.name));
  if (ts.isCallExpression(value)) return givesBack.has(calledMember(ts, value)?.name ?? "") && view.callees.of(value).origin === "lib";
  if (!ts.isIdentifier(value)) return false;
  const declaration = compiler.declarationOf(value);
  if (declaration === undefined) return false;
  return ts.isParameter(declaration) || (ts.isVariableDeclaration(declaration) && enclosingFunction(ts, declaration) !== enclosingFunction(ts, value));
}

function* declarations(view: FileView): Generator<PromiseValue> {
  const { ts, file } = view;
  for (const parameter of view.nodes(ts.SyntaxKind.Parameter) as readonly ts.ParameterDeclaration[]) {
    const { parent: fn } = parameter;
    if (!ts.isFunctionLike(fn) || !("body" in fn) || fn.body === undefined || !isPromiseType(view, parameter.type) || annotationOf(ts, parameter, "owns") !== undefined) continue;
    yield { kind: "promiseParam", at: parameter, name: parameter.name.getText(file) };
  }
  for (const kind of [ts.SyntaxKind.PropertyDeclaration, ts.SyntaxKind.PropertySignature]) {
    for (const field of view.nodes(kind) as readonly (ts.PropertyDeclaration | ts.PropertySignature)[]) {
      if (isPromiseType(view, field.type) && !isJoinedByOwner(view, field.name)) yield { kind: "promiseField", at: field, name: field.name.getText(file) };
    }
  }
}

function isPromiseType(view: FileView, annotation: ts.TypeNode | undefined): boolean {
  // A function type is no promise, whatever it returns.
  if (annotation === undefined || !annotation.getText(view.file).includes("Promise") || view.ts.isFunctionTypeNode(annotation)) return false;
  const type = view.compiler.typeFromAnnotation(annotation);
  return type !== undefined && (view.types.taskKind(type) === "promise" || view.types.elementTaskKind(type) === "promise");
}
