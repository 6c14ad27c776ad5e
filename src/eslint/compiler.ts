/** Finds the copy of TypeScript that made a Program: two copies number their flags differently, and mixing them corrupts silently. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type ts from "typescript";

type Compiler = typeof ts;

const loaded = new Map<string, readonly Compiler[]>();

/**
 * The compiler to read a parser's Program with.
 * @param cwd absolute; where the linted project would resolve its parser from.
 * @returns undefined when no copy we can reach numbers syntax and types the way the Program does.
 */
export function compilerOf(program: ts.Program, file: ts.SourceFile, cwd: string): Compiler | undefined {
  let candidates = loaded.get(cwd);
  if (!candidates) {
    candidates = [...new Set(candidatesFrom(import.meta.url, join(cwd, "package.json")))];
    loaded.set(cwd, candidates);
  }
  return candidates.find((candidate) => speaks(candidate, program, file));
}

/** `typescript` as the parser resolves it: the parser beside us first (a peer), then the one of the linted project. */
function* candidatesFrom(...origins: string[]): Generator<Compiler> {
  for (const origin of origins) {
    for (const path of [["@typescript-eslint/parser"], ["typescript-eslint", "@typescript-eslint/parser"], []]) {
      const compiler = typescriptVia(origin, path);
      if (compiler) yield compiler;
    }
  }
}

function typescriptVia(origin: string, path: readonly string[]): Compiler | undefined {
  try {
    const from = path.reduce((base, name) => createRequire(base).resolve(name), origin);
    return createRequire(from)("typescript") as Compiler;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Kinds are renumbered by most releases and type flags by some, so both are sampled; one difference rules a copy out. */
function speaks(candidate: Compiler, program: ts.Program, file: ts.SourceFile): boolean {
  const { SyntaxKind, TypeFlags } = candidate;
  if ((file.kind as number) !== SyntaxKind.SourceFile || (file.endOfFileToken.kind as number) !== SyntaxKind.EndOfFileToken) return false;
  const checker = program.getTypeChecker();
  const samples: [ts.Type, ts.TypeFlags][] = [
    [checker.getAnyType(), TypeFlags.Any],
    [checker.getStringType(), TypeFlags.String],
    [checker.getNumberType(), TypeFlags.Number],
    [checker.getBigIntType(), TypeFlags.BigInt],
    [checker.getVoidType(), TypeFlags.Void],
    [checker.getNeverType(), TypeFlags.Never],
  ];
  return samples.every(([type, flag]) => type.flags === flag);
}
