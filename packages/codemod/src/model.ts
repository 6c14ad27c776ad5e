/** The plain data of a migration: what is asked, what is planned, and what became of every place. */

/** What became of one finding. */
export type Status =
  /** Its change is part of the plan. */
  | "applied"
  /** There is a change, but it alters timing or the error path: it needs `--unsafe`. */
  | "unsafe"
  /** No change can be made by machine: a person decides. */
  | "manual"
  /** Its change raised a new type error, or did not remove the finding, and was taken back. */
  | "reverted"
  /** Its change overlaps another one and found no round of its own. */
  | "conflicted"
  /** Left alone on request, e.g. by an `eslint-disable` comment. */
  | "skipped";

/** One finding and its fate. Lines and columns count from 1 and refer to the file as it was before. */
export interface Site {
  readonly rule: string;
  /** Absolute. */
  readonly fileName: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly status: Status;
  /** The change, in words; absent when there is none. */
  readonly change?: string;
  /** Why it was left. */
  readonly reason?: string;
}

/** A file before and after, without byte order mark. */
export interface FileChange {
  /** Absolute. */
  readonly fileName: string;
  readonly before: string;
  readonly after: string;
  /** The file begins with a byte order mark, which is kept. */
  readonly bom: boolean;
  /** SHA-256 of the bytes on disk that the plan was made from, hexadecimal. */
  readonly hash: string;
}

/** A file that the plan does not look at. */
export interface SkippedFile {
  readonly fileName: string;
  readonly reason: string;
}

/** A migration, ready to be shown or applied. */
export interface Plan {
  /** Absolute; names in reports are relative to it. */
  readonly cwd: string;
  readonly sites: readonly Site[];
  readonly changes: readonly FileChange[];
  readonly skipped: readonly SkippedFile[];
  /** Number of files examined. */
  readonly files: number;
  /** Errors of the compiler that were there before; only new ones count against a change. */
  readonly baselineErrors: number;
  readonly compiler: { readonly bundled: string; readonly project?: string };
  readonly warnings: readonly string[];
  /** What a person does after writing, e.g. an install command. */
  readonly nextSteps: readonly string[];
}

/** What to migrate, and how far. */
export interface PlanOptions {
  /** Absolute. */
  readonly cwd: string;
  /** Files, directories or globs; everything that the project compiles when empty. */
  readonly paths?: readonly string[];
  /** Files, directories or globs that are left alone. */
  readonly exclude?: readonly string[];
  /** A tsconfig, or a directory with one; else the nearest above the first path. */
  readonly project?: string;
  /** Include changes that alter timing or the error path. */
  readonly unsafe?: boolean;
  /** Only these rules, by name. */
  readonly rules?: readonly string[];
  /** All but these rules. */
  readonly except?: readonly string[];
  /** Content of `settings.asr`, as in the ESLint configuration. */
  readonly settings?: object;
  /** Options of rules by name. */
  readonly ruleOptions?: Readonly<Record<string, object>>;
  /** Told what is going on, one phrase at a time. */
  readonly onProgress?: (phrase: string) => void;
}

/** The environment does not allow a migration: no tsconfig, no files, unusable options. */
export class EnvironmentError extends Error {}

/** A migration was refused, and nothing was changed. */
export class RefusedError extends Error {}
