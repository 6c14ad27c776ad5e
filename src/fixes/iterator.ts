/** Closes an iterator that is stepped by hand. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * Closes an iterator in a `finally` around everything that comes after its declaration; around the whole body for a parameter.
 * @returns `undefined` where moving the code into a block would hide names, or break text that spans lines.
 */
export function closeIterator(view: FixView, name: ts.Identifier): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  const declaration = name.parent;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : undefined;
  const block = ts.isParameter(declaration) ? (declaration.parent as ts.FunctionLikeDeclaration).body : statement?.parent;
  if (block === undefined || !ts.isBlock(block)) return undefined;
  const rest = block.statements.slice(statement === undefined ? 0 : block.statements.indexOf(statement) + 1);
  const [first] = rest;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { eol, indent, semicolons } = styleOf(ts, file);
  const closing = `await ${name.text}.return${mayLackReturn(view, name) ? "?." : ""}(undefined)${semicolons ? ";" : ""}`;
  const title = "Close the iterator in a `finally`";
  const start = first.getStart(file);
  if (!startsLine(text, start)) {
    if (text.slice(start, last.end).includes("\n")) return undefined;
    return { title, applicability: "unsafe", edits: [insert(view, start, "try { "), insert(view, last.end, ` } finally { ${closing} }`)] };
  }
  if (/`|\/\*/u.test(text.slice(start, last.end))) return undefined;
  const lead = indentAt(text, start);
  const begin = lineStart(text, start);
  const [tail = ""] = /^[^\r\n]*/u.exec(text.slice(last.end)) ?? [];
  const deeper = text.slice(begin, last.end + tail.length).replaceAll(/^(?=[^\r\n])/gmu, indent);
  return { title, applicability: "unsafe", edits: [replace(view, begin, last.end + tail.length, `${lead}try {${eol}${deeper}${eol}${lead}} finally {${eol}${lead}${indent}${closing}${eol}${lead}}`)] };
}

/** An iterator need not have a `return`; a generator has one. */
function mayLackReturn({ ts, compiler }: FixView, name: ts.Identifier): boolean {
  const type = compiler.typeOf(name);
  const member = type === undefined ? undefined : compiler.propertyOf(type, "return");
  return member === undefined || (member.flags & ts.SymbolFlags.Optional) !== 0;
}
