/** Where code stands: which function runs it, whether `await` may be written there, which names are free, and where control leaves a block. */
import type ts from "typescript";
import type { TypeScript } from "../analysis/language/compiler.ts";
import type { FixView } from "./view.ts";

/** Nearest function-like node around a node; a class static block or field initialiser counts as one, without a name for it. */
export function functionAround(ts: TypeScript, node: ts.Node): ts.Node | undefined {
  for (let up = node.parent as ts.Node | undefined; up !== undefined; up = up.parent) {
    if (ts.isFunctionLike(up) || ts.isClassStaticBlockDeclaration(up) || ts.isPropertyDeclaration(up) || ts.isModuleBlock(up)) return up;
  }
  return undefined;
}

export function isAsyncFunction(ts: TypeScript, node: ts.Node): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword) ?? false);
}

/** Whether `await` may be written at a node: in the body of an async function, or at the top of a module whose target allows it. */
export function canAwait(view: FixView, node: ts.Node): boolean {
  const { ts, file } = view;
  const around = functionAround(ts, node);
  if (around === undefined) return allowsTopLevelAwait(view);
  if (!isAsyncFunction(ts, around)) return false;
  const body = (around as ts.FunctionLikeDeclaration).body;
  return body !== undefined && node.pos >= body.pos && node.end <= body.end && file === node.getSourceFile();
}

function allowsTopLevelAwait(view: FixView): boolean {
  const { ts, file } = view;
  if (!ts.isExternalModule(file)) return false;
  const options = view.program.getCompilerOptions();
  const { ModuleKind, ScriptTarget } = ts;
  const target = options.target ?? ScriptTarget.ES5;
  const module = options.module ?? (target >= ScriptTarget.ES2015 ? ModuleKind.ES2015 : ModuleKind.CommonJS);
  if (module >= ModuleKind.Node16 && module <= ModuleKind.NodeNext) return file.impliedNodeFormat === ModuleKind.ESNext;
  return (module === ModuleKind.ES2022 || module === ModuleKind.ESNext || module === ModuleKind.System || module > ModuleKind.NodeNext) && (target >= ScriptTarget.ES2017 || module > ModuleKind.NodeNext);
}

/** Visits a subtree without entering nested functions; the visitor answers `true` to stop. */
export function someOwn(ts: TypeScript, root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  const visit = (node: ts.Node): boolean => {
    if (node !== root && ts.isFunctionLike(node)) return false;
    return test(node) || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  };
  return visit(root);
}

/** Whether evaluating a node suspends the function around it: such code cannot move into a function of its own. */
export function suspends(ts: TypeScript, node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return someOwn(ts, node, (one) => ts.isAwaitExpression(one) || ts.isYieldExpression(one) || (ts.isForOfStatement(one) && one.awaitModifier !== undefined));
}

/** The expression inside parentheses. */
export function withoutParens(ts: TypeScript, node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  return inner;
}

/**
 * The widest expression around a node that stands for the same piece of work: `void f()` and `f().catch(log)` around `f()`.
 * @returns `undefined` when the value of that expression is used.
 */
export function droppedExpression(ts: TypeScript, node: ts.Node): ts.Expression | undefined {
  let at = ts.isExpressionStatement(node) ? node.expression : (node as ts.Expression);
  for (;;) {
    const up: ts.Node = at.parent;
    if (ts.isParenthesizedExpression(up) || ts.isVoidExpression(up) || ts.isAsExpression(up) || ts.isNonNullExpression(up) || ts.isSatisfiesExpression(up)) at = up;
    else if (ts.isPropertyAccessExpression(up) && up.expression === at && /^(?:then|catch|finally)$/u.test(up.name.text) && ts.isCallExpression(up.parent) && up.parent.expression === up) at = up.parent;
    else break;
  }
  return isDropped(ts, at) ? at : undefined;
}

