/** Callbacks whose fate the framework decides rather than the types of its slots. */
import type ts from "typescript";
import { alternativesOf, mayReturnTask, type DroppedCallback } from "./callbacks.ts";
import { frameworkOf, frameworks, type Framework, type FrameworkName } from "../catalog/frameworks.ts";
import type { FileView } from "../index.ts";
import { calledMember } from "../language/syntax.ts";

/** Callbacks that a framework drops although the type of their slot accepts a promise. */
export function* droppedByFrameworks(view: FileView, names: readonly FrameworkName[]): Generator<DroppedCallback> {
  const { ts, slots, callees } = view;
  const dropping = names.filter((name) => frameworks[name].result === "drops");
  if (dropping.length === 0) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    if (member === undefined || !dropping.some((name) => (frameworks[name] as Framework).callees?.test(member.name))) continue;
    for (const [index, argument] of call.arguments.entries()) {
      for (const callback of alternativesOf(ts, argument)) {
        if (!mayReturnTask(view, callback) || frameworkOf(callees.of(call), dropping) === undefined) continue;
        if (slots.ofArgument(call, index) !== undefined || !slots.returnsTask(callback)) continue;
        const slot = { kind: "void", callee: view.print(call.expression, 32), repeats: false } as const;
        yield { place: "arguments", at: callback, slot, call, fn: callees.functionOf(callback) };
      }
    }
  }
}

/** Whether a framework in use takes care of what its types drop. */
export function isKeptByFramework(view: FileView, { call, place, at }: DroppedCallback, names: readonly FrameworkName[]): boolean {
  const { ts } = view;
  if (names.length === 0) return false;
  if (call !== undefined) return frameworkOf(view.callees.of(call), names)?.result === "keeps";
  const attribute = place === "attributes" ? attributeAround(ts, at) : undefined;
  return attribute !== undefined && names.some((name) => frameworks[name].result === "keeps" && (frameworks[name] as Framework).attributes?.test(attribute.name.getText()));
}

function attributeAround(ts: FileView["ts"], node: ts.Node): ts.JsxAttribute | undefined {
  let up = node;
  while (!ts.isJsxAttribute(up) && !ts.isSourceFile(up)) up = up.parent;
  return ts.isJsxAttribute(up) ? up : undefined;
}
