/** Writes a plan to disk, if the tree is still the one that was planned for and nothing uncommitted can get lost. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { encoded, hashOf } from "./files.ts";
import { dirtyFiles, isVersioned } from "./git.ts";
import { writeAll, type Write } from "./journal.ts";
import { RefusedError, type Plan } from "./model.ts";

/** What may be overwritten. */
export interface ApplyOptions {
  /** Write to files with uncommitted changes. */
  readonly allowDirty?: boolean;
  /** Write where there is no version control. */
  readonly allowNoVcs?: boolean;
}

/**
 * Writes all changes of a plan, or none.
 * @throws RefusedError when a file changed since the plan was made, has uncommitted changes, or is not under version control.
 */
export function apply(plan: Plan, options: ApplyOptions = {}): void {
  if (plan.changes.length === 0) return;
  guard(plan, options);
  const writes = plan.changes.map(({ fileName, after, bom }): Write => ({ fileName, bytes: encoded(after, bom) }));
  writeAll(plan.cwd, writes);
}

function guard({ cwd, changes }: Plan, { allowDirty = false, allowNoVcs = false }: ApplyOptions): void {
  const names = changes.map(({ fileName }) => fileName);
  const list = (files: readonly string[]): string => files.map((file) => `  ${relative(cwd, file)}`).join("\n");
  const stale = changes.filter(({ fileName, hash }) => hashOf(readFileSync(fileName)) !== hash).map(({ fileName }) => fileName);
  if (stale.length > 0) throw new RefusedError(`These files changed while the plan was made; plan again:\n${list(stale)}`);
  if (!isVersioned(cwd)) {
    if (!allowNoVcs) throw new RefusedError("This directory is not under version control, so nothing could be undone. Use --allow-no-vcs to write all the same.");
    return;
  }
  const dirty = allowDirty ? [] : dirtyFiles(cwd, names);
  if (dirty.length > 0) throw new RefusedError(`These files have uncommitted changes. Commit them, or use --allow-dirty:\n${list(dirty)}`);
}
