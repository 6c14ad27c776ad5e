/** Promises that a `finally` overtakes: returned as they are, they settle long after it has closed what their work uses. */
import type ts from "typescript";
import { endingCalls, endingFunctions, endingMembers } from "../catalog/lenders.ts";
import { defaultViews } from "./carried.ts";
import { lockVerbs, releaseMembers } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { isPending, pendingOn } from "./outliving-promises.ts";
import { nameOfCall, releasingMember } from "../resources/releases.ts";
import { calledMember, returnsOf, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

/** A promise, and the call that ends what it needs before it has settled. */
export interface Overtaken {
  readonly promise: ts.Expression;
  /** What is ended, as text. */
  readonly resource: string;
  /** The variable that holds it, if one does. */
  readonly holder: ts.Identifier | undefined;
  readonly close: ts.CallExpression;
}

interface Ending {
  readonly call: ts.CallExpression;
  readonly text: string;
  readonly holder: ts.Identifier | undefined;
}

/** The promises that leave a `try` by `return` while its `finally` ends something they use, or the lock under which they were to run. */
export function* overtakenPromises(view: FileView): Generator<Overtaken> {
  const { ts } = view;
  for (const statement of view.nodes(ts.SyntaxKind.TryStatement) as readonly ts.TryStatement[]) {
    const body = statement.finallyBlock === undefined ? undefined : view.functionOf(statement);
    if (statement.finallyBlock === undefined || body === undefined || !mayReturnPromise(view, statement, body)) continue;
    const reported = new Set<ts.Node>();
    const endings = [...endingsIn(view, statement.finallyBlock)];
    for (const { call, text, holder } of endings) {
      const extents = holder === undefined ? [] : [statement.tryBlock, ...(statement.catchClause === undefined ? [] : [statement.catchClause.block])];
      for (const extent of extents) {
        for (const { promise, by } of holder === undefined ? [] : pendingOn(view, { name: holder, extent, body, isScope: false }, isAbort(ts, call) ? { ...defaultViews, signals: "any" } : undefined)) {
          if (by !== "return" || !isReturned(ts, promise) || reported.has(promise) || isDecidedBy(view, call, promise)) continue;
          reported.add(promise);
          yield { promise, resource: text, holder, close: call };
        }
      }
    }
    const [first] = endings;
    const lock = endings.find((ending) => isUnlocking(view, ending));
    if (first === undefined) continue;
    for (const { promise, isCallback } of returnedIn(view, statement.tryBlock, body)) {
      const ending = isCallback ? first : lock;
      if (ending !== undefined && !reported.has(promise) && !isDecidedBy(view, ending.call, promise)) yield { promise, resource: ending.text, holder: ending.holder, close: ending.call };
    }
  }
}

/** Whether a call ends whatever was given a signal. */
function isAbort(ts: FileView["ts"], call: ts.CallExpression): boolean {
  return calledMember(ts, call)?.name === "abort";
}

/** Whether syntax leaves open that the `try` returns a promise; comes before any question of type. */
function mayReturnPromise(view: FileView, statement: ts.TryStatement, body: FunctionNode): boolean {
  const { ts } = view;
  return body.asteriskToken === undefined && (view.within(statement, ts.SyntaxKind.ReturnStatement) as readonly ts.ReturnStatement[]).some(({ expression }) => expression !== undefined && !ts.isAwaitExpression(unwrapped(ts, expression)));
}

/** `x.close()`, `release()`, `rm(x)`, not those of functions nested in the block. */
function* endingsIn(view: FileView, block: ts.Block): Generator<Ending> {
  const { ts } = view;
  const calls: ts.CallExpression[] = [];
  walkOwn(ts, block, (node) => {
    if (ts.isCallExpression(node)) calls.push(node);
    return undefined;
  });
  for (const call of calls) {
    const member = releasingMember(ts, call);
    if (member !== undefined && (member.name.startsWith("[") || endingMembers.test(member.name) || releaseMembers.has(member.name))) {
      yield { call, text: view.print(member.receiver, 40), holder: localNamed(view, member.receiver) };
    } else if (ts.isIdentifier(call.expression) && call.arguments.length === 0 && endingFunctions.test(call.expression.text)) yield { call, text: "what it holds", holder: undefined };
    if (!endingCalls.test(nameOfCall(ts, call))) continue;
    for (const argument of call.arguments) {
      const holder = localNamed(view, argument);
      if (holder !== undefined) yield { call, text: holder.text, holder };
    }
  }
}

/** The binding of a variable or parameter of a function. */
function localNamed(view: FileView, expression: ts.Expression): ts.Identifier | undefined {
  const { ts } = view;
  const target = unwrapped(ts, expression);
  const declaration = ts.isIdentifier(target) ? view.compiler.declarationOf(target) : undefined;
  return declaration !== undefined && (ts.isVariableDeclaration(declaration) || ts.isParameter(declaration)) && ts.isIdentifier(declaration.name) && declaration.getSourceFile() === view.file && view.functionOf(declaration) !== undefined ? declaration.name : undefined;
}

/** Whether the `finally` looks at what is returned before it ends anything: `if (!(result instanceof Promise)) span.end()`. */
function isDecidedBy(view: FileView, ending: ts.Node, promise: ts.Expression): boolean {
  const { ts } = view;
  // `return result.finally(…)` as well.
  let root = unwrapped(ts, promise);
  for (let member = ts.isCallExpression(root) ? calledMember(ts, root) : undefined; member !== undefined; member = ts.isCallExpression(root) ? calledMember(ts, root) : undefined) root = unwrapped(ts, member.receiver);
  if (!ts.isIdentifier(root)) return false;
  const { text } = root;
  for (let child = ending, up = ending.parent; !ts.isTryStatement(up); child = up, up = up.parent) {
    if (ts.isIfStatement(up) && up.expression !== child && indexOf(ts, view.file).namedWithin(up.expression, text).length > 0) return true;
  }
  return false;
}

/** The `return` of a promise as it is. */
function isReturned(ts: FileView["ts"], promise: ts.Expression): boolean {
  let up: ts.Node = promise.parent;
  while (ts.isParenthesizedExpression(up) || ts.isAsExpression(up) || ts.isConditionalExpression(up) || ts.isBinaryExpression(up)) up = up.parent;
  return ts.isReturnStatement(up);
}

/**
 * `return this.write();` and `return fn();`, where the call brings a promise of work. With a parameter `fn`, that is the work for which the
 * function opened whatever it ends; any other has to do with a lock only, under which everything was meant to run.
 */
function* returnedIn(view: FileView, block: ts.Block, body: FunctionNode): Generator<{ readonly promise: ts.Expression; readonly isCallback: boolean }> {
  const { ts, compiler, types } = view;
  for (const expression of returnsOf(ts, body)) {
    const call = unwrapped(ts, expression);
    if (!ts.isCallExpression(call) || call.pos < block.pos || call.end > block.end) continue;
    const declaration = ts.isIdentifier(call.expression) ? compiler.declarationOf(call.expression) : undefined;
    const isCallback = declaration !== undefined && ts.isParameter(declaration) && declaration.parent === body;
    const type = compiler.typeOf(call);
    // A parameter that says it may bring a promise is there for callers who do.
    if (type !== undefined && (isCallback ? compiler.partsOf(type).some((part) => types.taskKind(part) === "promise") : isPending(view, call))) yield { promise: call, isCallback };
  }
}

/** Whether a call gives back a lock: `release()` of what `acquire()` brought, or `lock.release()` beside an `acquire`. */
function isUnlocking(view: FileView, { call }: Ending): boolean {
  const { ts, compiler } = view;
  const member = calledMember(ts, call);
  if (member !== undefined) {
    const type = /^(?:release|unlock)/u.test(member.name) ? compiler.typeOf(member.receiver) : undefined;
    return type !== undefined && [...lockVerbs].some((verb) => compiler.propertyOf(compiler.nonNullable(type), verb) !== undefined);
  }
  const declaration = ts.isIdentifier(call.expression) ? compiler.declarationOf(call.expression) : undefined;
  const value = declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined ? unwrapped(ts, declaration.initializer) : undefined;
  const made = value !== undefined && ts.isAwaitExpression(value) ? unwrapped(ts, value.expression) : value;
  return made !== undefined && ts.isCallExpression(made) && lockVerbs.has(nameOfCall(ts, made));
}
