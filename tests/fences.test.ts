/** Each import fence of the house bites: a snippet that crosses it is refused, and what a room needs is not. */
import { resolve } from "node:path";
import { ESLint, Linter } from "eslint";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const eslint = new ESLint({ cwd: root });
const fenceRules = ["@typescript-eslint/no-restricted-imports", "no-restricted-globals"];

/** Lints with the fences alone: without types, so that the file need not exist. */
async function crossings(file: string, code: string): Promise<string[]> {
  const config = (await eslint.calculateConfigForFile(resolve(root, file))) as Linter.Config;
  const rules = Object.fromEntries(fenceRules.filter((name) => config.rules?.[name]).map((name) => [name, config.rules?.[name]])) as Linter.RulesRecord;
  const { parser } = config.languageOptions as Required<Linter.LanguageOptions>;
  const linter = new Linter({ cwd: root });
  const messages = linter.verify(code, [{ files: ["**"], plugins: config.plugins ?? {}, languageOptions: { parser }, rules }], { filename: resolve(root, file) });
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  return messages.map((message) => String(message.ruleId));
}

const refused: [file: string, code: string][] = [
  ["rules/no-x.ts", 'import other from "./no-y.ts";'],
  ["rules/no-x.ts", 'import { Linter } from "eslint";'],
  ["rules/no-x.ts", 'import { ESLintUtils } from "@typescript-eslint/utils";'],
  ["rules/no-x.ts", 'import { Project } from "ts-morph";'],
  ["rules/no-x.ts", 'import { readFileSync } from "node:fs";'],
  ["rules/no-x.ts", 'import ts from "typescript";'],
  ["rules/no-x.ts", 'import { typesOf } from "../src/analysis/language/types.ts";'],
  ["rules/no-x.ts", "export const started = Date.now();"],
  ["rules/index.ts", 'import { readdirSync } from "node:fs";'],
  ["src/analysis/language/types.ts", 'import ts from "typescript";'],
  ["src/analysis/language/types.ts", 'import { defineRule } from "../../rule.ts";'],
  ["src/analysis/language/types.ts", 'import { readFileSync } from "node:fs";'],
  ["src/analysis/language/types.ts", "export const now = performance.now();"],
  ["src/analysis/language/types.ts", 'import { Joins } from "../tasks/joins.ts";'],
  ["src/analysis/catalog/node.ts", 'import type { Fate } from "../tasks/ownership.ts";'],
  ["src/analysis/index.ts", 'import { readFileSync } from "node:fs";'],
  ["src/analysis/catalog/node.ts", 'import { edit } from "../../fixes/index.ts";'],
  ["src/analysis/catalog/node.ts", 'import { join } from "node:path";'],
  ["src/fixes/await.ts", 'import { analysisOf } from "../analysis/index.ts";'],
  ["src/fixes/await.ts", 'import type { Rule } from "../rule.ts";'],
  ["src/fixes/await.ts", 'import { Project } from "ts-morph";'],
  ["src/rule.ts", 'import { toEslintRule } from "./eslint/adapter.ts";'],
  ["src/rule.ts", 'import type { Reports } from "./eslint/adapter.ts";'],
  ["src/rule.ts", 'import { analysisOf } from "./analysis/index.ts";'],
  ["src/report.ts", 'import { toEslintRule } from "./eslint/adapter.ts";'],
  ["src/settings.ts", 'import type { Linter } from "eslint";'],
  ["src/eslint/adapter.ts", 'import { Project } from "ts-morph";'],
  ["src/eslint/adapter.ts", 'import { TaskGroup } from "../../packages/runtime/src/index.ts";'],
  ["src/eslint/adapter.ts", 'import { typesOf } from "../analysis/language/types.ts";'],
  ["src/eslint/adapter.ts", 'import ts from "typescript";'],
  ["src/plugin.ts", 'import { lint } from "../tests/support/lint.ts";'],
  ["src/configs.ts", 'import { generate } from "../scripts/gen.ts";'],
  ["packages/codemod/src/plan.ts", 'import ts from "typescript";'],
  ["packages/codemod/src/plan.ts", 'import { ESLint } from "eslint";'],
  ["packages/codemod/src/plan.ts", 'import { awaitIt } from "../../../src/fixes/await.ts";'],
  ["packages/runtime/src/group.ts", 'import { once } from "node:events";'],
  ["packages/runtime/src/group.ts", 'import { Project } from "ts-morph";'],
];

const welcome: [file: string, code: string][] = [
  ["rules/no-x.ts", 'import type ts from "typescript"; import { defineRule } from "../src/rule.ts"; import { a } from "../src/fixes/index.ts"; import { b } from "../src/analysis/index.ts";'],
  ["src/analysis/language/types.ts", 'import type ts from "typescript"; import { node } from "../catalog/node.ts";'],
  ["src/analysis/catalog/node.ts", 'import type { Entry } from "../language/callee.ts"; import { web } from "./web.ts";'],
  ["src/analysis/tasks/joins.ts", 'import type { FileView } from "../index.ts"; import { graphOf } from "../paths/graph.ts"; import { isFunction } from "../language/syntax.ts";'],
  ["src/fixes/await.ts", 'import type { Types } from "../analysis/language/types.ts"; import type { FileView } from "../analysis/index.ts"; import { merge } from "./edit.ts"; import type ts from "typescript";'],
  ["src/rule.ts", 'import type { FileView } from "./analysis/index.ts";'],
  ["src/report.ts", 'import { relative } from "node:path"; import type { FileView } from "./analysis/index.ts";'],
  ["src/eslint/adapter.ts", 'import { analysisOf } from "../analysis/index.ts"; import type { Rule } from "eslint";'],
  ["packages/codemod/src/plan.ts", 'import { Project } from "ts-morph"; import { rules } from "../../../rules/index.ts"; import { join } from "node:path";'],
  ["packages/runtime/src/group.ts", 'import { Task } from "./task.ts";'],
];

describe("import fences", () => {
  it.for(refused)("%s may not: %s", async ([file, code]) => {
    expect(await crossings(file, code)).not.toEqual([]);
  });

  it.for(welcome)("%s may: %s", async ([file, code]) => {
    expect(await crossings(file, code)).toEqual([]);
  });
});
