/** The ESLint adapter: places, fixes, words, and what it says when it cannot work. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { ESLint, Linter } from "eslint";
import type { ESLint as EslintTypes } from "eslint";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import { toEslintRule } from "../src/eslint/adapter.ts";
import { programOver, virtualPath } from "./support/virtual.ts";
import { toyRule } from "./support/toy-rule.ts";
import type { Attach } from "./support/toy-rule.ts";

const fileName = virtualPath("adapter.ts");

function pluginOf(attach?: Attach): EslintTypes.Plugin {
  return { rules: { "no-boom": toEslintRule(toyRule(attach)) } };
}

interface Given {
  readonly attach?: Attach;
  readonly options?: object;
  readonly settings?: unknown;
  readonly others?: Record<string, string>;
  readonly cwd?: string;
}

/** Lints text with type information, as a file that need not exist. */
function run(code: string, { attach, options = {}, settings = {}, others = {}, cwd = virtualPath(".") }: Given = {}): Linter.LintMessage[] {
  const files = new Map([[fileName, code], ...Object.entries(others).map(([name, text]): [string, string] => [virtualPath(name), text])]);
  return new Linter({ cwd }).verify(code, [configOf(pluginOf(attach), { programs: [programOver(files, ts)] }, options, settings)], { filename: fileName });
}

function configOf(plugin: EslintTypes.Plugin, parserOptions: object, options: object = {}, settings: unknown = {}): Linter.Config {
  return { files: ["**"], plugins: { asr: plugin }, languageOptions: { parser, parserOptions }, settings: { asr: settings }, rules: { "asr/no-boom": ["error", options] } };
}

function edit(call: ts.Node, text: string) {
  return { fileName, start: call.getStart(), end: call.getEnd(), text };
}

describe("metadata", () => {
  it("carries what ESLint and editors ask for", () => {
    const { meta } = toEslintRule(toyRule());
    expect(meta).toMatchObject({
      type: "problem",
      fixable: "code",
      hasSuggestions: true,
      docs: { description: "Nothing may go boom", recommended: true, url: expect.stringMatching(/\/docs\/rules\/no-boom\.md$/u) as string },
      schema: [{ type: "object" }],
      defaultOptions: [{ quiet: false }],
    });
  });

  it("is not fixable when the rule is not", () => {
    const { meta } = toEslintRule({ ...toyRule(), fixable: [] });
    expect(meta).not.toHaveProperty("fixable");
    expect(meta?.hasSuggestions).toBe(false);
  });
});

describe("findings", () => {
  it("are reported in the order of the source, with places that count from 1", () => {
    const found = run("declare function boom(): void;\nboom();\n  boom();");
    expect(found.map(({ line, column, endLine, endColumn, message }) => [line, column, endLine, endColumn, message])).toEqual([
      [2, 1, 2, 7, "`boom` blows up."],
      [3, 3, 3, 9, "`boom` blows up."],
    ]);
  });

  it("may be ranges", () => {
    const found = run("declare function boom(): void;\nboom();", { attach: (call) => ({ at: { start: call.getStart(), end: call.getStart() + 4 } }) });
    expect(found.map(({ line, column, endColumn }) => [line, column, endColumn])).toEqual([[2, 1, 5]]);
  });

  it("obey options, with defaults for the rest", () => {
    const code = "declare function boom(): void;\nboom();";
    expect(run(code, { options: { quiet: true } })).toEqual([]);
    expect(run(code, { options: {} })).toHaveLength(1);
    expect(() => run(code, { options: { quite: true } })).toThrow("quite");
  });

  it("fail with a clear word when settings.asr is wrong", () => {
    expect(() => run("boom();", { settings: { owner: ["x"] } })).toThrow("`settings.asr.owner` is not a known key. Did you mean `owners`?");
  });
});

describe("entry points", () => {
  const code = "declare function boom(): void;\nboom();";
  const attach: Attach = (_call, view) => ({ data: { name: "boom", how: view.analysis.isEntryPoint(view.file) ? " at the root" : "" } });
  const messageOf = (text: string, settings: object = {}) => run(text, { attach, settings })[0]?.message;

  it("are named by globs relative to the working directory", () => {
    expect(messageOf(code, { entryPoints: ["adapter.*"] })).toBe("`boom` blows up at the root.");
    expect(messageOf(code, { entryPoints: ["bin/**"] })).toBe("`boom` blows up.");
  });

  it("are scripts, though ESLint hides the `#!` from the compiler", () => {
    expect(messageOf(`#!/usr/bin/env node\n${code}`)).toBe("`boom` blows up at the root.");
    expect(messageOf(code)).toBe("`boom` blows up.");
  });
});

