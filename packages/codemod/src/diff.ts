/** A plan as a unified diff that `git apply` takes. */
import { relative, sep } from "node:path";
import { structuredPatch } from "diff";
import type { createColors } from "picocolors";
import type { FileChange, Plan } from "./model.ts";

/** The whole diff; empty when nothing changes. Paths are relative to the plan's directory. */
export function unifiedDiff({ cwd, changes }: Plan): string {
  return changes.map((change) => fileDiff(change, relative(cwd, change.fileName).replaceAll(sep, "/"))).join("");
}

function fileDiff({ before, after, bom }: FileChange, name: string): string {
  const mark = bom ? "\uFEFF" : "";
  const { hunks } = structuredPatch(name, name, mark + before, mark + after, "", "", { context: 3 });
  const body = hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.join("\n")}\n`);
  return `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${body.join("")}`;
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${String(start)},${String(lines)}`;
}

/** The diff in the colours of git. */
export function coloured(diff: string, colors: ReturnType<typeof createColors>): string {
  return diff
    .split("\n")
    .map((line) => {
      if (/^(?:diff |--- |\+\+\+ )/u.test(line)) return colors.bold(line);
      if (line.startsWith("@@")) return colors.cyan(line);
      if (line.startsWith("+")) return colors.green(line);
      return line.startsWith("-") ? colors.red(line) : line;
    })
    .join("\n");
}
