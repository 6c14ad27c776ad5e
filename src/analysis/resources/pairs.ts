/** Locks that are taken and given back by two methods of one object: `await lock.acquire(); …; lock.release();`. */
import type ts from "typescript";
import { lockPairs } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import { isTestBody } from "./lost.ts";
import type { DisposalTerms, Leak } from "./leak.ts";
import type { PathQuery } from "../paths/paths.ts";
import { runsOnce } from "../tasks/timers.ts";
import { calledMember, contains, type FunctionNode } from "../language/syntax.ts";

/** A statement that takes a lock, and the calls that give it back. */
interface Taking {
  readonly call: ts.CallExpression;
  /** The `await` around the call, if there is one. */
  readonly start: ts.Expression;
  readonly statement: ts.ExpressionStatement;
  readonly lock: string;
  readonly fn: FunctionNode;
}

/** The locks of a file that some way out keeps. Only who gives a lock back at the end of the block is known to mean that. */
export function* locksKept(view: FileView, terms: DisposalTerms): Generator<Leak> {
  const { ts } = view;
  for (const [taker, givers] of lockPairs) {
    for (const id of view.named(taker)) {
      const taking = takingAt(view, id);
      const type = taking === undefined ? undefined : view.compiler.typeOf((taking.call.expression as ts.PropertyAccessExpression).expression);
      const giver = type === undefined ? undefined : givers.find((one) => view.compiler.propertyOf(type, one) !== undefined);
      if (taking === undefined || giver === undefined || runsOnce(view, taking.call)) continue;
      const all = callsOf(view, taking, giver);
      const own = all.filter((call) => view.functionOf(call) === taking.fn);
      // Who also gives it back elsewhere may have handed it over.
      if (own.length === 0 || own.length < all.length || !own.some((call) => isAtTheEnd(ts, call, taking.statement))) continue;
      const at = wayOut(view, taking, new Set(own), terms);
      if (at === undefined || (at.failed && isTestBody(view, taking.fn))) continue;
      const isGap = at.failed && own.some((call) => isInFinallyBehind(ts, call, at.node));
      const async = own.some((call) => ts.isAwaitExpression(call.parent));
      yield {
        kind: isGap ? "gapBeforeTry" : at.failed ? "notDisposedOnThrow" : "notDisposed",
        acquisition: { call: taking.call, what: "lock", release: { members: new Set([giver]), functions: new Set(), byCall: false, async, using: undefined }, demand: "bracketed", entry: undefined },
        name: undefined,
        label: taking.lock,
        at: at.node,
        steps: [],
      };
    }
  }
}

/** `await lock.acquire();` as a statement of its own; what is taken from a field of another object, or from a call, is not followed. */
function takingAt(view: FileView, id: ts.Node): Taking | undefined {
  const { ts } = view;
  const access = id.parent;
  const call = access.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name !== id || !ts.isCallExpression(call) || call.expression !== access) return undefined;
  const start = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const fn = view.functionOf(call);
  if (fn === undefined || !ts.isExpressionStatement(start.parent) || !isPlainPath(ts, access.expression)) return undefined;
  return { call, start, statement: start.parent, lock: access.expression.getText(view.file), fn };
}

function isPlainPath(ts: FileView["ts"], expression: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(expression)) return isPlainPath(ts, expression.expression);
  return ts.isIdentifier(expression) || expression.kind === ts.SyntaxKind.ThisKeyword;
}

/** The calls inside a function that give a lock back, by its text. */
function callsOf(view: FileView, { fn, lock }: Taking, giver: string): readonly ts.CallExpression[] {
  return (view.within(fn, view.ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).filter((call) => {
    const member = calledMember(view.ts, call);
    return member?.name === giver && member.receiver.getText(view.file) === lock;
  });
}

/** Whether a call stands in the block of a statement, behind it, or in the `finally` of a `try` there. */
function isAtTheEnd(ts: FileView["ts"], call: ts.Node, statement: ts.Statement): boolean {
  if (call.pos < statement.end) return false;
  for (let child = call, up = call.parent; !contains(up, statement); child = up, up = up.parent) {
    if (ts.isFunctionLike(up) || ts.isIterationStatement(up, false) || ts.isCatchClause(up) || ts.isCaseOrDefaultClause(up)) return false;
    if ((ts.isIfStatement(up) && up.expression !== child) || (ts.isTryStatement(up) && up.tryBlock === child)) return false;
  }
  return true;
}

function isInFinallyBehind(ts: FileView["ts"], call: ts.Node, place: ts.Node): boolean {
  for (let child = call, up = call.parent; !ts.isSourceFile(up) && !ts.isFunctionLike(up); child = up, up = up.parent) if (ts.isTryStatement(up) && up.finallyBlock === child && place.end <= up.getStart()) return true;
  return false;
}

/** A way out of the function on which the lock is kept: one without an error first. */
function wayOut(view: FileView, { fn, start }: Taking, ends: ReadonlySet<ts.Node>, { paths }: DisposalTerms): { readonly node: ts.Node; readonly failed: boolean } | undefined {
  const { ts, outcomes } = view;
  const query: PathQuery = { through: (node) => ends.has(node), failures: "none", harmless: (node) => ts.isAwaitExpression(node) && !outcomes.mayReject(node.expression), facts: view.paths.factsAt(start, fn) };
  const escape = view.paths.escape(fn, start, query) ?? (paths === "normal" ? undefined : view.paths.escape(fn, start, { ...query, failures: "await" }));
  if (escape === undefined) return undefined;
  const failed = escape.kind === "failure" ? escape.node : escape.after;
  if (failed !== undefined || escape.kind === "throw") return { node: failed ?? escape.node, failed: true };
  return { node: escape.kind === "end" ? (fn.body?.getLastToken(view.file) ?? fn) : escape.node, failed: false };
}
