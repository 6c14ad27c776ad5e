/** A `try` with a `finally` that only gives something back becomes a declaration that does it. */
import type ts from "typescript";
import type { Leak } from "../analysis/resources/leak.ts";
import { multilineLiterals } from "./block.ts";
import type { Edit, Fix } from "./edit.ts";
import { canAwait } from "./place.ts";
import { usingSupport } from "./platform.ts";
import { declaredBy, indexAround, isMentionedOutside } from "./statements.ts";
import { indentAt, lineStart, startsLine } from "./style.ts";
import { replace, type FixView } from "./view.ts";

/**
 * `const x = …; try { … } finally { x.close(); }` becomes `using x = …; …`, one level less deep.
 * @returns `undefined` unless the `try` follows the declaration and ends its block, so that the release stays where it was; where its `finally`
 * does more, or it has a `catch`, which would see failures of the release; and where a name would meet another one.
 */
export function declareInsteadOfTry(view: FixView, { kind, name, acquisition, steps }: Leak): Fix | undefined {
  const { ts, file, compiler } = view;
  const { text } = file;
  const { using } = acquisition.release;
  const list = name?.parent.parent;
  if (kind !== "preferUsing" || using === undefined || list === undefined || !ts.isVariableDeclarationList(list) || list.declarations.length !== 1 || (list.flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const) return undefined;
  const statement = list.parent;
  const block = statement.parent;
  const initializer = list.declarations[0]?.initializer;
  const type = initializer === undefined ? undefined : compiler.typeOf(initializer);
  if (!ts.isVariableStatement(statement) || !ts.isBlock(block) || type === undefined || usingSupport(view, type) === "no" || (using === "await using" && !canAwait(view, statement))) return undefined;
  const index = indexAround(block.statements, statement);
  const guard = block.statements[index + 1];
  if (guard === undefined || !ts.isTryStatement(guard) || guard !== block.statements.at(-1) || guard.catchClause !== undefined || guard.finallyBlock === undefined) return undefined;
  const releases = steps.filter((step) => step.kind === "released");
  const [closing, ...more] = guard.finallyBlock.statements;
  if (closing === undefined || more.length > 0 || !ts.isExpressionStatement(closing) || releases.length !== 1 || releases.some(({ mention }) => mention.pos < closing.pos || mention.end > closing.end)) return undefined;
  const inner = guard.tryBlock;
  if (declaredBy(ts, inner.statements).some((one) => isMentionedOutside(ts, block, one, inner.pos, inner.end))) return undefined;
  const edits = outdented(view, guard, inner, guard.finallyBlock);
  const start = list.getStart(file);
  return edits === undefined || /\/[/*]/u.test(text.slice(guard.finallyBlock.pos, guard.end)) ? undefined : { title: `Declare it with \`${using}\``, applicability: "unsafe", edits: [replace(view, start, start + "const".length, using), ...edits] };
}

/** Takes the lines of `try {` and of the `finally` away, and one level of indent from those between. */
function outdented(view: FixView, guard: ts.TryStatement, inner: ts.Block, last: ts.Block): readonly Edit[] | undefined {
  const { ts, file } = view;
  const { text } = file;
  const start = guard.getStart(file);
  const [first] = inner.statements;
  const close = inner.end - 1;
  if (first === undefined || !startsLine(text, start) || !startsLine(text, first.getStart(file)) || !startsLine(text, close)) return undefined;
  const lead = indentAt(text, start);
  const deeper = indentAt(text, first.getStart(file));
  const literals = multilineLiterals(ts, file, inner.statements);
  const begin = lineStart(text, start);
  const body = text.indexOf("\n", inner.getStart(file)) + 1;
  const [gap = ""] = /^[ \t]*(?:\r?\n)?/u.exec(text.slice(last.end)) ?? [];
  const edits: Edit[] = [replace(view, begin, body, "")];
  for (let line = body; line < lineStart(text, close); line = text.indexOf("\n", line) + 1) {
    if (literals.some((one) => one.start < line && line <= one.end)) continue;
    if (text.startsWith(deeper, line)) edits.push(replace(view, line, line + deeper.length, lead));
    else if (!/^[ \t]*\r?\n/u.test(text.slice(line, line + 200))) return undefined;
  }
  edits.push(replace(view, lineStart(text, close), last.end + gap.length, ""));
  return edits;
}
