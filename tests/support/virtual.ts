/** Programs over files that exist only in memory, as if they stood in `tests/support/fixture`. */
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import type ts from "typescript";

type Compiler = typeof ts;

/** Where virtual files are thought to stand: types resolve from here as they do for the project itself. */
export const fixtureDir = resolve(import.meta.dirname, "fixture");

/** Absolute name of a virtual file. */
export function virtualPath(name: string): string {
  return resolve(fixtureDir, name);
}

/** A compiler reads its own libraries; ts-morph's copy has none on disk and takes those of `typescript`. */
function librariesOf(compiler: Compiler): string {
  const own = dirname(compiler.sys.getExecutingFilePath());
  return compiler.sys.fileExists(resolve(own, "lib.d.ts")) ? own : dirname(createRequire(import.meta.url).resolve("typescript"));
}

/** Parsed libraries are shared by all programs of one compiler and one set of options. */
const parsed = new WeakMap<Compiler, Map<string, ts.SourceFile | undefined>>();

/**
 * One Program over all of the files.
 * @param files absolute name → text; may shadow files on disk.
 * @param compiler which copy of TypeScript; the Program belongs to it.
 */
export function programOver(files: ReadonlyMap<string, string>, compiler: Compiler, config = virtualPath("tsconfig.json")): ts.Program {
  const { options } = configOf(config, compiler);
  const host = hostOf(options, compiler);
  const disk = { ...host };
  const cache = parsed.get(compiler) ?? new Map<string, ts.SourceFile | undefined>();
  parsed.set(compiler, cache);
  host.fileExists = (name) => files.has(name) || disk.fileExists(name);
  host.readFile = (name) => files.get(name) ?? disk.readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = files.get(name);
    if (text !== undefined) return compiler.createSourceFile(name, text, language, true);
    const key = `${config}\0${name}`;
    if (!cache.has(key)) cache.set(key, disk.getSourceFile(name, language, ...rest));
    return cache.get(key);
  };
  return programOf([...files.keys()], options, compiler, host);
}

/**
 * A Program over files on disk.
 * @throws when it is not whole: with a library missing everything is of type error and no test would notice.
 */
export function programOf(rootNames: readonly string[], options: ts.CompilerOptions, compiler: Compiler, host = hostOf(options, compiler)): ts.Program {
  const program = compiler.createProgram({ rootNames, options, host });
  const [problem] = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  if (problem) throw new Error(compiler.flattenDiagnosticMessageText(problem.messageText, "\n"));
  return program;
}

function hostOf(options: ts.CompilerOptions, compiler: Compiler): ts.CompilerHost {
  const host = compiler.createCompilerHost(options, true);
  const libraries = librariesOf(compiler);
  host.getDefaultLibLocation = () => libraries;
  host.getDefaultLibFileName = (given) => resolve(libraries, compiler.getDefaultLibFileName(given));
  return host;
}

/**
 * Reads a tsconfig.
 * @throws when the file has errors: a fixture that is not compiled as written proves nothing.
 */
export function configOf(config: string, compiler: Compiler): ts.ParsedCommandLine {
  const host: ts.ParseConfigFileHost = {
    ...compiler.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(compiler.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
    },
  };
  const parsedConfig = compiler.getParsedCommandLineOfConfigFile(config, undefined, host);
  const [error] = parsedConfig?.errors ?? [];
  if (!parsedConfig || error) throw new Error(`${config}: ${error ? compiler.flattenDiagnosticMessageText(error.messageText, "\n") : "unreadable"}`);
  return parsedConfig;
}

/** Errors of the compiler in one file, as `line: TS1234 text`. */
export function errorsIn(fileName: string, program: ts.Program, compiler: Compiler): string[] {
  const file = program.getSourceFile(fileName);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
    const line = (file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0) + 1;
    return `${String(line)}: TS${String(diagnostic.code)} ${compiler.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
  });
}