describe("fixes", () => {
  const code = "declare function boom(): void;\nboom();\n";

  it("are applied by --fix when safe, all edits together", () => {
    const attach: Attach = (call) => ({ fixes: [{ title: "Hush", applicability: "safe", edits: [edit(call, "hush()"), { fileName, start: 0, end: 0, text: "declare function hush(): void;\n" }] }] });
    const messages = run(code, { attach });
    expect(messages[0]?.fix).toEqual({ range: [0, code.length - 2], text: "declare function hush(): void;\ndeclare function boom(): void;\nhush()" });
  });

  it("are suggestions when unsafe, in the order given", () => {
    const attach: Attach = (call) => ({
      fixes: [
        { title: "Hush", applicability: "unsafe", edits: [edit(call, "hush()")] },
        { title: "Remove the call", applicability: "unsafe", edits: [edit(call, "")] },
      ],
    });
    const [message] = run(code, { attach });
    expect(message?.fix).toBeUndefined();
    expect(message?.suggestions?.map(({ desc, fix }) => [desc, fix.text])).toEqual([["Hush", "hush()"], ["Remove the call", ""]]);
  });

  it("are words when they are advice, or need another file", () => {
    const attach: Attach = (call) => ({
      fixes: [
        { title: "Ask somebody", applicability: "manual", edits: [] },
        { title: "Declare `hush` next door.", applicability: "safe", edits: [edit(call, "hush()"), { fileName: virtualPath("other.ts"), start: 0, end: 0, text: "" }] },
      ],
    });
    const [message] = run(code, { attach });
    expect(message?.message).toBe("`boom` blows up. Ask somebody. Declare `hush` next door.");
    expect(message?.fix).toBeUndefined();
    expect(message?.suggestions).toBeUndefined();
  });
});

describe("reasons", () => {
  it("name line and file", () => {
    const attach: Attach = (call, view) => {
      const other = view.program.getSourceFile(virtualPath("sub/jobs.ts"))?.statements[1];
      return { related: [{ node: call, text: "`boom` is called" }, { node: other ?? call, text: "`fuse` burns" }] };
    };
    const [message] = run('import { fuse } from "./sub/jobs.js";\ndeclare function boom(x: number): void;\nboom(fuse);', {
      attach,
      others: { "sub/jobs.ts": "// first\nconst a = 1;\nexport const fuse = a;\n" },
    });
    expect(message?.message).toBe("`boom` blows up. (Because `boom` is called on line 3, and `fuse` burns in sub/jobs.ts:3.)");
  });
});

