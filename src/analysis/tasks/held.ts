/** Things that may not be kept across an await: locks that were taken synchronously, and what a project names. */
import type ts from "typescript";
import { referencesOf } from "../language/references.ts";
import type { FileView } from "../index.ts";
import type { Specifier } from "../settings.ts";
import { calledMember, unwrapped } from "../language/syntax.ts";

/** A type whose values may not be kept across an await, and why. */
export interface HeldType {
  readonly type: Specifier;
  readonly reason?: string;
}

/** A value that is kept across an await. */
export interface Held {
  readonly at: ts.VariableDeclaration;
  readonly name: string;
  readonly await: ts.Node;
  readonly reason: string;
}

const lockReason = "whoever asks for the lock meanwhile, on the same thread, is refused or waits for ever";

/** Variables that hold a lock or a forbidden type while their function is suspended. */
export function* heldAcrossAwaits(view: FileView, types: readonly HeldType[]): Generator<Held> {
  const { ts, paths } = view;
  if (view.nodes(ts.SyntaxKind.AwaitExpression).length === 0) return;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { name, initializer } = declaration;
    const fn = view.functionOf(declaration);
    if (initializer === undefined || fn === undefined || !ts.isIdentifier(name)) continue;
    const named = types.find(({ type }) => view.types.isNamed(name, [type]));
    const mentions = named === undefined && !takesLock(ts, initializer) ? [] : referencesOf(view.compiler, name).filter((mention) => view.functionOf(mention) === fn);
    const ends = named === undefined ? mentions.filter((mention) => isUnlock(ts, mention)) : mentions;
    const last = ends.at(-1);
    if (last === undefined) continue;
    const awaits = (view.within(fn, ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]).filter((node) => node.pos >= declaration.end && node.end <= last.pos && view.functionOf(node) === fn);
    const isEnd = (node: ts.Node): boolean => ends.includes(node as ts.Identifier);
    const between = awaits.find((node) => paths.reached(fn, declaration, new Set([node]), named === undefined ? isEnd : () => false) !== undefined);
    if (between !== undefined) yield { at: declaration, name: name.text, await: between, reason: named?.reason ?? (named === undefined ? lockReason : "values of this type belong to one turn of the event loop") };
  }
}

/** `m.lockSync()`, `m.tryLock()`: taken without waiting, so not made to be kept while others run. */
function takesLock(ts: FileView["ts"], initializer: ts.Expression): boolean {
  const value = unwrapped(ts, initializer);
  return ts.isCallExpression(value) && /lock/i.test(calledMember(ts, value)?.name ?? "");
}

function isUnlock(ts: FileView["ts"], mention: ts.Node): boolean {
  const access = mention.parent;
  return ts.isPropertyAccessExpression(access) && access.expression === mention && access.name.text === "unlock";
}
