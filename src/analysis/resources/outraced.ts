/** Listeners for one event that is no longer waited for: a timer came first. */
import type ts from "typescript";
import { waiters } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import { calledMember, inlineFunction, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** Whether a call puts a listener on for one event: `emitter.once("x", …)`; `once(emitter, "x")` without a signal. */
export function targetOfOnce(view: FileView, call: ts.CallExpression): ts.Expression | undefined {
  const { ts } = view;
  const member = calledMember(ts, call);
  if (member?.name === "once" && call.arguments.length === 2) return member.receiver;
  const callee = call.arguments.length === 2 && ts.isIdentifier(call.expression) ? view.callees.of(call) : undefined;
  return callee?.origin === "node" && callee.names.some((name) => waiters.has(name)) ? call.arguments[0] : undefined;
}

/** Whether a `Promise.race` has a timer beside this operand. */
export function isRacedByTimer(view: FileView, operand: ts.Expression): boolean {
  const { ts } = view;
  const list = operand.parent;
  const race = list.parent;
  if (!ts.isArrayLiteralExpression(list) || !ts.isCallExpression(race)) return false;
  const member = calledMember(ts, race);
  return member?.name === "race" && ts.isIdentifier(member.receiver) && member.receiver.text === "Promise" && list.elements.some((other) => other !== operand && isTimer(view, other));
}

/** `new Promise((resolve) => setTimeout(resolve, ms))`, or a call of a function that sleeps. */
function isTimer(view: FileView, operand: ts.Expression): boolean {
  const { ts } = view;
  const value = unwrapped(ts, operand);
  if (ts.isNewExpression(value)) {
    const executor = value.arguments?.[0] === undefined ? undefined : inlineFunction(ts, value.arguments[0]);
    return executor !== undefined && timersOf(view, executor).length > 0;
  }
  const body = ts.isCallExpression(value) ? view.callees.of(value).implementation : undefined;
  if (body !== undefined) return timersOf(view.analysis.view(body.getSourceFile()), body).length > 0;
  return ts.isCallExpression(value) && view.callees.of(value).names.some((name) => /^(?:node:)?timers\/promises\.setTimeout$/u.test(name));
}

function timersOf(view: FileView, fn: FunctionNode): readonly ts.CallExpression[] {
  const { ts } = view;
  return (view.within(fn, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).filter((call) => ts.isIdentifier(call.expression) && call.expression.text === "setTimeout");
}

/** Whether the executor of a promise also starts a timer that settles it. */
export function settlesByTimer(view: FileView, executor: FunctionNode, settles: (callback: ts.Expression) => boolean): boolean {
  return timersOf(view, executor).some(({ arguments: [callback] }) => callback !== undefined && settles(callback));
}
