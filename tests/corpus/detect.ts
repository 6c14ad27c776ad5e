/** Runs the recommended rules over a package of the corpus, straight on the engine: inline disables do not count. */
import { relative } from "node:path";
import ts from "typescript";
import { rules } from "../../rules/index.ts";
import { analysisOf } from "../../src/analysis/index.ts";
import { entryPointTest } from "../../src/entry-points.ts";
import { reportsOf } from "../../src/report.ts";
import type { Rule } from "../../src/rule.ts";
import { settingsOf } from "../../src/settings.ts";
import { directoryOf, programOf, sourcesOf } from "./load.ts";
import type { Detected } from "./log.ts";
import type { CorpusPackage } from "./packages.ts";

/** The rules whose precision the corpus vouches for. */
export const recommendedRules: readonly Rule[] = Object.values(rules).filter((rule) => rule.preset === "recommended");

/** All findings of a package with default settings and options, in the order of files and positions. */
export function detect(one: CorpusPackage, program: ts.Program = programOf(one)): Detected[] {
  const dir = directoryOf(one.name);
  const settings = settingsOf(undefined);
  const analysis = analysisOf({ ts, program, settings, isEntryPoint: entryPointTest(settings, dir) });
  return sourcesOf(one).flatMap((fileName) => {
    const file = program.getSourceFile(fileName);
    if (!file) throw new Error(`${fileName} is not part of its program.`);
    const reports = recommendedRules.flatMap((rule) => reportsOf(rule, analysis.view(file), dir));
    return reports.map(({ rule, messageId, start, message }) => {
      const line = file.getLineAndCharacterOfPosition(start).line;
      return { package: one.name, file: relative(dir, fileName).replaceAll("\\", "/"), line: line + 1, rule, message: messageId, code: lineOf(file, line), text: message };
    });
  });
}

/** A source line without its indentation and with single spaces: it survives a move and a reformat of what surrounds it. */
function lineOf(file: ts.SourceFile, line: number): string {
  const starts = file.getLineStarts();
  return file.text.slice(starts[line], starts[line + 1]).trim().replaceAll(/\s+/gu, " ");
}
