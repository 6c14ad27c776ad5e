/** Whether `Promise.all` and `Promise.race` may reject: with what one of their operands rejects with, and with nothing else. */
import type ts from "typescript";
import type { Callees } from "../language/callee.ts";
import type { Compiler } from "../language/compiler.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** What is asked of the operands. */
interface Asked {
  readonly mayReject: (expression: ts.Expression) => boolean;
  readonly rejects: (fn: FunctionNode) => boolean;
}

/** Whether an operand of a combinator may reject; what is not followed may. */
export function operandsMayReject(compiler: Compiler, callees: Callees, call: ts.CallExpression, { mayReject, rejects }: Asked): boolean {
  const { ts } = compiler;
  const list = call.arguments[0] === undefined ? undefined : unwrapped(ts, call.arguments[0]);
  if (list === undefined) return true;
  if (ts.isIdentifier(list)) return elementsMayReject(compiler, list, mayReject);
  if (ts.isArrayLiteralExpression(list)) return list.elements.some((element) => ts.isSpreadElement(element) || mayReject(element));
  const [callback] = ts.isCallExpression(list) && calledMember(ts, list)?.name === "map" ? list.arguments : [];
  const fn = callback === undefined ? undefined : callees.functionOf(callback);
  return fn === undefined || rejects(fn);
}

/** The same of a list that starts empty and is only added to: `const ends = []; ends.push(it.closed); await Promise.all(ends)`. */
function elementsMayReject(compiler: Compiler, list: ts.Identifier, mayReject: Asked["mayReject"]): boolean {
  const { ts } = compiler;
  const declaration = compiler.declarationOf(list);
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || declaration.initializer === undefined) return true;
  const initial = unwrapped(ts, declaration.initializer);
  if (!ts.isArrayLiteralExpression(initial) || initial.elements.length > 0) return true;
  return referencesOf(compiler, declaration.name).some((mention) => {
    if (mention === list) return false;
    const { parent: access } = mention;
    if (!ts.isPropertyAccessExpression(access) || access.expression !== mention) return true;
    if (access.name.text === "length") return false;
    const added = access.name.text === "push" && ts.isCallExpression(access.parent) && access.parent.expression === access ? access.parent.arguments : undefined;
    return added === undefined || added.some((one) => ts.isSpreadElement(one) || mayReject(one));
  });
}
