/** One lint of one program by one side, with its costs as ESLint and the operating system count them. */
import type { ESLint, Linter } from "eslint";
import type ts from "typescript";
import type asr from "../src/plugin.ts";
import { programOf, sourcesOf } from "../tests/corpus/load.ts";
import type { CorpusPackage } from "../tests/corpus/packages.ts";
import { eslintOver, peerConfig } from "../tests/corpus/peers.ts";

/** Whose rules run. */
export type Side = "ours" | "theirs";

/** What one lint costs, in milliseconds. */
export interface Cost {
  /** Time inside the rules, by ESLint's own statistics: what they compute, and the types they make the checker compute. */
  readonly rules: number;
  /** CPU time of the process: program, parsing, conversion, rules, garbage collection. */
  readonly cpu: number;
}

// What is published is measured, not the sources: the loader that runs TypeScript wraps every closure.
const { default: plugin } = (await import(new URL("../dist/plugin.js", import.meta.url).href)) as { default: typeof asr };

const configs: Readonly<Record<Side, Linter.Config>> = { ours: plugin.configs.recommended, theirs: peerConfig };

/** Lints a package with a fresh Program: whoever asks a type first pays for it, so a Program is never shared. */
export async function lintPackage(one: CorpusPackage, side: Side): Promise<Cost> {
  const before = process.cpuUsage();
  const eslint = eslintOver(programOf(one), configs[side], { stats: true });
  const results = await eslint.lintFiles(sourcesOf(one));
  const { user, system } = process.cpuUsage(before);
  return { rules: ruleTimeOf(results), cpu: (user + system) / 1000 };
}

/** Lints chosen files of a Program that need not be on the disk. @returns milliseconds inside the rules. */
export async function ruleTimeOver(program: ts.Program, fileNames: readonly string[], side: Side): Promise<number> {
  const eslint = eslintOver(program, configs[side], { stats: true });
  let time = 0;
  for (const filePath of fileNames) time += ruleTimeOf(await eslint.lintText(program.getSourceFile(filePath)?.text ?? "", { filePath }));
  return time;
}

/** Lints the text of one file of a Program. */
export async function lintText(program: ts.Program, filePath: string, text: string, side: Side): Promise<void> {
  const [result] = await eslintOver(program, configs[side]).lintText(text, { filePath });
  const failure = result?.messages.find((message) => message.fatal);
  if (failure) throw new Error(`${filePath}: ${failure.message}`);
}

function ruleTimeOf(results: readonly ESLint.LintResult[]): number {
  let time = 0;
  for (const { filePath, messages, stats } of results) {
    const failure = messages.find((message) => message.fatal);
    if (failure) throw new Error(`${filePath}: ${failure.message}`);
    if (!stats) throw new Error(`ESLint gave no statistics for ${filePath}.`);
    for (const pass of stats.times.passes) for (const rule of Object.values(pass.rules ?? {})) time += rule.total;
  }
  return time;
}
