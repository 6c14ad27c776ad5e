/** Stores that are undone before the reference ends: a field that is set back, a list that is emptied, a variable that nobody reads later. */
import type ts from "typescript";
import type { Followed } from "./carried.ts";
import { removers } from "../catalog/registrars.ts";
import { isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { bookkeeping } from "../tasks/ownership.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, enclosingClass, isFunctionNode, isNullish, unwrapped } from "../language/syntax.ts";

/** Whether what a place is given is taken from it again before the extent ends, or is never read outside of it. */
export function referenceIsKept(view: FileView, target: ts.Expression, value: ts.Node, followed: Followed): boolean {
  const { ts, compiler } = view;
  const text = target.getText(view.file);
  const later = samePlaces(view, target, followed.extent).filter((place) => place.pos > value.end && place.getText(view.file) === text);
  if (later.some((place) => isWriteTarget(ts, place) || ts.isDeleteExpression(place.parent))) return true;
  if (ts.isIdentifier(target)) {
    const declaration = compiler.declarationOf(target);
    const binding = declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && declaration.getSourceFile() === view.file ? declaration.name : undefined;
    return binding !== undefined && !referencesOf(compiler, binding).some((read) => !isWriteTarget(ts, read) && !contains(followed.extent, read)) && !isExportedVariable(ts, binding);
  }
  return isResetByMethod(view, target, value, followed);
}

function samePlaces(view: FileView, target: ts.Expression, extent: ts.Node): readonly ts.Expression[] {
  const { ts } = view;
  const index = indexOf(ts, view.file);
  if (ts.isIdentifier(target)) return index.namedWithin(extent, target.text).filter((name) => ts.isIdentifier(name));
  if (ts.isPropertyAccessExpression(target)) return index.namedWithin(extent, target.name.text).flatMap(({ parent }) => (ts.isPropertyAccessExpression(parent) ? [parent] : []));
  return index.within(extent, ts.SyntaxKind.ElementAccessExpression) as readonly ts.ElementAccessExpression[];
}

function isExportedVariable(ts: FileView["ts"], binding: ts.Identifier): boolean {
  let statement: ts.Node = binding;
  while (!ts.isStatement(statement) && !ts.isSourceFile(statement)) statement = statement.parent;
  return ts.isVariableStatement(statement) && (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false);
}

/** `this.c = c; … this.reset();` where `reset` writes the field. */
function isResetByMethod(view: FileView, target: ts.Expression, value: ts.Node, followed: Followed): boolean {
  const { ts } = view;
  const owner = enclosingClass(ts, target);
  if (owner === undefined || !ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) return false;
  // What a callback is lent ends with a wait of that callback, and another method clears the field when it has told it to go on.
  if (isFunctionNode(ts, followed.extent) && !followed.isScope && samePlaces(view, target, owner).some((place) => isWriteTarget(ts, place) && ts.isBinaryExpression(place.parent) && isNullish(ts, place.parent.right))) return true;
  const writers = new Set(samePlaces(view, target, owner).flatMap((place) => {
    const around = isWriteTarget(ts, place) ? view.functionOf(place) : undefined;
    return around === undefined || contains(around, value) || around.name === undefined ? [] : [around.name.getText(view.file)];
  }));
  // A group that was lent by a call is given back by another one.
  if (ts.isFunctionLike(followed.extent.parent) && followed.isScope && writers.size > 0) return true;
  return (view.within(followed.extent, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => call.pos > value.end && writers.has(calledMember(ts, call)?.name ?? ""));
}

/** Whether a list is emptied, or what is in it used, before the extent ends. */
export function isDrained(view: FileView, list: ts.Expression, value: ts.Node, followed: Followed): boolean {
  const { ts } = view;
  const place = unwrapped(ts, list);
  const text = place.getText(view.file);
  return samePlaces(view, place, followed.extent).some((mention) => {
    if (mention.pos < value.end || mention.getText(view.file) !== text) return false;
    const access = mention.parent;
    if (!ts.isPropertyAccessExpression(access) || access.expression !== mention) return true;
    return removers.has(access.name.text) || !bookkeeping.has(access.name.text) || (access.name.text === "length" && isWriteTarget(ts, access));
  });
}
