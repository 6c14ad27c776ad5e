/** Functions whose result holds one of their arguments: `transact(tx) { return new Service(tx); }`. */
import type ts from "typescript";
import { fateOf } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { parameterAt } from "./summaries.ts";
import type { FunctionNode } from "../language/syntax.ts";

/** How many functions the argument is followed through. */
const maxDepth = 4;

/** Whether the result of a call is, or holds, the argument at a position. Without the body of the callee, nothing is said. */
export function resultHolds(view: FileView, call: ts.CallExpression | ts.NewExpression, index: number, depth = 0): boolean {
  const { ts, callees, summaries } = view;
  const uses = summaries.useOfArgument(call, index).map(({ use }) => use);
  if (uses.includes("returned") || (ts.isNewExpression(call) && uses.includes("retained"))) return true;
  const { implementation } = callees.of(call);
  return implementation !== undefined && uses.includes("retained") && depth < maxDepth && holdsParameter(view, implementation, index, depth);
}

/** Whether a function returns something that it puts a parameter into. */
export function holdsParameter(view: FileView, fn: FunctionNode, index: number, depth = 0): boolean {
  const { ts } = view;
  const name = parameterAt(fn, index)?.name;
  return name !== undefined && ts.isIdentifier(name) && referencesOf(view.compiler, name).some((mention) => isReturnedInside(view, mention, fn, depth));
}

/** Whether a mention goes into an object that the function returns. */
function isReturnedInside(view: FileView, mention: ts.Identifier, fn: FunctionNode, depth: number): boolean {
  const { compiler } = view;
  const { fate } = fateOf(compiler, mention);
  if (fate.kind !== "argument" || view.functionOf(mention) !== fn || !resultHolds(view, fate.by, fate.index, depth + 1)) return false;
  const made = fateOf(compiler, fate.by).fate;
  if (made.kind === "variable") return referencesOf(compiler, made.name).some((read) => isReturnedBy(view, read, fn));
  return made.kind === "returned" && made.from === fn;
}

function isReturnedBy(view: FileView, read: ts.Identifier, fn: FunctionNode): boolean {
  const { fate } = fateOf(view.compiler, read);
  return fate.kind === "returned" && fate.from === fn;
}
