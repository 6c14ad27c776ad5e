/** Calls that make an emitter call listeners which return promises, and drop what they return. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { calledMember, enclosingClass } from "../language/syntax.ts";

/** An emission, and a listener of the same file whose promise it drops. */
export interface Emission {
  readonly call: ts.CallExpression;
  readonly listener: ts.Expression;
}

const adders: ReadonlySet<string> = new Set(["on", "once", "addListener", "prependListener", "prependOnceListener", "addEventListener"]);

/** `emitter.emit("paid", order)` where the file gave the same emitter an async listener of the same event that may fail. */
export function* emissionsToAsync(view: FileView): Generator<Emission> {
  const { ts } = view;
  if (!view.mentions("emit")) return;
  const calls = view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
  const emissions = calls.filter((call) => calledMember(ts, call)?.name === "emit" && eventOf(ts, call) !== undefined);
  const listening = emissions.length === 0 ? [] : calls.filter((call) => adders.has(calledMember(ts, call)?.name ?? "") && eventOf(ts, call) !== undefined);
  for (const call of emissions) {
    const listener = listening.filter((one) => eventOf(ts, one) === eventOf(ts, call) && isSameReceiver(view, one, call)).flatMap((one) => one.arguments[1] ?? []).find((one) => mayFail(view, one));
    if (listener !== undefined) yield { call, listener };
  }
}

function eventOf(ts: FileView["ts"], call: ts.CallExpression): string | undefined {
  const [event] = call.arguments;
  return event !== undefined && ts.isStringLiteralLike(event) ? event.text : undefined;
}

function isSameReceiver(view: FileView, one: ts.CallExpression, other: ts.CallExpression): boolean {
  const { ts, compiler } = view;
  const [a, b] = [calledMember(ts, one)?.receiver, calledMember(ts, other)?.receiver];
  if (a?.getText() !== b?.getText() || a === undefined || b === undefined) return false;
  if (a.kind === ts.SyntaxKind.ThisKeyword) return enclosingClass(ts, a) === enclosingClass(ts, b);
  const symbol = compiler.symbolOf(ts.isPropertyAccessExpression(a) ? a.name : a);
  return symbol !== undefined && symbol === compiler.symbolOf(ts.isPropertyAccessExpression(b) ? b.name : b);
}

function mayFail(view: FileView, listener: ts.Expression): boolean {
  if (!view.slots.returnsTask(listener)) return false;
  const fn = view.callees.functionOf(listener);
  return fn === undefined || !view.slots.isSafeToDrop(fn, false);
}
