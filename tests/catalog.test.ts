/** No row of the catalogue of resources is a guess: each one is met by a call in the fixture projects. */
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { resourceCatalog, type ResourceEntry } from "../src/analysis/catalog/resources.ts";
import { analysisOf } from "../src/analysis/index.ts";
import { projectsDir } from "./support/projects.ts";
import { configOf, programOf } from "./support/virtual.ts";

it("each row of the catalogue names something that a fixture acquires", () => {
  const { fileNames, options } = configOf(join(projectsDir, "resources/tsconfig.json"), ts);
  const program = programOf(fileNames, options, ts);
  const met = new Set<ResourceEntry>();
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile) continue;
    const view = analysisOf({ ts, program }).view(file);
    for (const kind of [ts.SyntaxKind.CallExpression, ts.SyntaxKind.NewExpression]) {
      for (const call of view.nodes(kind) as readonly (ts.CallExpression | ts.NewExpression)[]) {
        const entry = view.resources.acquisitionOf(call)?.entry;
        if (entry !== undefined) met.add(entry);
      }
    }
  }
  expect(resourceCatalog.filter((row) => !met.has(row)).map(({ acquire, origins }) => `${acquire.join(", ")} of ${origins.join(", ")}`)).toEqual([]);
});
