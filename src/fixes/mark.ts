/** Puts a handler on a promise that nobody waits for yet: who awaits it later still gets the error. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { indentAt, styleOf } from "./style.ts";
import { insert, type FixView } from "./view.ts";

/**
 * Adds `name.catch(() => {});` after the statement that makes the promise.
 * @param made what makes the promise: the initialiser of a variable, or the right side of an assignment to a field
 * @param name how the promise is written in the next statement
 * @returns `undefined` for the initialiser of a field, after which no statement can stand, and where several variables are declared at once
 */
export function markHandled(view: FixView, made: ts.Expression, name: string): Fix | undefined {
  const { ts, file } = view;
  const owner = made.parent;
  const statement = ts.isVariableDeclaration(owner) && ts.isVariableDeclarationList(owner.parent) && owner.parent.declarations.length === 1 ? owner.parent.parent : ts.isBinaryExpression(owner) ? owner.parent : undefined;
  if (statement === undefined || !(ts.isVariableStatement(statement) || ts.isExpressionStatement(statement)) || !(ts.isBlock(statement.parent) || ts.isSourceFile(statement.parent))) return undefined;
  const { eol, semicolons } = styleOf(ts, file);
  const text = `${eol}${indentAt(file.text, statement.getStart(file))}${name}.catch(() => {})${semicolons ? ";" : ""}`;
  return { title: "Put a handler on it at once", applicability: "unsafe", edits: [insert(view, statement.end, text)] };
}
