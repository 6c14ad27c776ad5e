/** Turns a rule's findings into reports: sorted, with offsets, and in words that read the same whoever prints them. */
import { relative, sep } from "node:path";
import type ts from "typescript";
import type { FileView } from "./analysis/index.ts";
import type { Fix } from "./fixes/index.ts";
import type { Finding, Place, Related, Rule } from "./rule.ts";

/** A finding, ready to be shown or compared: plain data, without nodes. */
export interface Report {
  readonly rule: string;
  readonly messageId: string;
  readonly fileName: string;
  /** UTF-16 offsets into the text of the compiler's SourceFile, half-open. */
  readonly start: number;
  readonly end: number;
  /** Values for the placeholders of the rule's message. */
  readonly data: Readonly<Record<string, string>>;
  /** What follows the rule's own message: its reasons, and advice for which there is no edit in this file. May be empty. */
  readonly notes: string;
  /** The rule's message with `data` filled in, then `notes`. */
  readonly message: string;
  /** The fixes that have edits, best first; an edit may lie in another file. */
  readonly fixes: readonly Fix[];
}

/**
 * Runs one rule over one file.
 * @param cwd absolute; places in other files are named relative to it.
 * @param options what the user set; the rule's defaults fill the rest.
 * @returns reports in the order of their positions.
 */
export function reportsOf(rule: Rule, view: FileView, cwd: string, options: object = {}): Report[] {
  const reports = Array.from(rule.detect(view, { ...rule.defaults, ...options }), (finding) => reportOf(rule, finding, view.file, cwd));
  return reports.sort((a, b) => a.start - b.start || a.end - b.end || compareText(a.messageId, b.messageId));
}

function reportOf(rule: Rule, finding: Finding, file: ts.SourceFile, cwd: string): Report {
  const { start, end } = rangeOf(finding.at, file);
  const fixes = finding.fixes ?? [];
  const data = finding.data ?? {};
  const notes = reasonOf(finding.related ?? [], file, cwd) + adviceOf(fixes, file.fileName);
  return {
    rule: rule.name,
    messageId: finding.message,
    fileName: file.fileName,
    start,
    end,
    data,
    notes,
    message: fill(rule.messages[finding.message] ?? "", data) + notes,
    fixes: fixes.filter((fix) => fix.applicability !== "manual"),
  };
}

/** Whether every edit of the fix lies in that file; only then can ESLint apply it. */
export function staysIn(fix: Fix, fileName: string): boolean {
  return fix.edits.every((edit) => edit.fileName === fileName);
}

function rangeOf(place: Place, file: ts.SourceFile): { start: number; end: number } {
  return "kind" in place ? { start: place.getStart(file), end: place.getEnd() } : place;
}

/** The same placeholders as ESLint's, so that a message reads alike in the editor and in the codemod's report. */
function fill(message: string, data: Readonly<Record<string, string>>): string {
  return message.replace(/\{\{([^{}]+?)\}\}/gu, (placeholder, name: string) => data[name.trim()] ?? placeholder);
}

function reasonOf(related: readonly Related[], file: ts.SourceFile, cwd: string): string {
  if (related.length === 0) return "";
  return ` (Because ${related.map(({ node, text }) => `${text} ${whereIs(node, file, cwd)}`).join(", and ")}.)`;
}

function whereIs(node: ts.Node, from: ts.SourceFile, cwd: string): string {
  const file = node.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  return file === from ? `on line ${line}` : `in ${relative(cwd, file.fileName).replaceAll(sep, "/")}:${line}`;
}

function adviceOf(fixes: readonly Fix[], fileName: string): string {
  const byHand = fixes.filter((fix) => fix.applicability === "manual" || !staysIn(fix, fileName));
  return byHand.map((fix) => ` ${fix.title.replace(/[.!]?$/u, ".")}`).join("");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
