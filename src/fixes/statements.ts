/** The statements of a block, asked for by position: a fix for one of thousands must not look at all the others. */
import type ts from "typescript";
import type { TypeScript } from "../analysis/language/compiler.ts";

/** The index of the statement of a list that contains a node, or -1. */
export function indexAround(statements: ts.NodeArray<ts.Statement>, node: ts.Node): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((statements[middle] as ts.Statement).end <= node.pos) low = middle + 1;
    else high = middle;
  }
  const found = statements[low];
  return found !== undefined && found.pos <= node.pos && node.end <= found.end ? low : -1;
}

const mentions = new WeakMap<ts.Node, ReadonlyMap<string, readonly ts.Identifier[]>>();

/** The identifiers below a node by their text, in source order; collected once. */
export function identifiersIn(ts: TypeScript, root: ts.Node): ReadonlyMap<string, readonly ts.Identifier[]> {
  let known = mentions.get(root);
  if (known === undefined) {
    const found = new Map<string, ts.Identifier[]>();
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const same = found.get(node.text);
        if (same === undefined) found.set(node.text, [node]);
        else same.push(node);
      }
      ts.forEachChild(node, visit);
    };
    visit(root);
    known = found;
    mentions.set(root, known);
  }
  return known;
}

/** The names that statements declare for the others of their block. */
export function declaredBy(ts: TypeScript, statements: readonly ts.Statement[]): readonly string[] {
  return statements.flatMap((one) => {
    if (ts.isVariableStatement(one)) return one.declarationList.declarations.flatMap(({ name }) => namesIn(ts, name));
    return ts.isFunctionDeclaration(one) || ts.isClassDeclaration(one) || ts.isEnumDeclaration(one) || ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one) ? [one.name?.text ?? ""] : [];
  });
}

function namesIn(ts: TypeScript, name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(ts, element.name) : []));
}

/** Whether a name is mentioned in a block outside of the stretch from `start` to `end`. */
export function isMentionedOutside(ts: TypeScript, block: ts.Node, name: string, start: number, end: number): boolean {
  const all = identifiersIn(ts, block).get(name) ?? [];
  const [first] = all;
  const last = all.at(-1);
  return first !== undefined && last !== undefined && (first.pos < start || last.end > end);
}
