/** Resources that the operands of a combinator share, and that are closed as soon as one of them fails. */
import type ts from "typescript";
import { lentTo } from "../facts/lent.ts";
import type { FileView } from "../index.ts";
import { calledMember, enclosingFunction, type FunctionNode } from "../language/syntax.ts";

/** A resource in use by work that goes on after its end. */
export interface Borrowed {
  readonly name: string;
  /** Where it is closed or given back: the call, the `using` declaration whose block ends, or the call that lends it. */
  readonly at: ts.Node;
}

/**
 * Methods that give back what they are called on, or undo what was done with it. Not `abort`, `destroy` or `terminate`:
 * they are how one stops the others.
 */
const endings = new Set(["close", "disconnect", "dispose", "end", "quit", "release", "rollback", "rollbackTransaction", "unlock"]);

/**
 * The first resource that at least two of some expressions use (or one that stands for many) and that ends when the
 * combinator around them rejects: it is a `using` binding of the same function, a `catch` or `finally` around the combinator ends it, or
 * it is what a callback was lent.
 */
export function borrowedBy(view: FileView, call: ts.CallExpression, users: readonly { readonly at: ts.Expression; readonly many: boolean }[]): Borrowed | undefined {
  const { ts } = view;
  const mentions = new Map<string, number>();
  for (const { at, many } of users) {
    for (const name of new Set(namesIn(view, at))) mentions.set(name, (mentions.get(name) ?? 0) + (many ? 2 : 1));
  }
  const shared = [...mentions].filter(([, count]) => count > 1).map(([name]) => name);
  if (shared.length === 0) return undefined;
  const around = enclosingFunction(ts, call);
  for (let child: ts.Node = call, up: ts.Node = call.parent; child !== (around ?? view.file); child = up, up = up.parent) {
    const found = ts.isBlock(up) || ts.isSourceFile(up) ? usingIn(view, up, child, shared) : ts.isTryStatement(up) && up.tryBlock === child ? endedBy(view, up, shared) : undefined;
    if (found !== undefined) return found;
  }
  return around === undefined || isCaught(view, call, around) ? undefined : lentIn(view, around, shared);
}

/** Whether a failure of a call stays inside the function: a `catch` around it decides what comes next. */
function isCaught({ ts }: FileView, call: ts.Node, around: ts.Node): boolean {
  for (let child = call, up = call.parent; child !== around; child = up, up = up.parent) if (ts.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) return true;
  return false;
}

/** A parameter that the function is lent for as long as it runs: the transaction of `db.transaction(async (tx) => …)`, which is rolled back when it fails. */
function lentIn(view: FileView, around: FunctionNode, shared: readonly string[]): Borrowed | undefined {
  const { ts } = view;
  const lender = around.parent;
  // A lender of the project may wait for what is still in flight before it takes back what it lent.
  if (!ts.isCallExpression(lender) || !(ts.isArrowFunction(around) || ts.isFunctionExpression(around)) || view.callees.of(lender).implementation !== undefined) return undefined;
  const index = lender.arguments.indexOf(around);
  for (const position of index < 0 ? [] : lentTo(view, lender, index, around)) {
    const name = around.parameters[position]?.name;
    if (name !== undefined && ts.isIdentifier(name) && shared.includes(name.text)) return { name: name.text, at: lender };
  }
  return undefined;
}

function namesIn(view: FileView, root: ts.Node): string[] {
  const { ts } = view;
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return names;
}

function usingIn(view: FileView, block: ts.Block | ts.SourceFile, before: ts.Node, shared: readonly string[]): Borrowed | undefined {
  const { ts } = view;
  for (const statement of block.statements) {
    if (statement.pos >= before.pos || !ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Using) === 0) continue;
    for (const declaration of statement.declarationList.declarations) {
      if (!ts.isIdentifier(declaration.name) || !shared.includes(declaration.name.text)) continue;
      const type = view.compiler.typeOf(declaration.name);
      if (type === undefined || !view.types.isScope(type)) return { name: declaration.name.text, at: declaration };
    }
  }
  return undefined;
}

/** A call in the `catch` or `finally` of a try statement that ends one of the names. */
function endedBy(view: FileView, statement: ts.TryStatement, shared: readonly string[]): Borrowed | undefined {
  const { ts } = view;
  const cleanups = [statement.catchClause?.block, statement.finallyBlock].filter((block) => block !== undefined);
  for (const call of cleanups.flatMap((block) => view.within(block, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[])) {
    const member = calledMember(ts, call);
    if (member === undefined || !endings.has(member.name) || !ts.isIdentifier(member.receiver) || !shared.includes(member.receiver.text)) continue;
    if (enclosingFunction(ts, call) === enclosingFunction(ts, statement)) return { name: member.receiver.text, at: call };
  }
  return undefined;
}
