/** The presets, computed from each rule's own `preset` field: a rule is never registered by hand. */
import * as parser from "@typescript-eslint/parser";
import type { ESLint, Linter } from "eslint";
import { rules } from "../rules/index.ts";
import type { Rule } from "./rule.ts";

/** Names of the configurations the plugin offers. */
export type ConfigName = "typed" | "recommended" | "strict" | "discipline" | "migrate";

/** Rules of other plugins that say less about the same line; with both on, one mistake is reported twice. */
const superseded: Readonly<Record<string, readonly string[]>> = {
  "no-floating-task": ["@typescript-eslint/no-floating-promises"],
  // Its suggestion wraps the callback in an async IIFE, which is again a task without an owner.
  "no-discarding-callback": ["@typescript-eslint/strict-void-return"],
  "no-scope-escape": ["unicorn/no-using-resource-escape"],
  "no-task-race": ["require-atomic-updates"],
};

/**
 * The flat configurations; each is one object that stands in the exported array as it is.
 * `strict` is silent on correct code written in the usual way; `discipline` also reports what structured concurrency does without.
 * `typed` is for projects that do not yet lint with types; the presets leave parser and files to the project.
 */
export function configsOf(plugin: ESLint.Plugin): Record<ConfigName, Linter.Config> {
  const all = Object.values(rules);
  const recommended = all.filter((rule) => rule.preset === "recommended");
  return {
    typed: {
      name: "asr/typed",
      files: ["**/*.{ts,tsx,mts,cts}"],
      languageOptions: { parser, parserOptions: { projectService: true } },
    },
    recommended: presetOf("recommended", plugin, recommended, (rule) => rule.severity ?? "error"),
    strict: presetOf("strict", plugin, all, () => "error"),
    discipline: presetOf("discipline", plugin, all, () => "error", (rule) => rule.discipline),
    migrate: presetOf("migrate", plugin, all, () => "warn"),
  };
}

function presetOf(name: string, plugin: ESLint.Plugin, members: readonly Rule[], severityOf: (rule: Rule) => "error" | "warn", optionsOf: (rule: Rule) => object | undefined = () => undefined): Linter.Config {
  const off = members.flatMap((rule) => superseded[rule.name] ?? []).map((other) => [other, "off"] as const);
  const on = members.map((rule): [string, Linter.RuleEntry] => {
    const options = optionsOf(rule);
    return [`asr/${rule.name}`, options === undefined ? severityOf(rule) : [severityOf(rule), options]];
  });
  return { name: `asr/${name}`, plugins: { asr: plugin }, rules: Object.fromEntries([...off, ...on]) };
}
