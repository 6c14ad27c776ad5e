/** Members that are declared to return `void`, and whose callers in the program wait all the same. */
import type ts from "typescript";
import type { Analysis } from "../index.ts";
import { fateOf, outerCall } from "../language/flow.ts";
import { indexOf } from "../language/nodes.ts";
import { originOf } from "../language/origins.ts";
import { referencesOf } from "../language/references.ts";

/**
 * Whether every call of the project's own members of a name waits for the result, and there is one: `await this.options.onClose?.()`.
 * The members of classes go by name alone, since bases and interfaces declare them anew; others by their declaration. One call that drops the
 * result is enough for a no.
 */
export function areAwaitedByCallers(engine: Analysis, name: string, declaration: ts.Declaration | undefined): boolean {
  const { ts, program, compiler } = engine;
  let waits = false;
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || compiler.isFromPackage(file)) continue;
    for (const mention of indexOf(ts, file).named(name)) {
      for (const call of callsThrough(engine, mention, declaration)) {
        const { fate } = fateOf(compiler, call);
        if (fate.kind === "dropped" || fate.kind === "voided" || (fate.kind === "returned" && isDropped(engine, fate.from))) return false;
        waits ||= fate.kind === "awaited" || fate.kind === "returned";
      }
    }
  }
  return waits;
}

/** Whether a function is given to a callee that drops what it returns: `setInterval(() => this.poll())`. */
function isDropped({ ts, slots }: Analysis, fn: ts.Node | undefined): boolean {
  const call = fn?.parent;
  return call !== undefined && (ts.isCallExpression(call) || ts.isNewExpression(call)) && slots.ofArgument(call, call.arguments?.indexOf(fn as ts.Expression) ?? 0) !== undefined;
}

/** Calls of a member by one of its mentions: `x.member()`, or `member()` where `{ member }` has been taken out of an object. A method that calls `super`'s speaks for itself. */
function callsThrough({ ts, compiler }: Analysis, mention: ts.Node, declaration: ts.Declaration | undefined): readonly ts.CallExpression[] {
  const { parent } = mention;
  if (ts.isPropertyAccessExpression(parent) && parent.name === mention && parent.expression.kind !== ts.SyntaxKind.SuperKeyword) {
    const call = outerCall(compiler, parent);
    const symbol = call === undefined ? undefined : compiler.symbolOf(parent.name);
    if (declaration !== undefined && symbol?.valueDeclaration !== declaration) return [];
    return call === undefined || (symbol !== undefined && originOf(compiler, symbol) !== "file") ? [] : [call];
  }
  if (!ts.isBindingElement(parent) || !ts.isObjectBindingPattern(parent.parent) || (parent.propertyName ?? parent.name) !== mention || !ts.isIdentifier(parent.name)) return [];
  return referencesOf(compiler, parent.name).flatMap((reference) => outerCall(compiler, reference) ?? []);
}
