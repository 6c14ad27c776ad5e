/** Fixture projects: both adapters find what `// want` says, nothing else, and the same edits. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ts as bundled } from "ts-morph";
import type ts from "typescript";
import { describe, expect, it } from "vitest";
import { detectProject, lintProject, projectNames, projectOf, sortOutcomes } from "./support/projects.ts";
import type { Outcome, Project } from "./support/projects.ts";
import { compareWithWants } from "./support/wants.ts";

// ts-morph re-exports the compiler it bundles under types of its own; the values are those of `typescript`.
const morphCompiler = bundled as unknown as typeof ts;

describe.for(projectNames())("project %s", (name) => {
  const project = projectOf(name);

  it("meets its wants through ESLint, and ts-morph's compiler agrees to the letter", async () => {
    const linted = sortOutcomes(await lintProject(project));
    expectWants(project, linted);
    expect(sortOutcomes(detectProject(project, morphCompiler))).toEqual(linted);
  });
});

function expectWants(project: Project, outcomes: readonly Outcome[]): void {
  const files = project.files.map((fileName) => fileName.slice(project.dir.length + 1));
  const pairs = files.map((file) => compareWithWants(file, readFileSync(join(project.dir, file), "utf8"), outcomes.filter((outcome) => outcome.file === file)));
  expect(pairs.flatMap((pair) => pair.actual)).toEqual(pairs.flatMap((pair) => pair.expected));
}
