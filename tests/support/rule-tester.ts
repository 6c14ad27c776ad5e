/** Tables of valid and invalid code for one rule, run by typescript-eslint's RuleTester with type information. */
import { RuleTester } from "@typescript-eslint/rule-tester";
import type { InvalidTestCase, ValidTestCase } from "@typescript-eslint/rule-tester";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { toEslintRule } from "../../src/eslint/adapter.ts";
import type { Rule } from "../../src/rule.ts";
import { errorsIn, fixtureDir, programOver, virtualPath } from "./virtual.ts";

RuleTester.afterAll = afterAll;
RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only;

/** Code that the rule leaves alone. */
export interface ValidCase<Options> {
  readonly code: string;
  readonly name?: string;
  readonly options?: Partial<Options>;
  /** Content of `settings.asr`. */
  readonly settings?: object;
  readonly filename?: "file.ts" | "react.tsx" | "main.ts";
  readonly only?: boolean;
}

/** One expected report. Lines and columns count from 1. */
export interface ExpectedError<MessageId> {
  readonly messageId: MessageId;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** All values of the message's placeholders. */
  readonly data?: Readonly<Record<string, string>>;
  /** With `data`: what follows the message, e.g. " (Because … on line 2.)"; none unless given. */
  readonly notes?: string;
  /** Each unsafe fix by its title, with the whole text after it. */
  readonly suggestions?: readonly { readonly desc: string; readonly output: string }[];
}

/** Code that the rule reports. */
export interface InvalidCase<MessageId, Options> extends ValidCase<Options> {
  readonly errors: readonly ExpectedError<MessageId>[];
  /** Text after the safe fixes, one entry per pass. */
  readonly output?: string | readonly string[];
}

/** Both halves of a table; a string is code under default options. */
export interface Table<MessageId, Options> {
  readonly valid: readonly (string | ValidCase<Options>)[];
  readonly invalid: readonly InvalidCase<MessageId, Options>[];
}

/**
 * Runs a table. Beyond what RuleTester checks, each output must compile as well as the code it came from: a fix that
 * adds an error of the compiler is not a fix.
 */
export function testRule<MessageId extends string, Options extends object>(rule: Rule<MessageId, Options>, table: Table<MessageId, Options>): void {
  const tester = new RuleTester({ languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: fixtureDir } } });
  tester.run(rule.name, toEslintRule(rule) as unknown as Parameters<typeof tester.run<string, [object?]>>[1], {
    valid: table.valid.map((entry) => toTesterCase(typeof entry === "string" ? { code: entry } : entry)),
    invalid: table.invalid.map(toInvalidTesterCase),
  });
  const fixed = table.invalid.filter((entry) => outputsOf(entry).length > 0);
  if (fixed.length === 0) return;
  it(`${rule.name}: outputs compile as well as the code before`, () => {
    expectToCompile(fixed);
  });
}

function toTesterCase<Options>({ options, settings, filename, ...rest }: ValidCase<Options>): ValidTestCase<[object?]> {
  return {
    ...rest,
    ...(options && { options: [options] }),
    ...(settings && { settings: { asr: settings } }),
    ...(filename && { filename: virtualPath(filename) }),
  };
}

function toInvalidTesterCase<MessageId, Options>({ errors, output, ...rest }: InvalidCase<MessageId, Options>): InvalidTestCase<string, [object?]> {
  return {
    ...toTesterCase(rest),
    output: output ?? null,
    errors: errors.map(({ data, notes = "", ...error }) => ({ ...error, ...(data && { data: { ...data, notes } }) })),
  } as unknown as InvalidTestCase<string, [object?]>;
}

function outputsOf({ output, errors }: InvalidCase<unknown, unknown>): string[] {
  return [...(output === undefined ? [] : [output].flat()), ...errors.flatMap(({ suggestions = [] }) => suggestions.map((suggestion) => suggestion.output))];
}

function expectToCompile(cases: readonly InvalidCase<unknown, unknown>[]): void {
  const texts = cases.map((entry, index) => ({ before: entry.code, outputs: outputsOf(entry), extension: entry.filename?.endsWith("x") ? "tsx" : "ts", index }));
  const nameOf = (index: number, version: number, extension: string) => virtualPath(`outputs/${String(index)}/${String(version)}.${extension}`);
  const files = new Map(texts.flatMap(({ before, outputs, extension, index }) => [before, ...outputs].map((text, version): [string, string] => [nameOf(index, version, extension), text])));
  const program = programOver(files, ts);
  const codesOf = (fileName: string) => errorsIn(fileName, program, ts).map((error) => error.replace(/^\d+: /u, ""));
  for (const { outputs, extension, index } of texts) {
    const before = codesOf(nameOf(index, 0, extension));
    outputs.forEach((output, version) => {
      const added = codesOf(nameOf(index, version + 1, extension)).filter((error) => !before.includes(error));
      expect(added, output).toEqual([]);
    });
  }
}
