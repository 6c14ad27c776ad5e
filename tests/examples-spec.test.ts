/** The examples that the rules were specified by, one per line; they live beside the checkout and are optional. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rules } from "../rules/index.ts";
import type { Rule } from "../src/rule.ts";
import { lint, only } from "./support/lint.ts";
import { virtualPath } from "./support/virtual.ts";

const dir = resolve(import.meta.dirname, "../../shared/rule-examples");
const specified = existsSync(dir) ? Object.values(rules).filter((rule) => existsSync(resolve(dir, `${rule.name}.valid.ts`))) : [];

if (specified.length === 0) describe.skip(`no examples in ${dir}`);

describe.for(specified)("examples of $name", (rule) => {
  const read = (name: string) => readFileSync(resolve(dir, name), "utf8");
  const invalid = virtualPath(`${rule.name}.invalid.ts`);
  const valid = virtualPath(`${rule.name}.valid.ts`);
  const files = new Map([
    [invalid, read(`${rule.name}.invalid.ts`)],
    [valid, read(`${rule.name}.valid.ts`)],
    [virtualPath("asr-runtime.d.ts"), read("asr-runtime.d.ts")],
  ]);
  const found = lint(files, new Map([invalid, valid].map((fileName) => [fileName, only(rule.name, rule.discipline)])));

  it.for([...examplesOf(rule, files.get(invalid) ?? "")])("line $line: $comment", ({ line, messageIds }) => {
    const reported = found.get(invalid)?.filter((message) => message.line === line).map(({ messageId }) => messageId) ?? [];
    expect(reported).not.toEqual([]);
    for (const messageId of messageIds) expect(reported).toContain(messageId);
  });

  it("reports no other line of the invalid file", () => {
    const lines = new Set([...examplesOf(rule, files.get(invalid) ?? "")].map(({ line }) => line));
    expect(found.get(invalid)?.filter((message) => !lines.has(message.line))).toEqual([]);
  });

  it("leaves the valid file alone", () => {
    expect(found.get(valid)?.map(({ line, message }) => `${String(line)}: ${message}`)).toEqual([]);
  });
});

interface Example {
  readonly line: number;
  readonly comment: string;
  readonly messageIds: readonly string[];
}

/**
 * Lines that end in a comment; words of the comment before any parenthesis are message ids when the rule has such.
 * A function without a comment is an example too, of which nothing more is said than that it is one.
 */
function* examplesOf(rule: Rule, text: string): Generator<Example> {
  const file = ts.createSourceFile("examples.ts", text, ts.ScriptTarget.Latest, true);
  for (const statement of file.statements) {
    const [range] = ts.getTrailingCommentRanges(text, statement.end) ?? [];
    const line = file.getLineAndCharacterOfPosition(statement.end).line + 1;
    if (range?.kind !== ts.SyntaxKind.SingleLineCommentTrivia) {
      if (ts.isFunctionDeclaration(statement) && statement.body !== undefined && /^\s*$/u.test(text.slice(statement.end).split("\n", 1)[0] ?? "")) yield { line, comment: statement.name?.text ?? "", messageIds: [] };
      continue;
    }
    const comment = text.slice(range.pos + 2, range.end).trim();
    const words = comment.replace(/[(:].*$/u, "").split(/[^\w]+/u);
    yield { line, comment, messageIds: words.filter((word) => word in rule.messages) };
  }
}
