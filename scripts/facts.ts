/** `npm run facts -- file.ts`: the file, with what the analysis knows of each function printed above it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import ts from "typescript";
import { analysisOf, functionsOf, printFacts } from "../src/analysis/index.ts";

const [path] = argv.slice(2);
if (path === undefined || !existsSync(path)) {
  stderr.write(`${path === undefined ? "Name a TypeScript file" : `${path} does not exist`}: npm run facts -- src/jobs.ts\n`);
  exit(2);
}
const fileName = resolve(path);
const configPath = ts.findConfigFile(fileName, (name) => ts.sys.fileExists(name));
const config = configPath === undefined ? undefined : ts.getParsedCommandLineOfConfigFile(configPath, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
const program = ts.createProgram([...new Set([fileName, ...(config?.fileNames ?? [])])], config?.options ?? { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.NodeNext, strict: true });
const file = program.getSourceFile(fileName);
if (file === undefined) {
  stderr.write(`The compiler does not take ${path} for a source file.\n`);
  exit(3);
}
const view = analysisOf({ ts, program }).view(file);
const facts = new Map<number, string[]>();
for (const fn of functionsOf(view)) {
  const { line } = file.getLineAndCharacterOfPosition(fn.getStart(file));
  facts.set(line, [...(facts.get(line) ?? []), `${view.summaries.of(fn).name} = ${printFacts(view, fn)}`]);
}
for (const [line, text] of file.text.split("\n").entries()) {
  const indent = /^\s*/.exec(text)?.[0] ?? "";
  for (const fact of facts.get(line) ?? []) stdout.write(`${indent}// fact: ${fact}\n`);
  stdout.write(`${text}\n`);
}
