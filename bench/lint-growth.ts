/** Does the time of our rules grow with the code, or faster? Each case is measured once as it is and once at twice the size. */
import { join } from "node:path";
import ts from "typescript";
import { corpusDir, optionsOf, sourcesOf } from "../tests/corpus/load.ts";
import { corpusPackages, type CorpusPackage } from "../tests/corpus/packages.ts";
import { ruleTimeOver } from "./lint-sides.ts";

/** A program that can be built in two sizes. */
export interface GrowthCase {
  readonly name: string;
  /** @param size 1 or 2. */
  build(size: number): { readonly program: ts.Program; readonly files: readonly string[] };
}

/** What grows in real projects: the number of files, the depth of calls, the length of a file. */
export const growthCases: readonly GrowthCase[] = [
  ...["livekit-client", "@grpc/grpc-js"].map((name): GrowthCase => ({ name: `files of ${name}`, build: (size) => packageOf(name, size) })),
  { name: "a chain of calls, 5,000 long", build: (size) => syntheticOf(chain(5_000 * size)) },
  { name: "a file of 10,000 lines", build: (size) => syntheticOf(longFile(10_000 * size)) },
];

/** Time inside our rules, in milliseconds, at both sizes; the sizes take turns. The fastest round counts: whatever disturbs a run only adds to it. */
export async function growthOf(one: GrowthCase, rounds: number): Promise<{ single: number; twice: number }> {
  const times: Record<1 | 2, number[]> = { 1: [], 2: [] };
  // The first run also pays for what the engine compiles while running.
  await timeOf(one, 1);
  for (let round = 0; round < rounds; round++) {
    for (const size of [1, 2] as const) {
      times[size].push(await timeOf(one, size));
    }
  }
  console.error(one.name);
  return { single: Math.min(...times[1]), twice: Math.min(...times[2]) };
}

async function timeOf(one: GrowthCase, size: number): Promise<number> {
  const { program, files } = one.build(size);
  return ruleTimeOver(program, files, "ours");
}

function packageOf(name: string, size: number): ReturnType<GrowthCase["build"]> {
  const one = corpusPackages.find((candidate) => candidate.name === name);
  if (!one) throw new Error(`${name} is not in the corpus.`);
  const originals = sourcesOf(one);
  const files = size === 1 ? originals : [...originals, ...originals.map(copyOf)];
  const options = optionsOf(one);
  return { program: ts.createProgram(files, options, hostWithCopies(options)), files };
}

const copied = "/src~copy/";

function copyOf(file: string): string {
  return file.replace("/src/", copied);
}

function originalOf(file: string): string {
  return file.replace(copied, "/src/");
}

/** Answers for a second `src` beside the first, whose files import one another: real code twice, without writing into the installation. */
function hostWithCopies(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  return {
    ...host,
    fileExists: (file) => host.fileExists(originalOf(file)),
    readFile: (file) => host.readFile(originalOf(file)),
    directoryExists: (directory) => host.directoryExists?.(originalOf(`${directory}/`)) ?? true,
    // The real path of a copy is the original, which would make one file of the two.
    realpath: (path) => (path.includes(copied) ? path : (host.realpath?.(path) ?? path)),
    getSourceFile: (file, language) => {
      const text = host.readFile(originalOf(file));
      return text === undefined ? undefined : ts.createSourceFile(file, text, language, true);
    },
  };
}

function syntheticOf(text: string): ReturnType<GrowthCase["build"]> {
  const file = join(corpusDir, "synthetic.ts");
  const [anyPackage] = corpusPackages as readonly [CorpusPackage, ...CorpusPackage[]];
  const options = optionsOf(anyPackage);
  const host = ts.createCompilerHost(options, true);
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (name) => name === file || host.fileExists(name),
    getSourceFile: (name, language, ...rest) => (name === file ? ts.createSourceFile(file, text, language, true) : host.getSourceFile(name, language, ...rest)),
  });
  return { program, files: [file] };
}

/** Each function awaits the next and hands its callback on: what the first does with it, only the last one decides. */
function chain(length: number): string {
  const link = (index: number) => `async function f${index}(work: () => unknown): Promise<void> { await f${index + 1}(work); }`;
  const links = Array.from({ length }, (_, index) => link(index));
  return [...links, `async function f${length}(work: () => unknown): Promise<void> { work(); }`, "f0(async () => { await f1(() => 0); });", "export {};"].join("\n");
}

/** Ten lines that an ordinary service repeats, among them one finding of each rule. */
function longFile(lines: number): string {
  const block = (index: number) => `
export class Store${index} {
  #jobs = new Set<Promise<void>>();
  async save(id: string): Promise<void> { await fetch(id, { method: "PUT" }); }
  track(id: string): void { const job = this.save(id); this.#jobs.add(job); void job.finally(() => this.#jobs.delete(job)); }
  touch(id: string): void { this.save(id); }
  all(ids: string[]): void { ids.forEach(async (id) => { await this.save(id); }); }
  async close(): Promise<void> { await Promise.allSettled(this.#jobs); }
}`;
  return Array.from({ length: Math.round(lines / 10) }, (_, index) => `${block(index)}\n`).join("");
}
