/** Small questions about the shape of the tree, without types. */
import type ts from "typescript";
import type { TypeScript } from "./compiler.ts";

/** A function that may have a body. */
export type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration;

export function isFunctionNode(ts: TypeScript, node: ts.Node): node is FunctionNode {
  switch (node.kind) {
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.FunctionExpression:
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.Constructor:
    case ts.SyntaxKind.GetAccessor:
    case ts.SyntaxKind.SetAccessor:
      return true;
    default:
      return false;
  }
}

/** Nearest function around a node, not the node itself. Class field initialisers and static blocks have none. */
export function enclosingFunction(ts: TypeScript, node: ts.Node): FunctionNode | undefined {
  for (let up = node.parent as ts.Node | undefined; up !== undefined; up = up.parent as ts.Node | undefined) {
    if (isFunctionNode(ts, up)) return up;
    if (ts.isPropertyDeclaration(up) || ts.isClassStaticBlockDeclaration(up)) return undefined;
  }
  return undefined;
}

/** Whether a function is the executor of `new Promise(…)`. */
export function isPromiseExecutor(ts: TypeScript, fn: ts.Node): boolean {
  const creation = fn.parent as ts.Node | undefined;
  return creation !== undefined && ts.isNewExpression(creation) && ts.isIdentifier(creation.expression) && creation.expression.text === "Promise" && creation.arguments?.[0] === fn;
}

/** Nearest class around a node, across functions. */
export function enclosingClass(ts: TypeScript, node: ts.Node): ts.ClassLikeDeclaration | undefined {
  for (let up = node.parent as ts.Node | undefined; up !== undefined; up = up.parent as ts.Node | undefined) if (ts.isClassLike(up)) return up;
  return undefined;
}

export function isAsync(ts: TypeScript, node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false);
}

export function hasModifier(ts: TypeScript, node: ts.Node, kind: ts.ModifierSyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}

/** `a ?? b`, `a || b`: the value is one of the two. */
export function isFallback(ts: TypeScript, node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken || node.operatorToken.kind === ts.SyntaxKind.BarBarToken);
}

/** The expression inside parentheses and type assertions. */
export function unwrapped(ts: TypeScript, node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner) || ts.isNonNullExpression(inner) || ts.isSatisfiesExpression(inner) || ts.isTypeAssertionExpression(inner)) inner = inner.expression;
  return inner;
}

/** The member a call is made on: `then` of `a.b.then(…)`, `on` of `x["on"](…)`. */
export function calledMember(ts: TypeScript, call: ts.CallExpression): { readonly receiver: ts.Expression; readonly name: string } | undefined {
  const callee = unwrapped(ts, call.expression);
  if (ts.isPropertyAccessExpression(callee)) return { receiver: callee.expression, name: callee.name.text };
  if (ts.isElementAccessExpression(callee) && ts.isStringLiteralLike(callee.argumentExpression)) return { receiver: callee.expression, name: callee.argumentExpression.text };
  return undefined;
}

/** An inline function, or `undefined`. */
export function inlineFunction(ts: TypeScript, node: ts.Expression): ts.ArrowFunction | ts.FunctionExpression | undefined {
  const inner = unwrapped(ts, node);
  return ts.isArrowFunction(inner) || ts.isFunctionExpression(inner) ? inner : undefined;
}

/** Whether `inner` stands inside `outer`, or is it. */
export function contains(outer: ts.Node, inner: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end && outer.getSourceFile() === inner.getSourceFile();
}

/** Visits a subtree without entering nested functions and classes; the visitor answers `false` to skip a node's children. */
export function walkOwn(ts: TypeScript, root: ts.Node, visit: (node: ts.Node) => boolean | undefined): void {
  const stack: ts.Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node !== root && (isFunctionNode(ts, node) || ts.isClassLike(node))) continue;
    if (visit(node) === false) continue;
    const children: ts.Node[] = [];
    ts.forEachChild(node, (child) => {
      children.push(child);
    });
    for (let child = children.pop(); child !== undefined; child = children.pop()) stack.push(child);
  }
}

/** The expressions that a function returns, not those of functions nested in it. */
export function returnsOf(ts: TypeScript, fn: FunctionNode): readonly ts.Expression[] {
  if (fn.body === undefined) return [];
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: ts.Expression[] = [];
  walkOwn(ts, fn.body, (node) => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    return undefined;
  });
  return found;
}

/** `=` and the assignments that only happen when there is no value yet. */
export function isAssignmentOperator(ts: TypeScript, kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.QuestionQuestionEqualsToken || kind === ts.SyntaxKind.BarBarEqualsToken;
}

/** `null` or `undefined`. */
export function isNullish(ts: TypeScript, node: ts.Expression): boolean {
  const inner = unwrapped(ts, node);
  return inner.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(inner) && inner.text === "undefined");
}
