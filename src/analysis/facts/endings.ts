/** Functions that close what they are given: `async function finish(conn) { …; await conn.close(); }`. */
import type ts from "typescript";
import { releaseMembers } from "../catalog/releases.ts";
import { halfClosers } from "../catalog/closed.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, walkOwn, type FunctionNode } from "../language/syntax.ts";
import { parameterAt } from "./summaries.ts";

/** First words of functions that may close an argument: the probe before the body is looked at. */
const endingVerbs = /^#?_?(?:close|complete|destroy|disconnect|dispose|end|finali[sz]e|finish|free|quit|release|return|shut|stop|tear|terminate)/iu;

/** Whether a call closes its argument at a position on every way through the callee that ends normally; the callee's name is a probe, its body decides. */
export function closesArgument(view: FileView, call: ts.CallExpression, index: number): boolean {
  const { ts } = view;
  const name = ts.isIdentifier(call.expression) ? call.expression.text : (calledMember(ts, call)?.name ?? "");
  if (!endingVerbs.test(name)) return false;
  const { implementation } = view.callees.of(call);
  const parameter = parameterAt(implementation, index)?.name;
  return implementation !== undefined && parameter !== undefined && ts.isIdentifier(parameter) && referencesOf(view.compiler, parameter).some((mention) => isClosedAlways(view, mention, implementation));
}

/** Whether `mention.close()` is a statement of the body itself, or of a `try` or `finally` in it, and nothing returns before. */
function isClosedAlways({ ts }: FileView, mention: ts.Identifier, fn: FunctionNode): boolean {
  const access = mention.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== mention || !ts.isCallExpression(access.parent) || !releaseMembers.has(access.name.text) || halfClosers.has(access.name.text)) return false;
  let up: ts.Node = access.parent.parent;
  while (ts.isAwaitExpression(up) || ts.isParenthesizedExpression(up) || ts.isExpressionStatement(up) || ts.isBlock(up) || (ts.isTryStatement(up) && up.catchClause === undefined)) up = up.parent;
  if (up !== fn || fn.body === undefined) return false;
  let returns = false;
  walkOwn(ts, fn.body, (node) => {
    returns ||= ts.isReturnStatement(node) && node.pos < mention.pos;
    return undefined;
  });
  return !returns;
}
