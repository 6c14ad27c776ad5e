/** Repairs of clean-up code: each release gets its turn, an async disposer says so, and what cleans up has a signal of its own. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { someOwn } from "./place.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { insert, prefix, replace, type FixView } from "./view.ts";

/** Time that clean-up gets when nothing else says how long it may take, in milliseconds. */
const cleanupTime = 5000;

/** Gives a call a deadline in the place of a signal that may have aborted. */
export function deadlineInstead(view: FixView, signal: ts.Expression): Fix {
  const { ts, file } = view;
  const own = `AbortSignal.timeout(${String(cleanupTime)})`;
  const edit = ts.isShorthandPropertyAssignment(signal.parent) ? insert(view, signal.end, `: ${own}`) : replace(view, signal.getStart(file), signal.end, own);
  return { title: `Give the clean-up a deadline of its own: \`${own}\``, applicability: "unsafe", edits: [edit] };
}

/** Lets an awaited call fail quietly, so that the error on its way out is the one that arrives. */
export function dropItsError(view: FixView, wait: ts.AwaitExpression): Fix | undefined {
  const { ts } = view;
  if (!ts.isCallExpression(wait.expression)) return undefined;
  return { title: "Drop a failure of the clean-up: the error being thrown is the one that matters", applicability: "unsafe", edits: [insert(view, wait.expression.end, ".catch(() => {})")] };
}

/**
 * Puts the statements from the one with `skipped` to the end of the block into a `finally` after those before it, from the one with `at` on.
 * @returns `undefined` unless both stand in one block on lines of their own, and nothing that moves declares a name, leaves the block, or is a comment's neighbour.
 */
export function releaseInFinally(view: FixView, at: ts.Node, skipped: ts.Node): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  const block = commonBlock(ts, at, skipped);
  if (block === undefined) return undefined;
  const statements = block.statements.slice(block.statements.findIndex((one) => one.end >= at.end));
  const split = statements.findIndex((one) => one.end >= skipped.end);
  const [first] = statements;
  const later = statements[split];
  const last = statements.at(-1);
  if (first === undefined || later === undefined || last === undefined || split < 1) return undefined;
  if (statements.some((one) => moves(ts, one))) return undefined;
  const start = first.getStart(file);
  const from = later.getStart(file);
  const { eol, indent } = styleOf(ts, file);
  const title = "Release in a `finally`, so that a failure does not skip it";
  if (!startsLine(text, start)) {
    if (text.slice(start, last.end).includes("\n")) return undefined;
    return { title, applicability: "unsafe", edits: [prefix(view, start, "try { "), prefix(view, from, "} finally { "), insert(view, last.end, " }")] };
  }
  // Text that spans lines by itself must not be indented.
  if (!startsLine(text, from) || /`|\/\*/u.test(text.slice(start, last.end))) return undefined;
  const lead = indentAt(text, start);
  const [rest = ""] = /^[^\r\n]*/u.exec(text.slice(last.end)) ?? [];
  const seam = lineStart(text, from);
  const deeper = (code: string): string => code.replaceAll(/^(?=[^\r\n])/gmu, indent);
  const begin = lineStart(text, start);
  const end = last.end + rest.length;
  const moved = `${lead}try {${eol}${deeper(text.slice(begin, seam))}${lead}} finally {${eol}${deeper(text.slice(seam, end))}${eol}${lead}}`;
  return { title, applicability: "unsafe", edits: [replace(view, begin, end, moved)] };
}

function commonBlock(ts: FixView["ts"], at: ts.Node, other: ts.Node): ts.Block | undefined {
  let up: ts.Node = at.parent;
  while (!ts.isBlock(up)) {
    if (ts.isFunctionLike(up) || ts.isSourceFile(up)) return undefined;
    up = up.parent;
  }
  return up.statements.some((one) => one.pos <= other.pos && other.end <= one.end) ? up : undefined;
}

/** Whether a statement may not be moved into a block: it declares a name for others, or leaves. */
function moves(ts: FixView["ts"], statement: ts.Statement): boolean {
  if (ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return true;
  return someOwn(ts, statement, (node) => ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node) || ts.isThrowStatement(node));
}

/** Renames `[Symbol.dispose]` to `[Symbol.asyncDispose]`, and what the class says that it implements. */
export function asyncDisposer(view: FixView, method: ts.MethodDeclaration): Fix | undefined {
  const { ts, file } = view;
  const { name, parent } = method;
  if (!ts.isComputedPropertyName(name) || !ts.isPropertyAccessExpression(name.expression)) return undefined;
  const member = name.expression.name;
  const edits = [replace(view, member.getStart(file), member.end, "asyncDispose")];
  for (const clause of ts.isClassLike(parent) ? (parent.heritageClauses ?? []) : []) {
    for (const type of clause.token === ts.SyntaxKind.ImplementsKeyword ? clause.types : []) if (type.expression.getText(file) === "Disposable") edits.push(replace(view, type.expression.getStart(file), type.expression.end, "AsyncDisposable"));
  }
  return { title: "Make it an async disposer, which `await using` waits for", applicability: "unsafe", edits };
}
