/** Brings the corpus onto the disk and into the compiler. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { CorpusPackage } from "./packages.ts";

/** Where the corpus is installed; apart from the project's own dependencies, which it must not touch. */
export const corpusDir = import.meta.dirname;

const modules = join(corpusDir, "node_modules");

// A package's own tests are another kind of code (a stratum of their own), and declarations have no bodies.
const notSource = /\.d\.[cm]?ts$|\.(?:test|spec|bench|test-d)\.tsx?$|(?:^|\/)(?:__tests__|__mocks__|tests?)\//u;

/** The strictest options that the sources of all packages pass; a package's own options come on top. */
const baseOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.full.d.ts"],
  types: ["node", "chrome"],
  typeRoots: [join(modules, "@types")],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
};

/**
 * Installs the pinned packages unless exactly they are there: `npm ci` in this directory, from the registry, without running their scripts.
 * @throws Error with what npm said.
 */
export function installCorpus(): void {
  if (isInstalled()) return;
  process.stderr.write("Installing the corpus into tests/corpus (about half a minute, once) …\n");
  // Peers and optional parts (native transports, frameworks) are not needed to read sources; the types that are, are listed by hand.
  const flags = ["--ignore-scripts", "--legacy-peer-deps", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const done = spawnSync("npm", ["ci", ...flags], { cwd: corpusDir, encoding: "utf8", shell: process.platform === "win32" });
  if (done.status !== 0) throw new Error(`npm ci failed in ${corpusDir}:\n${done.error?.message ?? done.stderr}`);
}

/** Whether what is installed is what the lock file says: a half-finished install has no such file, an old one another content. */
function isInstalled(): boolean {
  const installed = join(modules, ".package-lock.json");
  if (!existsSync(installed)) return false;
  const { packages: wanted } = readJson(join(corpusDir, "package-lock.json")) as Lock;
  const { packages: present } = readJson(installed) as Lock;
  return Object.entries(wanted).every(([path, { version, optional }]) => path === "" || optional === true || present[path]?.version === version);
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly optional?: boolean }>>;
}

/** Absolute directory of an installed package. */
export function directoryOf(name: string): string {
  return join(modules, name);
}

/** The version that is installed. */
export function versionOf(name: string): string {
  return (readJson(join(directoryOf(name), "package.json")) as { version: string }).version;
}

/** Absolute names of the sources of a package, sorted. */
export function sourcesOf({ name, without = [] }: CorpusPackage): string[] {
  const src = join(directoryOf(name), "src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).map((file) => file.replaceAll("\\", "/"));
  return files
    .filter((file) => /\.tsx?$/u.test(file) && !notSource.test(file) && !without.some((pattern) => pattern.test(file)))
    .map((file) => join(src, file))
    .sort();
}

/** A fresh Program over the sources of a package; nothing in it has been checked yet. */
export function programOf(one: CorpusPackage): ts.Program {
  return ts.createProgram(sourcesOf(one), optionsOf(one));
}

/** The compiler options of a package, its paths absolute. */
export function optionsOf({ name, options }: CorpusPackage): ts.CompilerOptions {
  const dir = directoryOf(name);
  const paths = Object.entries(options?.paths ?? {}).map(([from, to]) => [from, to.map((path) => join(dir, path))] as const);
  return {
    ...baseOptions,
    ...options,
    ...(options?.rootDirs && { rootDirs: options.rootDirs.map((path) => join(dir, path)) }),
    ...(options?.paths && { paths: Object.fromEntries(paths) }),
  };
}

/** How well the compiler understands the sources: what it cannot parse, and what it cannot type. */
export function errorsOf(program: ts.Program, files: readonly string[]): { syntax: number; types: number } {
  const errors = { syntax: 0, types: 0 };
  for (const name of files) {
    const file = program.getSourceFile(name);
    errors.syntax += program.getSyntacticDiagnostics(file).length;
    errors.types += program.getSemanticDiagnostics(file).length;
  }
  return errors;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
