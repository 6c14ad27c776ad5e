/** Makes the rest of a block the scope of a task group: `await using` with joins, or `TaskGroup.run` where that syntax is not there. */
import type ts from "typescript";
import type { Edit } from "./edit.ts";
import { completes, exitsOf, someOwn, type Exit } from "./place.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { insert, prefix, replace, type FixView } from "./view.ts";

/** How the group is written. */
export interface GroupText {
  readonly name: string;
  /** The class, as the file calls it. */
  readonly constructor: string;
  /** Its options as source text, or nothing. */
  readonly options: string;
}

/**
 * Declares a group before the statement `first` and joins it on each normal way out of `block`.
 * @returns `undefined` when a way out stands in a `finally`, where a join would hide the error.
 */
export function usingBlock(view: FixView, block: ts.Block, first: ts.Statement, group: GroupText): readonly Edit[] | undefined {
  const { ts, file } = view;
  const rest = block.statements.slice(block.statements.indexOf(first));
  const exits = rest.flatMap((statement) => exitsOf(ts, statement, block));
  if (exits.some((exit) => leavesFinally(ts, exit, block))) return undefined;
  const { semicolons, eol } = styleOf(ts, file);
  const start = first.getStart(file);
  const declaration = `await using ${group.name} = new ${group.constructor}(${group.options})`;
  const edits: Edit[] = [];
  if (startsLine(file.text, start)) {
    // Without semicolons, a line that begins with one of these would continue the declaration.
    const end = semicolons || /[([`+\-/]/u.test(file.text.charAt(start)) ? ";" : "";
    edits.push(insert(view, beforeComments(view, first), `${indentAt(file.text, start)}${declaration}${end}${eol}`));
  } else edits.push(insert(view, start, `${declaration}; `));
  for (const exit of exits) edits.push(...joinBefore(view, exit, group.name));
  if (completes(ts, rest)) edits.push(joinAtEnd(view, block, first, group.name));
  return edits;
}

/** Whether a way out of a block stands in a `finally` inside it. */
export function leavesFinally(ts: FixView["ts"], exit: ts.Node, block: ts.Block): boolean {
  for (let at = exit; at !== block; at = at.parent) if (ts.isTryStatement(at.parent) && at.parent.finallyBlock === at) return true;
  return false;
}

/** Start of the line of a statement, or of the comment lines that stand directly above it. */
export function beforeComments(view: FixView, statement: ts.Statement): number {
  const { text } = view.file;
  let at = lineStart(text, statement.getStart(view.file));
  for (const comment of [...(view.ts.getLeadingCommentRanges(text, statement.pos) ?? [])].reverse()) {
    const directlyAbove = /^[ \t]*\r?\n$/u.test(text.slice(comment.end, at));
    if (!directlyAbove || !startsLine(text, comment.pos)) break;
    at = lineStart(text, comment.pos);
  }
  return at;
}

/** Edits that join a group before, or in, a statement that leaves its block. */
export function joinBefore(view: FixView, exit: Exit, name: string): readonly Edit[] {
  const { ts, file } = view;
  const { semicolons, eol } = styleOf(ts, file);
  if (ts.isReturnStatement(exit) && exit.expression !== undefined) {
    const value = exit.expression;
    const awaited = ts.isAwaitExpression(value) ? value.expression : value;
    const comma = ts.isBinaryExpression(awaited) && awaited.operatorToken.kind === ts.SyntaxKind.CommaToken;
    const call = `${awaited === value ? "await " : ""}${name}.join(${comma ? "(" : ""}`;
    return [insert(view, awaited.getStart(file), call), insert(view, value.end, comma ? "))" : ")")];
  }
  const start = exit.getStart(file);
  const inList = ts.isBlock(exit.parent) || ts.isCaseOrDefaultClause(exit.parent);
  if (!inList) return [insert(view, start, `{ await ${name}.join(); `), insert(view, exit.end, " }")];
  if (!startsLine(file.text, start)) return [insert(view, start, `await ${name}.join(); `)];
  return [insert(view, lineStart(file.text, start), `${indentAt(file.text, start)}await ${name}.join()${semicolons ? ";" : ""}${eol}`)];
}

/** An edit that joins a group at the end of a block; indented like `first`, a statement of the block. */
export function joinAtEnd(view: FixView, block: ts.Block, first: ts.Statement, name: string): Edit {
  const { ts, file } = view;
  const { semicolons, eol } = styleOf(ts, file);
  const close = block.end - 1;
  const end = semicolons ? ";" : "";
  if (startsLine(file.text, close)) return insert(view, lineStart(file.text, close), `${indentAt(file.text, first.getStart(file))}await ${name}.join()${end}${eol}`);
  const last = block.statements.at(-1);
  if (last === undefined || /[;}]$/u.test(file.text.slice(last.pos, last.end))) return prefix(view, close, `await ${name}.join()${end} `);
  const blank = close > last.end && /\s/u.test(file.text.charAt(close - 1)) ? 1 : 0;
  return replace(view, close - blank, close + 1, `; await ${name}.join()${end} }`);
}

/**
 * Moves the rest of a block into the callback of `TaskGroup.run`, one level deeper.
 * @param isBody the block is the whole body of its function: then `return` inside still gives the function's result.
 * @returns `undefined` where moving would change meaning: jumps out of the callback, hoisted declarations, code that shares a line.
 */
export function runBlock(view: FixView, block: ts.Block, first: ts.Statement, group: GroupText, isBody: boolean): readonly Edit[] | undefined {
  const { ts, file } = view;
  const rest = block.statements.slice(block.statements.indexOf(first));
  const exits = rest.flatMap((statement) => exitsOf(ts, statement, block));
  const returns = exits.some((exit) => ts.isReturnStatement(exit));
  const close = block.end - 1;
  const start = first.getStart(file);
  if (exits.some((exit) => !ts.isReturnStatement(exit)) || (returns && !isBody)) return undefined;
  if (rest.some((statement) => hoists(ts, statement)) || !startsLine(file.text, start) || !startsLine(file.text, close)) return undefined;
  const { semicolons, eol, indent } = styleOf(ts, file);
  const lead = indentAt(file.text, start);
  const from = beforeComments(view, first);
  const to = lineStart(file.text, close);
  const options = group.options === "" ? "" : `${group.options}, `;
  const edits = [insert(view, from, `${lead}${returns ? "return " : ""}await ${group.constructor}.run(${options}async (${group.name}) => {${eol}${indent}`)];
  const literals = multilineLiterals(ts, file, rest);
  for (let line = file.text.indexOf("\n", from) + 1; line > 0 && line < to; line = file.text.indexOf("\n", line) + 1) {
    const blank = /^[ \t]*\r?\n/u.test(file.text.slice(line, to));
    if (!blank && !literals.some((one) => one.start < line && line <= one.end)) edits.push(insert(view, line, indent));
  }
  edits.push(replace(view, to, to, `${lead}})${semicolons ? ";" : ""}${eol}`));
  return edits;
}

function hoists(ts: FixView["ts"], statement: ts.Statement): boolean {
  return ts.isFunctionDeclaration(statement) || someOwn(ts, statement, (one) => ts.isVariableDeclarationList(one) && (one.flags & ts.NodeFlags.BlockScoped) === 0);
}

/** Literals that span lines: their continuation lines are content, not layout. */
export function multilineLiterals(ts: FixView["ts"], file: ts.SourceFile, roots: readonly ts.Node[]): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateLiteralToken(node) || ts.isStringLiteral(node) || ts.isJsxText(node)) {
      const start = node.getStart(file);
      if (file.text.slice(start, node.end).includes("\n")) found.push({ start, end: node.end });
    }
    ts.forEachChild(node, visit);
  };
  for (const root of roots) visit(root);
  return found;
}
