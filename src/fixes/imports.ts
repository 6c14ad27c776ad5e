/** Adds a named import to a file, in the file's own style, touching nothing else. */
import type ts from "typescript";
import type { Edit } from "./edit.ts";
import { lineStart, startsLine, styleOf } from "./style.ts";
import { insert, replace, type FixView } from "./view.ts";

/** How the imported thing is called in the file, and what must change for it to be there. */
export interface Imported {
  /** An identifier, or `ns.Name` where the module is imported as a namespace. */
  readonly local: string;
  /** Empty when it is imported already. */
  readonly edits: readonly Edit[];
}

/**
 * Makes the export `name` of `module` usable as a value.
 * @param as what to call it where the file does not import it yet.
 * @returns `undefined` where a file cannot have an import: a script, which an import would turn into a module.
 */
export function importNamed(view: FixView, name: string, module: string, as = name): Imported | undefined {
  const { ts, file } = view;
  if (!ts.isExternalModule(file)) return undefined;
  const imports = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const ours = imports.filter((one) => ts.isStringLiteral(one.moduleSpecifier) && one.moduleSpecifier.text === module);
  for (const one of ours) {
    const known = knownAs(view, one, name);
    if (known !== undefined) return known;
  }
  const local = freeName(view, as);
  const specifier = local === name ? name : `${name} as ${local}`;
  for (const one of ours) {
    const edit = extended(view, one, specifier);
    if (edit !== undefined) return { local, edits: [edit] };
  }
  const { quote, semicolons } = styleOf(ts, file);
  return { local, edits: [newDeclaration(view, imports, `import { ${specifier} } from ${quote}${module}${quote}${semicolons ? ";" : ""}`)] };
}

/** The name as an existing import offers it; a type-only import of it becomes an import of the value. */
function knownAs(view: FixView, declaration: ts.ImportDeclaration, name: string): Imported | undefined {
  const { ts, file } = view;
  const clause = declaration.importClause;
  const bindings = clause?.namedBindings;
  if (clause === undefined || bindings === undefined) return undefined;
  if (ts.isNamespaceImport(bindings)) return clause.isTypeOnly ? undefined : { local: `${bindings.name.text}.${name}`, edits: [] };
  const element = bindings.elements.find((one) => (one.propertyName ?? one.name).text === name);
  if (element === undefined) return undefined;
  const local = element.name.text;
  if (element.isTypeOnly) {
    const start = element.getStart(file);
    return { local, edits: [replace(view, start, (element.propertyName ?? element.name).getStart(file), "")] };
  }
  if (!clause.isTypeOnly) return { local, edits: [] };
  // The clause of `import type { … }` begins with the word `type`.
  const rest = bindings.elements.filter((one) => one !== element);
  return { local, edits: [replace(view, clause.getStart(file), bindings.getStart(file), ""), ...rest.map((one) => insert(view, one.getStart(file), "type "))] };
}

/** Adds a specifier to an import of the same module, unless its form has no place for one. */
function extended(view: FixView, declaration: ts.ImportDeclaration, specifier: string): Edit | undefined {
  const { ts, file } = view;
  const clause = declaration.importClause;
  if (clause === undefined || clause.isTypeOnly) return undefined;
  const bindings = clause.namedBindings;
  if (bindings === undefined) return clause.name === undefined ? undefined : insert(view, clause.name.end, `, { ${specifier} }`);
  if (!ts.isNamedImports(bindings)) return undefined;
  const last = bindings.elements.at(-1);
  if (last === undefined) return replace(view, bindings.getStart(file), bindings.end, `{ ${specifier} }`);
  const start = last.getStart(file);
  const line = lineStart(file.text, start);
  const ownLine = file.text.slice(line, start).trim() === "" && line > bindings.getStart(file);
  return insert(view, last.end, ownLine ? `,${styleOf(ts, file).eol}${file.text.slice(line, start)}${specifier}` : `, ${specifier}`);
}

/** `name`, or a variation of it that no other declaration of the file uses. */
function freeName(view: FixView, name: string): string {
  const taken = new Set<string>();
  const { ts } = view;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) taken.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(view.file);
  let candidate = name;
  for (let count = 0; taken.has(candidate); count++) candidate = `Asr${name}${count === 0 ? "" : String(count + 1)}`;
  return candidate;
}

const headerComment = /^(?:\/\/\/|\/\*!|\/\/\s*@ts-|\/[/*]\s*eslint-)|@license|copyright|@preserve|@jsx/iu;

/** A new declaration on a line of its own: after the imports of packages, before those of neighbours; else after hashbang, directives and the file's header comment. */
function newDeclaration(view: FixView, imports: readonly ts.ImportDeclaration[], text: string): Edit {
  const { ts, file } = view;
  const isLocal = ({ moduleSpecifier }: ts.ImportDeclaration): boolean => ts.isStringLiteral(moduleSpecifier) && /^[.#]/u.test(moduleSpecifier.text);
  const after = imports.filter((one) => !isLocal(one)).at(-1);
  if (after !== undefined) return lineAfter(view, after.end, text);
  const before = imports.find((one) => one.importClause !== undefined && startsLine(file.text, one.getStart(file)));
  if (before !== undefined) return insert(view, lineStart(file.text, before.getStart(file)), text + styleOf(ts, file).eol);
  const last = imports.at(-1);
  if (last !== undefined) return lineAfter(view, last.end, text);
  const directive = file.statements.filter((statement, index) => ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression) && file.statements.slice(0, index).every((one) => ts.isExpressionStatement(one) && ts.isStringLiteral(one.expression))).at(-1);
  if (directive !== undefined) return lineAfter(view, directive.end, text);
  const first = file.statements[0];
  const start = file.text.startsWith("\uFEFF") ? 1 : 0;
  let at = ts.getShebang(file.text)?.length ?? start;
  for (const comment of ts.getLeadingCommentRanges(file.text, at) ?? []) {
    const words = file.text.slice(comment.pos, comment.end);
    const gap = file.text.slice(comment.end, first?.getStart(file));
    if (headerComment.test(words) || /^[ \t]*\r?\n[ \t]*\r?\n/u.test(gap)) at = comment.end;
  }
  if (at > start) return lineAfter(view, at, text);
  const { eol } = styleOf(ts, file);
  return insert(view, at, text + eol + eol);
}

/** Inserts a line after the line of `at`; when code follows there, the line is broken before that code. */
function lineAfter(view: FixView, at: number, line: string): Edit {
  const { ts, file } = view;
  const { eol } = styleOf(ts, file);
  const rest = /^[^\r\n]*/u.exec(file.text.slice(at))?.[0] ?? "";
  const codeFollows = !/^[ \t]*(?:$|\/\/|\/\*(?:(?!\*\/).)*\*\/[ \t]*$)/u.test(rest);
  if (codeFollows) return insert(view, at, eol + line + eol);
  const end = at + rest.trimEnd().length;
  // Imports stand together; what follows them stands apart.
  const apart = /^[^\r\n]*(?:\r?\n[ \t]*(?:\r?\n|import\b)|\s*$)/u.test(file.text.slice(end));
  return insert(view, end, eol + line + (apart ? "" : eol));
}
