/** Where a value goes inside one function: the construct that consumes an expression, and the uses of a variable or field. */
import type ts from "typescript";
import type { Compiler } from "./compiler.ts";
import { isPrivateMember, memberAccesses, referencesOf } from "./references.ts";
import { enclosingFunction, hasModifier, isAssignmentOperator, unwrapped, type FunctionNode } from "./syntax.ts";

/** What becomes of the value of an expression. */
export type Fate =
  | { readonly kind: "awaited"; readonly by: ts.Node }
  | { readonly kind: "returned"; readonly by: ts.Node; readonly from: FunctionNode | undefined }
  /** Thrown away: a statement, the left of a comma, the update of a `for`. */
  | { readonly kind: "dropped"; readonly by: ts.Node }
  | { readonly kind: "voided"; readonly by: ts.VoidExpression }
  | { readonly kind: "variable"; readonly by: ts.VariableDeclaration; readonly name: ts.Identifier }
  | { readonly kind: "field"; readonly by: ts.PropertyDeclaration }
  | { readonly kind: "assigned"; readonly by: ts.BinaryExpression; readonly target: ts.Expression }
  | { readonly kind: "argument"; readonly by: ts.CallExpression | ts.NewExpression; readonly index: number }
  /** Receiver of `.then`, `.catch` or `.finally`: the result goes on. */
  | { readonly kind: "chained"; readonly by: ts.CallExpression; readonly method: ChainMethod }
  | { readonly kind: "member"; readonly by: ts.PropertyAccessExpression | ts.ElementAccessExpression }
  /** Looked at as a plain value: a condition, a comparison, an operand. */
  | { readonly kind: "read"; readonly by: ts.Node }
  | { readonly kind: "iterated"; readonly by: ts.ForOfStatement }
  /** Given to the caller, a thrower or another module, or to a construct we do not follow. */
  | { readonly kind: "passed"; readonly by: ts.Node };

/** A fate, and the literal the value was put into on its way there. */
export interface Flowed {
  readonly fate: Fate;
  readonly inside: "array" | "object" | undefined;
}

export type ChainMethod = "then" | "catch" | "finally";
const chainMethods: ReadonlySet<string> = new Set<ChainMethod>(["then", "catch", "finally"]);

export function isChainMethod(name: string): name is ChainMethod {
  return chainMethods.has(name);
}

/** Follows an expression up through transparent syntax to what consumes it. */
export function fateOf(compiler: Compiler, expression: ts.Expression): Flowed {
  const { ts } = compiler;
  let node: ts.Node = expression;
  let inside: Flowed["inside"];
  for (;;) {
    const parent: ts.Node = node.parent;
    switch (parent.kind) {
      case ts.SyntaxKind.ParenthesizedExpression:
      case ts.SyntaxKind.AsExpression:
      case ts.SyntaxKind.NonNullExpression:
      case ts.SyntaxKind.SatisfiesExpression:
      case ts.SyntaxKind.TypeAssertionExpression:
      case ts.SyntaxKind.ComputedPropertyName:
        node = parent;
        continue;
      case ts.SyntaxKind.ArrayLiteralExpression:
        inside ??= "array";
        node = parent;
        continue;
      case ts.SyntaxKind.SpreadElement:
        node = parent;
        continue;
      case ts.SyntaxKind.PropertyAssignment:
      case ts.SyntaxKind.ShorthandPropertyAssignment:
      case ts.SyntaxKind.SpreadAssignment:
        inside ??= "object";
        node = parent.parent;
        continue;
      case ts.SyntaxKind.ConditionalExpression:
        if ((parent as ts.ConditionalExpression).condition === node) return { fate: { kind: "read", by: parent }, inside };
        node = parent;
        continue;
      case ts.SyntaxKind.BinaryExpression: {
        const binary = parent as ts.BinaryExpression;
        const step = throughBinary(compiler, binary, node);
        if (step === undefined) {
          node = parent;
          continue;
        }
        return { fate: step, inside };
      }
      default:
        return { fate: consumerOf(compiler, node, parent), inside };
    }
  }
}

