/** Code that runs while something ends: it has nobody left to tell of an error. */
import type ts from "typescript";
import type { FileView } from "./index.ts";
import { enclosingFunction } from "./syntax.ts";

const endingNames = /^(?:\[Symbol\.(?:asyncDispose|dispose)\]|#?_?(?:close|stop|dispose|shutdown|destroy|end|terminate|tearDown|teardown|disconnect|cleanup)[A-Z]?\w*)$/u;

/** Whether a node stands in a `catch` or `finally`, or in a function that by its name ends what it belongs to. */
export function isCleanup(view: FileView, node: ts.Node): boolean {
  const { ts } = view;
  const around = enclosingFunction(ts, node);
  for (let at = node; at !== (around ?? view.file); at = at.parent) {
    if (ts.isCatchClause(at.parent) || (ts.isTryStatement(at.parent) && at.parent.finallyBlock === at)) return true;
  }
  if (around === undefined) return false;
  const holder = around.parent;
  const name = around.name ?? (ts.isVariableDeclaration(holder) || ts.isPropertyDeclaration(holder) || ts.isPropertyAssignment(holder) ? holder.name : undefined);
  return name !== undefined && endingNames.test(name.getText(view.file));
}
