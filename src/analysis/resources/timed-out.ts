/** Resources of a hand-written promise that its timer forgets: the event that closes them has not come when the time is over. */
import type ts from "typescript";
import type { Candidate } from "./candidates.ts";
import type { Step } from "./custody.ts";
import type { FileView } from "../index.ts";
import { contains, inlineFunction, type FunctionNode } from "../language/syntax.ts";

/** The call by which the callback of a timer settles the promise and leaves the resource, which other callbacks give back. */
export function leftByTimer(view: FileView, { name, fn }: Candidate, steps: readonly Step[]): ts.Node | undefined {
  const { ts } = view;
  const made = fn.parent;
  if (!ts.isNewExpression(made) || !ts.isIdentifier(made.expression) || made.expression.text !== "Promise") return undefined;
  // Somebody gives it back, in a callback; and nobody else has it.
  if (!steps.some((step) => step.kind === "released" && step.at !== step.mention) || steps.some((step) => step.kind === "moved" || (step.kind === "released" && step.at === step.mention))) return undefined;
  const settlers = new Set(fn.parameters.map((parameter) => parameter.name.getText(view.file)));
  for (const timer of view.within(fn, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    // The timer itself is over when it fires.
    if (contains(name.parent, timer)) continue;
    const callback = ts.isIdentifier(timer.expression) && timer.expression.text === "setTimeout" && view.functionOf(timer) === fn ? inlineFunction(ts, timer.arguments[0] as ts.Expression) : undefined;
    const settling = callback === undefined ? undefined : callsIn(view, callback).find(({ expression }) => ts.isIdentifier(expression) && settlers.has(expression.text));
    if (callback !== undefined && settling !== undefined && !touches(view, callback, name, fn)) return settling;
  }
  return undefined;
}

function callsIn(view: FileView, fn: FunctionNode): readonly ts.CallExpression[] {
  return view.within(fn, view.ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
}

/** Whether a callback mentions the resource, or calls anything of the executor that may: a helper, an `abort()`. */
function touches(view: FileView, callback: FunctionNode, name: ts.Identifier, executor: FunctionNode): boolean {
  const { ts } = view;
  if (view.named(name.text).some((mention) => contains(callback, mention))) return true;
  const settlers = new Set(executor.parameters.map((parameter) => parameter.name.getText(view.file)));
  return callsIn(view, callback).some(({ expression }) => !ts.isIdentifier(expression) || !settlers.has(expression.text));
}
