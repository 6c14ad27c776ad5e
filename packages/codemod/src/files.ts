/** Chooses the files of a project that may be looked at and changed, and says why others may not. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve, sep } from "node:path";
import { globSync } from "tinyglobby";
import type ts from "typescript";
import { ignoredByGit } from "./git.ts";
import type { PlanOptions, SkippedFile } from "./model.ts";
import type { Workspace } from "./workspace.ts";

/** A file as it is on disk. */
export interface DiskFile {
  /** Without byte order mark. */
  readonly text: string;
  readonly bom: boolean;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly hash: string;
}

/** SHA-256 of some bytes, hexadecimal. */
export function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Reads a file; `undefined` when it is not UTF-8, and so cannot be written back byte for byte. */
export function readDiskFile(fileName: string): DiskFile | undefined {
  const bytes = readFileSync(fileName);
  const decoded = bytes.toString("utf8");
  if (!Buffer.from(decoded, "utf8").equals(bytes)) return undefined;
  const bom = decoded.startsWith("\uFEFF");
  return { text: bom ? decoded.slice(1) : decoded, bom, hash: hashOf(bytes) };
}

/** The bytes to write for a text. */
export function encoded(text: string, bom: boolean): Buffer {
  return Buffer.from((bom ? "\uFEFF" : "") + text, "utf8");
}

const generatedName = /(?:\.(?:generated|gen)\.[cm]?tsx?$)|\/(?:__generated__|generated)\//u;
const generatedHeader = /@generated|\bDO NOT EDIT\b|code generated|auto-?generated|automatically generated/iu;

/** Files of a workspace by whether they may be changed; those that were not asked for are in neither list. */
export function chooseFiles(workspace: Workspace, options: PlanOptions): { readonly chosen: ReadonlySet<string>; readonly skipped: readonly SkippedFile[] } {
  const isWanted = matcher(options.cwd, options.paths ?? []);
  const isUnwanted = matcher(options.cwd, options.exclude ?? []);
  const asked = workspace.sources.filter(({ fileName }) => options.paths === undefined || options.paths.length === 0 || isWanted(fileName));
  const ignored = ignoredByGit(options.cwd, asked.map(({ fileName }) => fileName));
  const chosen = new Set<string>();
  const skipped: SkippedFile[] = [];
  for (const file of asked) {
    const reason = isUnwanted(file.fileName) ? "excluded" : ignored.has(file.fileName) ? "ignored by git" : whyNot(workspace, file);
    if (reason === undefined) chosen.add(file.fileName);
    else skipped.push({ fileName: file.fileName, reason });
  }
  return { chosen, skipped };
}

function whyNot(workspace: Workspace, file: ts.SourceFile): string | undefined {
  const header = file.text.slice(0, file.statements[0]?.getStart(file) ?? file.text.length);
  if (generatedName.test(file.fileName) || generatedHeader.test(header)) return "generated";
  const [error] = workspace.original.getSyntacticDiagnostics(file);
  if (error !== undefined) return `does not parse: TS${String(error.code)} on line ${String(file.getLineAndCharacterOfPosition(error.start).line + 1)}`;
  if (file.text.includes("\uFFFD") && readDiskFile(file.fileName) === undefined) return "not UTF-8";
  return undefined;
}

/** Tests file names against files, directories and globs. */
function matcher(cwd: string, patterns: readonly string[]): (fileName: string) => boolean {
  if (patterns.length === 0) return () => false;
  const paths = patterns.map((one) => resolve(cwd, one));
  const globs = patterns.filter((one) => /[*?[\]{}!]/u.test(one));
  const found = new Set(globs.length === 0 ? [] : globSync(globs, { cwd, absolute: true, dot: true, expandDirectories: false, ignore: ["**/node_modules/**"] }));
  return (fileName) => found.has(fileName) || paths.some((path) => fileName === path || fileName.startsWith(path.endsWith(sep) ? path : path + sep));
}
