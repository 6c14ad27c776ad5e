/** The command `asr-codemod` as a function: plans by default, writes on request. */
import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import colors from "picocolors";
import manifest from "../package.json" with { type: "json" };
import { apply } from "./apply.ts";
import { coloured, unifiedDiff } from "./diff.ts";
import { projectConfig, type ProjectConfig } from "./eslint-config.ts";
import { recover } from "./journal.ts";
import { EnvironmentError, RefusedError, type Plan } from "./model.ts";
import { plan } from "./plan.ts";
import { isOpen, jsonReport, markdownReport, textReport } from "./report.ts";

/** Meaning of the exit codes; also in `--help`. */
const exit = { nothingToDo: 0, failure: 1, changesOrOpenSites: 2, environment: 3 } as const;

interface Flags {
  readonly write?: boolean;
  readonly unsafe?: boolean;
  readonly rule: readonly string[];
  readonly except: readonly string[];
  readonly exclude: readonly string[];
  readonly project?: string;
  readonly patch?: string;
  readonly report?: "json" | "md";
  readonly allowDirty?: boolean;
  readonly allowNoVcs?: boolean;
  readonly quiet?: boolean;
  /** False with `--no-config`. */
  readonly config: boolean;
}

/** Where the command writes to. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What the command sees of its process. */
export interface Surroundings {
  /** Absolute. */
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

function collect(value: string, list: readonly string[]): readonly string[] {
  return [...list, value];
}

function reportFormat(value: string): "json" | "md" {
  if (value === "json" || value === "md") return value;
  throw new InvalidArgumentError("Allowed are json and md.");
}

function commandLine(): Command {
  return new Command("asr-codemod")
    .description("Migrates TypeScript to scoped task groups. Shows a diff; writes nothing without --write.")
    .version(manifest.version)
    .argument("[paths...]", "files, directories or globs; everything the project compiles when left out")
    .option("--write", "write the changes to disk")
    .option("--unsafe", "include changes that alter timing or the error path (most of them do: work is waited for, errors arrive)")
    .option("--rule <name>", "only this rule; may be repeated", collect, [])
    .option("--except <name>", "not this rule; may be repeated", collect, [])
    .option("--exclude <path>", "leave this file, directory or glob alone; may be repeated", collect, [])
    .option("-p, --project <tsconfig>", "the tsconfig to use; references are followed")
    .option("--tsconfig <tsconfig>", "the same as --project")
    .option("--no-config", "do not read settings, options and disabled rules from the project's ESLint configuration")
    .option("--patch <file>", "write the diff to a file instead of standard output")
    .option("--report <format>", "print a report instead of the diff: json or md", reportFormat)
    .option("--allow-dirty", "write to files with uncommitted changes")
    .option("--allow-no-vcs", "write where there is no version control")
    .option("-q, --quiet", "no diff, no progress; only the summary")
    .addHelpText("after", "\nExit codes: 0 nothing to do, 1 failure, 2 changes to make or sites left for a person, 3 unusable environment (no tsconfig, no files, unknown rule)")
    .exitOverride();
}

/** Shows one phrase at a time on a line of its own, on a terminal only. */
function progressOn(stream: Output, quiet: boolean): { show(phrase: string): void; clear(): void } {
  if (stream.isTTY !== true || quiet) return { show: () => undefined, clear: () => undefined };
  return {
    show: (phrase) => stream.write(`\r\u001B[K${phrase.slice(0, (stream.columns ?? 80) - 1)}`),
    clear: () => stream.write("\r\u001B[K"),
  };
}

function print(migration: Plan, flags: Flags, { cwd, stdout, env }: Surroundings): void {
  const diff = unifiedDiff(migration);
  if (flags.patch !== undefined) writeFileSync(resolve(cwd, flags.patch), diff);
  if (flags.report !== undefined) stdout.write((flags.report === "json" ? jsonReport : markdownReport)(migration, flags.write === true));
  else if (flags.patch === undefined && flags.quiet !== true) stdout.write(coloured(diff, colors.createColors(stdout.isTTY === true && env["NO_COLOR"] === undefined)));
}

/** Brings back what a run that was killed left half written, and says so. */
function undoInterruptedRun({ cwd, stderr }: Surroundings): void {
  const { restored, untouched } = recover(cwd);
  const list = (files: readonly string[]): string => files.map((file) => `  ${relative(cwd, file)}\n`).join("");
  if (restored.length > 0) stderr.write(`An earlier run was interrupted while writing. Restored:\n${list(restored)}`);
  if (untouched.length > 0) stderr.write(`Changed since, and left as they are:\n${list(untouched)}`);
}

/** What the project's ESLint configuration says to our rules, for the first of the paths, or any source file. */
async function configOf(cwd: string, path: string | undefined): Promise<ProjectConfig | undefined> {
  const sample = path !== undefined && /\.[cm]?tsx?$/u.test(path) ? resolve(cwd, path) : resolve(cwd, "src", "index.ts");
  try {
    return await projectConfig(cwd, sample);
  } catch (error) {
    throw new EnvironmentError(`The ESLint configuration cannot be read (go on without it: --no-config): ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Runs the command.
 * @returns its exit code, as `--help` explains them.
 * @throws what nobody expects; nothing is left half written then.
 */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { cwd, stdout, stderr } = surroundings;
  const command = commandLine().configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.nothingToDo : exit.environment;
    throw error;
  }
  const { tsconfig, ...flags } = command.opts<Flags & { readonly tsconfig?: string }>();
  const project = flags.project ?? tsconfig;
  const progress = progressOn(stderr, flags.quiet === true);
  undoInterruptedRun(surroundings);
  try {
    const { unsafe = false, rule: rules, exclude } = flags;
    const paths = command.args;
    const config = flags.config ? await configOf(cwd, paths[0]) : undefined;
    const asked = { cwd, paths, exclude, rules, except: [...flags.except, ...(config?.except ?? [])], unsafe, onProgress: (phrase: string) => progress.show(phrase) };
    const migration = plan({ ...asked, ...(project !== undefined && { project }), ...(config && { settings: config.settings, ruleOptions: config.ruleOptions }) });
    progress.clear();
    print(migration, flags, surroundings);
    if (flags.write === true) apply(migration, flags);
    stderr.write(textReport(migration, flags.write === true));
    const left = migration.sites.some(isOpen) || (flags.write !== true && migration.changes.length > 0);
    return left ? exit.changesOrOpenSites : exit.nothingToDo;
  } catch (error) {
    progress.clear();
    if (!(error instanceof EnvironmentError) && !(error instanceof RefusedError)) throw error;
    stderr.write(`asr-codemod: ${error.message}\n`);
    return error instanceof EnvironmentError ? exit.environment : exit.failure;
  }
}