describe("places in files that are not plain", () => {
  /** Through the disk, because a byte order mark and the service's own reading are part of what is tested. */
  async function lintFile(text: string, fix = false): Promise<ESLint.LintResult | undefined> {
    const dir = mkdtempSync(join(tmpdir(), "asr-adapter-"));
    onTestFinished(() => {
      rmSync(dir, { recursive: true });
    });
    writeFileSync(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, types: [], lib: ["esnext"] } }));
    writeFileSync(join(dir, "file.ts"), text);
    const attach: Attach = (call, view) => ({ fixes: [{ title: "Hush", applicability: "safe", edits: [{ ...edit(call, "hush()"), fileName: view.file.fileName }] }] });
    const eslint = new ESLint({ cwd: dir, overrideConfigFile: true, fix, overrideConfig: configOf(pluginOf(attach), { projectService: true, tsconfigRootDir: dir }) });
    const [result] = await eslint.lintFiles(["file.ts"]);
    return result;
  }

  const body = "declare function boom(): void;\nif (1) {\n  boom();\n}\n";
  it.for([
    ["a byte order mark", `\uFEFF${body}`, 3],
    ["a shebang", `#!/usr/bin/env node\n${body}`, 4],
    ["CRLF", body.replaceAll("\n", "\r\n"), 3],
    ["all three", `\uFEFF#!/usr/bin/env node\r\n${body.replaceAll("\n", "\r\n")}`, 4],
    ["characters outside the basic plane", `// 🎆🎆\n${body}`, 4],
  ] as const)("are right with %s", async ([, text, line]) => {
    const result = await lintFile(text);
    expect(result?.messages.map((message) => [message.message, message.line, message.column, message.endColumn])).toEqual([["`boom` blows up.", line, 3, 9]]);
    const fixed = await lintFile(text, true);
    expect(fixed?.output).toBe(text.replace("  boom()", "  hush()"));
  });

  it("are right in the script block of a component file", () => {
    const component = "<template><p/></template>\n<script lang=\"ts\">\ndeclare function boom(): void;\nboom();\n</script>\n";
    const found = lintComponent(component, "exact");
    expect(found.map(({ line, column }) => [line, column])).toEqual([[4, 1]]);
  });

  it("are not guessed when the parser compiled a text of its own making", () => {
    expect(lintComponent("<script>\nboom();\n</script>\n", "rewritten")).toEqual([]);
  });

  /** A parser of components in miniature: compiles the block alone, shifted the way vue-eslint-parser shifts it. */
  function lintComponent(text: string, mode: "exact" | "rewritten"): Linter.LintMessage[] {
    const block = /<script[^>]*>(.*)<\/script>/su.exec(text)?.[1] ?? "";
    const compiled = mode === "exact" ? block : `export {};${block}`;
    const program = programOver(new Map([[virtualPath("component.vue.ts"), compiled]]), ts);
    const componentParser = {
      parseForESLint: () => {
        const { ast: script, services } = parser.parseForESLint(compiled, { programs: [program], filePath: virtualPath("component.vue.ts"), range: true, loc: true, comment: true, tokens: true });
        const ast = { ...script, body: [], tokens: [], comments: [], range: [0, text.length], loc: { start: { line: 1, column: 0 }, end: { line: 9, column: 0 } } };
        const toTs = services.esTreeNodeToTSNodeMap;
        const file = toTs.get(script);
        const esTreeNodeToTSNodeMap = { get: (node: never) => (node === (ast as never) ? file : toTs.get(node)) };
        return { ast, services: { ...services, esTreeNodeToTSNodeMap }, visitorKeys: { Program: [] } };
      },
    };
    const config = { ...configOf(pluginOf(), {}), languageOptions: { parser: componentParser as unknown as Linter.Parser } };
    return new Linter({ cwd: virtualPath(".") }).verify(text, [config], { filename: virtualPath("component.vue") });
  }
});

describe("a setup in which the rules cannot work", () => {
  let directories = 0;

  /** A linter in a directory of its own: the message appears once for each. */
  function untyped(): (name: string) => Linter.LintMessage[] {
    const cwd = virtualPath(`untyped-${String(directories++)}`);
    const linter = new Linter({ cwd });
    return (name) => linter.verify("boom();", [configOf(pluginOf(), {})], { filename: join(cwd, name) });
  }

  it("is explained once, in one sentence, and stays where it is when linted again", () => {
    const lint = untyped();
    const [message, ...rest] = lint("a.ts");
    expect(rest).toEqual([]);
    expect(message?.message).toMatch(/need type information.*`parserOptions\.projectService: true`/u);
    expect(lint("b.ts")).toEqual([]);
    expect(lint("a.ts")).toHaveLength(1);
  });

  it("is explained at the next file once the first has types", () => {
    const cwd = virtualPath(".");
    const lintUntyped = (name: string) => new Linter({ cwd }).verify("boom();", [configOf(pluginOf(), {})], { filename: name });
    expect(lintUntyped(fileName)).toHaveLength(1);
    expect(run("export {};")).toEqual([]);
    expect(lintUntyped(virtualPath("next.ts"))).toHaveLength(1);
  });

  it("is no matter for JavaScript, nor for code blocks of another file", () => {
    const lint = untyped();
    expect(lint("a.js")).toEqual([]);
    const cwd = virtualPath(`untyped-${String(directories++)}`);
    const processor: Linter.Processor = { preprocess: (text) => [{ text, filename: "0.ts" }], postprocess: (messages) => messages.flat() };
    const config = [{ files: ["**/*.md"], processor }, configOf(pluginOf(), {})];
    expect(new Linter({ cwd }).verify("boom();", config, { filename: join(cwd, "readme.md") })).toEqual([]);
  });

  it("is explained when the parser's compiler is a copy we do not have", () => {
    // TypeScript 5.9 numbers its type flags so.
    const cwd = virtualPath(`untyped-${String(directories++)}`);
    const name = join(cwd, "adapter.ts");
    const program = programOver(new Map([[name, "boom();"]]), ts);
    const other = Object.assign(Object.create(program) as ts.Program, { getTypeChecker: () => ({ ...program.getTypeChecker(), getStringType: () => ({ flags: 4 }) }) });
    const found = new Linter({ cwd }).verify("boom();", [configOf(pluginOf(), { programs: [other] })], { filename: name });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining("a copy of TypeScript that neither eslint-plugin-asr nor the project resolves")]);
  });
});
