/** Runs a fixture project of `tests/projects` through both adapters and brings their findings into one form. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import type { Linter } from "eslint";
import type ts from "typescript";
import { detect } from "../../packages/codemod/src/detect.ts";
import { Workspace, compiler } from "../../packages/codemod/src/workspace.ts";
import { rules } from "../../rules/index.ts";
import type { Fix } from "../../src/fixes/index.ts";
import plugin from "../../src/plugin.ts";
import { staysIn } from "../../src/report.ts";
import type { Report } from "../../src/report.ts";
import { settingsOf } from "../../src/settings.ts";
import type { Seen } from "./wants.ts";

/** Where the fixture projects stand. */
export const projectsDir = resolve(import.meta.dirname, "../projects");

/** A directory of `tests/projects`; `case.json` may hold settings and options. */
export interface Project {
  readonly dir: string;
  /** Absolute names of its TypeScript files. */
  readonly files: readonly string[];
  /** Content of `settings.asr`. */
  readonly settings?: object;
  /** Options by the name of the rule. */
  readonly options?: Readonly<Record<string, object>>;
}

/** A finding in the form both adapters must agree on. */
export interface Outcome extends Seen {
  /** Relative to the project. */
  readonly file: string;
  /** The change that `--fix` makes: one range, one text. */
  readonly fix: Replacement | null;
  readonly suggestions: readonly ({ readonly title: string } & Replacement)[];
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Names of all fixture projects. */
export function projectNames(): string[] {
  return readdirSync(projectsDir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/** Reads a fixture project. */
export function projectOf(name: string): Project {
  const dir = join(projectsDir, name);
  const settingsFile = join(dir, "case.json");
  const extra = existsSync(settingsFile) ? (JSON.parse(readFileSync(settingsFile, "utf8")) as Partial<Project>) : {};
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) => /\.[cm]?tsx?$/u.test(file) && !file.includes("node_modules"));
  return { ...extra, dir, files: files.map((file) => join(dir, file)).sort() };
}

/** First leg: the ESLint class, with every rule of the plugin from source. */
export async function lintProject(project: Project): Promise<Outcome[]> {
  const options = Object.entries(project.options ?? {}).map(([rule, value]): [string, Linter.RuleSeverityAndOptions] => [`asr/${rule}`, ["error", value]]);
  const eslint = new ESLint({
    cwd: project.dir,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ["**/*.{ts,tsx,mts,cts}"], languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: projectsDir } } },
      { plugins: { asr: plugin }, rules: Object.fromEntries(Object.keys(rules).map((rule) => [`asr/${rule}`, "error"])) },
      { rules: Object.fromEntries(options), ...(project.settings && { settings: { asr: project.settings } }) },
    ],
  });
  const results = await eslint.lintFiles([...project.files]);
  return results.flatMap((result) => result.messages.map((message) => outcomeOf(message, relative(project.dir, result.filePath))));
}

function outcomeOf(message: Linter.LintMessage, file: string): Outcome {
  if (message.fatal || !message.ruleId) throw new Error(`${file}:${String(message.line)}: ${message.message}`);
  const replacement = ({ range, text }: { range: readonly [number, number]; text: string }) => ({ start: range[0], end: range[1], text });
  return {
    file,
    rule: message.ruleId.replace(/^asr\//u, ""),
    line: message.line,
    column: message.column,
    message: message.message,
    fix: message.fix ? replacement(message.fix) : null,
    suggestions: (message.suggestions ?? []).map(({ desc, fix }) => ({ title: desc, ...replacement(fix) })),
  };
}

/** Second leg: the codemod's own detection, over ts-morph and its copy of the compiler. */
export function detectProject(project: Project): Outcome[] {
  const { program } = workspaceOf([join(project.dir, "tsconfig.json"), join(projectsDir, "tsconfig.json")].find(existsSync) ?? "");
  const detection = { rules: Object.values(rules), options: project.options ?? {}, settings: settingsOf(project.settings), cwd: project.dir };
  return project.files.flatMap((fileName) => {
    const file = program.getSourceFile(fileName);
    if (!file) throw new Error(`${fileName} is not part of its project.`);
    return detect(compiler, program, file, detection).map((report) => outcomeOfReport(report, file, relative(project.dir, fileName)));
  });
}

const workspaces = new Map<string, Workspace>();

function workspaceOf(config: string): Workspace {
  const workspace = workspaces.get(config) ?? new Workspace(config);
  workspaces.set(config, workspace);
  return workspace;
}

function outcomeOfReport(report: Report, file: ts.SourceFile, name: string): Outcome {
  const { line, character } = file.getLineAndCharacterOfPosition(report.start);
  const here = report.fixes.filter((fix) => staysIn(fix, report.fileName));
  const safe = here.find((fix) => fix.applicability === "safe");
  const unsafe = here.filter((fix) => fix.applicability === "unsafe");
  return {
    file: name,
    rule: report.rule,
    line: line + 1,
    column: character + 1,
    message: report.message,
    fix: safe ? spanOf(safe, file.text) : null,
    suggestions: unsafe.map((fix) => ({ title: fix.title, ...spanOf(fix, file.text) })),
  };
}

/** Several edits as one, the way ESLint hands them to an editor: from the first to the last, with what lies between. */
function spanOf(fix: Fix, text: string): Replacement {
  const edits = fix.edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const start = edits[0]?.start ?? 0;
  let at = start;
  let merged = "";
  for (const edit of edits) {
    merged += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return { start, end: at, text: merged };
}

/** A stable order, so that only what differs shows. */
export function sortOutcomes(outcomes: readonly Outcome[]): Outcome[] {
  const key = ({ file, line, column, rule, message }: Outcome) => `${file}\0${String(line).padStart(6, "0")}\0${String(column).padStart(6, "0")}\0${rule}\0${message}`;
  return outcomes.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
