/** Gives a held resource back on every way out: by its declaration, by a `finally`, or by a `try` that begins earlier. */
import type ts from "typescript";
import type { Leak } from "../analysis/resources/leak.ts";
import type { Release } from "../analysis/resources/releases.ts";
import { joinAtEnd, joinBefore, leavesFinally, multilineLiterals } from "./block.ts";
import type { Edit, Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import { canAwait, completes, exitsOf, functionAround } from "./place.ts";
import { removalOf } from "./remove.ts";
import { asksOnly } from "./inert.ts";
import { usingSupport } from "./platform.ts";
import { declaredBy, indexAround, isMentionedOutside } from "./statements.ts";
import { lineStart, startsLine, styleOf } from "./style.ts";
import { declareInsteadOfTry } from "./unwrap.ts";
import { insert, replace, type FixView } from "./view.ts";

/** `const x = …;`, a statement of a block, and the statement that releases `x`, if there is one on the straight way. */
interface Held {
  readonly name: ts.Identifier;
  readonly statement: ts.VariableStatement;
  readonly block: ts.Block;
  readonly closing: ts.ExpressionStatement | undefined;
}

/**
 * `using` or `await using` where type, compiler and function allow it, a `try … finally` otherwise; a `try` that is there already is extended.
 * @returns `undefined` where the value is handed on, or is still used by something that the function does not wait for: then it must not be closed here.
 */
export function releaseAtEnd(view: FixView, leak: Leak): Fix | undefined {
  const held = heldBy(view, leak);
  if (held === undefined) return undefined;
  if (leak.kind === "gapBeforeTry") return extendTry(view, held, leak);
  if (leak.kind === "preferUsing") return declareInsteadOfTry(view, leak);
  if (leak.steps.some((step) => step.kind === "released") && held.closing === undefined) return undefined;
  return declareUsing(view, held, leak) ?? wrapInTry(view, held, leak);
}

function heldBy(view: FixView, { name, steps }: Leak): Held | undefined {
  const { ts } = view;
  const declaration = name?.parent;
  if (name === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isVariableDeclarationList(declaration.parent) || declaration.parent.declarations.length !== 1) return undefined;
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement) || !ts.isBlock(statement.parent) || declaration.initializer === undefined) return undefined;
  const block = statement.parent;
  // Whatever keeps the value beyond the block would find it closed.
  if (steps.some((step) => step.at !== step.mention || step.kind === "moved" || outlives(view, step.mention, block))) return undefined;
  const released = steps.filter((step) => step.kind === "released");
  const closing = released.map((step) => block.statements[indexAround(block.statements, step.mention)]).find((one): one is ts.ExpressionStatement => one !== undefined && ts.isExpressionStatement(one));
  if (closing !== undefined && steps.some((step) => step.mention.pos > closing.end)) return undefined;
  return { name, statement, block, closing: released.length === 1 ? closing : undefined };
}

/** Whether a mention is part of a promise, or of an object with an end of its own, that leaves the block before it is done. */
function outlives(view: FixView, mention: ts.Identifier, block: ts.Block): boolean {
  const { ts, compiler, types } = view;
  // Its number goes where it likes, and means another file once this one is closed.
  if (ts.isPropertyAccessExpression(mention.parent) && mention.parent.name.text === "fd") return true;
  for (let at: ts.Node = mention; at !== block; at = at.parent) {
    if (ts.isAwaitExpression(at)) return false;
    if (!ts.isReturnStatement(at.parent) && !ts.isVariableDeclaration(at.parent) && !(ts.isBinaryExpression(at.parent) && at.parent.right === at)) continue;
    const type = ts.isExpression(at) ? compiler.typeOf(at) : undefined;
    return type === undefined || types.taskKind(type) !== undefined || (ts.isReturnStatement(at.parent) && compiler.partsOf(type).some((part) => (part.flags & ts.TypeFlags.Object) !== 0 && compiler.propertiesOf(part).some((property) => property.name === "close" || property.name === "next")));
  }
  return false;
}

function declareUsing(view: FixView, { name, statement, block, closing }: Held, leak: Leak): Fix | undefined {
  const { ts, file } = view;
  const { using } = leak.acquisition.release;
  const { declarationList } = statement;
  const initializer = declarationList.declarations[0]?.initializer;
  const type = initializer === undefined ? undefined : view.compiler.typeOf(initializer);
  if (using === undefined || type === undefined || view.types.taskKind(type) !== undefined) return undefined;
  const support = usingSupport(view, type);
  if (support === "no") return undefined;
  if ((using === "await using" && !canAwait(view, statement)) || (declarationList.flags & ts.NodeFlags.Const) === 0) return undefined;
  const start = declarationList.getStart(file);
  // A task group that is left cancels its tasks: it has to be joined before.
  const joins = view.types.isScope(type) ? joinsOf(view, name.text, statement, block) : [];
  if (joins === undefined) return undefined;
  const applicability = support === "sure" && isUnnoticed(view, leak) ? "safe" : "unsafe";
  return { title: `Declare it with \`${using}\`${joins.length > 0 ? " and join it" : ""}`, applicability, edits: [replace(view, start, start + "const".length, using), ...(closing === undefined ? [] : [removalOf(view, closing)]), ...joins] };
}

