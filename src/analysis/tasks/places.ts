/** Tests of a shared place: where it is read, what a test says of it, and what the test lets through. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { contains, unwrapped, walkOwn } from "../language/syntax.ts";

/** Readings of a place in a subtree, without nested functions. */
export function readsIn(view: FileView, root: ts.Node, place: ts.Expression): readonly ts.Node[] {
  const { ts, compiler } = view;
  const text = place.getText();
  const symbol = ts.isIdentifier(place) ? compiler.symbolOf(place) : undefined;
  const found: ts.Node[] = [];
  walkOwn(ts, root, (node) => {
    const isSame = (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) && node.kind === place.kind && node.getText() === text;
    if (!isSame || (symbol !== undefined && compiler.symbolOf(node) !== symbol)) return undefined;
    const { parent } = node;
    const isWritten = ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    if (!isWritten && !(ts.isPropertyAccessExpression(parent) && parent.name === node)) found.push(node);
    return undefined;
  });
  return found;
}

/** Whether a test that holds says that the place has a value (`true`), that it has none (`false`), or neither. */
export function presence(ts: FileView["ts"], condition: ts.Expression, read: ts.Node): boolean | undefined {
  const test = unwrapped(ts, condition);
  if (test === read) return true;
  if (ts.isPrefixUnaryExpression(test) && test.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = presence(ts, test.operand, read);
    return inner === undefined ? undefined : !inner;
  }
  if (!ts.isBinaryExpression(test) || unwrapped(ts, test.left) !== read || !isEmpty(ts, test.right)) return undefined;
  const kind = test.operatorToken.kind;
  if (kind === ts.SyntaxKind.EqualsEqualsToken || kind === ts.SyntaxKind.EqualsEqualsEqualsToken) return false;
  return kind === ts.SyntaxKind.ExclamationEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ? true : undefined;
}

/** `undefined`, `null` or `false`: nothing that a place could hold. */
export function isEmpty(ts: FileView["ts"], expression: ts.Expression): boolean {
  const value = unwrapped(ts, expression);
  return value.kind === ts.SyntaxKind.NullKeyword || value.kind === ts.SyntaxKind.FalseKeyword || (ts.isIdentifier(value) && value.text === "undefined");
}

/** Whether the outcome of a test lets control come to a place: it stands in the branch for "no value", or after an early exit for "a value". */
export function decides(ts: FileView["ts"], test: ts.IfStatement, at: ts.Node, present: boolean): boolean {
  if (!present && contains(test.thenStatement, at)) return true;
  return present && at.pos >= test.end && contains(test.parent, at) && leaves(ts, test.thenStatement);
}

/** Whether a statement ends in a `return` or `throw`. */
export function leaves(ts: FileView["ts"], statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

/** What a function does before a place: its tests, writes and waits, in the order of the source. */
interface Before {
  readonly tests: readonly ts.IfStatement[];
  readonly writes: readonly ts.BinaryExpression[];
  readonly awaits: readonly ts.Node[];
}

/**
 * Whether only one run comes as far as a place: a field is found empty and filled without a wait in between, and who finds it filled leaves.
 * `if (this.#started) return; this.#started = true;`, `if (!this.#opening) this.#opening = …; else { await this.#opening; return; }`
 */
export function isLatched(view: FileView, { tests, writes, awaits }: Before, place: ts.Node): boolean {
  const { ts } = view;
  return tests.some((test) => {
    if (test.pos >= place.pos || contains(test.thenStatement, place)) return false;
    return writes.some((write) => {
      const latch = unwrapped(ts, write.left);
      if (write.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(latch) || write.end > place.pos || isEmpty(ts, write.right)) return false;
      const [read] = readsIn(view, test.expression, latch);
      const present = read === undefined ? undefined : presence(ts, test.expression, read);
      if (present === undefined || read === undefined) return false;
      const othersLeave = present ? write.pos >= test.end && leaves(ts, test.thenStatement) : contains(test.thenStatement, write) && test.elseStatement !== undefined && leaves(ts, test.elseStatement);
      const waiting = awaits.some((node) => node.pos >= read.end && node.end <= write.end && !(present && contains(test.thenStatement, node)));
      return othersLeave && !waiting && (present ? contains(test.parent, write.parent) && write.parent.parent === test.parent : true);
    });
  });
}
