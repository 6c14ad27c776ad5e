/** `npm run new-rule <name>`: the three files of a new rule, which already pass, then the generated ones. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { bringUpToDate } from "./gen.ts";

/**
 * Writes rule, test and page of a new rule.
 * @param root absolute path of the repository.
 * @returns the paths written, relative to root.
 * @throws when the name is not one of ours in form, or is taken.
 */
export function scaffold(root: string, name: string): string[] {
  if (!/^(?:no|require|prefer)(?:-[a-z]+)+$/u.test(name)) {
    throw new Error(`"${name}" is no name for a rule: write no-…, require-… or prefer-…, in lower case, after the construct it is about.`);
  }
  const files = { [`rules/${name}.ts`]: ruleText(name), [`tests/rules/${name}.test.ts`]: testText(name), [`docs/rules/${name}.md`]: pageText() };
  for (const path of Object.keys(files)) if (existsSync(join(root, path))) throw new Error(`${path} exists.`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return Object.keys(files);
}

function ruleText(name: string): string {
  return `/** What this rule demands, and why, in one sentence. */
import type ts from "typescript";
import { defineRule } from "../src/rule.ts";

export default defineRule({
  name: "${name}",
  description: "What the rule demands, without a final period",
  preset: "strict",
  messages: { replaceMe: "\`{{call}}\` is wrong because of what happens at run time; do this instead." },
  fixable: [],
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaults: {},
  *detect(view) {
    for (const node of view.nodes(view.ts.SyntaxKind.CallExpression)) {
      const call = node as ts.CallExpression;
      if (view.print(call.expression) === "replaceMe") yield { at: call, message: "replaceMe", data: { call: view.print(call) } };
    }
  },
});
`;
}

function testText(name: string): string {
  return `/** Table of asr/${name}: what it reports, and what it leaves alone. */
import { testRule } from "../support/rule-tester.ts";
import rule from "../../rules/${name}.ts";

testRule(rule, {
  valid: ["declare function keepMe(): void; keepMe();"],
  invalid: [{ code: "declare function replaceMe(): void; replaceMe();", errors: [{ messageId: "replaceMe", line: 1, column: 37 }] }],
});
`;
}

function pageText(): string {
  return `<!-- begin generated -->
<!-- end generated -->

## Why

What goes wrong at run time, with the code that shows it.

\`\`\`ts bad
declare function replaceMe(): void;
replaceMe(); // ✗
\`\`\`

\`\`\`ts good
declare function keepMe(): void;
keepMe();
\`\`\`

## Known false alarms and missed alarms

None known.
`;
}

if (import.meta.url === pathToFileURL(argv[1] ?? "").href) {
  const root = resolve(import.meta.dirname, "..");
  const written = new Set([...scaffold(root, argv[2] ?? ""), ...(await bringUpToDate(root))]);
  console.log(`${[...written].join("\n")}\nNow replace \`replaceMe\`, then: npx vitest run tests/rules/${argv[2] ?? ""}.test.ts`);
}
