/** One project in memory: ts-morph loads it and hands out Programs; text is replaced once per file and round. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Project, ts as bundled } from "ts-morph";
import type ts from "typescript";
import { EnvironmentError } from "./model.ts";

/** The compiler that ts-morph brings. Its types are a copy of those of `typescript`, its values are what all analysis here must use. */
export const compiler = bundled as unknown as typeof ts;

/** The same options, in the words of ts-morph's copy of the types. */
type MorphOptions = NonNullable<ConstructorParameters<typeof Project>[0]>["compilerOptions"] & object;

/** Version of the runtime that the emitted code is written for, and where its types are. */
export interface RuntimePackage {
  readonly version: string;
  readonly types: string;
}

/** The `asr-runtime` this package depends on. */
export function runtimePackage(): RuntimePackage {
  const manifest = createRequire(import.meta.url).resolve("asr-runtime/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  return { version, types: join(dirname(manifest), "dist", "index.d.ts") };
}

export class Workspace {
  readonly config: string;
  readonly #project: Project;
  readonly #parsed: ts.ParsedCommandLine;
  readonly #host: ts.CompilerHost;
  readonly #texts = new Map<string, string>();
  #program: ts.Program | undefined;
  #lastProgram: ts.Program | undefined;
  #importers: Map<string, Set<string>> | undefined;
  /** The Program over the texts as loaded. */
  readonly original: ts.Program;

  /** @param texts present texts of files that another project of the same run has changed. */
  constructor(config: string, texts: ReadonlyMap<string, string> = new Map()) {
    this.config = config;
    this.#parsed = parseConfig(config);
    this.#project = new Project({ skipFileDependencyResolution: true, compilerOptions: this.#parsed.options as unknown as MorphOptions });
    for (const fileName of this.#parsed.fileNames) if (!fileName.endsWith(".json")) this.#project.addSourceFileAtPathIfExists(fileName);
    this.#host = this.#hostOver(this.#project);
    for (const [fileName, text] of texts) this.#replace(fileName, text);
    this.original = this.program;
  }

  /**
   * Source files are ts-morph's, but not the Program: ts-morph's own host forgets whether a file is an ES module
   * (`impliedNodeFormat`), `moduleDetection` and project references.
   */
  #hostOver(project: Project): ts.CompilerHost {
    const host = compiler.createCompilerHost(this.#parsed.options, true);
    const fromDisk = host.getSourceFile.bind(host);
    host.getSourceFile = (fileName, language, ...rest) => {
      const file = project.getSourceFile(fileName)?.compilerNode as unknown as ts.SourceFile | undefined;
      if (file === undefined) return declarationFrom(this.#parsed.options, fileName, () => fromDisk(fileName, language, ...rest));
      if (typeof language === "object") {
        file.impliedNodeFormat = language.impliedNodeFormat;
        language.setExternalModuleIndicator?.(file);
      }
      return file;
    };
    // The libraries of ts-morph's compiler are not on disk: it carries them in memory.
    const libraries = "/node_modules/typescript/lib";
    const memory = project.getModuleResolutionHost();
    const disk = { ...host };
    return Object.assign(host, {
      getDefaultLibFileName: (options: ts.CompilerOptions) => `${libraries}/${compiler.getDefaultLibFileName(options)}`,
      getDefaultLibLocation: () => libraries,
      readFile: (fileName: string) => (fileName.startsWith(libraries) ? memory.readFile(fileName) : disk.readFile(fileName)),
      fileExists: (fileName: string) => (fileName.startsWith(libraries) ? memory.fileExists(fileName) : disk.fileExists(fileName)),
      useSourceOfProjectReferenceRedirect: () => true,
    });
  }

  /** The Program over the present texts. */
  get program(): ts.Program {
    const { fileNames, options, projectReferences } = this.#parsed;
    this.#program ??= compiler.createProgram({
      rootNames: fileNames,
      options,
      host: this.#host,
      ...(projectReferences === undefined ? {} : { projectReferences }),
      ...(this.#lastProgram === undefined ? {} : { oldProgram: this.#lastProgram }),
    });
    this.#lastProgram = this.#program;
    return this.#program;
  }

  /** Source files that the tsconfig names; declarations and packages are not among them. */
  get sources(): readonly ts.SourceFile[] {
    const roots = new Set(this.original.getRootFileNames());
    return this.original.getSourceFiles().filter((file) => !file.isDeclarationFile && roots.has(file.fileName) && !file.fileName.includes("/node_modules/") && /\.[cm]?tsx?$/u.test(file.fileName));
  }

  /** Present text of a file. */
  textOf(fileName: string): string {
    return this.#texts.get(fileName) ?? this.original.getSourceFile(fileName)?.text ?? "";
  }

  /** Replaces texts in memory; files that this project does not have are left out. */
  setTexts(texts: ReadonlyMap<string, string>): void {
    for (const [fileName, text] of texts) {
      if (this.textOf(fileName) === text || !this.#replace(fileName, text)) continue;
      this.#texts.set(fileName, text);
      this.#program = undefined;
    }
  }

  #replace(fileName: string, newText: string): boolean {
    const file = this.#project.getSourceFile(fileName);
    // Not `replaceWithText`: it writes line ends to its own taste.
    file?.applyTextChanges([{ span: { start: 0, length: file.getFullText().length }, newText }]);
    return file !== undefined;
  }

  /** These files and all that import them, directly or not: where a change can raise an error. */
  affectedBy(fileNames: Iterable<string>): Set<string> {
    this.#importers ??= importersIn(this.original);
    const affected = new Set<string>();
    const open = [...fileNames];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (affected.has(name)) continue;
      affected.add(name);
      open.push(...(this.#importers.get(name) ?? []));
    }
    return affected;
  }
}

/** Parsed declaration files, which many projects of a run share. */
const declarations = new Map<string, ts.SourceFile | undefined>();

function declarationFrom({ target, module, moduleResolution, moduleDetection, jsx }: ts.CompilerOptions, fileName: string, parse: () => ts.SourceFile | undefined): ts.SourceFile | undefined {
  if (!/\.d\.[cm]?ts$/u.test(fileName)) return parse();
  // What of the options decides how a file is parsed and bound.
  const key = [target, module, moduleResolution, moduleDetection, jsx, fileName].join("\0");
  if (!declarations.has(key)) declarations.set(key, parse());
  return declarations.get(key);
}

/** Reads a tsconfig that `configsOf` has found to be readable, for checking only: what it says of output does not matter, and would raise false errors (TS6059, TS6307). */
function parseConfig(config: string): ts.ParsedCommandLine {
  const quiet = { noEmit: true, composite: false, incremental: false, declaration: false, declarationMap: false, emitDeclarationOnly: false };
  const parsed = compiler.getParsedCommandLineOfConfigFile(config, quiet, { ...compiler.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
  if (parsed === undefined) throw new EnvironmentError(`${config} cannot be read.`);
  for (const output of ["rootDir", "outDir", "outFile", "tsBuildInfoFile", "declarationDir"]) Reflect.deleteProperty(parsed.options, output);
  const found = compiler.resolveModuleName("asr-runtime", config, parsed.options, compiler.sys).resolvedModule;
  // Where the project does not have the runtime yet, its types are lent, or every change would seem to break the build.
  if (found === undefined) parsed.options.paths = { ...parsed.options.paths, "asr-runtime": [runtimePackage().types] };
  return parsed;
}

/** Who imports each file, by the compiler's own resolution. */
function importersIn(program: ts.Program): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>();
  const checker = program.getTypeChecker();
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile) continue;
    for (const statement of file.statements) {
      if (!compiler.isImportDeclaration(statement) && !compiler.isExportDeclaration(statement)) continue;
      const target = statement.moduleSpecifier === undefined ? undefined : checker.getSymbolAtLocation(statement.moduleSpecifier)?.valueDeclaration;
      if (target === undefined || !compiler.isSourceFile(target)) continue;
      const known = importers.get(target.fileName) ?? new Set();
      importers.set(target.fileName, known.add(file.fileName));
    }
  }
  return importers;
}
