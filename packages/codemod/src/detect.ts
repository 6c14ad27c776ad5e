/** Adapter 2: runs the detectors over a Program of ts-morph's compiler. */
import type ts from "typescript";
import { rules } from "../../../rules/index.ts";
import { analysisOf, type Settings } from "../../../src/analysis/index.ts";
import { oldestNodeOf } from "../../../src/engines.ts";
import { entryPointTest } from "../../../src/entry-points.ts";
import { reportsOf, type Report } from "../../../src/report.ts";
import type { Rule } from "../../../src/rule.ts";
import { EnvironmentError } from "./model.ts";

export type { Report } from "../../../src/report.ts";

/** Which rules run, and under what settings. */
export interface Detection {
  readonly rules: readonly Rule[];
  /** Options by the name of the rule. */
  readonly options: Readonly<Record<string, object>>;
  readonly settings: Settings;
  /** Absolute. */
  readonly cwd: string;
}

/**
 * The rules of a run.
 * @param only names of rules, all when empty.
 * @throws EnvironmentError that lists the names there are.
 */
export function chosenRules(only: readonly string[] = [], except: readonly string[] = []): readonly Rule[] {
  const names = [...only, ...except].map(bare);
  const unknown = names.find((name) => !(name in rules));
  if (unknown !== undefined) throw new EnvironmentError(`There is no rule "${unknown}". The rules are: ${Object.keys(rules).join(", ")}.`);
  const wanted = only.map(bare);
  const unwanted = except.map(bare);
  return Object.values(rules).filter(({ name }) => (wanted.length === 0 || wanted.includes(name)) && !unwanted.includes(name));
}

function bare(name: string): string {
  return name.replace(/^asr\//u, "");
}

/**
 * Reports of one file, in order of position.
 * @param typescript the compiler that the Program belongs to.
 */
export function detect(typescript: typeof ts, program: ts.Program, file: ts.SourceFile, detection: Detection): readonly Report[] {
  const { settings, cwd, options } = detection;
  const view = analysisOf({ ts: typescript, program, settings, isEntryPoint: entryPointTest(settings, cwd), oldestNode: oldestNodeOf }).view(file);
  return detection.rules.flatMap((rule) => reportsOf(rule, view, cwd, options[rule.name])).sort((a, b) => a.start - b.start || a.end - b.end);
}
