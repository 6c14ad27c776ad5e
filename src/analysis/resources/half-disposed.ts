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
  if (first === undefined || own.length < fate.releases.length) return undefined;
  const before = all.filter((other) => other.field !== field).flatMap((other) => releasesIn(disposer, other.fate).filter((call) => call.end <= first.pos));
  const ends = new Set<ts.Node>(own);
  for (const start of before) {
    const escape = view.paths.escape(disposer, start, { through: (node) => ends.has(node), failures: "none", facts: new Map([[`this.${field.name}`, true]]) });
    if (escape?.kind === "return" && escape.node.end <= first.pos) return escape.node;
  }
  return undefined;
}

/** The calls of a function itself that give a field back, in source order. */
function releasesIn(fn: FunctionNode, { releases }: FieldFate): readonly ts.CallExpression[] {
  return releases.filter((release) => release.fn === fn && contains(fn, release.call)).map(({ call }) => call).sort((a, b) => a.pos - b.pos);
}
