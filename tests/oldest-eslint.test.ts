/** The oldest ESLint we promise to work with says the same as the newest. */
import { resolve } from "node:path";
import { ESLint } from "eslint";
import type { Linter } from "eslint";
import { expect, it } from "vitest";
import plugin from "../src/plugin.ts";
import { oldestEslint } from "./support/oldest-peers.ts";
import { fixtureDir } from "./support/virtual.ts";

const code = `declare function work(): Promise<void>;
export async function start(items: string[]): Promise<void> {
  work();
  items.forEach(async () => { await work(); });
  await work();
}
`;

async function findings(version: typeof ESLint): Promise<Partial<Linter.LintMessage>[]> {
  const eslint = new version({ cwd: fixtureDir, overrideConfigFile: true, overrideConfig: [plugin.configs.typed, plugin.configs.recommended] });
  const [result] = await eslint.lintText(code, { filePath: resolve(fixtureDir, "file.ts") });
  return (result?.messages ?? []).map(({ ruleId, line, column, endLine, endColumn, message, messageId, suggestions = [] }) => {
    return { ruleId, line, column, endLine, endColumn, message, messageId, suggestions: suggestions.map(({ desc, fix }) => ({ desc, fix })) };
  });
}

it("ESLint 9.0 reports what ESLint 10 reports, suggestions included", async () => {
  const Oldest = oldestEslint();
  expect(Oldest.version).toBe("9.0.0");
  const newest = await findings(ESLint);
  expect(newest.map(({ ruleId }) => ruleId)).toEqual(["asr/no-floating-task", "asr/no-discarding-callback"]);
  expect(await findings(Oldest)).toEqual(newest);
});
