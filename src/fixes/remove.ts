/** Takes a statement out, with its line when it has one to itself. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { lineStart, startsLine } from "./style.ts";
import { replace, type FixView } from "./view.ts";

/** Removes a declaration that nothing refers to; comments before it stay. */
export function removeStatement(view: FixView, statement: ts.Statement): Fix {
  return { title: "Remove the group", applicability: "safe", edits: [removalOf(view, statement)] };
}

/** The edit that takes a statement out. */
export function removalOf(view: FixView, statement: ts.Statement): Edit {
  const { text } = view.file;
  const start = statement.getStart(view.file);
  const [gap = ""] = /^[ \t]*(?:\r?\n)?/u.exec(text.slice(statement.end)) ?? [];
  const ownLine = startsLine(text, start) && gap.endsWith("\n");
  return ownLine ? replace(view, lineStart(text, start), statement.end + gap.length, "") : replace(view, start, statement.end + gap.replace(/\r?\n$/u, "").length, "");
}
