/** The project keeps its own promises: rule ⇔ test ⇔ page ⇔ preset ⇔ README, and what is generated is up to date. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bringUpToDate, ruleNames } from "../scripts/gen.ts";
import { scaffold } from "../scripts/new-rule.ts";
import plugin from "../src/plugin.ts";

const root = resolve(import.meta.dirname, "..");
const names = ruleNames(root);
const filesOf = (dir: string, ending: string) => readdirSync(join(root, dir)).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).sort();

describe("parity", () => {
  it("has exactly one test per rule", () => {
    expect(filesOf("tests/rules", ".test.ts")).toEqual(names);
  });

  it("has exactly one page per rule", () => {
    expect(filesOf("docs/rules", ".md")).toEqual(names);
  });

  it("exports exactly the rules that have a file", () => {
    expect(Object.keys(plugin.rules).sort()).toEqual(names);
  });

  it("says of each part of the analysis what it knows, in docs/architecture.md", () => {
    const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
    const rooms = readdirSync(join(root, "src/analysis"), { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "catalog");
    const parts = rooms.flatMap(({ name }) => filesOf(`src/analysis/${name}`, ".ts"));
    expect(parts.filter((part) => !page.includes(`\`${part}\``))).toEqual([]);
    expect(parts.filter((part, index) => parts.indexOf(part) !== index)).toEqual([]);
  });

  it("lists exactly the rules in README.md", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    expect(Array.from(readme.matchAll(/^\| \[([a-z-]+)\]\(docs\/rules\/\1\.md\)/gmu), ([, name]) => name)).toEqual(names);
  });

  it("turns every rule on in strict and what contains it, and in recommended what belongs there", () => {
    const on = (config: { rules?: object }) => Object.keys(config.rules ?? {}).filter((name) => name.startsWith("asr/")).map((name) => name.slice("asr/".length));
    expect(on(plugin.configs.strict).sort()).toEqual(names);
    expect(on(plugin.configs.discipline).sort()).toEqual(names);
    expect(on(plugin.configs.migrate).sort()).toEqual(names);
    const recommended = names.filter((name) => plugin.rules[name]?.meta?.docs?.recommended);
    expect(on(plugin.configs.recommended).sort()).toEqual(recommended);
    expect(recommended).not.toEqual([]);
  });

  it("keeps generated files up to date", async () => {
    expect(await bringUpToDate(root, true)).toEqual([]);
  });

  it("puts nothing into rules/ but rules", () => {
    expect(readdirSync(join(root, "rules")).sort()).toEqual([...names.map((name) => `${name}.ts`), "index.ts"].sort());
  });
});

describe("npm run new-rule", () => {
  const dirs: string[] = [];
  afterEach(() => {
    for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
  });

  /** A checkout with the project's sources and no rule. */
  function emptyCheckout(): string {
    mkdirSync(join(root, ".cache"), { recursive: true });
    const dir = mkdtempSync(join(root, ".cache", "new-rule-"));
    dirs.push(dir);
    for (const path of ["rules", "tests/rules", "docs/rules"]) mkdirSync(join(dir, path), { recursive: true });
    symlinkSync(join(root, "src"), join(dir, "src"));
    writeFileSync(join(dir, "README.md"), "<!-- begin generated -->\n<!-- end generated -->\n");
    return dir;
  }

  it("makes three files, then generates the rest", async () => {
    const dir = emptyCheckout();
    expect(scaffold(dir, "no-example")).toEqual(["rules/no-example.ts", "tests/rules/no-example.test.ts", "docs/rules/no-example.md"]);
    expect(await bringUpToDate(dir)).toEqual(["rules/index.ts", "README.md", "docs/rules/no-example.md"]);
    expect(await bringUpToDate(dir, true)).toEqual([]);
    expect(readFileSync(join(dir, "rules/index.ts"), "utf8")).toContain('import noExample from "./no-example.ts";');
    expect(readFileSync(join(dir, "README.md"), "utf8")).toContain("[no-example](docs/rules/no-example.md)");
    expect(readFileSync(join(dir, "docs/rules/no-example.md"), "utf8")).toContain("# asr/no-example");
  });

  it("refuses names that are not ours in form, and rules that exist", () => {
    const dir = emptyCheckout();
    for (const name of ["", "example", "No-Example", "no_example", "no-example/../x"]) expect(() => scaffold(dir, name)).toThrow("is no name for a rule");
    scaffold(dir, "no-example");
    expect(() => scaffold(dir, "no-example")).toThrow("exists");
    expect(existsSync(join(dir, "rules/no-example.ts"))).toBe(true);
  });
});
