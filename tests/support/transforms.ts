/** Rewrites that change nothing about a program's concurrency: what the rules say of it must not change either. All keep every line where it is. */
import ts from "typescript";

/** One rewrite of a file; `pick` chooses among the places where it applies. `undefined`: there is none. */
export type Transform = (fileName: string, text: string, pick: number) => string | undefined;

interface Edit {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** A declaration that nobody reads, somewhere between the statements. */
export const irrelevantStatement: Transform = (fileName, text, pick) => {
  const places = nodesOf(fileName, text).flatMap((node): readonly Edit[] => {
    if (!ts.isBlock(node) && !ts.isSourceFile(node)) return [];
    const ends = node.statements.map(({ end }) => ({ at: end, end, text: "; const irrelevant = 1;" }));
    const start = node.getStart() + 1;
    return ts.isBlock(node) ? [{ at: start, end: start, text: " const irrelevant = 1;" }, ...ends] : ends;
  });
  const place = places[pick % places.length];
  return place === undefined ? undefined : applied(text, [place]);
};

/** `{ body }` → `{ { body } }`, of a function. */
export const bodyInBlock: Transform = (fileName, text, pick) => {
  const bodies = nodesOf(fileName, text).flatMap((node) => (ts.isFunctionLike(node) && !ts.isConstructorDeclaration(node) && "body" in node && node.body !== undefined && ts.isBlock(node.body) && node.body.statements.length > 0 ? [node.body] : []));
  const body = bodies[pick % bodies.length];
  return body === undefined ? undefined : applied(text, [{ at: body.getStart() + 1, end: body.getStart() + 1, text: " {" }, { at: body.end - 1, end: body.end - 1, text: "} " }]);
};

/**
 * Another name for a local variable or parameter, which says nothing of the old one.
 * @param files absolute name → text of all files that will be asked for.
 */
export function renaming(files: ReadonlyMap<string, string>, options: ts.CompilerOptions): Transform {
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = files.get(name) ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (name) => files.has(name) || ts.sys.fileExists(name),
    readFile: (name) => files.get(name) ?? ts.sys.readFile(name),
  });
  return (fileName, text, pick) => {
    const bindings = nodesOf(fileName, text).flatMap((node) => (isLocalBinding(node) ? [node.name as ts.Identifier] : []));
    const binding = bindings[pick % bindings.length];
    if (binding === undefined) return undefined;
    const places = service.findRenameLocations(fileName, binding.getStart(), false, false, { providePrefixAndSuffixTextForRename: true }) ?? [];
    const edits = places.map(({ textSpan: { start, length }, prefixText = "", suffixText = "" }) => ({ at: start, end: start + length, text: `${prefixText}${freshName(text)}${suffixText}` }));
    return edits.length === 0 ? undefined : applied(text, edits);
  };
}

/** A name that a text does not contain. */
function freshName(text: string): string {
  for (let count = 1; ; count++) if (!text.includes(`x${String(count)}`)) return `x${String(count)}`;
}

function isLocalBinding(node: ts.Node): node is ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement {
  if (!ts.isVariableDeclaration(node) && !ts.isParameter(node) && !ts.isBindingElement(node)) return false;
  if (!ts.isIdentifier(node.name) || node.name.text === "this") return false;
  const holder = ts.isParameter(node) ? node.parent : ts.findAncestor(node, ts.isVariableStatement);
  const isOutside = holder !== undefined && ts.canHaveModifiers(holder) && (ts.getModifiers(holder) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword || kind === ts.SyntaxKind.ExportKeyword);
  return !(isOutside && ts.isVariableStatement(holder));
}

function nodesOf(fileName: string, text: string): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true));
  return found;
}

function applied(text: string, edits: readonly Edit[]): string {
  return edits.toSorted((a, b) => b.at - a.at).reduce((result, { at, end, text: inserted }) => result.slice(0, at) + inserted + result.slice(end), text);
}
