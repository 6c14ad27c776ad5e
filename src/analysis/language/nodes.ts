/** One walk per SourceFile, shared by all rules: nodes by kind, identifiers by text, and how often a name is bound. */
import type ts from "typescript";
import type { TypeScript } from "./compiler.ts";

type Name = ts.Identifier | ts.PrivateIdentifier;

const indexes = new WeakMap<ts.SourceFile, NodeIndex>();

/** The index of a file; syntax only, so it outlives the Program. */
export function indexOf(typescript: TypeScript, file: ts.SourceFile): NodeIndex {
  let index = indexes.get(file);
  if (index === undefined) {
    index = new NodeIndex(typescript, file);
    indexes.set(file, index);
  }
  return index;
}

export class NodeIndex {
  readonly #byKind = new Map<ts.SyntaxKind, ts.Node[]>();
  readonly #names = new Map<string, Name[]>();
  readonly #bindings = new Map<string, Name[]>();

  constructor(typescript: TypeScript, file: ts.SourceFile) {
    // An explicit stack: generated files nest deeper than the call stack allows.
    const stack: ts.Node[] = [file];
    const children: ts.Node[] = [];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      this.#add(typescript, node);
      typescript.forEachChild(node, (child) => {
        children.push(child);
      });
      for (let child = children.pop(); child !== undefined; child = children.pop()) stack.push(child);
    }
  }

  #add(ts: TypeScript, node: ts.Node): void {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      const text = node.text;
      append(this.#names, text, node);
      if (isBindingName(ts, node)) append(this.#bindings, text, node);
      return;
    }
    append(this.#byKind, node.kind, node);
  }

  /** Nodes of one kind in source order; identifiers are asked by text instead. */
  ofKind(kind: ts.SyntaxKind): readonly ts.Node[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** Identifiers with this text (`#x` for a private name), in source order: bindings, references and property names alike. */
  named(text: string): readonly Name[] {
    return this.#names.get(text) ?? [];
  }

  /** Nodes of one kind inside a subtree, its root included. */
  within(root: ts.Node, kind: ts.SyntaxKind): readonly ts.Node[] {
    return inRange(this.ofKind(kind), root);
  }

  /** Identifiers with this text inside a subtree. */
  namedWithin(root: ts.Node, text: string): readonly Name[] {
    return inRange(this.named(text), root);
  }

  /** Whether at least one of these names occurs: the probe that comes before any question of type. */
  mentions(...names: readonly string[]): boolean {
    return names.some((name) => this.#names.has(name));
  }

  /** How many declarations inside a subtree bind this name; with a single one, equal text means equal variable. */
  bindingsWithin(root: ts.Node, name: string): number {
    return inRange(this.#bindings.get(name) ?? [], root).length;
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [value]);
  else same.push(value);
}

/** The part of a list in source order that lies inside a node; a binary search, so that asking per function stays linear per file. */
function inRange<T extends ts.Node>(nodes: readonly T[], root: ts.Node): readonly T[] {
  const from = lowerBound(nodes, root.pos);
  const to = lowerBound(nodes, root.end);
  // An ancestor that starts at the same place as the root is in the range but not inside.
  return nodes.slice(from, to).filter((node) => node.end <= root.end);
}

/** Index of the first node that starts at or after a position. */
function lowerBound(nodes: readonly ts.Node[], position: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const node = nodes[middle];
    if (node !== undefined && node.pos < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBindingName(ts: TypeScript, id: Name): boolean {
  const parent = id.parent;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isFunctionExpression(parent) ||
      ts.isClassDeclaration(parent) ||
      ts.isClassExpression(parent) ||
      ts.isImportClause(parent) ||
      ts.isImportSpecifier(parent) ||
      ts.isNamespaceImport(parent) ||
      ts.isImportEqualsDeclaration(parent) ||
      ts.isEnumDeclaration(parent) ||
      ts.isModuleDeclaration(parent)) &&
  parent.name === id
  );
}
