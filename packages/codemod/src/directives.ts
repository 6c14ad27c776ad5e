/** Honours `eslint-disable` comments, so that what a team has accepted stays as it is. */
import { compiler } from "./workspace.ts";
import type ts from "typescript";

/** What one comment switches off or on. */
interface Directive {
  readonly kind: "disable" | "enable" | "line" | "next-line";
  readonly position: number;
  readonly line: number;
  /** Line on which the comment ends; `next-line` counts from there. */
  readonly endLine: number;
  /** Ids such as `asr/no-floating-task`; `undefined` for all rules. */
  readonly rules: ReadonlySet<string> | undefined;
}

const pattern = /(\/\/|\/\*)\s*eslint-(disable|enable|disable-line|disable-next-line)(?=\s|\*\/|$)([^\r\n]*?(?:\*\/|$))?/gmu;

/** Tells of a rule and an offset whether a comment of the file switches the rule off there. */
export function suppressions(file: ts.SourceFile): (rule: string, at: number) => boolean {
  const directives = file.text.includes("eslint-") ? directivesOf(file) : [];
  if (directives.length === 0) return () => false;
  return (rule, at) => {
    const id = `asr/${rule}`;
    const line = lineOf(file, at);
    let off = false;
    for (const one of directives) {
      if (one.rules !== undefined && !one.rules.has(id)) continue;
      if ((one.kind === "line" && one.line === line) || (one.kind === "next-line" && one.endLine + 1 === line)) return true;
      if (one.position > at) continue;
      if (one.kind === "disable") off = true;
      else if (one.kind === "enable") off = false;
    }
    return off;
  };
}

function directivesOf(file: ts.SourceFile): readonly Directive[] {
  const directives: Directive[] = [];
  for (const match of file.text.matchAll(pattern)) {
    const position = match.index;
    if (!isComment(file, position)) continue;
    const block = match[1] === "/*";
    const end = block ? file.text.indexOf("*/", position) + 2 : position + match[0].length;
    const body = file.text.slice(position + 2, block ? end - 2 : end).trim().replace(/^eslint-[\w-]+/u, "");
    const names = (body.split(/\s-{2,}\s/u)[0] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
    const kind = match[2] === "disable-line" ? "line" : match[2] === "disable-next-line" ? "next-line" : (match[2] as "disable" | "enable");
    // Only block comments may switch off a whole stretch.
    if (!block && (kind === "disable" || kind === "enable")) continue;
    directives.push({ kind, position, line: lineOf(file, position), endLine: lineOf(file, end), rules: names.length === 0 ? undefined : new Set(names) });
  }
  return directives;
}

function lineOf(file: ts.SourceFile, at: number): number {
  return file.getLineAndCharacterOfPosition(at).line;
}

/** Whether an offset lies in a comment and not in a string, template or regular expression that looks like one. */
function isComment(file: ts.SourceFile, at: number): boolean {
  let node: ts.Node = file;
  for (;;) {
    const child: ts.Node | undefined = compiler.forEachChild(node, (one) => (one.pos <= at && at < one.end ? one : undefined));
    if (child === undefined) break;
    if (at < child.getStart(file)) return true;
    node = child;
  }
  const isLiteral = compiler.isStringLiteralLike(node) || compiler.isTemplateLiteralToken(node) || compiler.isRegularExpressionLiteral(node) || compiler.isJsxText(node);
  return !isLiteral;
}
