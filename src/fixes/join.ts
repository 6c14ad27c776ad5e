/** Joins a task group on the ways out of its block that do not wait for it yet. */
import type ts from "typescript";
import { joinAtEnd, joinBefore, leavesFinally } from "./block.ts";
import type { Fix } from "./edit.ts";
import type { FixView } from "./view.ts";

/**
 * Puts `await group.join()` on each of some ways out of a block; `return value` becomes `return await group.join(value)`.
 * @param declaration the statement that opens the group, in `block`.
 * @param exits jumps and returns; `block` itself stands for its end.
 * @returns `undefined` when a way out stands in a `finally`, where a join would hide the error.
 */
export function joinOnExits(view: FixView, declaration: ts.Statement, exits: readonly ts.Node[], name: string): Fix | undefined {
  const { ts } = view;
  const block = declaration.parent;
  if (!ts.isBlock(block) || exits.some((exit) => exit !== block && leavesFinally(ts, exit, block))) return undefined;
  const edits = exits.flatMap((exit) => (ts.isReturnStatement(exit) || ts.isBreakOrContinueStatement(exit) ? joinBefore(view, exit, name) : [joinAtEnd(view, block, declaration, name)]));
  return { title: `Wait for \`${name}\` on every way out`, applicability: "unsafe", edits };
}
