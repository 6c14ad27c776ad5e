/** What a fix needs to know of the file it changes; every `FileView` of the analysis is one. */
import type ts from "typescript";
import type { NodeVersion } from "../analysis/index.ts";
import type { Compiler, TypeScript } from "../analysis/language/compiler.ts";
import type { Signals } from "../analysis/signals/signals.ts";
import type { Types } from "../analysis/language/types.ts";
import type { Edit } from "./edit.ts";

export interface FixView {
  readonly ts: TypeScript;
  readonly file: ts.SourceFile;
  readonly program: ts.Program;
  readonly compiler: Compiler;
  readonly types: Types;
  readonly signals: Signals;
  /** The oldest release of Node that the file has to run on, if its package says so. */
  readonly oldestNode?: NodeVersion | undefined;
}

/** Replaces `[start, end)` of the view's file. */
export function replace(view: FixView, start: number, end: number, text: string): Edit {
  return { fileName: view.file.fileName, start, end, text };
}

/** Inserts text before the offset `at`. */
export function insert(view: FixView, at: number, text: string): Edit {
  return replace(view, at, at, text);
}

/**
 * Puts text directly before a token by replacing the token's first character. Unlike an insertion it cannot meet
 * another insertion at the same offset, so a shared declaration may be inserted in front of it.
 */
export function prefix(view: FixView, at: number, text: string): Edit {
  return replace(view, at, at + 1, text + view.file.text.slice(at, at + 1));
}
