/** Calls that tell their outcome to a node-style callback. */
import type ts from "typescript";
import type { Compiler } from "./compiler.ts";
import { inlineFunction } from "./syntax.ts";
import type { Types } from "./types.ts";

/** Whether a call is given a node-style callback: `client.info((error, answer) => …)`. Who is called back has the outcome; what the call returns besides is for those who are not. */
export function isCalledBack(compiler: Compiler, types: Types, call: ts.CallExpression | ts.NewExpression): boolean {
  const { ts } = compiler;
  return (call.arguments ?? []).some((argument) => {
    if (ts.isStringLiteralLike(argument) || ts.isObjectLiteralExpression(argument)) return false;
    const type = inlineFunction(ts, argument) === undefined ? compiler.typeOf(argument) : compiler.contextualTypeOf(argument);
    const parts = type === undefined ? [] : compiler.partsOf(compiler.nonNullable(type));
    return parts.some((part) => compiler.callSignaturesOf(part).some((signature) => isNodeStyle(compiler, types, signature, argument) && !returnsTask(compiler, types, signature)));
  });
}

/** Whether a signature is that of a callback for failure and success alike: its first parameter is an error, if there is one. */
function isNodeStyle(compiler: Compiler, types: Types, signature: ts.Signature, at: ts.Expression): boolean {
  const { ts } = compiler;
  const [first] = signature.parameters;
  const type = first === undefined ? undefined : compiler.typeOfSymbol(first, at);
  if (first === undefined || type === undefined || compiler.isOpaque(type)) return false;
  const declaration = first.valueDeclaration;
  const isNullable = (part: ts.Type): boolean => (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0;
  const parts = compiler.partsOf(type);
  const errors = parts.filter((part) => !isNullable(part));
  const mayBeAbsent = errors.length < parts.length || (declaration !== undefined && ts.isParameter(declaration) && declaration.questionToken !== undefined);
  return mayBeAbsent && errors.length > 0 && errors.every((part) => types.lineageOf(part).includes("Error"));
}

function returnsTask(compiler: Compiler, types: Types, signature: ts.Signature): boolean {
  const result = compiler.returnTypeOf(signature);
  return result !== undefined && types.taskKind(result) !== undefined;
}
