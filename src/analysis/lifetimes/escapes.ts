/** Scoped references that reach a place which lives on when they are closed. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { carriedBy, closureAround, localOf, rootOf, type Carried, type Followed, type Views } from "./carried.ts";
import { halfClosers } from "../catalog/closed.ts";
import { closingsOf } from "./closings.ts";
import { deferredBy } from "./deferred.ts";
import { referenceIsKept } from "./kept-for-a-while.ts";
import type { FileView } from "../index.ts";
import { isScope, regionsOf, type Region } from "./regions.ts";
import type { Specifier } from "../settings.ts";
import { contains, isFunctionNode, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isDisposable } from "./views.ts";

export type EscapeKind =
  | "returned"
  | "thrown"
  | "yielded"
  | "exported"
  | "assignedOuter"
  | "storedInField"
  | "pushedOuter"
  | "capturedByCallback"
  | "derivedView"
  | "borrowedParamStored"
  | "handleEscapes"
  | "cloned"
  | "castAway";

/** A reference that gets out. */
export interface ScopeEscape {
  readonly kind: EscapeKind;
  /** Where it leaves. */
  readonly at: ts.Node;
  readonly name: ts.Identifier;
  readonly form: Carried["form"];
  /** The scoped reference; `undefined` for a group that is a parameter. */
  readonly region: Region | undefined;
  /** The place that it reaches, as text, where there is one. */
  readonly sink: string;
}

/** What counts as an escape. */
export interface EscapeTerms extends Pick<Views, "derive" | "copyMethods"> {
  /** Functions that only borrow what they are given. */
  readonly borrowingCallees: readonly Specifier[];
  readonly checkHandles: boolean;
  readonly checkSignals: boolean;
  readonly checkYields: boolean;
  readonly params: "borrow" | "ignore";
}

/** The escapes of a file: of each reference, one for each place it reaches. */
export function* scopeEscapes(view: FileView, terms: EscapeTerms): Generator<ScopeEscape> {
  for (const region of regionsOf(view)) yield* escapesOf(view, region, region, terms);
  for (const region of closedByFinally(view)) yield* escapesOf(view, region, region, terms);
  if (terms.params === "borrow") for (const group of borrowedGroups(view)) yield* escapesOf(view, group, undefined, terms);
}

/** Variables that a `finally` closes whatever happens: good in its `try` only. */
function* closedByFinally(view: FileView): Generator<Region> {
  const { ts } = view;
  for (const { call, name, body, member } of closingsOf(view)) {
    let statement: ts.Node = call;
    while (!ts.isStatement(statement) && statement !== body) statement = statement.parent;
    const block = statement.parent;
    // In `() => c.close()` there is no statement of the function's own.
    const guard = statement === body ? undefined : (block.parent as ts.Node | undefined);
    if (guard === undefined || !ts.isTryStatement(guard) || guard.finallyBlock !== block || halfClosers.has(member) || isScope(view, name) || contains(guard, name) || view.resources.releasedBy(call) === undefined) continue;
    yield { name, kind: "finally", extent: guard.tryBlock, body, isScope: false, opening: call, order: [guard.pos, 0] };
  }
}

/** Parameters that hold a group, and are neither tagged `@owns` nor given by `TaskGroup.run`. */
function* borrowedGroups(view: FileView): Generator<Followed> {
  const { ts, settings } = view;
  if (!view.mentions("TaskGroup") && settings.scopeTypes.length === 0) return;
  for (const parameter of view.nodes(ts.SyntaxKind.Parameter) as readonly ts.ParameterDeclaration[]) {
    const fn = parameter.parent;
    if (parameter.type === undefined || !ts.isIdentifier(parameter.name) || !isFunctionNode(ts, fn) || fn.body === undefined) continue;
    if (ts.isConstructorDeclaration(fn) || !isScope(view, parameter.name) || annotationOf(ts, parameter, "owns") !== undefined) continue;
    yield { name: parameter.name, extent: fn.body, body: fn, isScope: true };
  }
}

function* escapesOf(view: FileView, followed: Followed, region: Region | undefined, terms: EscapeTerms): Generator<ScopeEscape> {
  const views: Views = { ...terms, handles: terms.checkHandles && region !== undefined, signals: terms.checkSignals };
  const reported = new Set<ts.Node>();
  if (region !== undefined && !isFunctionNode(view.ts, followed.body)) yield* exportsOf(view, region);
  for (const carried of carriedBy(view, followed, views)) {
    const found = sinkOf(view, followed, region, carried, terms);
    if (found === undefined || reported.has(found.at)) continue;
    const kind = castOf(view, carried.value, found.kind);
    if (kind === undefined) continue;
    reported.add(found.at);
    yield { name: followed.name, form: carried.form, region, sink: "", ...found, kind };
  }
}

type Sink = Pick<ScopeEscape, "kind" | "at"> & { readonly sink?: string };

