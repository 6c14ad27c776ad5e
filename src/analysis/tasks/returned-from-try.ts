/** Promises that leave a `try` by `return`: its handler never sees their rejection. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { chainOf } from "../language/flow.ts";
import { isAsync, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isDetached } from "./tasks.ts";

/** `try { return load(); } catch (error) { … }` */
export interface UncaughtReturn {
  readonly promise: ts.Expression;
  readonly handler: ts.CatchClause;
}

/** The promises of a file's async functions that are returned past a handler which was to get their rejection. */
export function* uncaughtReturns(view: FileView): Generator<UncaughtReturn> {
  const { ts } = view;
  const seen = new Set<FunctionNode>();
  for (const statement of view.nodes(ts.SyntaxKind.TryStatement) as readonly ts.TryStatement[]) {
    const fn = view.functionOf(statement);
    if (fn === undefined || seen.has(fn) || !isAsync(ts, fn) || fn.asteriskToken !== undefined) continue;
    seen.add(fn);
    for (const value of returnsOf(ts, fn)) {
      for (const promise of parts(ts, value)) {
        const handler = handlerOf(ts, promise, fn);
        if (handler !== undefined && !isRepeatedBy(promise, handler) && isPending(view, promise) && !hasSameHandler(view, promise, handler)) yield { promise, handler };
      }
    }
  }
}

function* parts(ts: FileView["ts"], value: ts.Expression): Generator<ts.Expression> {
  const inner = unwrapped(ts, value);
  if (ts.isConditionalExpression(inner)) {
    yield* parts(ts, inner.whenTrue);
    yield* parts(ts, inner.whenFalse);
  } else if (ts.isCallExpression(inner)) yield inner;
}

/** The handler of the `try` that a node stands in; none where a `finally` runs first, which is another story, or where the handler only throws on. */
function handlerOf(ts: FileView["ts"], node: ts.Node, fn: FunctionNode): ts.CatchClause | undefined {
  for (let child: ts.Node = node, up = node.parent; up !== fn; child = up, up = up.parent) {
    if (!ts.isTryStatement(up)) continue;
    if (up.finallyBlock !== undefined) return undefined;
    if (up.tryBlock === child && up.catchClause !== undefined) return throwsOn(ts, up.catchClause) ? undefined : up.catchClause;
  }
  return undefined;
}

function throwsOn(ts: FileView["ts"], { variableDeclaration, block }: ts.CatchClause): boolean {
  const [only] = block.statements;
  const thrown = block.statements.length === 1 && only !== undefined && ts.isThrowStatement(only) ? only.expression.getText() : undefined;
  return thrown !== undefined && thrown === variableDeclaration?.name.getText();
}

/** `try { …; return fallBack(); } catch { return fallBack(); }`: the handler is for what comes before, since it would only do the same again. */
function isRepeatedBy(promise: ts.Expression, { block }: ts.CatchClause): boolean {
  const text = (node: ts.Node): string => node.getText().replace(/\s+/gu, "");
  const last = block.statements.at(-1);
  return last !== undefined && text(last).replace(/;$/u, "") === `return${text(promise)}`;
}

function isPending(view: FileView, promise: ts.Expression): boolean {
  const { compiler, types, outcomes, keepers } = view;
  if (!types.mayBeTask(promise)) return false;
  const type = compiler.typeOf(promise);
  if (type === undefined || types.taskKind(type) !== "promise" || !types.isAlwaysTask(type) || isDetached(view, promise)) return false;
  return outcomes.mayReject(promise) && !keepers.isInGoodHands(chainOf(compiler, promise));
}

/** Whether the callee treats its errors just as the handler would: then nothing is lost by passing it. */
function hasSameHandler({ ts, callees }: FileView, promise: ts.Expression, { block }: ts.CatchClause): boolean {
  const body = ts.isCallExpression(promise) ? callees.of(promise).implementation?.body : undefined;
  if (body === undefined || !ts.isBlock(body)) return false;
  const text = (node: ts.Node): string => node.getText().replace(/\s+/gu, "");
  return body.statements.some((statement) => ts.isTryStatement(statement) && statement.catchClause !== undefined && text(statement.catchClause.block) === text(block));
}
