/** What the fixed code finds where it runs: types say what the newest Node has, and the package says which one is the oldest. */
import type ts from "typescript";
import type { NodeVersion } from "../analysis/index.ts";
import { allowsAwaitUsing } from "./scopes.ts";
import type { FixView } from "./view.ts";

/** `sure`: the package says enough to know; `likely`: the types allow it, and nothing speaks against it. */
export type Support = "sure" | "likely" | "no";

/** Since when Node has `Symbol.dispose` and `Symbol.asyncDispose` in every line. */
const symbols: NodeVersion = [20, 4];
/** Since when Node understands `using`, and has `DisposableStack` and `AsyncDisposableStack`. */
const syntax: NodeVersion = [24, 0];

/** Whether a value of a type can be declared with `using` or `await using`. */
export function usingSupport(view: FixView, type: ts.Type): Support {
  if (!allowsAwaitUsing(view)) return "no";
  const since = [symbols, ...sinceOf(view, type)];
  // What emits the code makes plain JavaScript of `using` for every target but the newest.
  const { target, noEmit = false, erasableSyntaxOnly = false } = view.program.getCompilerOptions();
  const isLowered = target !== undefined && target < view.ts.ScriptTarget.ESNext && !(noEmit && erasableSyntaxOnly);
  const support = supportSince(view, since);
  if (support === "no" || isLowered || supportSince(view, [syntax]) === "sure") return support;
  // With `noEmit`, some other tool emits, and as a rule it knows how to.
  return noEmit || view.oldestNode === undefined ? "likely" : "no";
}

/** Whether the platform has disposable stacks. */
export function stackSupport(view: FixView): Support {
  return allowsAwaitUsing(view) && view.program.getSourceFiles().some(({ fileName }) => /[/.]es\w+\.disposable\.d\.ts$/u.test(fileName)) ? supportSince(view, [syntax]) : "no";
}

function supportSince({ oldestNode }: FixView, versions: readonly NodeVersion[]): Support {
  if (oldestNode === undefined) return "likely";
  const [major, minor] = oldestNode;
  return versions.every(([since, sinceMinor]) => major > since || (major === since && minor >= sinceMinor)) ? "sure" : "no";
}

/** The releases in which Node got the disposers of a type, as its declarations say: `@since v20.4.0`. */
function sinceOf({ compiler }: FixView, type: ts.Type): readonly NodeVersion[] {
  const disposers = compiler.propertiesOf(compiler.nonNullable(compiler.awaited(type))).filter(({ name }) => /^__@(?:asyncD|d)ispose/u.test(name));
  return disposers.flatMap((disposer) => (disposer.declarations ?? []).flatMap((declaration) => releasesIn(declaration)));
}

function releasesIn(declaration: ts.Declaration): readonly NodeVersion[] {
  const { text } = declaration.getSourceFile();
  const comment = text.slice(declaration.pos, declaration.getStart());
  const [, releases = ""] = /@since\s+([^\n*]*)/u.exec(comment) ?? [];
  return Array.from(releases.matchAll(/v?(\d+)\.(\d+)/gu), ([, major, minor]) => [Number(major), Number(minor)] as const);
}
