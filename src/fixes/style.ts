/** How a file is written: quotes, semicolons, indent and line ends, read from its own text. */
import type ts from "typescript";
import type { TypeScript } from "../analysis/language/compiler.ts";

export interface Style {
  readonly quote: '"' | "'";
  readonly semicolons: boolean;
  /** One level of indentation. */
  readonly indent: string;
  readonly eol: "\n" | "\r\n";
}

const styles = new WeakMap<ts.SourceFile, Style>();

/** The style of a file, by majority; where it shows none: double quotes, semicolons, two spaces, LF. */
export function styleOf(ts: TypeScript, file: ts.SourceFile): Style {
  let style = styles.get(file);
  if (style === undefined) {
    style = readStyle(ts, file);
    styles.set(file, style);
  }
  return style;
}

function readStyle(ts: TypeScript, file: ts.SourceFile): Style {
  let single = 0;
  let double = 0;
  let terminated = 0;
  let bare = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && !ts.isJsxAttribute(node.parent)) {
      if (file.text.charAt(node.getStart(file)) === "'") single++;
      else double++;
    }
    if (endsWithSemicolon(ts, node)) {
      if (file.text.charAt(node.end - 1) === ";") terminated++;
      else bare++;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { quote: single > double ? "'" : '"', semicolons: bare === 0 || terminated >= bare, indent: indentOf(file.text), eol: eolOf(file.text) };
}

function endsWithSemicolon(ts: TypeScript, node: ts.Node): boolean {
  return (
    ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node) ||
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isExportAssignment(node)
  );
}

function eolOf(text: string): "\n" | "\r\n" {
  const first = text.indexOf("\n");
  return first > 0 && text.charAt(first - 1) === "\r" ? "\r\n" : "\n";
}

/** The most frequent step from one line to a deeper one. */
function indentOf(text: string): string {
  const steps = new Map<string, number>();
  let previous = "";
  for (const line of text.split("\n")) {
    if (line.trim() === "" || /^\s*\*/u.test(line)) continue;
    const lead = /^[ \t]*/u.exec(line)?.[0] ?? "";
    if (lead.length > previous.length && lead.startsWith(previous)) {
      const step = lead.slice(previous.length);
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
    previous = lead;
  }
  let best = "  ";
  let most = 0;
  for (const [step, count] of steps) if (count > most) [best, most] = [step, count];
  return best;
}

/** Offset at which the line of `at` begins. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Whitespace in front of the first character of the line of `at`. */
export function indentAt(text: string, at: number): string {
  const start = lineStart(text, at);
  return /^[ \t]*/u.exec(text.slice(start, at))?.[0] ?? "";
}

/** Whether nothing but whitespace and comments stands before `at` on its line. */
export function startsLine(text: string, at: number): boolean {
  return /^(?:\s|\/\*(?:(?!\*\/).)*\*\/)*$/u.test(text.slice(lineStart(text, at), at));
}