/**
 * Whether the release changes nothing but that the resource is released: nothing has released it so far, it does nothing by itself,
 * and all that it was asked for has been answered, as data, when the block is left.
 */
function isUnnoticed(view: FixView, { kind, acquisition, steps }: Leak): boolean {
  const fn = functionAround(view.ts, acquisition.call);
  const isGenerator = fn !== undefined && (fn as ts.FunctionLikeDeclaration).asteriskToken !== undefined;
  return kind === "notDisposed" && acquisition.entry?.passive === true && !isGenerator && steps.every((step) => step.kind === "use" && step.at === step.mention && asksOnly(view, step.mention));
}

/** Joins of a group on each normal way out of the block that declares it. */
function joinsOf(view: FixView, name: string, declaration: ts.Statement, block: ts.Block): readonly Edit[] | undefined {
  const { ts } = view;
  const rest = block.statements.slice(indexAround(block.statements, declaration) + 1);
  const [first] = rest;
  const exits = rest.flatMap((statement) => exitsOf(ts, statement, block));
  if (first === undefined || exits.some((exit) => leavesFinally(ts, exit, block))) return undefined;
  return [...exits.flatMap((exit) => joinBefore(view, exit, name)), ...(completes(ts, rest) ? [joinAtEnd(view, block, first, name)] : [])];
}

/** How a release is written, or `undefined` where it takes an `await` that may not be written. */
export function releaseText(view: FixView, name: string, release: Release, at: ts.Node): string | undefined {
  if (release.async && !canAwait(view, at)) return undefined;
  const [member] = [...release.members].filter((one) => !one.startsWith("["));
  const [taker] = release.functions;
  const call = release.byCall ? `${name}()` : taker !== undefined ? `${taker}(${name})` : member !== undefined ? `${name}.${member}()` : undefined;
  return call === undefined ? undefined : `${release.async ? "await " : ""}${call}`;
}

function wrapInTry(view: FixView, { name, statement, block, closing }: Held, { acquisition }: Leak): Fix | undefined {
  const release = releaseText(view, name.text, acquisition.release, statement);
  const first = block.statements[indexAround(block.statements, statement) + 1];
  const last = block.statements.at(-1);
  if (release === undefined || first === undefined || last === undefined || first === closing) return undefined;
  const edits = guarded(view, first, last, { head: "finally", body: [release] }, closing === undefined ? undefined : removalOf(view, closing));
  return edits === undefined ? undefined : { title: "Give it back in a `finally`", applicability: "unsafe", edits };
}

/** How many statements are looked through for the `try`. */
const maxMoved = 50;

/** Moves what stands between the acquisition and the `try` into it. */
function extendTry(view: FixView, { statement, block }: Held, { at }: Leak): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  const begin = indexAround(block.statements, statement) + 1;
  const between = block.statements.slice(begin, begin + maxMoved);
  const guard = between.find((one): one is ts.TryStatement => ts.isTryStatement(one) && at !== undefined && one.pos >= at.end);
  if (guard === undefined) return undefined;
  between.splice(between.indexOf(guard));
  const [first] = between;
  if (first === undefined || at === undefined || at.pos < first.pos || !between.concat(guard).every((one) => startsLine(text, one.getStart(file)))) return undefined;
  // What they declare must not be needed outside of the `try`.
  if (declaredBy(ts, between).some((name) => isMentionedOutside(ts, block, name, first.pos, guard.tryBlock.end))) return undefined;
  const { eol, indent } = styleOf(ts, file);
  const from = text.indexOf("\n", statement.end) + 1;
  const to = lineStart(text, guard.getStart(file));
  const moved = text.slice(from, to).replaceAll(/^(?=[^\r\n])/gmu, indent).replace(/\r?\n$/u, "");
  if (multilineLiterals(ts, file, between).length > 0) return undefined;
  return { title: "Begin the `try` right after it is acquired", applicability: "unsafe", edits: [replace(view, from, to, ""), insert(view, guard.tryBlock.getStart(file) + 1, `${eol}${moved}`)] };
}
