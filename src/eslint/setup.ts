/** Tells the user once what is missing before our rules can work; silence would look like a clean project. */
import type { Rule as Eslint } from "eslint";

/** Messages every rule carries for a setup in which it cannot work. */
export const setupMessages = {
  needsTypes:
    "The asr rules need type information and skip this file and all others without it: " +
    "set `parserOptions.projectService: true` with @typescript-eslint/parser, or put `asr.configs.typed` before the asr preset in eslint.config.js.",
  otherCompiler:
    "The asr rules skip this file: the parser uses a copy of TypeScript that neither eslint-plugin-asr nor the project resolves; " +
    "install one version of `typescript` (see `npm ls typescript`).",
} as const;

/** Working directory → the file and rule that carry the message, so that an editor that lints again keeps it in place. */
const carriers = new Map<string, { readonly file: string; readonly rule: string }>();

/** Reports a setup message, once per process and working directory. */
export function noteSetup(context: Eslint.RuleContext, rule: string, message: keyof typeof setupMessages): void {
  if (!/\.[cm]?tsx?$/u.test(context.filename) || isBlock(context)) return;
  const carrier = carriers.get(context.cwd) ?? { file: context.filename, rule };
  carriers.set(context.cwd, carrier);
  if (carrier.file === context.filename && carrier.rule === rule) context.report({ loc: { line: 1, column: 0 }, messageId: message });
}

/** Forgets the message once its file is linted with types, so that the next file without them is told. */
export function setupWorks(context: Eslint.RuleContext): void {
  if (carriers.get(context.cwd)?.file === context.filename) carriers.delete(context.cwd);
}

/** A code block that a processor cut out of another file (Markdown): it has no project, and needs no reminder of it. */
function isBlock(context: Eslint.RuleContext): boolean {
  return context.filename !== context.physicalFilename;
}
