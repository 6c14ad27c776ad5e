/** One project in memory: ts-morph loads it and hands out Programs; text is replaced once per file and round. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Project, ts as bundled } from "ts-morph";
import type ts from "typescript";

/** The compiler that ts-morph brings. Its types are a copy of those of `typescript`, its values are what all analysis here must use. */
export const compiler = bundled as unknown as typeof ts;

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
  readonly #texts = new Map<string, string>();
  #importers: Map<string, Set<string>> | undefined;
  /** The Program over the texts as loaded. */
  readonly original: ts.Program;

  /** @param texts present texts of files that another project of the same run has changed. */
  constructor(config: string, texts: ReadonlyMap<string, string> = new Map()) {
    this.config = config;
    // Referenced projects would complain about emit options that do not matter here (TS6059, TS6307).
    const settled = { noEmit: true, composite: false, incremental: false, declaration: false, declarationMap: false, emitDeclarationOnly: false };
    const cleared = { rootDir: undefined, outDir: undefined, outFile: undefined, tsBuildInfoFile: undefined, declarationDir: undefined } as unknown as Record<string, never>;
    this.#project = new Project({ tsConfigFilePath: config, skipFileDependencyResolution: true, compilerOptions: { ...settled, ...cleared } });
    this.#addRuntimeTypes();
    for (const [fileName, newText] of texts) {
      const file = this.#project.getSourceFile(fileName);
      file?.applyTextChanges([{ span: { start: 0, length: file.getFullText().length }, newText }]);
    }
    this.original = this.program;
  }

  /** Where the project does not have the runtime yet, its types are lent, or every change would seem to break the build. */
  #addRuntimeTypes(): void {
    const options = this.#project.compilerOptions.get() as unknown as ts.CompilerOptions;
    const found = compiler.resolveModuleName("asr-runtime", this.config, options, compiler.sys).resolvedModule;
    const { types } = runtimePackage();
    if (found !== undefined || !existsSync(types)) return;
    this.#project.compilerOptions.set({ paths: { ...options.paths, "asr-runtime": [types] } });
  }

  /** The Program over the present texts. */
  get program(): ts.Program {
    return this.#project.getProgram().compilerObject as unknown as ts.Program;
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
      const file = this.#project.getSourceFile(fileName);
      if (file === undefined || this.textOf(fileName) === text) continue;
      // Not `replaceWithText`: it writes the line ends of its own taste.
      file.applyTextChanges([{ span: { start: 0, length: this.textOf(fileName).length }, newText: text }]);
      this.#texts.set(fileName, text);
    }
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