/** What a binary operator does with an operand; `undefined` when the value goes on as the value of the whole. */
function throughBinary(compiler: Compiler, binary: ts.BinaryExpression, operand: ts.Node): Fate | undefined {
  const { ts } = compiler;
  const left = binary.left === operand;
  switch (binary.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return left ? { kind: "read", by: binary } : undefined;
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return undefined;
    case ts.SyntaxKind.CommaToken:
      return left ? { kind: "dropped", by: binary } : undefined;
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      if (left) return { kind: "read", by: binary };
      return { kind: "assigned", by: binary, target: binary.left };
    default:
      return { kind: "read", by: binary };
  }
}

function consumerOf(compiler: Compiler, node: ts.Node, parent: ts.Node): Fate {
  const { ts } = compiler;
  if (ts.isExpressionStatement(parent)) return { kind: "dropped", by: parent };
  if (ts.isAwaitExpression(parent)) return { kind: "awaited", by: parent };
  if (ts.isReturnStatement(parent)) return { kind: "returned", by: parent, from: enclosingFunction(ts, parent) };
  if (ts.isArrowFunction(parent)) return parent.body === node ? { kind: "returned", by: parent, from: parent } : { kind: "passed", by: parent };
  if (ts.isVoidExpression(parent)) return { kind: "voided", by: parent };
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) ? { kind: "variable", by: parent, name: parent.name } : { kind: "passed", by: parent };
  if (ts.isPropertyDeclaration(parent)) return { kind: "field", by: parent };
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const index = parent.arguments?.findIndex((argument) => argument === node) ?? -1;
    return index >= 0 ? { kind: "argument", by: parent, index } : { kind: "read", by: parent };
  }
  if (ts.isPropertyAccessExpression(parent)) {
    const call = outerCall(compiler, parent);
    if (call !== undefined && isChainMethod(parent.name.text)) return { kind: "chained", by: call, method: parent.name.text };
    return { kind: "member", by: parent };
  }
  if (ts.isElementAccessExpression(parent)) return parent.expression === node ? { kind: "member", by: parent } : { kind: "read", by: parent };
  if (ts.isForOfStatement(parent)) return parent.expression === node ? (parent.awaitModifier === undefined ? { kind: "iterated", by: parent } : { kind: "awaited", by: parent }) : { kind: "passed", by: parent };
  if (ts.isForStatement(parent)) return parent.condition === node ? { kind: "read", by: parent } : { kind: "dropped", by: parent };
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent) || ts.isSwitchStatement(parent) || ts.isCaseClause(parent)) return { kind: "read", by: parent };
  if (ts.isPrefixUnaryExpression(parent) || ts.isTypeOfExpression(parent) || ts.isTemplateSpan(parent) || ts.isPostfixUnaryExpression(parent) || ts.isDeleteExpression(parent)) return { kind: "read", by: parent };
  return { kind: "passed", by: parent };
}

/** The call of a member, if the access is called: `p.then` of `p.then(f)`. */
export function outerCall(compiler: Compiler, access: ts.Expression): ts.CallExpression | undefined {
  const { ts } = compiler;
  let callee: ts.Expression = access;
  while (ts.isParenthesizedExpression(callee.parent) || ts.isNonNullExpression(callee.parent)) callee = callee.parent;
  return ts.isCallExpression(callee.parent) && callee.parent.expression === callee ? callee.parent : undefined;
}