/** Whether nothing reads the value of an expression. */
function isDropped(ts: TypeScript, node: ts.Expression): boolean {
  const up = node.parent;
  if (ts.isExpressionStatement(up)) return true;
  if (ts.isParenthesizedExpression(up) || ts.isVoidExpression(up)) return isDropped(ts, up);
  if (ts.isConditionalExpression(up)) return up.condition !== node && isDropped(ts, up);
  if (!ts.isBinaryExpression(up)) return false;
  const { AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken, CommaToken } = ts.SyntaxKind;
  const operator = up.operatorToken.kind;
  if (operator === CommaToken) return up.left === node || isDropped(ts, up);
  return (operator === AmpersandAmpersandToken || operator === BarBarToken || operator === QuestionQuestionToken) && up.right === node && isDropped(ts, up);
}

/** The first of some names that the function around a node does not mention, numbered when all are taken. */
export function freshName(view: FixView, within: ts.Node, names: readonly [string, ...string[]]): string {
  const { ts } = view;
  const taken = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) taken.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(within);
  for (let round = 1; ; round++) {
    for (const name of names) {
      const candidate = round === 1 ? name : `${name}${String(round)}`;
      if (!taken.has(candidate)) return candidate;
    }
  }
}

/** A statement that leaves a block normally. */
export type Exit = ts.ReturnStatement | ts.BreakOrContinueStatement;

/** The `return`, `break` and `continue` statements below `root` that leave `block`; nested functions have their own. */
export function exitsOf(ts: TypeScript, root: ts.Node, block: ts.Node): Exit[] {
  const exits: Exit[] = [];
  someOwn(ts, root, (node) => {
    if (ts.isReturnStatement(node)) exits.push(node);
    else if (ts.isBreakOrContinueStatement(node) && !inside(jumpTarget(ts, node), block)) exits.push(node);
    return false;
  });
  return exits;
}

function inside(node: ts.Node | undefined, block: ts.Node): boolean {
  return node !== undefined && node !== block && node.pos >= block.pos && node.end <= block.end;
}

/** The loop, switch or labelled statement that a jump refers to. */
function jumpTarget(ts: TypeScript, jump: ts.BreakOrContinueStatement): ts.Node | undefined {
  for (let up = jump.parent as ts.Node | undefined; up !== undefined && !ts.isFunctionLike(up); up = up.parent) {
    if (jump.label !== undefined) {
      if (ts.isLabeledStatement(up) && up.label.text === jump.label.text) return up;
    } else if (ts.isIterationStatement(up, false) || (ts.isBreakStatement(jump) && ts.isSwitchStatement(up))) return up;
  }
  return undefined;
}

/** Whether control can reach the end of a list of statements; in doubt, yes. */
export function completes(ts: TypeScript, statements: readonly ts.Statement[]): boolean {
  return statements.every((statement) => completesOne(ts, statement));
}

function completesOne(ts: TypeScript, node: ts.Statement): boolean {
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node)) return false;
  if (ts.isBlock(node)) return completes(ts, node.statements);
  if (ts.isIfStatement(node)) return node.elseStatement === undefined || completesOne(ts, node.thenStatement) || completesOne(ts, node.elseStatement);
  if (ts.isLabeledStatement(node)) return completesOne(ts, node.statement) || someOwn(ts, node.statement, (one) => ts.isBreakStatement(one) && one.label?.text === node.label.text);
  if (ts.isTryStatement(node)) {
    if (node.finallyBlock !== undefined && !completes(ts, node.finallyBlock.statements)) return false;
    return completes(ts, node.tryBlock.statements) || (node.catchClause !== undefined && completes(ts, node.catchClause.block.statements));
  }
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return !isTrue(ts, node.expression) || leavesLoop(ts, node);
  if (ts.isForStatement(node)) return (node.condition !== undefined && !isTrue(ts, node.condition)) || leavesLoop(ts, node);
  return true;
}

function isTrue(ts: TypeScript, node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword || (ts.isNumericLiteral(node) && Number(node.text) !== 0);
}

function leavesLoop(ts: TypeScript, loop: ts.IterationStatement): boolean {
  return someOwn(ts, loop.statement, (one) => ts.isBreakStatement(one) && (one.label !== undefined || jumpTarget(ts, one) === loop));
}
