/** Loops that take at least one turn: over a list of tasks, or one that is known not to be empty. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { collect } from "../paths/paths.ts";
import { contains } from "../language/syntax.ts";

/** The nearest loop around a node in its function. */
export function loopOf(view: FileView, node: ts.Node): ts.IterationStatement | undefined {
  for (let up = node.parent; !view.ts.isFunctionLike(up) && !view.ts.isSourceFile(up); up = up.parent) if (view.ts.isIterationStatement(up, false)) return up;
  return undefined;
}

/**
 * Adds to the facts that hold after a start what makes the loops around one use turn. Those over the tasks of a list do, or there was no
 * task; others do where they count from zero to a number that the facts say is not zero: `if (files.length) { …; for (let i = 0; i < files.length; i++) … }`.
 */
export function turnOnce(view: FileView, use: ts.Node, start: ts.Node, isListOfTasks: boolean, facts: Map<string, boolean>): void {
  const { ts } = view;
  for (let up = use.parent; !contains(up, start); up = up.parent) {
    const condition = ts.isWhileStatement(up) ? up.expression : ts.isForStatement(up) ? up.condition : undefined;
    if (condition !== undefined && (isListOfTasks || (ts.isForStatement(up) && countsToMoreThanZero(view, up, facts)))) collect(ts, condition, true, facts);
  }
}

function countsToMoreThanZero({ ts, file }: FileView, { initializer, condition }: ts.ForStatement, facts: ReadonlyMap<string, boolean>): boolean {
  const [counter] = initializer !== undefined && ts.isVariableDeclarationList(initializer) ? initializer.declarations : [];
  if (counter?.initializer?.getText(file) !== "0" || condition === undefined || !ts.isBinaryExpression(condition)) return false;
  return condition.operatorToken.kind === ts.SyntaxKind.LessThanToken && condition.left.getText(file) === counter.name.getText(file) && facts.get(condition.right.getText(file)) === true;
}
