/** Puts neighbouring statements into a `try`: the one way in which fixes do that. */
import type ts from "typescript";
import { beforeComments, multilineLiterals } from "./block.ts";
import type { Edit } from "./edit.ts";
import { declaredBy, indexAround, isMentionedOutside } from "./statements.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { insert, prefix, type FixView } from "./view.ts";

/** What stands behind the `try`. */
export interface Guard {
  readonly head: "finally" | `catch (${string})`;
  /** Its statements, without semicolons; or the one of the guarded statements from which on they move into it. */
  readonly body: readonly string[] | ts.Statement;
}

/** More than that nobody reviews in a suggestion; and the fixes of a very long function would cost more than the function. */
const maxLines = 200;

/**
 * Guards the statements of a block from `first` to `last`: `try { … } finally { … }`, one level deeper, comments included.
 * @param gone an edit that takes out one of the statements; its lines keep their indent.
 * @returns `undefined` where a name that they declare is needed outside, where they share a line with other code, and for too long a text.
 */
export function guarded(view: FixView, first: ts.Statement, last: ts.Statement, guard: Guard, gone?: Edit): readonly Edit[] | undefined {
  const { ts, file } = view;
  const { text } = file;
  const start = first.getStart(file);
  if (isLong(text, start, last.end) || !ts.isBlock(first.parent)) return undefined;
  const { statements } = first.parent;
  const [from, to] = [indexAround(statements, first), indexAround(statements, last)];
  const seam = isStatement(guard.body) ? indexAround(statements, guard.body) : to + 1;
  const parts = [statements.slice(from, seam), statements.slice(seam, to + 1)];
  // What they declare must not be needed outside of their new block.
  if (parts.some((part) => declaredBy(ts, part).some((name) => isMentionedOutside(ts, first.parent, name, part[0]?.pos ?? 0, part.at(-1)?.end ?? 0)))) return undefined;
  if (startsLine(text, start)) return inLines(view, first, last, guard, gone);
  // A comment to the end of the line would swallow what comes behind it.
  if (text.slice(start, last.end).includes("\n") || gone !== undefined) return undefined;
  const opening = prefix(view, start, "try { ");
  if (isStatement(guard.body)) return [opening, prefix(view, guard.body.getStart(file), `} ${guard.head} { `), insert(view, last.end, " }")];
  return [opening, insert(view, last.end, ` } ${guard.head} { ${guard.body.map((one) => one + endOf(view)).join(" ")} }`)];
}

function inLines(view: FixView, first: ts.Statement, last: ts.Statement, { head, body }: Guard, gone: Edit | undefined): readonly Edit[] | undefined {
  const { ts, file } = view;
  const { text } = file;
  const { eol, indent } = styleOf(ts, file);
  const [rest = ""] = /^[^\r\n]*/u.exec(text.slice(last.end, last.end + maxLines)) ?? [];
  if (!/^\s*(?:\/\/.*|\/\*.*\*\/\s*)?$/u.test(rest)) return undefined;
  if (isStatement(body) && !startsLine(text, body.getStart(file))) return undefined;
  const lead = indentAt(text, first.getStart(file));
  const begin = beforeComments(view, first);
  const seam = isStatement(body) ? beforeComments(view, body) : -1;
  const end = last.end + rest.length;
  const { statements } = first.parent as ts.Block;
  const literals = multilineLiterals(ts, file, statements.slice(indexAround(statements, first), indexAround(statements, last) + 1));
  const edits: Edit[] = gone === undefined ? [] : [gone];
  for (let line = begin; line < end; line = nextLine(text, line)) {
    const isBlank = /^[ \t]*\r?\n/u.test(text.slice(line, nextLine(text, line)));
    const isGone = gone !== undefined && line >= gone.start && line < gone.end;
    const shift = isBlank || isGone || literals.some((one) => one.start < line && line <= one.end) ? "" : indent;
    const opening = line === begin ? `${lead}try {${eol}` : line === seam ? `${lead}} ${head} {${eol}` : "";
    if (opening + shift !== "") edits.push(insert(view, line, opening + shift));
  }
  const closing = isStatement(body) ? `${lead}}` : [`${lead}} ${head} {`, ...body.map((one) => `${lead}${indent}${one}${endOf(view)}`), `${lead}}`].join(eol);
  const below = nextLine(text, end);
  // Behind the line that is taken out, or else at the end of the last one.
  edits.push(gone !== undefined && gone.end > end ? insert(view, below, closing + eol) : insert(view, end, eol + closing));
  return edits;
}

function isStatement(body: Guard["body"]): body is ts.Statement {
  return "kind" in body;
}

function endOf({ ts, file }: FixView): string {
  return styleOf(ts, file).semicolons ? ";" : "";
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function isLong(text: string, start: number, end: number): boolean {
  let at = lineStart(text, start);
  for (let lines = 0; lines < maxLines; lines++) {
    at = nextLine(text, at);
    if (at >= end) return false;
  }
  return true;
}
