/** Starts releases side by side and waits for all of them, whichever fails. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { indexAround } from "./statements.ts";
import { replace, type FixView } from "./view.ts";

/**
 * `await a.close(); await b.close();` becomes `await Promise.allSettled([a.close(), b.close()]);`.
 * @returns `undefined` unless neighbouring statements wait for calls on different objects, and no comment stands between them.
 */
export function settleTogether(view: FixView, at: ts.AwaitExpression, skipped: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const first = at.parent;
  if (!ts.isExpressionStatement(first) || !ts.isBlock(first.parent)) return undefined;
  const { statements } = first.parent;
  const run = statements.slice(indexAround(statements, first), indexAround(statements, skipped) + 1);
  const last = run.at(-1);
  const calls = run.map((one) => (ts.isExpressionStatement(one) && ts.isAwaitExpression(one.expression) ? one.expression.expression : undefined));
  const texts = calls.map((call) => (call !== undefined && ts.isCallExpression(call) && ts.isPropertyAccessExpression(call.expression) ? { text: call.getText(file), target: call.expression.expression.getText(file) } : undefined));
  if (last === undefined || texts.length < 2 || texts.some((one) => one === undefined) || new Set(texts.map((one) => one?.target)).size < texts.length) return undefined;
  if (calls[calls.length - 1] !== skipped || /\/[/*]/u.test(file.text.slice(first.getStart(file), last.end))) return undefined;
  const end = file.text.charAt(last.end - 1) === ";" ? ";" : "";
  const list = texts.map((one) => one?.text ?? "").join(", ");
  return { title: "Release side by side with `Promise.allSettled`, which does not tell of failures", applicability: "unsafe", edits: [replace(view, first.getStart(file), last.end, `await Promise.allSettled([${list}])${end}`)] };
}
