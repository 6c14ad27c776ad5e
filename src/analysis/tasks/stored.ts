/** Tasks that are put away and never waited for: in variables, fields, collections, returned data, and behind erased types. */
import type ts from "typescript";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { isExported } from "./ownership.ts";
import { referencesOf } from "../language/references.ts";
import { addedTo, isDetached, isEmptyCollection, isUsing, makesTasks, mayStart, startsTask } from "./tasks.ts";
import { calledMember, isAsync, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A task that somebody keeps and nobody waits for. */
export interface Stored {
  readonly kind: "unreadTask" | "overwritten" | "droppedCollection" | "nestedTask" | "erasedReturn" | "unawaitedElements";
  readonly start: ts.Expression;
  /** The variable, field or property that holds it. */
  readonly name: string;
  /** A second place: what overwrites it, or the annotation that hides it. */
  readonly at?: ts.Node;
  /** Whether the value need not be a task at all: `boolean | Promise<void>`. */
  readonly maybe?: boolean;
}

/** Starts that are the value of a variable or field nobody takes them from. */
export function* unreadTasks(view: FileView): Generator<Stored> {
  const { ts, ownership } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { initializer, name } = declaration;
    if (initializer === undefined || !ts.isIdentifier(name) || !mayStart(ts, initializer) || isUsing(ts, declaration) || isExported(ts, name)) continue;
    yield* judgeVariable(view, name, initializer, initializer);
  }
  for (const assignment of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isExpressionStatement(assignment.parent) || !mayStart(ts, assignment.right)) continue;
    const target = unwrapped(ts, assignment.left);
    if (ts.isIdentifier(target)) {
      const declaration = view.compiler.declarationOf(target);
      if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || declaration.getSourceFile() !== view.file || isExported(ts, declaration.name)) continue;
      yield* judgeVariable(view, declaration.name, assignment.right, assignment);
    } else if (ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword) {
      const field = view.compiler.declarationOf(target.name);
      if (field !== undefined && ts.isPropertyDeclaration(field) && !ownership.isFieldUsed(field) && startsTask(view, assignment.right)) yield { kind: "unreadTask", start: assignment.right, name: target.getText() };
    }
  }
  for (const field of view.nodes(ts.SyntaxKind.PropertyDeclaration) as readonly ts.PropertyDeclaration[]) {
    if (field.initializer === undefined || !mayStart(ts, field.initializer) || ownership.isFieldUsed(field) || !startsTask(view, field.initializer)) continue;
    yield { kind: "unreadTask", start: field.initializer, name: field.name.getText() };
  }
}

function* judgeVariable(view: FileView, name: ts.Identifier, start: ts.Expression, at: ts.Node): Generator<Stored> {
  const { ownership, types, compiler } = view;
  const later = ownership.overwriteOf(name, at);
  if (later !== undefined && startsTask(view, start)) {
    const type = compiler.typeOf(start);
    yield { kind: "overwritten", start, name: name.text, at: later, maybe: type !== undefined && !types.isAlwaysTask(type) };
    return;
  }
  if (ownership.isObviouslyConsumed(name) || !types.mayBeTask(start)) return;
  const type = compiler.typeOf(start);
  if (type === undefined) return;
  const isTask = types.taskKind(type) === "promise";
  if (!isTask && types.elementTaskKind(type) !== "promise") return;
  if (isTask ? ownership.isVariableConsumed(name) : ownership.isCollectionConsumed(name)) return;
  // `p.catch(log)` on its own line is judged as a statement; a second report here would say the same.
  if (view.ts.isVariableDeclaration(name.parent) && referencesOf(compiler, name).some((reference) => isHandledStatement(view, reference))) return;
  if (isTask) {
    if (startsTask(view, start)) yield { kind: "unreadTask", start, name: name.text, maybe: !types.isAlwaysTask(type) };
  } else if (makesTasks(view, start)) yield { kind: "droppedCollection", start, name: name.text };
}

function isHandledStatement(view: FileView, reference: ts.Identifier): boolean {
  const { fate } = fateOf(view.compiler, reference);
  return fate.kind === "chained" && !isWriteTarget(view.ts, reference);
}

/** Local lists that tasks are put into and that nobody takes them out of. */
export function* droppedBags(view: FileView): Generator<Stored> {
  const { ts, compiler, ownership, types } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { initializer, name } = declaration;
    if (initializer === undefined || !ts.isIdentifier(name) || !isEmptyCollection(ts, initializer) || isExported(ts, name)) continue;
    const added = referencesOf(compiler, name).flatMap((reference) => addedTo(ts, reference));
    if (added.length === 0 || ownership.isCollectionConsumed(name)) continue;
    for (const start of added) {
      const type = compiler.typeOf(start);
      if (type !== undefined && types.taskKind(type) === "promise" && startsTask(view, start)) yield { kind: "droppedCollection", start, name: name.text };
    }
  }
}

