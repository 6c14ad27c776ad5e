/** Disposers that leave half-way: some of what the class owns is given back, and the rest is not. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import type { FieldFate, OwnedField } from "./owned-fields.ts";
import { contains, type FunctionNode } from "../language/syntax.ts";

/** A field with what its class does with it. */
export interface FieldWithFate {
  readonly field: OwnedField;
  readonly fate: FieldFate;
}

/**
 * The `return` of a disposer that comes after the release of another field and misses the release of this one.
 * One that comes before all releases only says that there is nothing to do any more.
 */
export function missedByReturn(view: FileView, disposer: FunctionNode, { field, fate }: FieldWithFate, all: readonly FieldWithFate[]): ts.Node | undefined {
  const own = releasesIn(disposer, fate);
  const [first] = own;
  // Most disposers have no `return` in between, which is known without a look at the other fields.
  if (first === undefined || own.length < fate.releases.length || !view.within(disposer, view.ts.SyntaxKind.ReturnStatement).some((one) => one.end <= first.pos && view.functionOf(one) === disposer)) return undefined;
  const [start] = all.flatMap((other) => (other.field === field ? [] : releasesIn(disposer, other.fate).slice(0, 1))).sort((a, b) => a.pos - b.pos);
  if (start === undefined || start.end > first.pos) return undefined;
  const ends = new Set<ts.Node>(own);
  const escape = view.paths.escape(disposer, start, { through: (node) => ends.has(node), failures: "none", facts: new Map([[`this.${field.name}`, true]]) });
  return escape?.kind === "return" && escape.node.end <= first.pos ? escape.node : undefined;
}

/** The calls of a function itself that give a field back, in source order. */
function releasesIn(fn: FunctionNode, { releases }: FieldFate): readonly ts.CallExpression[] {
  return releases.filter((release) => release.fn === fn && contains(fn, release.call)).map(({ call }) => call).sort((a, b) => a.pos - b.pos);
}
