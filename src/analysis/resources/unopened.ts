/** Objects that hold nothing yet: they have been made, and what would open them has not been called. */
import type ts from "typescript";
import { outerCall } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { opening } from "./held-while.ts";
import type { Acquisition } from "./resources.ts";
import { isFunctionNode } from "../language/syntax.ts";

/**
 * Whether a function makes an object whose class has a method of its own for the opening, whose constructor only notes what it is given,
 * and of which the function calls no method, nor hands it to anybody who could: `const sender = new Sender(name); if (senders[sender.name]) return;`.
 */
export function isUnopened(view: FileView, { call, entry }: Acquisition, name: ts.Identifier): boolean {
  const { ts, compiler } = view;
  if (entry !== undefined || !ts.isNewExpression(call)) return false;
  const made = view.callees.of(call).symbol?.valueDeclaration;
  if (made === undefined || !ts.isClassDeclaration(made) || made.getSourceFile().isDeclarationFile || !made.members.some((member) => ts.isMethodDeclaration(member) && opening.has(member.name.getText().replace(/^#?_?/u, "")))) return false;
  return onlyNotes(view, made) && referencesOf(compiler, name).every((mention) => mention === name || !ts.isPropertyAccessExpression(mention.parent) || outerCall(compiler, mention.parent) === undefined);
}

/** Whether a class, and each of its base classes, is made without a call of anything that could keep the object or take something for it. */
function onlyNotes(view: FileView, made: ts.ClassDeclaration, depth = 0): boolean {
  const { ts, compiler } = view;
  const base = made.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const declared = base === undefined ? undefined : compiler.declarationOf(base.expression);
  if (base !== undefined && (declared === undefined || !ts.isClassDeclaration(declared) || declared.getSourceFile().isDeclarationFile || depth > 3 || !onlyNotes(view, declared, depth + 1))) return false;
  const there = view.analysis.view(made.getSourceFile());
  return made.members.every((member) => {
    const root = ts.isConstructorDeclaration(member) ? member.body : ts.isPropertyDeclaration(member) ? member.initializer : undefined;
    return root === undefined || isFunctionNode(ts, root) || ![ts.SyntaxKind.CallExpression, ts.SyntaxKind.NewExpression].some((kind) => (there.within(root, kind) as readonly (ts.CallExpression | ts.NewExpression)[]).some((one) => runs(there, one, member) && takes(there, one)));
  });
}

/** Whether a call runs with the member, and not later in some function. */
function runs(there: FileView, call: ts.Node, member: ts.ClassElement): boolean {
  const fn = there.functionOf(call);
  return fn === undefined || fn === member || !(fn.pos >= member.pos && fn.end <= member.end);
}

/** Whether a call acquires something, or gets the object in hand. */
function takes({ ts, resources }: FileView, call: ts.CallExpression | ts.NewExpression): boolean {
  if (call.expression.kind === ts.SyntaxKind.SuperKeyword) return false;
  const isOwnMethod = ts.isPropertyAccessExpression(call.expression) && call.expression.expression.kind === ts.SyntaxKind.ThisKeyword;
  return isOwnMethod || resources.acquisitionOf(call) !== undefined || (call.arguments ?? []).some((argument) => /\bthis\b/u.test(argument.getText()) && !ts.isPropertyAccessExpression(argument));
}