/** Tasks inside data: returned from an async function whose author wrote no type, or awaited in an array. */
export function* hiddenTasks(view: FileView): Generator<Stored> {
  const { ts } = view;
  for (const awaited of view.nodes(ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]) {
    const value = unwrapped(ts, awaited.expression);
    const suspicious = ts.isArrayLiteralExpression(value) || ts.isIdentifier(value) || (ts.isCallExpression(value) && ["map", "flatMap", "from", "filter"].includes(calledMember(ts, value)?.name ?? ""));
    if (!suspicious) continue;
    const type = view.compiler.typeOf(value);
    if (type !== undefined && view.types.taskKind(type) === undefined && view.types.elementTaskKind(type) === "promise" && !isDetached(view, awaited)) yield { kind: "unawaitedElements", start: value, name: view.print(value, 30) };
  }
  const kinds = [ts.SyntaxKind.ObjectLiteralExpression, ts.SyntaxKind.ArrayLiteralExpression];
  for (const literal of kinds.flatMap((kind) => view.nodes(kind) as readonly (ts.ObjectLiteralExpression | ts.ArrayLiteralExpression)[])) {
    const entries = entriesOf(view, literal);
    if (entries.length === 0) continue;
    const { fate } = fateOf(view.compiler, literal);
    if (fate.kind !== "returned" || fate.from === undefined || !isAsync(ts, fate.from) || fate.from.type !== undefined || hasContext(view, fate.from)) continue;
    for (const entry of entries) if (startsTask(view, entry.start)) yield { kind: "nestedTask", ...entry };
  }
}

/** The entries of a literal that may be promises of work started here: calls, and local constants that hold the result of one. */
function entriesOf(view: FileView, literal: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression): readonly { readonly start: ts.Expression; readonly name: string }[] {
  const { ts } = view;
  const values = ts.isArrayLiteralExpression(literal)
    ? literal.elements.map((value) => ({ value, name: view.print(value, 30) }))
    : literal.properties.flatMap((property) => {
        if (ts.isPropertyAssignment(property)) return [{ value: property.initializer, name: property.name.getText() }];
        return ts.isShorthandPropertyAssignment(property) ? [{ value: property.name, name: property.name.text }] : [];
      });
  return values.flatMap(({ value, name }) => {
    if (mayStart(ts, value)) return [{ start: value, name }];
    const declaration = ts.isIdentifier(value) && literal.parent.kind === ts.SyntaxKind.ReturnStatement ? view.compiler.declarationOf(value) : undefined;
    const start = declaration !== undefined && ts.isVariableDeclaration(declaration) && view.functionOf(declaration) === view.functionOf(literal) ? declaration.initializer : undefined;
    return start !== undefined && mayStart(ts, start) ? [{ start, name }] : [];
  });
}

/** Whether the place of a function says what it returns: then data with promises in it is what the author agreed to. */
function hasContext(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  return (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) && view.compiler.contextualTypeOf(fn) !== undefined;
}

/** Tasks returned behind a declared type that does not tell the caller to wait. */
export function* erasedReturns(view: FileView): Generator<Stored> {
  const { ts } = view;
  const kinds = [ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.FunctionExpression, ts.SyntaxKind.ArrowFunction, ts.SyntaxKind.MethodDeclaration, ts.SyntaxKind.GetAccessor];
  for (const fn of kinds.flatMap((kind) => view.nodes(kind) as readonly FunctionNode[])) {
    const { type, body } = fn;
    if (type === undefined || body === undefined || !erases(ts, type) || isAsync(ts, fn) || isDictated(view, fn)) continue;
    for (const returned of returnsOf(ts, fn)) {
      if (!mayStart(ts, returned) || !startsTask(view, returned)) continue;
      const value = view.compiler.typeOf(returned);
      if (value !== undefined && view.types.isAlwaysTask(value)) yield { kind: "erasedReturn", start: returned, name: type.getText(), at: type };
    }
  }
}

/** Whether a base class or interface prescribes the member, and so its return type. */
function isDictated(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  if (!ts.isClassLike(fn.parent)) return ts.isObjectLiteralExpression(fn.parent);
  const name = fn.name !== undefined && ts.isIdentifier(fn.name) ? fn.name.text : undefined;
  return name !== undefined && view.slots.inheritedTypes(fn.parent, name).length > 0;
}

function erases(ts: FileView["ts"], type: ts.TypeNode): boolean {
  return type.kind === ts.SyntaxKind.UnknownKeyword || type.kind === ts.SyntaxKind.ObjectKeyword || type.kind === ts.SyntaxKind.VoidKeyword;
}
