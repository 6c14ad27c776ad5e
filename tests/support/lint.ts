/** Lints virtual files with the plugin from source, all in one Program: the same road as a user's, without the waiting. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import ts from "typescript";
import plugin from "../../src/plugin.ts";
import { fixtureDir, programOver } from "./virtual.ts";

/** What is on for one file, and under which shared settings. */
export interface Setup {
  readonly rules: Partial<Linter.RulesRecord>;
  readonly settings?: Record<string, unknown>;
}

/** The `strict` preset, as users get it. */
export const strict: Setup = { rules: { ...plugin.configs.strict.rules } };

/** One rule alone, by its name without prefix. */
export function only(rule: string, options: object = {}): Setup {
  return { rules: { [`asr/${rule}`]: ["error", options] } };
}

/**
 * Findings of each file, in the order given.
 * @param files absolute name → text; more files than are linted may be given, for imports.
 * @param setups absolute name → what to lint with; files without an entry are compiled only.
 * @throws when a file does not parse.
 */
export function lint(files: ReadonlyMap<string, string>, setups: ReadonlyMap<string, Setup>, config?: string): Map<string, Linter.LintMessage[]> {
  const program = programOver(files, ts, config);
  const linter = new Linter({ cwd: fixtureDir });
  const results = Array.from(setups, ([fileName, { rules, settings = {} }]): [string, Linter.LintMessage[]] => {
    const languageOptions = { parser, parserOptions: { programs: [program] } };
    const linterOptions = { reportUnusedDisableDirectives: "off" } as const;
    const messages = linter.verify(
      files.get(fileName) ?? "",
      [{ files: ["**"], plugins: { asr: plugin }, languageOptions, linterOptions, rules, settings }],
      { filename: fileName },
    );
    const fatal = messages.find((message) => message.fatal);
    if (fatal) throw new Error(`${fileName}:${String(fatal.line)}: ${fatal.message}`);
    return [fileName, messages];
  });
  return new Map(results);
}
