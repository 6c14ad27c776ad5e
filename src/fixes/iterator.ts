/** Closes an iterator that is stepped by hand. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import type { FixView } from "./view.ts";

/**
 * Closes an iterator in a `finally` around everything that comes after its declaration; around the whole body for a parameter.
 * @returns `undefined` where moving the code into a block would hide names, or break text that spans lines.
 */
export function closeIterator(view: FixView, name: ts.Identifier): Fix | undefined {
  const { ts } = view;
  const declaration = name.parent;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : undefined;
  const block = ts.isParameter(declaration) ? (declaration.parent as ts.FunctionLikeDeclaration).body : statement?.parent;
  if (block === undefined || !ts.isBlock(block)) return undefined;
  const first = block.statements[statement === undefined ? 0 : block.statements.indexOf(statement) + 1];
  const last = block.statements.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const edits = guarded(view, first, last, { head: "finally", body: [`await ${name.text}.return${mayLackReturn(view, name) ? "?." : ""}(undefined)`] });
  return edits === undefined ? undefined : { title: "Close the iterator in a `finally`", applicability: "unsafe", edits };
}

/** An iterator need not have a `return`; a generator has one. */
function mayLackReturn({ ts, compiler }: FixView, name: ts.Identifier): boolean {
  const type = compiler.typeOf(name);
  const member = type === undefined ? undefined : compiler.propertyOf(type, "return");
  return member === undefined || (member.flags & ts.SymbolFlags.Optional) !== 0;
}
