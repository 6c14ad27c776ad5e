/**
 * The pages of docs/rules are tests. A block `ts bad` is reported on each line that ends in a `// ✗` comment, and nowhere
 * else; a block `ts good` is clean. The info string may go on with `options={"json": 1}`, `settings={…}` (content of
 * `settings.asr`), and `preset`: then all rules of `strict` run on the block, not just the page's own.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../rules/index.ts";
import { lint, only, strict } from "./support/lint.ts";
import type { Setup } from "./support/lint.ts";
import { blocksOf, headingsOf } from "./support/markdown.ts";
import type { Block } from "./support/markdown.ts";
import { virtualPath } from "./support/virtual.ts";

const pageOf = (name: string) => resolve(import.meta.dirname, `../docs/rules/${name}.md`);
// That each rule has a page is said by meta.test.ts; its absence shall not hide what the others say.
const withPage = Object.values(rules).filter((rule) => existsSync(pageOf(rule.name)));

describe.for(withPage)("the page of $name", (rule) => {
  const page = readFileSync(pageOf(rule.name), "utf8");
  const blocks = blocksOf(page);
  const nameOf = (block: Block) => virtualPath(`${rule.name}-${String(block.line)}.${block.language}`);
  const code = blocks.filter((block) => block.words.includes("bad") || block.words.includes("good"));
  const found = lint(new Map(code.map((block) => [nameOf(block), block.code])), new Map(code.map((block) => [nameOf(block), setupOf(block, rule.name)])));
  const linesOf = (block: Block) => [...new Set((found.get(nameOf(block)) ?? []).map(({ line }) => line))].sort((a, b) => a - b);

  it("has its sections", () => {
    const wanted = ["Why", ...(hasOptions(rule.schema) ? ["Options"] : []), "Known false alarms and missed alarms"];
    expect(headingsOf(page, 2)).toEqual(expect.arrayContaining(wanted));
  });

  it("explains each option", () => {
    const explained = headingsOf(page, 3).join("\n");
    for (const option of Object.keys(rule.schema["properties"] ?? {})) expect(explained).toContain(`\`${option}\``);
  });

  it("shows bad and good code", () => {
    expect(blocks.some(({ words }) => words.includes("bad")), "a block `ts bad`").toBe(true);
    expect(blocks.some(({ words }) => words.includes("good")), "a block `ts good`").toBe(true);
  });

  it("marks its code blocks as bad, good, or not TypeScript", () => {
    expect(blocks.filter((block) => /^tsx?$/u.test(block.language) && !code.includes(block)).map((block) => block.line)).toEqual([]);
  });

  it.for(code.filter(({ words }) => words.includes("bad")))("bad block at line $line is reported where it is marked", (block) => {
    const marked = block.code.split("\n").flatMap((text, index) => (/\/\/ ✗.*$/u.test(text) ? [index + 1] : []));
    expect(marked).not.toEqual([]);
    expect(linesOf(block)).toEqual(marked);
  });

  it.for(code.filter(({ words }) => words.includes("good")))("good block at line $line is clean", (block) => {
    expect(found.get(nameOf(block))?.map(({ line, message }) => `${String(line)}: ${message}`)).toEqual([]);
  });
});

function setupOf(block: Block, rule: string): Setup {
  const setup = block.words.includes("preset") ? strict : only(rule, block.values["options"]);
  return { ...setup, ...(block.values["settings"] && { settings: { asr: block.values["settings"] } }) };
}

function hasOptions(schema: object): boolean {
  return "properties" in schema && Object.keys(schema.properties as object).length > 0;
}