function sinkOf(view: FileView, followed: Followed, region: Region | undefined, carried: Carried, terms: EscapeTerms): Sink | undefined {
  const { ts } = view;
  const { value, form, fate, inside } = carried;
  if (isCopied(ts, value)) return region?.isScope === true && form === "itself" ? { kind: "cloned", at: value } : undefined;
  switch (fate.kind) {
    case "returned": {
      if (region === undefined || fate.from !== leftBy(ts, followed) || isPlain(view, value)) return undefined;
      if (form === "handle") return inside === undefined ? undefined : { kind: "handleEscapes", at: value };
      return { kind: form === "view" ? "derivedView" : "returned", at: value };
    }
    case "passed":
      return passedTo(ts, fate.by, value, region, terms);
    case "assigned": {
      const target = unwrapped(ts, fate.target);
      const root = rootOf(ts, target);
      if (isPlain(view, value) || (root !== undefined && localOf(view, root, followed) !== undefined)) return undefined;
      if (referenceIsKept(view, target, value, followed)) return undefined;
      return stored(form, region, { kind: ts.isIdentifier(target) ? "assignedOuter" : "storedInField", at: value, sink: view.print(target, 40) });
    }
    case "argument": {
      if (form !== "closure" && isPlain(view, value)) return undefined;
      const deferred = deferredBy(view, carried, fate, followed, terms.borrowingCallees);
      if (deferred === undefined) return undefined;
      return deferred.kind === "capturedByCallback" ? deferred : stored(form, region, deferred);
    }
    default:
      return undefined;
  }
}

/** The function that a `return` has to leave for the reference to get out. */
function leftBy(ts: FileView["ts"], { body }: Followed): FunctionNode | undefined {
  return isFunctionNode(ts, body) ? body : undefined;
}

function passedTo(ts: FileView["ts"], by: ts.Node, value: ts.Expression, region: Region | undefined, { checkYields }: EscapeTerms): Sink | undefined {
  if (region === undefined) return undefined;
  if (ts.isThrowStatement(by)) return { kind: "thrown", at: value };
  // `yield*` hands out what comes of it, one by one, while it is open.
  if (ts.isYieldExpression(by)) return checkYields && by.asteriskToken === undefined ? { kind: "yielded", at: value } : undefined;
  return ts.isExportAssignment(by) || ts.isExportSpecifier(by) ? { kind: "exported", at: value } : undefined;
}

/** A store says first whose the value was. */
function stored(form: Carried["form"], region: Region | undefined, sink: Sink): Sink {
  if (region === undefined) return { ...sink, kind: "borrowedParamStored" };
  return form === "handle" ? { ...sink, kind: "handleEscapes" } : form === "view" ? { ...sink, kind: "derivedView" } : sink;
}

/** `{ ...c }`, `structuredClone(c)`: of data a way to copy it out, of a group a mistake. */
function isCopied(ts: FileView["ts"], value: ts.Expression): boolean {
  const { parent } = value;
  return ts.isSpreadAssignment(parent) || (ts.isCallExpression(parent) && ts.isIdentifier(parent.expression) && parent.expression.text === "structuredClone");
}

/** Whether a value cannot hold a reference: a number, a text, nothing. */
function isPlain(view: FileView, value: ts.Expression): boolean {
  const { ts } = view;
  const type = view.compiler.typeOf(value);
  return type !== undefined && view.compiler.partsOf(type).every((part) => (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.Instantiable | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) === 0);
}

/**
 * What an assertion on the way makes of an escape. A type without the disposer is a view that may outlive it, by the author's word;
 * `any` and `unknown` only hide what it is.
 */
function castOf(view: FileView, value: ts.Expression, kind: EscapeKind): EscapeKind | undefined {
  const { ts, compiler } = view;
  let cast: ts.TypeNode | undefined;
  for (let up = value.parent; ts.isAsExpression(up) || ts.isParenthesizedExpression(up) || ts.isNonNullExpression(up); up = up.parent) if (ts.isAsExpression(up)) cast = up.type;
  const type = cast === undefined ? undefined : compiler.typeFromAnnotation(cast);
  if (type === undefined) return kind;
  if (compiler.isOpaque(type)) return "castAway";
  const own = compiler.typeOf(value);
  return own !== undefined && isDisposable(view, own) && !isDisposable(view, type) ? undefined : kind;
}

/** Exported functions, classes and variables that mention what is closed when the module has been evaluated. */
function* exportsOf(view: FileView, region: Region): Generator<ScopeEscape> {
  const { ts } = view;
  for (const mention of view.named(region.name.text)) {
    const around = mention === region.name ? undefined : closureAround(ts, mention, view.file);
    if (around === undefined || !contains(region.extent, mention) || !view.ts.isSourceFile(region.extent)) continue;
    let statement: ts.Node = around;
    while (!ts.isSourceFile(statement.parent)) statement = statement.parent;
    if (ts.canHaveModifiers(statement) && (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false) && view.compiler.declarationOf(mention) === region.name.parent) {
      yield { kind: "exported", at: mention, name: region.name, form: "closure", region, sink: "" };
      return;
    }
  }
}
