/** Asks git about files; a directory without git answers that there is none. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** Variables of a git that may be running us, as in a hook, would point to another repository. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
}

function git(cwd: string, args: readonly string[], input?: string): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync("git", args, { cwd, env: environment(), encoding: "utf8", maxBuffer: 256 * 1024 * 1024, ...(input === undefined ? {} : { input }) });
  return { status, stdout };
}

/** Whether a directory is under version control. */
export function isVersioned(cwd: string): boolean {
  return git(cwd, ["rev-parse", "--is-inside-work-tree"]).stdout.trim() === "true";
}

/** Those of some files that git ignores. */
export function ignoredByGit(cwd: string, fileNames: readonly string[]): ReadonlySet<string> {
  if (fileNames.length === 0 || !isVersioned(cwd)) return new Set();
  const { stdout } = git(cwd, ["check-ignore", "--stdin", "-z"], fileNames.join("\0"));
  return new Set(stdout.split("\0").filter((name) => name !== ""));
}

/** Those of some files that have changes git does not have yet, staged ones and untracked files included. */
export function dirtyFiles(cwd: string, fileNames: readonly string[]): readonly string[] {
  const root = git(cwd, ["rev-parse", "--show-toplevel"]).stdout.trim();
  const { stdout } = git(cwd, ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]);
  const dirty = new Set(stdout.split("\0").filter((entry) => entry.length > 3).map((entry) => resolve(root, entry.slice(3))));
  return fileNames.filter((name) => dirty.has(name));
}
