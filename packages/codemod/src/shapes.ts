/** Tells whether a change inside a file can be felt outside of it: only then must its importers be checked again. */
import type ts from "typescript";
import { mapOffset, type Edit } from "../../../src/fixes/index.ts";
import { compiler } from "./workspace.ts";

/**
 * Whether every top-level declaration or class member that an edit touches has the same type afterwards.
 * @param edits of this file, sorted and without overlaps, from the text of `before` to that of `after`.
 */
export function keepsShape(fileName: string, edits: readonly Edit[], before: ts.Program, after: ts.Program): boolean {
  const old = before.getSourceFile(fileName);
  const now = after.getSourceFile(fileName);
  if (old === undefined || now === undefined) return false;
  const touched = new Set(edits.flatMap((edit) => declarationsAt(old, edit.start)));
  // What a namespace holds does not show in its type.
  if ([...touched].some((declaration) => compiler.isModuleDeclaration(declaration))) return false;
  return [...touched].every((declaration) => {
    const place = nameOf(declaration).getStart(old);
    const same = declarationsAt(now, mapOffset(place, edits)).find((one) => one.kind === declaration.kind && nameOf(one).getStart(now) === mapOffset(place, edits));
    return same !== undefined && printed(before, declaration) === printed(after, same);
  });
}

/** The declarations around an offset that other files can see; imports and bare statements are none. */
function declarationsAt(file: ts.SourceFile, at: number): readonly ts.Declaration[] {
  const statement = file.statements.find((one) => one.getStart(file) <= at && at < one.end);
  if (statement === undefined) return [];
  if (compiler.isVariableStatement(statement)) return statement.declarationList.declarations;
  if (compiler.isClassDeclaration(statement)) return statement.members.filter((member) => member.getStart(file) <= at && at < member.end);
  return compiler.isFunctionDeclaration(statement) || compiler.isExportAssignment(statement) || compiler.isModuleDeclaration(statement) ? [statement] : [];
}

function nameOf(declaration: ts.Declaration): ts.Node {
  return compiler.getNameOfDeclaration(declaration) ?? declaration;
}

function printed(program: ts.Program, declaration: ts.Declaration): string {
  const checker = program.getTypeChecker();
  const typed = compiler.isExportAssignment(declaration) ? declaration.expression : declaration;
  return checker.typeToString(checker.getTypeAtLocation(typed), undefined, compiler.TypeFormatFlags.NoTruncation | compiler.TypeFormatFlags.UseFullyQualifiedType);
}
