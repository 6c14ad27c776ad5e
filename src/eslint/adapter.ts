/** Adapter 1: makes an ESLint rule of a detector. Safe fixes become `fix`, unsafe ones suggestions, the rest words. */
import type { AST, Rule as Eslint } from "eslint";
import type ts from "typescript";
import { analysisOf } from "../analysis/index.ts";
import type { Fix } from "../fixes/index.ts";
import { oldestNodeOf } from "../engines.ts";
import { entryPointTest } from "../entry-points.ts";
import { reportsOf, staysIn } from "../report.ts";
import type { Report } from "../report.ts";
import type { Rule } from "../rule.ts";
import { settingsOf } from "../settings.ts";
import { compilerOf } from "./compiler.ts";
import { docsUrl } from "./docs-url.ts";
import { noteSetup, setupMessages, setupWorks } from "./setup.ts";

/** What we take from the services of @typescript-eslint/parser, or of a parser that passes them on. */
interface Services {
  /** Null without type information. */
  readonly program: ts.Program | null;
  readonly esTreeNodeToTSNodeMap: { get(node: AST.Program): ts.Node | undefined };
}

/** Files that begin with `#!`. The compiler cannot tell: ESLint makes a plain comment of that line before it parses. */
const scripts = new Set<string>();

/** What ESLint sees of a rule written in `rules/`. */
export function toEslintRule(rule: Rule): Eslint.RuleModule {
  return {
    meta: {
      type: "problem",
      docs: {
        description: rule.description,
        recommended: rule.preset === "recommended",
        url: docsUrl(rule.name),
      },
      ...(rule.fixable.includes("safe") && { fixable: "code" }),
      hasSuggestions: rule.fixable.includes("unsafe"),
      schema: [rule.schema],
      defaultOptions: [rule.defaults],
      messages: { ...withNotes(rule.messages), ...setupMessages },
    },
    create: (context) => ({
      "Program:exit": () => {
        lint(rule, context);
      },
    }),
  };
}

/** Each message ends with a slot for the reasons and the advice, which differ from finding to finding. */
function withNotes(messages: Rule["messages"]): Record<string, string> {
  return Object.fromEntries(Object.entries(messages).map(([id, text]) => [id, `${text}{{notes}}`]));
}

function lint(rule: Rule, context: Eslint.RuleContext): void {
  const services = context.sourceCode.parserServices as Partial<Services>;
  if (!services.program) {
    noteSetup(context, rule.name, "needsTypes");
    return;
  }
  const file = services.esTreeNodeToTSNodeMap?.get(context.sourceCode.ast) as ts.SourceFile | undefined;
  const offset = file && offsetOf(file.text, context.sourceCode.text);
  if (file === undefined || offset === undefined) return;
  const compiler = compilerOf(services.program, file, context.cwd);
  if (!compiler) {
    noteSetup(context, rule.name, "otherCompiler");
    return;
  }
  setupWorks(context);
  if (context.sourceCode.text.startsWith("#!")) scripts.add(file.fileName);
  else scripts.delete(file.fileName);
  const settings = settingsOf(context.settings["asr"]);
  const isNamed = entryPointTest(settings, context.cwd);
  const isEntryPoint = (fileName: string): boolean => scripts.has(fileName) || isNamed(fileName);
  const view = analysisOf({ ts: compiler, program: services.program, settings, isEntryPoint, oldestNode: oldestNodeOf }).view(file);
  for (const report of reportsOf(rule, view, context.cwd, context.options[0] as object | undefined)) send(report, offset, context);
}

/**
 * How far the compiler's text is shifted in ESLint's: 0 for a script, more for the script block of a component file.
 * ESLint blanks the `#!` of the first line for parsers, hence equal lengths suffice.
 * @returns undefined when the parser compiled a text of its own making, in which our positions mean nothing.
 */
function offsetOf(compiled: string, shown: string): number | undefined {
  if (compiled.length === shown.length) return 0;
  const offset = shown.indexOf(compiled);
  return offset < 0 ? undefined : offset;
}

function send(report: Report, offset: number, context: Eslint.RuleContext): void {
  const { sourceCode } = context;
  const here = report.fixes.filter((fix) => staysIn(fix, report.fileName));
  const safe = here.find((fix) => fix.applicability === "safe");
  context.report({
    loc: { start: sourceCode.getLocFromIndex(report.start + offset), end: sourceCode.getLocFromIndex(report.end + offset) },
    messageId: report.messageId,
    data: { ...report.data, notes: report.notes },
    fix: safe ? replacer(safe, offset) : null,
    suggest: here.filter((fix) => fix.applicability === "unsafe").map((fix) => ({ desc: fix.title, fix: replacer(fix, offset) })),
  });
}

function replacer(fix: Fix, offset: number): Eslint.ReportFixer {
  return (fixer) => fix.edits.map(({ start, end, text }) => fixer.replaceTextRange([start + offset, end + offset], text));
}
