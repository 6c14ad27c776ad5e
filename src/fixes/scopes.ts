/** Which task group a piece of code can use, and whether a new one may be declared with `await using`. */
import type ts from "typescript";
import { functionAround } from "./place.ts";
import type { FixView } from "./view.ts";

/** The package that the emitted code imports. */
export const runtimeModule = "asr-runtime";

const disposable = new WeakMap<ts.Program, boolean>();

/** Whether the program's compiler and libraries know `await using` (TypeScript 5.2, `lib` with `esnext.disposable`, or Node's types, which bring it). */
export function allowsAwaitUsing(view: FixView): boolean {
  let known = disposable.get(view.program);
  if (known === undefined) {
    const [major = 0, minor = 0] = view.ts.versionMajorMinor.split(".").map(Number);
    known =
      (major > 5 || (major === 5 && minor >= 2)) &&
      view.program.getSourceFiles().some((file) => file.isDeclarationFile && /[./]disposable\.d\.ts$/u.test(file.fileName));
    disposable.set(view.program, known);
  }
  return known;
}

/**
 * Name of a task group that is open where a node stands: declared with `await using` before it and not joined yet,
 * or a parameter of the function around it, or of one that is itself a task of that group.
 */
export function groupInView(view: FixView, node: ts.Node): string | undefined {
  const { ts } = view;
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const up = at.parent;
    if (ts.isBlock(up) || ts.isSourceFile(up)) {
      const name = openBefore(view, up.statements, at);
      if (name !== undefined) return name;
    }
    if (!ts.isFunctionLike(up)) continue;
    const parameter = up.parameters.find((one) => ts.isIdentifier(one.name) && isScope(view, one.name));
    if (parameter !== undefined) return (parameter.name as ts.Identifier).text;
    if (!isTaskFunction(view, up)) return undefined;
  }
  return undefined;
}

function openBefore(view: FixView, statements: ts.NodeArray<ts.Statement>, before: ts.Node): string | undefined {
  const { ts } = view;
  for (const statement of [...statements].reverse()) {
    if (statement.pos >= before.pos || !ts.isVariableStatement(statement)) continue;
    const { declarationList } = statement;
    if ((declarationList.flags & ts.NodeFlags.AwaitUsing) !== ts.NodeFlags.AwaitUsing) continue;
    for (const { name } of declarationList.declarations) {
      if (ts.isIdentifier(name) && isScope(view, name) && !joinedBetween(view, name.text, statements, statement.end, before.pos)) return name.text;
    }
  }
  return undefined;
}

/** Whether the block itself already waits for the group before a place: nothing may be spawned after that. */
function joinedBetween(view: FixView, name: string, statements: ts.NodeArray<ts.Statement>, from: number, to: number): boolean {
  const call = new RegExp(`\\b${name}\\s*\\.\\s*(?:join|cancel)\\s*\\(`, "u");
  return statements.some((one) => one.pos >= from && one.end <= to && view.ts.isExpressionStatement(one) && call.test(one.getText(view.file)));
}

function isScope(view: FixView, name: ts.Identifier): boolean {
  const type = view.compiler.typeOf(name);
  return type !== undefined && view.types.isScope(type);
}

/** Whether a function is given to `spawn`: it may spawn on the group that runs it. */
function isTaskFunction(view: FixView, node: ts.SignatureDeclaration): boolean {
  const { ts } = view;
  const call = node.parent;
  return ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === "spawn" && ts.isArrowFunction(node);
}

/** Whether code at a node runs while a scope is being left: no task may start there. */
export function inCleanup(view: FixView, node: ts.Node): boolean {
  const { ts } = view;
  const around = functionAround(ts, node);
  for (let at = node; at !== around && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isTryStatement(at.parent) && at.parent.finallyBlock === at) return true;
  }
  return around !== undefined && ts.isMethodDeclaration(around) && /^\[Symbol\.(?:asyncDispose|dispose)\]$/u.test(around.name.getText(view.file));
}
