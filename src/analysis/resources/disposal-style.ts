/** Resources that do not leak, and are yet not held the way that nobody can get wrong. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import type { Acquisition } from "./resources.ts";
import { isUsing } from "../tasks/tasks.ts";
import { isAsync, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";

/**
 * Declarations with `using` whose disposer returns a promise that nobody waits for.
 * @param async whether those count, too, whose type has an async disposer beside a sync one.
 */
export function* wrongUsings(view: FileView, async: boolean): Generator<ts.VariableDeclaration> {
  const { ts, compiler } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    if (!isUsing(ts, declaration) || (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing || declaration.initializer === undefined) continue;
    const type = compiler.typeOf(declaration.initializer);
    if (type === undefined) continue;
    const members = compiler.propertiesOf(compiler.nonNullable(type));
    if ((async && members.some(({ name }) => name.startsWith("__@asyncDispose"))) || members.some((member) => member.name.startsWith("__@dispose") && returnsTask(view, member))) yield declaration;
  }
}

function returnsTask(view: FileView, member: ts.Symbol): boolean {
  const { compiler, types } = view;
  const at = member.valueDeclaration;
  const type = at === undefined ? undefined : compiler.typeOfSymbol(member, at);
  return type !== undefined && compiler.callSignaturesOf(type).some((signature) => {
    const result = compiler.returnTypeOf(signature);
    return result !== undefined && types.taskKind(result) !== undefined;
  });
}

/** A resource that a function hands to its caller under a type that does not say so. */
export interface OpaqueReturn {
  readonly acquisition: Acquisition;
  readonly annotation: ts.TypeNode;
}

/** Returns whose declared type has nothing by which the caller could give the value back. */
export function* opaqueReturns(view: FileView, functions: readonly FunctionNode[]): Generator<OpaqueReturn> {
  const { ts, compiler, resources } = view;
  for (const fn of functions) {
    const annotation = "type" in fn ? fn.type : undefined;
    if (annotation === undefined || fn.asteriskToken !== undefined) continue;
    const declared = compiler.typeFromAnnotation(annotation);
    const given = declared === undefined ? undefined : isAsync(ts, fn) ? compiler.awaited(declared) : declared;
    if (given === undefined || compiler.partsOf(given).some((part) => resources.releaseOf(part) !== undefined || resources.releaseOf(compiler.awaited(part)) !== undefined)) continue;
    for (const returned of returnsOf(ts, fn)) {
      const acquisition = acquiredBy(view, returned);
      if (acquisition?.demand === "always" && acquisition.release.members.size > 0) yield { acquisition, annotation };
    }
  }
}

function acquiredBy(view: FileView, expression: ts.Expression): Acquisition | undefined {
  const { ts, compiler, resources } = view;
  let value = unwrapped(ts, expression);
  if (ts.isIdentifier(value)) {
    const declaration = compiler.declarationOf(value);
    if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || view.functionOf(declaration) !== view.functionOf(value)) return undefined;
    value = unwrapped(ts, declaration.initializer);
  }
  if (ts.isAwaitExpression(value)) value = unwrapped(ts, value.expression);
  return ts.isCallExpression(value) || ts.isNewExpression(value) ? resources.acquisitionOf(value) : undefined;
}
