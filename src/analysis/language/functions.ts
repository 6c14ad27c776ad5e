/** The functions of a file. */
import type { FileView } from "../index.ts";
import type { FunctionNode } from "./syntax.ts";

/** Every function of a file that has a body, in source order. */
export function functionsOf(view: FileView): readonly FunctionNode[] {
  const { ts } = view;
  const kinds = [ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.FunctionExpression, ts.SyntaxKind.ArrowFunction, ts.SyntaxKind.MethodDeclaration, ts.SyntaxKind.Constructor, ts.SyntaxKind.GetAccessor, ts.SyntaxKind.SetAccessor];
  return kinds
    .flatMap((kind) => view.nodes(kind) as readonly FunctionNode[])
    .filter((fn) => fn.body !== undefined)
    .sort((a, b) => a.pos - b.pos);
}