/** Whether a mention writes the variable or field instead of reading it. */
export function isWriteTarget(ts: Compiler["ts"], mention: ts.Expression): boolean {
  let target: ts.Expression = mention;
  while (ts.isParenthesizedExpression(target.parent) || ts.isNonNullExpression(target.parent)) target = target.parent;
  const { parent } = target;
  return ts.isBinaryExpression(parent) && parent.left === target && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** The reads of a variable, each with where its value goes. */
export function readsOfVariable(compiler: Compiler, binding: ts.Identifier): readonly { readonly at: ts.Identifier; readonly flowed: Flowed }[] {
  return referencesOf(compiler, binding)
    .filter((reference) => !isWriteTarget(compiler.ts, reference))
    .map((at) => ({ at, flowed: fateOf(compiler, at) }));
}

/** The reads of a field inside its class, each with where its value goes. */
export function readsOfField(compiler: Compiler, owner: ts.ClassLikeDeclaration, name: string): readonly { readonly at: ts.PropertyAccessExpression; readonly flowed: Flowed }[] {
  return memberAccesses(compiler, owner, name)
    .filter((access) => !isWriteTarget(compiler.ts, access))
    .map((at) => ({ at, flowed: fateOf(compiler, at) }));
}

/**
 * Every value that a local variable, or a private or read-only field, is given; empty when it is neither, or may be given others that are not seen:
 * a parameter, an exported or imported binding, a field that others may assign.
 */
export function writesOf(compiler: Compiler, read: ts.Expression): readonly ts.Expression[] {
  const { ts } = compiler;
  const declaration = ts.isIdentifier(read) ? compiler.declarationOf(read) : ts.isPropertyAccessExpression(read) && read.expression.kind === ts.SyntaxKind.ThisKeyword ? compiler.declarationOf(read.name) : undefined;
  if (declaration?.getSourceFile() !== read.getSourceFile()) return [];
  let mentions: readonly ts.Expression[];
  if (ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && ts.isVariableDeclarationList(declaration.parent) && !ts.isForOfStatement(declaration.parent.parent)) mentions = referencesOf(compiler, declaration.name);
  else if (ts.isPropertyDeclaration(declaration) && (isPrivateMember(ts, declaration) || hasModifier(ts, declaration, ts.SyntaxKind.ReadonlyKeyword)) && ts.isClassLike(declaration.parent)) mentions = memberAccesses(compiler, declaration.parent, declaration.name.getText());
  else return [];
  const assigned = mentions.flatMap((mention) => (isWriteTarget(ts, mention) && ts.isBinaryExpression(mention.parent) ? [mention.parent.right] : []));
  const isCompound = mentions.some((mention) => ts.isBinaryExpression(mention.parent) && mention.parent.left === mention && mention.parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken && isAssignmentOperator(ts, mention.parent.operatorToken.kind));
  if (isCompound) return [];
  return declaration.initializer === undefined ? assigned : [declaration.initializer, ...assigned];
}

/** Names of the members that are read of a local variable, e.g. `reject` of a deferred; `*` when the variable itself goes somewhere else. */
export function membersRead(compiler: Compiler, read: ts.Expression): ReadonlySet<string> {
  const { ts } = compiler;
  const declaration = ts.isIdentifier(read) ? compiler.declarationOf(read) : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return new Set(["reject"]);
  return new Set(referencesOf(compiler, declaration.name).map(({ parent }) => (ts.isPropertyAccessExpression(parent) ? parent.name.text : "*")));
}

/** The calls of a promise chain from the start to the end: `f().then(a).catch(b)` is root `f()` and steps `then`, `catch`. */
export interface Chain {
  readonly root: ts.Expression;
  readonly steps: readonly { readonly method: ChainMethod; readonly call: ts.CallExpression }[];
}

/** Splits an expression into the promise it starts from and the handlers put on it. */
export function chainOf(compiler: Compiler, expression: ts.Expression): Chain {
  const { ts } = compiler;
  const steps: Chain["steps"][number][] = [];
  let root = unwrapped(ts, expression);
  while (ts.isCallExpression(root)) {
    const callee = unwrapped(ts, root.expression);
    if (!ts.isPropertyAccessExpression(callee) || !isChainMethod(callee.name.text)) break;
    steps.unshift({ method: callee.name.text, call: root });
    root = unwrapped(ts, callee.expression);
  }
  return { root, steps };
}

/** Whether a promise chain begins with a call or `new`, so that evaluating it may start work. */
export function startsAtCall(compiler: Compiler, expression: ts.Expression): boolean {
  const { root } = chainOf(compiler, expression);
  return compiler.ts.isCallExpression(root) || compiler.ts.isNewExpression(root);
}
