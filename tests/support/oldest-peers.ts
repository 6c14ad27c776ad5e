/** The oldest ESLint and TypeScript that the manifest promises to work with, from a workspace of their own. */
import { createRequire } from "node:module";
import type { ESLint } from "eslint";
import type ts from "typescript";

const load = createRequire(new URL("../oldest-peers/package.json", import.meta.url));

/** The `ESLint` class of 9.0, which came without types; it has the shape of the present one. */
export function oldestEslint(): typeof ESLint {
  return (load("eslint") as { ESLint: typeof ESLint }).ESLint;
}

/** TypeScript 5.4; what we use of its types is as in the present one. */
export function oldestTypeScript(): typeof ts {
  return load("typescript") as typeof ts;
}
