/** Where a declaration comes from: the standard library, Node's types, a package, or the project; and matching a specifier against it. */
import type ts from "typescript";
import type { Compiler } from "./compiler.ts";
import type { Specifier } from "../settings.ts";

/** `lib` for TypeScript's own libraries, `node` for the Node.js types, `package:<name>`, or `file` for the project's own code. */
export type Origin = "lib" | "node" | "file" | `package:${string}`;

const packageOfPath = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Origin of the file a declaration stands in. */
export function originOfFile(compiler: Compiler, file: ts.SourceFile): Origin {
  if (compiler.isLibrary(file)) return "lib";
  // Sources under analysis are the project's own wherever they lie; a package is what was imported from one.
  if (!file.isDeclarationFile && !compiler.isFromPackage(file)) return "file";
  const name = packageOfPath.exec(file.fileName)?.[1];
  if (name === undefined) return "file";
  if (name === "@types/node" || name === "bun-types" || name === "undici-types") return "node";
  return `package:${name.startsWith("@types/") ? unmangled(name.slice("@types/".length)) : name}`;
}

/** Scoped packages are published as `@types/scope__name`. */
function unmangled(name: string): string {
  const [scope, rest] = name.split("__");
  return rest === undefined ? name : `@${scope ?? ""}/${rest}`;
}

/** Origin of a symbol by its first declaration; an ambient `declare module "x"` counts as package x (or `node` for `node:x`). */
export function originOf(compiler: Compiler, symbol: ts.Symbol): Origin | undefined {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined) return undefined;
  const byFile = originOfFile(compiler, declaration.getSourceFile());
  if (byFile !== "file") return byFile;
  const { ts } = compiler;
  for (let up = declaration.parent as ts.Node | undefined; up !== undefined; up = up.parent as ts.Node | undefined) {
    if (ts.isModuleDeclaration(up) && ts.isStringLiteral(up.name)) return up.name.text.startsWith("node:") ? "node" : `package:${up.name.text}`;
  }
  return "file";
}

/** Name of the class, interface or namespace that a member's declaration belongs to. */
export function ownerNameOf(ts: Compiler["ts"], declaration: ts.Node): string | undefined {
  const parent = declaration.parent as ts.Node | undefined;
  if (parent === undefined) return undefined;
  if (ts.isClassLike(parent) || ts.isInterfaceDeclaration(parent)) return parent.name?.text;
  if (ts.isModuleBlock(parent)) return parent.parent.name.text;
  if (ts.isTypeLiteralNode(parent) || ts.isObjectLiteralExpression(parent)) {
    const holder = parent.parent;
    if ((ts.isTypeAliasDeclaration(holder) || ts.isVariableDeclaration(holder)) && ts.isIdentifier(holder.name)) return holder.name.text;
  }
  return undefined;
}

/**
 * Whether a symbol is one that a specifier names. `names` are the spellings under which the symbol is known,
 * most specific last: `["on", "EventEmitter.on"]`.
 */
export function matchesSpecifier(compiler: Compiler, specifier: Specifier, symbol: ts.Symbol, names: readonly string[]): boolean {
  if (typeof specifier === "string") return names.includes(specifier);
  const wanted = typeof specifier.name === "string" ? [specifier.name] : specifier.name;
  if (!wanted.some((name) => names.includes(name))) return false;
  const origin = originOf(compiler, symbol);
  if (origin === undefined) return false;
  switch (specifier.from) {
    case "lib":
      return origin === "lib";
    case "package":
      return origin === `package:${specifier.package}` || (origin === "node" && (specifier.package.startsWith("node:") || specifier.package === "node"));
    case "file": {
      if (origin !== "file") return false;
      const path = specifier.path?.replaceAll("\\", "/").replace(/^\.\//, "");
      return path === undefined || (symbol.declarations ?? []).some((declaration) => declaration.getSourceFile().fileName.endsWith(`/${path}`));
    }
  }
}
