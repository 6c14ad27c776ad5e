/** Moves an await out of a compound assignment, so that the old value is read after the wait and not before it. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { freshName, functionAround } from "./place.ts";
import { indentAt, startsLine, styleOf } from "./style.ts";
import { replace, type FixView } from "./view.ts";

/**
 * `total += await f();` becomes `const value = await f(); total += value;`. Safe where what is waited for does not mention what is written: then nothing
 * moves but the reading, to where it belongs.
 * @returns `undefined` unless the assignment is a statement of a block.
 */
export function hoistAwait(view: FixView, write: ts.BinaryExpression): Fix | undefined {
  const { ts, file } = view;
  const statement = write.parent;
  const around = functionAround(ts, write);
  if (!ts.isExpressionStatement(statement) || !ts.isBlock(statement.parent) || around === undefined) return undefined;
  const { semicolons, eol } = styleOf(ts, file);
  const name = freshName(view, around, ["value", "awaited"]);
  const start = statement.getStart(file);
  const gap = startsLine(file.text, start) ? `${semicolons ? ";" : ""}${eol}${indentAt(file.text, start)}` : "; ";
  const declaration = `const ${name} = ${write.right.getText(file)}${gap}`;
  // One edit over the whole assignment: what stands before the value moves behind the declaration.
  const assignment = file.text.slice(start, write.right.getStart(file));
  const applicability = mentions(view, write.right, write.left.getText(file)) ? "unsafe" : "safe";
  return { title: "Await first, then update", applicability, edits: [replace(view, start, write.right.end, `${declaration}${assignment}${name}`)] };
}

function mentions(view: FixView, root: ts.Node, place: string): boolean {
  const { ts } = view;
  if ((ts.isIdentifier(root) || ts.isPropertyAccessExpression(root)) && root.getText(view.file) === place) return true;
  return ts.forEachChild(root, (child) => mentions(view, child, place) || undefined) ?? false;
}
