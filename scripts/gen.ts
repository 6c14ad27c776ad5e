/**
 * Writes what follows from the rules: `rules/index.ts`, the table in README.md, the head of each page in docs/rules.
 * `--check` writes nothing and fails when a file is out of date. Our own and not eslint-doc-generator, because that one
 * reads the built plugin: it cannot write the index that the build needs, and CI would build before it could check.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import type { Rule } from "../src/rule.ts";

const begin = "<!-- begin generated -->";
const end = "<!-- end generated -->";

/**
 * What the generated files should contain.
 * @param root absolute path of the repository.
 * @returns path relative to root → text.
 * @throws when a file to be filled lacks its pair of markers.
 */
export async function generate(root: string): Promise<Map<string, string>> {
  const names = ruleNames(root);
  const rules = await Promise.all(names.map((name) => load(root, name)));
  // A rule may run before its page is written; that every rule has one is a test's business.
  const pages = rules.filter((rule) => existsSync(join(root, pageOf(rule))));
  return new Map([
    ["rules/index.ts", indexOf(names)],
    ["README.md", fill(root, "README.md", tableOf(rules))],
    ...pages.map((rule): [string, string] => [pageOf(rule), fill(root, pageOf(rule), headOf(rule))]),
  ]);
}

/** Names of the rules, from their files. */
export function ruleNames(root: string): string[] {
  const files = readdirSync(join(root, "rules")).filter((file) => file.endsWith(".ts") && file !== "index.ts");
  return files.map((file) => file.slice(0, -".ts".length)).sort();
}

async function load(root: string, name: string): Promise<Rule> {
  const module = (await import(pathToFileURL(join(root, "rules", `${name}.ts`)).href)) as { default?: Rule };
  if (module.default?.name !== name) throw new Error(`rules/${name}.ts must export by default a rule named "${name}".`);
  return module.default;
}

function indexOf(names: readonly string[]): string {
  const identifier = (name: string) => name.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
  return [
    "/** All rules by name. Written by `npm run gen`; do not edit. */",
    'import type { Rule } from "../src/rule.ts";',
    ...names.map((name) => `import ${identifier(name)} from "./${name}.ts";`),
    "",
    "/** Every rule of the plugin, by its name without prefix. */",
    "export const rules: Readonly<Record<string, Rule>> = {",
    ...names.map((name) => `  "${name}": ${identifier(name)},`),
    "};",
    "",
  ].join("\n");
}

function tableOf(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => `| [${rule.name}](${pageOf(rule)}) | ${rule.description} | ${rule.preset} | ${fixesOf(rule)} |`);
  return ["| Rule | Description | Preset | Fixes |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function headOf(rule: Rule): string {
  const on = rule.preset === "recommended" ? `On in \`recommended\` (${rule.severity ?? "error"}) and \`strict\`.` : "On in `strict`.";
  const more = rule.discipline === undefined ? "" : ` \`discipline\` also turns on ${Object.keys(rule.discipline).map((option) => `\`${option}\``).join(", ")}.`;
  return `# asr/${rule.name}\n\n${rule.description}.\n\n${on}${more} Fixes: ${fixesOf(rule)}. Needs type information.`;
}

function fixesOf({ fixable }: Rule): string {
  const words = { safe: "with `--fix`", unsafe: "as suggestions" };
  return fixable.map((kind) => words[kind]).join(", ") || "none";
}

function pageOf(rule: Rule): string {
  return `docs/rules/${rule.name}.md`;
}

function fill(root: string, path: string, content: string): string {
  const text = readFileSync(join(root, path), "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} must contain ${begin} and, after it, ${end}.`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

/**
 * Brings the generated files up to date, or only looks.
 * @returns the paths that were (or, when checking, are) out of date.
 */
export async function bringUpToDate(root: string, check = false): Promise<string[]> {
  const stale = [...(await generate(root))].filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text);
  if (!check) for (const [path, text] of stale) writeFileSync(join(root, path), text);
  return stale.map(([path]) => path);
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const check = argv.includes("--check");
  const stale = await bringUpToDate(resolve(import.meta.dirname, ".."), check);
  for (const path of stale) console.log(`${check ? "out of date" : "written"}: ${path}`);
  if (check && stale.length > 0) {
    console.error("Run `npm run gen` and commit what it writes.");
    process.exitCode = 1;
  }
}
