/** Gives the handle of a spawned task to the caller of the function that spawns it. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { awaitIt } from "./await.ts";
import { droppedExpression, functionAround, isAsyncFunction, someOwn } from "./place.ts";
import { prefix, type FixView } from "./view.ts";

/**
 * An async function awaits the task before it returns; a plain one that ends with the spawn returns the handle.
 * @returns `undefined` where somebody else has written down what the function returns: its type, a base class, or the slot that it is given to.
 */
export function handToCaller(view: FixView, spawn: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const around = functionAround(ts, spawn);
  if (around === undefined) return undefined;
  if (isAsyncFunction(ts, around)) return awaitIt(view, spawn);
  if (!(ts.isFunctionDeclaration(around) || ts.isMethodDeclaration(around)) || around.type !== undefined || around.asteriskToken !== undefined || around.body === undefined) return undefined;
  if (ts.isMethodDeclaration(around) && (!ts.isClassLike(around.parent) || around.parent.heritageClauses !== undefined)) return undefined;
  const last = around.body.statements.at(-1);
  if (last === undefined || spawn.parent !== last || droppedExpression(ts, spawn) !== spawn) return undefined;
  if (someOwn(ts, around.body, (node) => ts.isReturnStatement(node))) return undefined;
  return { title: "Return the handle", applicability: "unsafe", edits: [prefix(view, spawn.getStart(file), "return ")] };
}
