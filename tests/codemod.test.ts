/** Goldens of the codemod: each project before becomes the project after, which compiles, is clean of what was applied, and stays as it is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { configsOf } from "../packages/codemod/src/configs.ts";
import { plan, type Plan } from "../packages/codemod/src/index.ts";
import { Workspace, compiler } from "../packages/codemod/src/workspace.ts";

const dir = resolve(import.meta.dirname, "codemod");
const cases = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();

interface Case {
  readonly exclude?: readonly string[];
}

function planFor(name: string, side: "before" | "after"): Plan {
  const settings = join(dir, name, "case.json");
  const { exclude = [] } = existsSync(settings) ? (JSON.parse(readFileSync(settings, "utf8")) as Case) : {};
  return plan({ cwd: join(dir, name, side), unsafe: true, exclude });
}

/** What became of each finding, one per line. */
function sitesOf({ cwd, sites, skipped }: Plan): string {
  const lines = sites.map(({ fileName, line, rule, status, change, reason }) => `${relative(cwd, fileName)}:${String(line)} ${rule} ${status}${change === undefined ? "" : `: ${change}`}${reason === undefined ? "" : ` (${reason})`}`);
  return [...lines, ...skipped.map(({ fileName, reason }) => `${relative(cwd, fileName)} not looked at: ${reason}`).sort(), ""].join("\n");
}

function filesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
}

/** Errors of the compiler in a whole project, by file and text. */
function errorsOf(root: string): string[] {
  return configsOf(join(root, "tsconfig.json")).flatMap((config) => {
    const { program, sources } = new Workspace(config);
    return sources.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((error) => `${relative(root, file.fileName)} TS${String(error.code)} ${compiler.flattenDiagnosticMessageText(error.messageText, " ")}`));
  });
}

describe.each(cases)("%s", (name) => {
  const before = join(dir, name, "before");
  const after = join(dir, name, "after");

  it("becomes what stands in `after`, and tells what was done and left", async () => {
    const migration = planFor(name, "before");
    await expect(sitesOf(migration)).toMatchFileSnapshot(join(dir, name, "sites.txt"));
    const changed = new Map(migration.changes.map(({ fileName, after: text, bom }) => [relative(before, fileName), (bom ? "\uFEFF" : "") + text]));
    for (const file of filesOf(before)) await expect(changed.get(file) ?? readFileSync(join(before, file), "utf8")).toMatchFileSnapshot(join(after, file));
    expect(filesOf(after)).toEqual(filesOf(before));
  });

  it("compiles no worse than before", () => {
    expect(errorsOf(after)).toEqual(errorsOf(before));
  });

  it("is a fixed point: a second run has nothing to change", () => {
    const second = planFor(name, "after");
    expect(second.changes).toEqual([]);
    expect(second.sites.filter(({ status }) => status === "applied" || status === "unsafe" || status === "conflicted")).toEqual([]);
  });
});
