/** Where a program mentions a declaration: what must change with it, or forbids the change. */
import type ts from "typescript";
import type { FixView } from "./view.ts";

/** The identifiers of all files of a program that mean a declaration, its own name left out; none from declaration files. */
export function mentionsOf({ ts, program, compiler }: FixView, declaration: ts.Declaration, name: ts.PropertyName): readonly ts.Node[] {
  const text = name.getText();
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && node !== name && node.text === text && compiler.declarationOf(node) === declaration) found.push(node);
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) if (!file.isDeclarationFile && file.text.includes(text)) visit(file);
  return found;
}
