/** What typescript-eslint's two rules say about the corpus: the comparison of the log, and the other side of `bench/lint.ts`. */
import { relative } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { ESLint, type Linter } from "eslint";
import { plugin as typescriptEslint } from "typescript-eslint";
import type ts from "typescript";
import { corpusDir, directoryOf, programOf, sourcesOf } from "./load.ts";
import type { CorpusPackage } from "./packages.ts";
import type { PeerReports } from "./store.ts";

/** Their rules, with their own defaults. */
export const peerRules = ["@typescript-eslint/no-floating-promises", "@typescript-eslint/no-misused-promises"] as const;

/** ESLint over files of one Program, with nothing but the given configuration. */
export function eslintOver(program: ts.Program, config: Linter.Config, options: ESLint.Options = {}): ESLint {
  return new ESLint({
    cwd: corpusDir,
    overrideConfigFile: true,
    allowInlineConfig: false,
    ...options,
    overrideConfig: [
      // The sources lie where ESLint would not look.
      { ignores: ["!**/node_modules/", "!**/dist/", "!**/build/"] },
      { files: ["**/*.{ts,tsx}"], languageOptions: { parser, parserOptions: { programs: [program] } }, linterOptions: { reportUnusedDisableDirectives: "off" } },
      config,
    ],
  });
}

/** Their configuration. */
export const peerConfig: Linter.Config = {
  plugins: { "@typescript-eslint": typescriptEslint },
  rules: Object.fromEntries(peerRules.map((name) => [name, "error"])),
};

/** What they report on a package. */
export async function reportsOfPeers(one: CorpusPackage): Promise<PeerReports> {
  const results = await eslintOver(programOf(one), peerConfig).lintFiles(sourcesOf(one));
  const dir = directoryOf(one.name);
  const reports = results.flatMap(({ filePath, messages }) =>
    messages.map((message) => {
      if (message.fatal) throw new Error(`${filePath}:${message.line}: ${message.message}`);
      return { rule: message.ruleId, place: `${relative(dir, filePath).replaceAll("\\", "/")}:${message.line}` };
    }),
  );
  const count = (rule: string) => reports.filter((report) => report.rule === rule).length;
  return { floating: count(peerRules[0]), misused: count(peerRules[1]), places: [...new Set(reports.map(({ place }) => place))] };
}
