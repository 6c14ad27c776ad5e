/** What authors state in comments: `@detached <reason>`, `@owns`, `@borrows`. */
import type ts from "typescript";
import type { TypeScript } from "./compiler.ts";
import { isFunctionNode } from "./syntax.ts";

export type Annotation = "detached" | "owns" | "borrows";

/**
 * Text after `@<tag>` in a comment before the statement or member around a node, up to and including the nearest function declaration,
 * method or named function value. `undefined` when there is no such tag; empty when the tag stands alone.
 */
export function annotationOf(ts: TypeScript, node: ts.Node, tag: Annotation): string | undefined {
  const file = node.getSourceFile();
  if (!file.text.includes(`@${tag}`)) return undefined;
  for (let up: ts.Node = node; !ts.isSourceFile(up); up = up.parent) {
    if (ts.isStatement(up) || ts.isClassElement(up) || ts.isVariableDeclaration(up) || isFunctionNode(ts, up) || ts.isParameter(up) || ts.isPropertyAssignment(up)) {
      const found = tagBefore(ts, file, up, tag);
      if (found !== undefined) return found;
    }
    if (ts.isFunctionDeclaration(up) || ts.isClassElement(up) || ts.isClassLike(up)) return undefined;
  }
  return undefined;
}

function tagBefore(ts: TypeScript, file: ts.SourceFile, node: ts.Node, tag: Annotation): string | undefined {
  const start = node.getStart(file);
  // A comment on the line of the node belongs to it, even where something else stands before both.
  const beside = (ts.getTrailingCommentRanges(file.text, node.pos) ?? []).filter(({ end }) => !file.text.slice(end, start).includes("\n"));
  for (const range of [...beside, ...(ts.getLeadingCommentRanges(file.text, node.pos) ?? [])]) {
    const comment = file.text.slice(range.pos, range.end);
    const at = comment.indexOf(`@${tag}`);
    if (at < 0 || /[\w-]/.test(comment.charAt(at + tag.length + 1))) continue;
    const rest = comment.slice(at + tag.length + 1).replace(/\*\/$/, "");
    const next = rest.search(/(^|\s)@\w/);
    return (next < 0 ? rest : rest.slice(0, next)).replaceAll(/^\s*\*+/gm, "").trim();
  }
  return undefined;
}
