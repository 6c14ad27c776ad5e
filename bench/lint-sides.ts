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
  /** Time by the name of the rule. Who asks for a type first pays for it, so this says where time goes, not what would be saved. */
  readonly byRule: ReadonlyMap<string, number>;
}

// What is published is measured, not the sources: the loader that runs TypeScript wraps every closure.
const { default: plugin } = (await import(new URL("../dist/plugin.js", import.meta.url).href)) as { default: typeof asr };

const configs: Record<Side, Linter.Config> = { ours: plugin.configs.recommended, theirs: peerConfig };

/**
 * Chooses what our side runs.
 * @param preset its rules, with their options.
 * @param only names of rules without prefix; all of the preset when empty.
 */
export function chooseOurs(preset: keyof typeof plugin.configs, only: readonly string[]): void {
  const config = plugin.configs[preset];
  const wanted = new Set(only.map((name) => `asr/${name}`));
  const unknown = [...wanted].find((name) => config.rules?.[name] === undefined);
  if (unknown !== undefined) throw new Error(`${unknown} is not in ${preset}.`);
  configs.ours = wanted.size === 0 ? config : { ...config, rules: Object.fromEntries(Object.entries(config.rules ?? {}).filter(([name]) => wanted.has(name))) };
}

/** Lints a package with a fresh Program: whoever asks a type first pays for it, so a Program is never shared. */
export async function lintPackage(one: CorpusPackage, side: Side): Promise<Cost> {
  const before = process.cpuUsage();
  const eslint = eslintOver(programOf(one), configs[side], { stats: true });
  const results = await eslint.lintFiles(sourcesOf(one));
  const { user, system } = process.cpuUsage(before);
  const byRule = timesOf(results);
  return { rules: sum(byRule), cpu: (user + system) / 1000, byRule };
}

/** Lints chosen files of a Program that need not be on the disk. @returns milliseconds inside the rules. */
export async function ruleTimeOver(program: ts.Program, fileNames: readonly string[], side: Side): Promise<number> {
  const eslint = eslintOver(program, configs[side], { stats: true });
  let time = 0;
  for (const filePath of fileNames) time += sum(timesOf(await eslint.lintText(program.getSourceFile(filePath)?.text ?? "", { filePath })));
  return time;
}

/** Lints the text of one file of a Program. */
export async function lintText(program: ts.Program, filePath: string, text: string, side: Side): Promise<void> {
  const [result] = await eslintOver(program, configs[side]).lintText(text, { filePath });
  const failure = result?.messages.find((message) => message.fatal);
  if (failure) throw new Error(`${filePath}: ${failure.message}`);
}

function timesOf(results: readonly ESLint.LintResult[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { filePath, messages, stats } of results) {
    const failure = messages.find((message) => message.fatal);
    if (failure) throw new Error(`${filePath}: ${failure.message}`);
    if (!stats) throw new Error(`ESLint gave no statistics for ${filePath}.`);
    for (const pass of stats.times.passes) for (const [name, { total }] of Object.entries(pass.rules ?? {})) times.set(name, (times.get(name) ?? 0) + total);
  }
  return times;
}

function sum(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((total, time) => total + time, 0);
}
