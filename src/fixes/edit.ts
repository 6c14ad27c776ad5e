/** Edits as plain data: what a fix changes, how sure we are of it, and how several fixes become one text. */

/** One replacement of the half-open range `[start, end)` (UTF-16 offsets into the original text) of a file. */
export interface Edit {
  /** Absolute path as the compiler spells it. */
  readonly fileName: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * How far a fix may be trusted (after rustc and ruff): `safe` keeps behaviour and is applied by `--fix`;
 * `unsafe` changes timing or the error path and is a suggestion; `manual` is advice in words, without edits.
 */
export type Applicability = "safe" | "unsafe" | "manual";

/** A change group: all of its edits are applied, or none. */
export interface Fix {
  /** Imperative sentence shown in the editor and in the codemod's report, e.g. "Await the call". */
  readonly title: string;
  readonly applicability: Applicability;
  readonly edits: readonly Edit[];
}
