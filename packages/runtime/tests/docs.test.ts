/** The examples of the README compile as they stand; the crash it shows does crash. */
/* eslint-disable @typescript-eslint/unbound-method, @typescript-eslint/use-unknown-in-catch-callback-variable --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const directory = mkdtempSync(join(tmpdir(), "asr-docs-"));
afterAll(() => rmSync(directory, { recursive: true }));

const blocks = (language: string): string[] => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code ?? "");

/** What the examples talk about without defining it. */
const AMBIENT = `
import { TaskGroup as Group } from "asr-runtime";
declare global {
  const ids: string[]; const urls: string[]; const tasks: Group;
  const request: { signal: AbortSignal }; const server: AsyncIterable<{ url: string }>;
  class NotFound extends Error {}
  function loadUser(o: { signal: AbortSignal }): Promise<{ name: string }>; function loadOrders(o: { signal: AbortSignal }): Promise<number[]>;
  function prepare(): Promise<void>; function update(id: string, signal: AbortSignal): Promise<void>; function countRows(signal: AbortSignal): Promise<number>;
  function copy(name: string): Promise<void>; function show(e: unknown): void; function log(...facts: unknown[]): void;
  function handle(request: { url: string }, signal: AbortSignal): Promise<void>; function search(signal: AbortSignal): Promise<void>;
  function watch(signal: AbortSignal): Promise<void>; function enough(): Promise<boolean>; function heartbeat(signal: AbortSignal): Promise<void>;
  function serve(signal: AbortSignal): Promise<void>; function main(): Promise<void>; function writeFile(name: string, text: string): Promise<void>;
}`;

/** The examples of the README as a program, with the sources that they import. */
function readmeProgram(): ts.Program {
  const files = new Map(blocks("ts").map((code, index) => [join(root, "tests", `example-${index}.ts`), code]));
  expect(files.size).toBeGreaterThan(6);
  files.set(join(root, "tests", "ambient.ts"), AMBIENT);
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.es2022.d.ts", "lib.esnext.disposable.d.ts", "lib.dom.d.ts", "lib.dom.asynciterable.d.ts"],
    types: [],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    paths: { "asr-runtime": [join(root, "src/index.ts")], "asr-runtime/trace": [join(root, "src/trace.ts")] },
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, target) : ts.createSourceFile(name, text, target);
  };
  return ts.createProgram([...files.keys(), join(root, "src/trace.ts")], options, host);
}

describe("what is written for people", { timeout: 120_000 }, () => {
  let program: ts.Program;
  beforeAll(() => {
    program = readmeProgram();
  }, 120_000);

  test("every TypeScript example of the README compiles", () => {
    const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
    expect(errors).toEqual([]);
  });

  test("every export has a doc comment with an example that parses", () => {
    const checker = program.getTypeChecker();
    const seen: string[] = [];
    for (const entry of ["src/index.ts", "src/trace.ts"]) {
      const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, entry)) as ts.Node) as ts.Symbol;
      for (const symbol of checker.getExportsOfModule(module)) {
        const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        expect(ts.displayPartsToString(target.getDocumentationComment(checker)), symbol.name).not.toBe("");
        const examples = target.getJsDocTags(checker).filter(({ name }) => name === "example").map(({ text }) => ts.displayPartsToString(text));
        expect(examples, `examples of ${symbol.name}`).not.toEqual([]);
        for (const example of examples) {
          const { diagnostics } = ts.transpileModule(example, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext } });
          expect(diagnostics?.map(({ messageText }) => messageText), example).toEqual([]);
        }
        seen.push(symbol.name);
      }
    }
    expect(seen).toContain("TaskGroup");
    expect(seen.length).toBeGreaterThan(35);
  });
});

test("the crash of the README crashes, before it can print a user", async () => {
  const [crash = ""] = blocks("js");
  const file = join(directory, "crash.mjs");
  writeFileSync(file, crash);
  const failure = await promisify(execFile)(process.execPath, [file]).then(
    () => undefined,
    (error: { code: number; stderr: string; stdout: string }) => error,
  );
  expect(failure?.code).toBe(1);
  expect(failure?.stderr).toContain("no such user");
  expect(failure?.stdout).toBe("");
});
