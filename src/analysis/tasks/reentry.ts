/** A guard against re-entry whose early return stands inside the `try` whose `finally` opens the door again. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { contains, unwrapped, walkOwn } from "../language/syntax.ts";

/** A guard that undoes itself. */
export interface LeakyGuard {
  /** The early return. */
  readonly at: ts.Statement;
  readonly flag: string;
  /** The reset in the `finally`. */
  readonly reset: ts.Node;
}

/** `try { if (busy) return; busy = true; await …; } finally { busy = false; }`: the run that is turned away lets the next one in. */
export function* leakyGuards(view: FileView): Generator<LeakyGuard> {
  const { ts } = view;
  for (const statement of view.nodes(ts.SyntaxKind.TryStatement) as readonly ts.TryStatement[]) {
    const { tryBlock, finallyBlock } = statement;
    if (finallyBlock === undefined) continue;
    for (const [index, guard] of tryBlock.statements.entries()) {
      if (!ts.isIfStatement(guard) || !returns(ts, guard.thenStatement)) continue;
      const flag = unwrapped(ts, guard.expression).getText();
      const isSet = tryBlock.statements.slice(index + 1).some((one) => writesOf(ts, one, flag, ts.SyntaxKind.TrueKeyword) !== undefined);
      const reset = finallyBlock.statements.map((one) => writesOf(ts, one, flag, ts.SyntaxKind.FalseKeyword)).find((write) => write !== undefined);
      if (isSet && reset !== undefined && suspends(view, tryBlock, guard)) yield { at: guard.thenStatement, flag, reset };
    }
  }
}

function returns(ts: FileView["ts"], statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

function writesOf(ts: FileView["ts"], statement: ts.Statement, flag: string, value: ts.SyntaxKind): ts.Node | undefined {
  const write = ts.isExpressionStatement(statement) ? unwrapped(ts, statement.expression) : undefined;
  const isWrite = write !== undefined && ts.isBinaryExpression(write) && write.operatorToken.kind === ts.SyntaxKind.EqualsToken && write.left.getText() === flag && write.right.kind === value;
  return isWrite ? write : undefined;
}

function suspends(view: FileView, block: ts.Block, after: ts.Node): boolean {
  const { ts } = view;
  let found = false;
  walkOwn(ts, block, (node) => {
    if (ts.isAwaitExpression(node) && node.pos >= after.end && contains(block, node)) found = true;
    return !found;
  });
  return found;
}
