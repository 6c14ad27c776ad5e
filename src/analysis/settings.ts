/** What a project may tell the analysis through `settings.asr`: plain data, already validated and complete. */

/**
 * Names a function, method or type by where it is declared, in the format typescript-eslint shares between its rules:
 * a bare name matches anywhere, the object forms pin the origin.
 */
export type Specifier =
  | string
  | { readonly from: "file"; readonly name: string | readonly string[]; readonly path?: string }
  | { readonly from: "lib"; readonly name: string | readonly string[] }
  | { readonly from: "package"; readonly name: string | readonly string[]; readonly package: string };

/** A function, method or class that makes its caller the owner of something, and what gives it back. */
export interface ResourceSetting {
  /** What is called: `"Pool.lease"`; a class is named for its `new`. */
  readonly acquire: Specifier | readonly Specifier[];
  /** Methods of the value that give it back, or functions that take it. */
  readonly release: string | readonly string[];
  /** Whether giving it back takes time; not, unless said. */
  readonly async?: boolean;
}

/** The settings every rule shares. A dotted name such as `ctx.waitUntil` means "the member of that type or namespace". */
export interface Settings {
  /** Types whose instances own the tasks spawned on them. */
  readonly scopeTypes: readonly Specifier[];
  /** Functions and methods that take ownership of a promise or task function given to them. */
  readonly owners: readonly Specifier[];
  /** Functions and methods that drop the result of a callback given to them. */
  readonly registrars: readonly Specifier[];
  /** Thenables that start no work until they are awaited (query builders). */
  readonly lazyThenables: readonly Specifier[];
  /** What has to be given back, besides what the catalogue knows. */
  readonly resources: readonly ResourceSetting[];
  /** Globs, relative to the working directory, of files whose module level is the root of the program. */
  readonly entryPoints: readonly string[];
}

/** What holds when a project sets nothing. The built-in catalogue applies in any case. */
export const defaultSettings: Settings = { scopeTypes: [], owners: [], registrars: [], lazyThenables: [], resources: [], entryPoints: [] };
