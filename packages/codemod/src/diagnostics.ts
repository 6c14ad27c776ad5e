/** Compares the compiler's errors before and after a change: only new ones count. */
import type ts from "typescript";
import { compiler, type Workspace } from "./workspace.ts";

/** An error that was not there before. */
export interface NewError {
  readonly fileName: string;
  /** Offset into the new text. */
  readonly start: number;
  /** `TS2345: …` on one line. */
  readonly text: string;
}

export class Baseline {
  readonly #workspace: Workspace;
  readonly #known = new Map<string, Map<string, number>>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Number of errors that were there in the files asked about so far. */
  get size(): number {
    return [...this.#known.values()].flatMap((errors) => [...errors.values()]).reduce((sum, count) => sum + count, 0);
  }

  /** Errors of some files in the present text that the original text does not have. */
  newErrorsIn(fileNames: Iterable<string>): NewError[] {
    const { program } = this.#workspace;
    const found: NewError[] = [];
    for (const fileName of fileNames) {
      const file = program.getSourceFile(fileName);
      if (file === undefined) continue;
      const errors = errorsOf(program, file);
      // Where there is no error now, it does not matter what was there before; checking both would cost twice.
      const left = new Map(errors.length === 0 ? [] : this.#errorsBefore(fileName));
      for (const diagnostic of errors) {
        const text = textOf(diagnostic);
        const count = left.get(text) ?? 0;
        if (count > 0) left.set(text, count - 1);
        else found.push({ fileName, start: diagnostic.start ?? 0, text });
      }
    }
    return found;
  }

  #errorsBefore(fileName: string): ReadonlyMap<string, number> {
    let errors = this.#known.get(fileName);
    if (errors === undefined) {
      errors = new Map();
      const file = this.#workspace.original.getSourceFile(fileName);
      for (const diagnostic of file === undefined ? [] : errorsOf(this.#workspace.original, file)) {
        const text = textOf(diagnostic);
        errors.set(text, (errors.get(text) ?? 0) + 1);
      }
      this.#known.set(fileName, errors);
    }
    return errors;
  }
}

function errorsOf(program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] {
  const syntactic = program.getSyntacticDiagnostics(file);
  // A text that does not parse has no types worth asking for.
  return (syntactic.length > 0 ? syntactic : program.getSemanticDiagnostics(file)).filter((one) => one.category === compiler.DiagnosticCategory.Error);
}

function textOf(diagnostic: ts.Diagnostic): string {
  return `TS${String(diagnostic.code)}: ${compiler.flattenDiagnosticMessageText(diagnostic.messageText, " ").replaceAll(/\s+/gu, " ")}`;
}
