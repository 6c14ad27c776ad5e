/** Whether closing something at the end of a block can be noticed by anything but what it was open for. */
import type ts from "typescript";
import type { FixView } from "./view.ts";

/** Objects with methods that are data all the same: nothing of what they came from is in them. */
const data: ReadonlySet<string> = new Set(["Buffer", "NonSharedBuffer", "ArrayBuffer", "Uint8Array", "Date", "Stats", "BigIntStats", "Dirent"]);

/** How deep results are looked into. */
const maxDepth = 3;

/**
 * Whether a mention of a value asks it for something, waits for the answer, and keeps nothing of the value:
 * `(await file.stat()).size`. A function among the arguments may be called at any later time.
 */
export function asksOnly(view: FixView, mention: ts.Identifier): boolean {
  const { ts, compiler } = view;
  const access = mention.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== mention) return false;
  const call = access.parent;
  if (!ts.isCallExpression(call) || call.expression !== access || call.arguments.some((argument) => isFunction(view, argument))) return false;
  let value: ts.Expression = call;
  for (;;) {
    const up = value.parent;
    if (ts.isAwaitExpression(up) || ts.isParenthesizedExpression(up) || ts.isAsExpression(up) || ts.isNonNullExpression(up) || (ts.isPropertyAccessExpression(up) && up.expression === value) || (ts.isCallExpression(up) && up.expression === value)) value = up;
    else break;
  }
  const type = compiler.typeOf(value);
  return type !== undefined && isData(view, type, 0);
}

function isFunction({ compiler }: FixView, argument: ts.Expression): boolean {
  const type = compiler.typeOf(argument);
  return type === undefined || compiler.isOpaque(type) || compiler.partsOf(type).some((part) => compiler.callSignaturesOf(part).length > 0);
}

/** Whether a type has nothing but data in it: no promise, no method, nothing that could reach back. */
function isData(view: FixView, type: ts.Type, depth: number): boolean {
  const { ts, compiler } = view;
  if (depth > maxDepth || compiler.isOpaque(type)) return false;
  return compiler.partsOf(type).every((part) => {
    if ((part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.TypeParameter | ts.TypeFlags.Conditional)) === 0) return (part.flags & ts.TypeFlags.NonPrimitive) === 0;
    const symbol = part.symbol as ts.Symbol | undefined;
    if (symbol !== undefined && data.has(symbol.name)) return true;
    if (compiler.isArrayLike(part)) return compiler.typeArgumentsOf(part).every((element) => isData(view, element, depth + 1));
    return compiler.callSignaturesOf(part).length === 0 && compiler.propertiesOf(part).every((property) => {
      const declaration = property.valueDeclaration ?? property.declarations?.[0];
      const inner = declaration === undefined ? undefined : compiler.typeOfSymbol(property, declaration);
      return inner !== undefined && isData(view, inner, depth + 1);
    });
  });
}
