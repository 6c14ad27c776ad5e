/** Fixture projects: both adapters find what `// want` says, nothing else, and the same edits. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detectProject, lintProject, projectNames, projectOf, sortOutcomes } from "./support/projects.ts";
import type { Outcome, Project } from "./support/projects.ts";
import { compareWithWants } from "./support/wants.ts";

describe.for(projectNames())("project %s", (name) => {
  const project = projectOf(name);

  it("meets its wants through ESLint, and the codemod agrees to the letter", async () => {
    const linted = sortOutcomes(await lintProject(project));
    expectWants(project, linted);
    expect(sortOutcomes(detectProject(project))).toEqual(linted);
  });
});

function expectWants(project: Project, outcomes: readonly Outcome[]): void {
  const files = project.files.map((fileName) => fileName.slice(project.dir.length + 1));
  const pairs = files.map((file) => compareWithWants(file, readFileSync(join(project.dir, file), "utf8"), outcomes.filter((outcome) => outcome.file === file)));
  expect(pairs.flatMap((pair) => pair.actual)).toEqual(pairs.flatMap((pair) => pair.expected));
}
