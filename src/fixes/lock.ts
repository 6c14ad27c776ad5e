/** Gives a lock back in a `finally`. */
import type ts from "typescript";
import type { Leak } from "../analysis/resources/leak.ts";
import type { Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import type { FixView } from "./view.ts";

/**
 * `await lock.acquire(); …; lock.release();` becomes `await lock.acquire(); try { … } finally { lock.release(); }`.
 * @returns `undefined` unless one statement of the block gives the lock back, and a failure is what skips it.
 */
export function unlockInFinally(view: FixView, { kind, label, acquisition }: Leak): Fix | undefined {
  const { ts, file } = view;
  const taking = statementOf(ts, acquisition.call);
  if (label === undefined || kind !== "notDisposedOnThrow" || taking === undefined || !ts.isBlock(taking.parent)) return undefined;
  const { statements } = taking.parent;
  const [giver = ""] = acquisition.release.members;
  const isGiving = (one: ts.Statement): boolean => ts.isExpressionStatement(one) && one.expression.getText(file).replace(/^await\s+/u, "") === `${label}.${giver}()`;
  const [giving, ...more] = statements.filter(isGiving);
  const first = statements[statements.indexOf(taking) + 1];
  if (first === undefined || giving === undefined || more.length > 0 || giving === first || giving.pos < first.pos) return undefined;
  const edits = guarded(view, first, giving, { head: "finally", body: giving });
  return edits === undefined ? undefined : { title: "Give it back in a `finally`", applicability: "unsafe", edits };
}

function statementOf(ts: FixView["ts"], call: ts.Node): ts.ExpressionStatement | undefined {
  const up = ts.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
  return ts.isExpressionStatement(up) ? up : undefined;
}
