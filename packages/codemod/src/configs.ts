/** Finds the tsconfigs of a migration: the one asked for, and those it references. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ts } from "ts-morph";
import { EnvironmentError } from "./model.ts";

/**
 * The tsconfig to start from.
 * @param asked a file or directory; else the nearest `tsconfig.json` at or above `from`.
 * @throws EnvironmentError when there is none.
 */
export function configFor(cwd: string, asked: string | undefined, from: string | undefined): string {
  if (asked !== undefined) {
    const path = resolve(cwd, asked);
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "tsconfig.json") : path;
    if (!existsSync(file)) throw new EnvironmentError(`There is no tsconfig at ${file}.`);
    return file;
  }
  const start = resolve(cwd, from ?? ".");
  for (let dir = existsSync(start) && statSync(start).isFile() ? dirname(start) : start; ; dir = dirname(dir)) {
    const file = join(dir, "tsconfig.json");
    if (existsSync(file)) return file;
    if (dirname(dir) === dir) break;
  }
  throw new EnvironmentError(`No tsconfig.json at or above ${start}. Types are needed to tell a promise from another value; name one with --project.`);
}

/**
 * The tsconfig and all it references, referenced ones first, those without files left out.
 * @throws EnvironmentError when one cannot be read, or when all together yield no file: a solution tsconfig would otherwise pass in silence.
 */
export function configsOf(root: string): readonly string[] {
  const withFiles: string[] = [];
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const parsed = parse(file);
    for (const reference of parsed.projectReferences ?? []) visit(ts.resolveProjectReferencePath(reference));
    if (parsed.fileNames.length > 0) withFiles.push(file);
  };
  visit(root);
  if (withFiles.length === 0) throw new EnvironmentError(`${root} yields no files (nor do its references). Check "include", "files" and "references", or name another with --project.`);
  return withFiles;
}

function parse(file: string): ts.ParsedCommandLine {
  const problems: ts.Diagnostic[] = [];
  const parsed = ts.getParsedCommandLineOfConfigFile(file, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => problems.push(diagnostic),
  });
  // "No inputs were found" is judged over all of them.
  const noInputs = [18002, 18003];
  const errors = [...problems, ...(parsed?.errors ?? [])].filter((one) => !noInputs.includes(one.code));
  if (parsed === undefined || errors.length > 0) throw new EnvironmentError(`${file}: ${errors.map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n")).join("; ")}`);
  return parsed;
}
