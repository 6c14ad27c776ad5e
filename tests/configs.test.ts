/** The presets as a user writes them: one object in an array, with and without the plugins they speak of. */
import { resolve } from "node:path";
import { ESLint } from "eslint";
import type { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, it } from "vitest";
import plugin from "../src/plugin.ts";
import { fixtureDir } from "./support/virtual.ts";

const dropped = "async function work(): Promise<void> { await Promise.reject(new Error()); }\nexport function start(): void {\n  work();\n}\n";

async function rulesFor(code: string, config: Linter.Config[]): Promise<[rule: string | null, severity: number][]> {
  const eslint = new ESLint({ cwd: fixtureDir, overrideConfigFile: true, overrideConfig: config });
  const [result] = await eslint.lintText(code, { filePath: resolve(fixtureDir, "file.ts") });
  return (result?.messages ?? []).map(({ ruleId, severity, fatal, message }) => (fatal ? [message, 2] : [ruleId, severity]));
}

describe("presets", () => {
  const { typed, recommended, strict, discipline, migrate } = plugin.configs;

  it("work alone, after `typed`", async () => {
    expect(await rulesFor(dropped, [typed, recommended])).toEqual([["asr/no-floating-task", 2]]);
    expect(await rulesFor(dropped, [typed, strict])).toEqual([["asr/no-floating-task", 2]]);
    expect(await rulesFor(dropped, [typed, migrate])).toEqual([["asr/no-floating-task", 1]]);
  });

  it("turn off what they supersede, so that nothing is reported twice", async () => {
    const other = tseslint.configs.strictTypeChecked as Linter.Config[];
    const both = await rulesFor(dropped, [...other, typed]);
    expect(both).toContainEqual(["@typescript-eslint/no-floating-promises", 2]);
    const together = await rulesFor(dropped, [...other, typed, recommended]);
    expect(together.filter(([rule]) => rule?.includes("floating"))).toEqual([["asr/no-floating-task", 2]]);
  });

  it("ask more of a rule in discipline alone, where the rule says so", async () => {
    const kept = "async function work(): Promise<void> { await Promise.reject(new Error()); }\nexport async function start(): Promise<void> {\n  const p = work();\n  await p;\n}\n";
    expect(await rulesFor(kept, [typed, recommended])).toEqual([]);
    expect(await rulesFor(kept, [typed, strict])).toEqual([]);
    expect(await rulesFor(kept, [typed, discipline])).toEqual([["asr/no-promise-value", 2]]);
    expect(await rulesFor(kept, [typed, migrate])).toEqual([]);
  });

  it("say their names, for the config inspector", () => {
    expect(Object.entries(plugin.configs).map(([key, config]) => [key, config.name])).toEqual(Object.keys(plugin.configs).map((key) => [key, `asr/${key}`]));
  });

  it("carry the plugin itself", () => {
    for (const config of [recommended, strict, discipline, migrate]) expect(config.plugins?.["asr"]).toBe(plugin);
    expect(plugin.meta).toMatchObject({ name: "eslint-plugin-asr", namespace: "asr", version: expect.stringMatching(/^\d+\.\d+\.\d+/u) as string });
  });
});
