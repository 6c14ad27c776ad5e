/** On code that parses no rule throws: all TypeScript in node_modules, without types, and part of it with them. */
import { globSync } from "tinyglobby";
import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rules } from "../rules/index.ts";
import { analysisOf } from "../src/analysis/index.ts";
import { reportsOf } from "../src/report.ts";

const root = resolve(import.meta.dirname, "..");
const files = globSync(["node_modules/**/*.{ts,tsx,mts,cts}"], { cwd: root, absolute: true, followSymbolicLinks: false }).sort();
// Tests of type libraries ask the checker for minutes of work, and say nothing new to our rules.
const implementations = files.filter((file) => !/\.d\.[cm]?ts$|\/(?:tests|benchmarks)\//u.test(file));

/** Which rule failed on which file, and how many files were looked at. */
function runRules(program: ts.Program, selected: readonly string[]): { failures: string[]; seen: number } {
  const analysis = analysisOf({ ts, program });
  const failures: string[] = [];
  const sources = selected.flatMap((file) => program.getSourceFile(file) ?? []);
  for (const file of sources) {
    for (const rule of Object.values(rules)) {
      try {
        reportsOf(rule, analysis.view(file), root);
      } catch (error) {
        failures.push(`${rule.name} on ${file.fileName}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  }
  return { failures, seen: sources.length };
}

/** The files, by the package they belong to. */
function packagesOf(names: readonly string[]): Iterable<string[]> {
  const packages = new Map<string, string[]>();
  for (const name of names) {
    const key = /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(name)?.[0] ?? "";
    packages.set(key, [...(packages.get(key) ?? []), name]);
  }
  return packages.values();
}

describe("smoke", () => {
  it("survives every TypeScript file without type information", { timeout: 240_000 }, () => {
    const options: ts.CompilerOptions = { noLib: true, noResolve: true, types: [], jsx: ts.JsxEmit.Preserve, target: ts.ScriptTarget.ESNext };
    // One Program for each package: in one for all, the libraries that lie among the files would lend their types to the rest.
    const results = [...packagesOf(files)].map((members) => runRules(ts.createProgram({ rootNames: members, options }), members));
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    expect(results.reduce((sum, { seen }) => sum + seen, 0)).toBeGreaterThan(2000);
  });

  it("survives implementations with type information", { timeout: 240_000 }, () => {
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      jsx: ts.JsxEmit.Preserve,
      target: ts.ScriptTarget.ESNext,
      types: ["node"],
    };
    const sample = [...implementations, ...files.filter((file) => file.includes("@types/node/"))];
    const { failures, seen } = runRules(ts.createProgram({ rootNames: sample, options }), sample);
    expect(failures).toEqual([]);
    expect(seen).toBeGreaterThan(200);
  });
});
