/** eslint-plugin-asr: structured concurrency for TypeScript, enforced. */
import type { ESLint, Linter } from "eslint";
import { rules } from "../rules/index.ts";
import { configsOf } from "./configs.ts";
import type { ConfigName } from "./configs.ts";
import { toEslintRule } from "./eslint/adapter.ts";
import { version } from "./eslint/version.ts";

const base = {
  meta: { name: "eslint-plugin-asr", version, namespace: "asr" },
  rules: Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, toEslintRule(rule)])),
} satisfies ESLint.Plugin;

/** The plugin with its flat configurations, e.g. `export default [asr.configs.typed, asr.configs.recommended]`. */
const plugin: typeof base & { readonly configs: Record<ConfigName, Linter.Config> } = Object.assign(base, { configs: configsOf(base) });

export default plugin;
