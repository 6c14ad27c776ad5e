/** Fields whose value is closed and worked with afterwards, in one and the same method. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { halfClosers, reopeners } from "../catalog/closed.ts";
import { finalMembers } from "../catalog/releases.ts";
import { callOn, isWork, type ClosedTerms, type ClosedUse } from "./closed.ts";
import { isCleanup } from "../cleanup/cleanup.ts";
import type { FileView } from "../index.ts";
import { isWriteTarget } from "../language/flow.ts";
import { memberAccesses } from "../language/references.ts";
import { calledMember, enclosingClass, unwrapped } from "../language/syntax.ts";

/** The first use of each closed field that comes too late. */
export function* closedFieldUses(view: FileView, terms: ClosedTerms): Generator<ClosedUse> {
  const { ts, paths } = view;
  if (!view.mentions(...finalMembers)) return;
  const done = new Set<ts.Node>();
  for (const closing of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, closing);
    const field = member === undefined || closing.arguments.length > 0 || !finalMembers.has(member.name) || halfClosers.has(member.name) ? undefined : unwrapped(ts, member.receiver);
    if (member === undefined || field === undefined || !ts.isPropertyAccessExpression(field) || field.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
    const fn = view.functionOf(closing);
    const owner = enclosingClass(ts, field);
    if (fn === undefined || owner === undefined || view.resources.releasedBy(closing) === undefined) continue;
    if (terms.disposeBorrowed === "error" && isInjected(view, owner, field) && !isCleanup(view, closing)) yield { kind: "disposeBorrowed", at: closing, name: field.getText(view.file), closing: { call: closing } };
    const mentions = memberAccesses(view.compiler, owner, field.name.text).filter((mention) => mention.expression.kind === ts.SyntaxKind.ThisKeyword && view.functionOf(mention) === fn);
    const calls = mentions.flatMap((mention) => callOn(ts, mention) ?? []);
    const uses = new Set<ts.Node>(calls.filter((call) => call !== closing && !reopeners.test(calledMember(ts, call)?.name ?? "") && !terms.reopenMethods.includes(calledMember(ts, call)?.name ?? "") && isWork(view, call, false, { member: member.name }, terms)));
    if (uses.size === 0) continue;
    const writes = new Set<ts.Node>(mentions.filter((mention) => isWriteTarget(ts, mention)).map(({ parent }) => parent));
    // Another method may open it again, or put something else there.
    const isFresh = (node: ts.Node): boolean => writes.has(node) || (ts.isCallExpression(node) && (calledMember(ts, node)?.receiver.kind === ts.SyntaxKind.ThisKeyword || (calls.includes(node) && reopeners.test(calledMember(ts, node)?.name ?? ""))));
    const late = paths.reached(fn, closing, uses, isFresh, paths.factsAt(closing, fn), "none") as ts.CallExpression | undefined;
    if (late === undefined || done.has(late)) continue;
    done.add(late);
    const isOpen = paths.reached(fn, undefined, new Set([late]), (node) => node === closing, undefined, "none") !== undefined;
    yield { kind: isOpen ? "maybeClosed" : "useAfterClose", at: late, name: field.getText(view.file), closing: { call: closing } };
  }
}

/** Whether a field holds what the constructor was given, and nobody has said that it was handed over. */
function isInjected(view: FileView, owner: ts.ClassLikeDeclaration, field: ts.PropertyAccessExpression): boolean {
  const { ts, compiler } = view;
  const constructor = owner.members.find((member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined);
  const given = constructor?.parameters.find((parameter) => {
    if (!ts.isIdentifier(parameter.name)) return false;
    if (ts.isParameterPropertyDeclaration(parameter, parameter.parent)) return parameter.name.text === field.name.text;
    return memberAccesses(compiler, owner, field.name.text).some((mention) => isWriteTarget(ts, mention) && ts.isBinaryExpression(mention.parent) && ts.isIdentifier(mention.parent.right) && compiler.declarationOf(mention.parent.right) === parameter);
  });
  return given !== undefined && annotationOf(ts, given, "owns") === undefined;
}
