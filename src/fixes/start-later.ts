/** Starts a task where it is waited for: behind the exits and the other waits that would leave it alone. */
import type ts from "typescript";
import type { LateJoin } from "../analysis/tasks/joins.ts";
import type { Fix } from "./edit.ts";
import { heldBy } from "./late-await.ts";
import { someOwn } from "./place.ts";
import { removalOf } from "./remove.ts";
import { indentAt, startsLine, styleOf } from "./style.ts";
import { insert, type FixView } from "./view.ts";

/**
 * Moves `const p = f(x);` down to the first statement that mentions `p`, into a branch where only one has it. What stood between runs before the work
 * begins, no longer beside it.
 * @returns `undefined` where what stands between may need the start, or what it is given: it writes one of its names, or uses one of its objects;
 *   where the arguments are worth something only at once; and where the move would not come behind what leaves the task alone.
 */
export function startLater(view: FixView, { start, name, at }: LateJoin): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  const statement = heldBy(view, start)?.statement;
  if (statement === undefined || !ts.isBlock(statement.parent) || hasEffects(ts, start)) return undefined;
  const between: ts.Node[] = [];
  const target = targetIn(view, statement.parent.statements.slice(statement.parent.statements.indexOf(statement) + 1), name.text, at, between);
  if (target === undefined || between.length === 0) return undefined;
  // A way out behind the target is left without the task only where the task starts in a branch now.
  const isBehind = at.end > target.getStart(file);
  if (isBehind && (target.parent === statement.parent || (target.parent.pos <= at.pos && at.end <= target.parent.end))) return undefined;
  const inputs = inputsOf(view, start);
  if (between.some((one) => disturbs(view, one, inputs))) return undefined;
  const [from, to] = [statement.getStart(file), target.getStart(file)];
  const code = text.slice(from, statement.end);
  const isAlone = startsLine(text, from) && startsLine(text, to);
  // Comments belong to the statement, and lines to their indent: neither is moved blindly.
  if (/\/[/*]|\n/u.test(code) || /^[ \t]*\/[/*]/u.test(text.slice(statement.end)) || (ts.getLeadingCommentRanges(text, statement.pos)?.length ?? 0) > 0) return undefined;
  const gap = isAlone ? styleOf(ts, file).eol + indentAt(text, to) : " ";
  return { title: `Start it where \`${name.text}\` is waited for`, applicability: "unsafe", edits: [removalOf(view, statement), insert(view, to, code + gap)] };
}

/**
 * The first of some statements that mentions a name, or the one in its only branch that does.
 * @param passed gets what runs before it: whole statements, and the conditions of branches.
 */
function targetIn(view: FixView, statements: readonly ts.Statement[], name: string, at: ts.Node, passed: ts.Node[]): ts.Statement | undefined {
  const { ts } = view;
  const index = statements.findIndex((one) => mentions(ts, one, name));
  const found = statements[index];
  if (found === undefined) return undefined;
  passed.push(...statements.slice(0, index));
  const others = statements.slice(index + 1).some((one) => mentions(ts, one, name));
  if (others || at.end <= found.getStart(view.file) || !ts.isIfStatement(found) || mentions(ts, found.expression, name)) return found;
  const branches = [found.thenStatement, found.elseStatement].filter((one) => one !== undefined && mentions(ts, one, name));
  const [branch] = branches;
  if (branches.length !== 1 || branch === undefined || !ts.isBlock(branch)) return found;
  passed.push(found.expression);
  return targetIn(view, branch.statements, name, at, passed) ?? found;
}

function mentions(ts: FixView["ts"], root: ts.Node, name: string): boolean {
  return (ts.isIdentifier(root) && root.text === name) || (ts.forEachChild(root, (child) => mentions(ts, child, name) || undefined) ?? false);
}

/** Whether evaluating a start does more than to call its callee: another call, a write, a wait. */
function hasEffects(ts: FixView["ts"], start: ts.Expression): boolean {
  const { FirstAssignment, LastAssignment, PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
  let calls = 0;
  return someOwn(ts, start, (node) => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) calls++;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= FirstAssignment && node.operatorToken.kind <= LastAssignment) return true;
    if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && (node.operator === PlusPlusToken || node.operator === MinusMinusToken)) return true;
    return calls > 1 || ts.isAwaitExpression(node) || ts.isYieldExpression(node) || ts.isDeleteExpression(node);
  });
}

/** What a start is made of. */
interface Inputs {
  /** Names of variables. */
  readonly names: ReadonlySet<string>;
  /** Those of them that hold objects, with `this`: whoever uses one may change it. */
  readonly objects: ReadonlySet<string>;
}

function inputsOf(view: FixView, start: ts.Expression): Inputs {
  const { ts } = view;
  const [names, objects] = [new Set<string>(), new Set<string>()];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.ThisKeyword) objects.add("this");
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)) {
      names.add(node.text);
      const isCallee = ts.isCallExpression(node.parent) && node.parent.expression === node;
      if (!isCallee && !isPlain(view, node)) objects.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(start);
  return { names, objects };
}

/** Whether a variable holds a value that nobody can change. */
function isPlain(view: FixView, node: ts.Identifier): boolean {
  const { TypeFlags } = view.ts;
  const type = view.compiler.typeOf(node);
  const plain = TypeFlags.StringLike | TypeFlags.NumberLike | TypeFlags.BooleanLike | TypeFlags.BigIntLike | TypeFlags.ESSymbolLike | TypeFlags.Null | TypeFlags.Undefined;
  return type !== undefined && view.compiler.partsOf(type).every(({ flags }) => (flags & plain) !== 0);
}

/** Whether code writes a name that a start reads, or uses an object that it is given. */
function disturbs(view: FixView, root: ts.Node, { names, objects }: Inputs): boolean {
  const { ts } = view;
  const { FirstAssignment, LastAssignment } = ts.SyntaxKind;
  const isName = (node: ts.Node): boolean => ts.isIdentifier(node) && names.has(node.text);
  const visit = (node: ts.Node): boolean => {
    if (node.kind === ts.SyntaxKind.ThisKeyword && objects.has("this")) return true;
    if (ts.isIdentifier(node) && objects.has(node.text) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) return true;
    if (ts.isBinaryExpression(node) && node.operatorToken.kind >= FirstAssignment && node.operatorToken.kind <= LastAssignment && (isName(node.left) || !ts.isIdentifier(node.left))) return true;
    if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isName(node.operand)) return true;
    // A name that is declared anew would be taken for the one that the start means.
    if ((ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isFunctionDeclaration(node)) && node.name !== undefined && isName(node.name)) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(root);
}
