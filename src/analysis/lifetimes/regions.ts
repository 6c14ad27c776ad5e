/** References that are good for a part of a function only: what `using` binds, what a stack holds, what a callback is lent; and which of them ends first. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { lentTo } from "../facts/lent.ts";
import type { Body } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, inlineFunction, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isUsing } from "../tasks/tasks.ts";

/** A scoped reference, and the stretch of code in which it is good. */
export interface Region {
  readonly name: ts.Identifier;
  /**
   * `using`: closed at the end of its block; `stacked`: closed with the stack that holds it; `run`: a group that waits for its tasks after its
   * callback; `lent`: given back when the callback has ended; `finally`: closed by hand after a `try`.
   */
  readonly kind: "using" | "stacked" | "run" | "lent" | "finally";
  /** Its end is the end of the reference: a block, a loop, or a callback. */
  readonly extent: ts.Node;
  readonly body: Body;
  /** Whether it owns tasks. */
  readonly isScope: boolean;
  /** What opens it: the declaration, or the call that lends it; for `finally`, the call that closes it. */
  readonly opening: ts.Node;
  /** Place in the order of disposal among those of the same extent: what comes later is closed earlier. */
  readonly order: readonly [number, number];
}

const known = new WeakMap<FileView, readonly Region[]>();

/** The scoped references of a file, in source order. */
export function regionsOf(view: FileView): readonly Region[] {
  let regions = known.get(view);
  if (regions === undefined) {
    regions = [...bound(view), ...given(view)];
    known.set(view, regions);
  }
  return regions;
}

/** Whether `a` has been closed when `b` still is open, on every way out. */
export function endsBefore(a: Region, b: Region): boolean {
  if (a.extent !== b.extent) return contains(b.extent, a.extent);
  return a.order[0] === b.order[0] ? a.order[1] > b.order[1] : a.order[0] > b.order[0];
}

/** `using` declarations, and what they put on a stack of theirs. */
function* bound(view: FileView): Generator<Region> {
  const { ts } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { name } = declaration;
    if (!ts.isIdentifier(name) || !isUsing(ts, declaration)) continue;
    const region: Region = { name, kind: "using", extent: extentOf(ts, declaration), body: view.functionOf(name) ?? view.file, isScope: isScope(view, name), opening: declaration, order: [declaration.pos, 0] };
    yield region;
    yield* stackedOn(view, region);
  }
}

function extentOf(ts: FileView["ts"], declaration: ts.VariableDeclaration): ts.Node {
  const statement = declaration.parent.parent;
  return ts.isVariableStatement(statement) ? statement.parent : statement;
}

/** `const x = stack.use(…)`, unless the stack moves what it holds to another owner. */
function* stackedOn(view: FileView, stack: Region): Generator<Region> {
  const { ts, compiler } = view;
  if (!view.mentions("use", "adopt") || stack.isScope) return;
  const calls = referencesOf(compiler, stack.name).flatMap((reference) => {
    const call = ts.isPropertyAccessExpression(reference.parent) ? reference.parent.parent : undefined;
    return call !== undefined && ts.isCallExpression(call) && call.expression === reference.parent ? [call] : [];
  });
  if (calls.some((call) => calledMember(ts, call)?.name === "move")) return;
  for (const call of calls) {
    const member = calledMember(ts, call)?.name;
    let value: ts.Expression = call;
    while (ts.isParenthesizedExpression(value.parent) || ts.isAwaitExpression(value.parent)) value = value.parent;
    const declaration = value.parent;
    if ((member !== "use" && member !== "adopt") || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || view.functionOf(call) !== view.functionOf(stack.name)) continue;
    const type = compiler.typeOf(stack.name);
    if (type === undefined || compiler.propertyOf(type, "adopt") === undefined) return;
    yield { ...stack, name: declaration.name, kind: "stacked", isScope: isScope(view, declaration.name), opening: declaration, order: [stack.order[0], call.pos] };
  }
}

/** Parameters of callbacks: of `TaskGroup.run`, and of functions that give back what they lend. */
function* given(view: FileView): Generator<Region> {
  const { ts } = view;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    for (const [index, argument] of call.arguments.entries()) {
      const fn = inlineFunction(ts, argument);
      const [parameter] = fn?.parameters ?? [];
      if (fn === undefined || parameter === undefined) continue;
      const name = calledMember(ts, call)?.name;
      if (name === "run" && index === call.arguments.length - 1 && ts.isIdentifier(parameter.name) && isScope(view, parameter.name)) yield regionOf(fn, parameter.name, "run", call);
      else yield* lentBy(view, call, index, fn);
    }
  }
}

function* lentBy(view: FileView, call: ts.CallExpression, index: number, fn: FunctionNode): Generator<Region> {
  for (const position of lentTo(view, call, index, fn)) {
    const name = fn.parameters[position]?.name;
    if (name !== undefined && view.ts.isIdentifier(name)) yield regionOf(fn, name, "lent", call);
  }
}

function regionOf(fn: FunctionNode, name: ts.Identifier, kind: "run" | "lent", call: ts.CallExpression): Region {
  return { name, kind, extent: fn, body: fn, isScope: kind === "run", opening: call, order: [fn.pos, 0] };
}

/** Whether a variable holds something that owns tasks. */
export function isScope(view: FileView, name: ts.Identifier): boolean {
  const type = view.compiler.typeOf(name);
  return type !== undefined && view.types.isScope(type);
}

/** The region that an expression names. */
export function regionNamed(view: FileView, expression: ts.Expression): Region | undefined {
  const { ts } = view;
  const target = unwrapped(ts, expression);
  if (!ts.isIdentifier(target) || regionsOf(view).length === 0) return undefined;
  const map = byDeclaration(view);
  if (!map.names.has(target.text)) return undefined;
  const declaration = view.compiler.declarationOf(target);
  return declaration === undefined ? undefined : map.regions.get(declaration);
}

interface RegionMap {
  readonly names: ReadonlySet<string>;
  readonly regions: ReadonlyMap<ts.Node, Region>;
}

const maps = new WeakMap<FileView, RegionMap>();

function byDeclaration(view: FileView): RegionMap {
  let map = maps.get(view);
  if (map === undefined) {
    const regions = regionsOf(view);
    map = { names: new Set(regions.map(({ name }) => name.text)), regions: new Map(regions.map((region) => [region.name.parent, region])) };
    maps.set(view, map);
  }
  return map;
}

/** Every mention of a scoped reference, its declaration left out. */
export function mentionsOfRegion(view: FileView, region: Region): readonly ts.Identifier[] {
  return referencesOf(view.compiler, region.name);
}
