/** Keeps the promise of a value that is made once, instead of the value: whoever comes meanwhile waits for the same work. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { mentionsOf } from "./mentions.ts";
import { canAwait, functionAround, someOwn, withoutParens } from "./place.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `if (!this.#c) { this.#c = await open(); } return this.#c;` becomes `if (!this.#c) { this.#c = open().catch(…); } return (await this.#c);`,
 * and `#c?: Conn` becomes `#c?: Promise<Conn>`; so do the values of a Map. A failure is forgotten, so that the next caller tries again.
 * @param write the assignment, or the call of `set`.
 * @param test what was asked before.
 * @returns `undefined` for places that others can see, whose type is not written down, or that are read where `await` may not stand; and where
 *   something else is waited for between the test and the write.
 */
export function keepPromise(view: FixView, write: ts.Node, test: ts.Node): Fix | undefined {
  const { ts, file } = view;
  const memo = ts.isBinaryExpression(write) ? memoOf(view, write.left, write.right) : ts.isCallExpression(write) ? entryOf(view, write) : undefined;
  const around = functionAround(ts, write);
  if (memo === undefined || around === undefined || !ts.isAwaitExpression(memo.value)) return undefined;
  const { place, value, reset } = memo;
  const start = withoutParens(ts, value.expression);
  const declaration = view.compiler.declarationOf(ts.isPropertyAccessExpression(place) ? place.name : place);
  if (declaration === undefined || !ts.isCallExpression(start) || !isOwn(view, declaration, around)) return undefined;
  if (someOwn(ts, around, (node) => ts.isAwaitExpression(node) && node !== value && node.pos >= test.end && node.end <= write.end)) return undefined;
  const typed = promised(view, declaration, memo.key !== undefined);
  const reads = typed === undefined ? undefined : readsOf(view, declaration, memo, (at) => at.pos >= around.pos && at.end <= test.end);
  if (typed === undefined || reads === undefined) return undefined;
  const caught = `${start.getText(file)}.catch((error: unknown) => { ${reset}; throw error; })`;
  return { title: `Keep the promise in \`${place.getText(file)}\`, so that all who come meanwhile share it`, applicability: "unsafe", edits: [...typed, replace(view, value.getStart(file), value.end, caught), ...reads] };
}

interface Memo {
  /** The variable or field; of an entry, that of the Map. */
  readonly place: ts.Identifier | ts.PropertyAccessExpression;
  readonly value: ts.Expression;
  /** The key of an entry. */
  readonly key: string | undefined;
  /** What forgets the value again, as a statement. */
  readonly reset: string;
}

function memoOf({ ts, file, compiler }: FixView, left: ts.Expression, value: ts.Expression): Memo | undefined {
  const place = withoutParens(ts, left);
  if (!ts.isIdentifier(place) && !ts.isPropertyAccessExpression(place)) return undefined;
  const declaration = compiler.declarationOf(ts.isPropertyAccessExpression(place) ? place.name : place);
  const type = declaration !== undefined && (ts.isPropertyDeclaration(declaration) || ts.isVariableDeclaration(declaration)) ? declaration.type : undefined;
  const nothing = type !== undefined && ts.isUnionTypeNode(type) && type.types.some((one) => one.getText() === "null") ? "null" : "undefined";
  return { place, value, key: undefined, reset: `${place.getText(file)} = ${nothing}` };
}

/** `map.set(key, value)`. */
function entryOf({ ts, file }: FixView, call: ts.CallExpression): Memo | undefined {
  const [key, value] = call.arguments;
  const callee = call.expression;
  const place = ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
  if (key === undefined || value === undefined || place === undefined || !ts.isIdentifier(key) || !(ts.isIdentifier(place) || ts.isPropertyAccessExpression(place))) return undefined;
  return { place, value, key: key.text, reset: `${place.getText(file)}.delete(${key.text})` };
}

/** Whether all uses of a declaration are in the file: a private field, or a variable that is not exported. */
function isOwn({ ts, file }: FixView, declaration: ts.Declaration, around: ts.Node): boolean {
  if (declaration.getSourceFile() !== file) return false;
  if (ts.isPropertyDeclaration(declaration)) return ts.isPrivateIdentifier(declaration.name) || (ts.getModifiers(declaration)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ?? false);
  const isExported = ts.isVariableDeclaration(declaration) && ts.getModifiers(declaration.parent.parent as ts.VariableStatement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  return ts.isVariableDeclaration(declaration) && !isExported && functionAround(ts, declaration) !== around;
}

/** Edits that make the written type of a place one of promises. */
function promised(view: FixView, declaration: ts.Declaration, isMap: boolean): readonly Edit[] | undefined {
  const { ts, file } = view;
  if (!ts.isPropertyDeclaration(declaration) && !ts.isVariableDeclaration(declaration)) return undefined;
  const wrap = (type: ts.TypeNode): readonly Edit[] => [insert(view, type.getStart(file), "Promise<"), insert(view, type.end, ">")];
  const { type, initializer } = declaration;
  if (isMap) {
    const made = initializer !== undefined && ts.isNewExpression(initializer) ? initializer : undefined;
    const written = [type !== undefined && ts.isTypeReferenceNode(type) ? type.typeArguments?.[1] : undefined, made?.typeArguments?.[1]].filter((one) => one !== undefined);
    return written.length === 0 || (made?.arguments?.length ?? 0) > 0 ? undefined : written.flatMap((one) => wrap(one));
  }
  if (type === undefined) return undefined;
  const parts = ts.isUnionTypeNode(type) ? type.types.filter((one) => !/^(?:undefined|null)$/u.test(one.getText(file))) : [type];
  const [part] = parts;
  return part === undefined || parts.length > 1 ? undefined : wrap(part);
}

/**
 * Edits that wait for the promise wherever the place is read; tests of its presence and writes of nothing stay.
 * @param isAsked whether a reading comes before the test, or is part of it: a wait there would let others in before the write.
 */
function readsOf(view: FixView, declaration: ts.Declaration, { key }: Memo, isAsked: (at: ts.Node) => boolean): readonly Edit[] | undefined {
  const { ts, file } = view;
  const edits: Edit[] = [];
  for (const mention of mentionsOf(view, declaration, (declaration as ts.PropertyDeclaration).name)) {
    let at = mention as ts.Expression;
    if (ts.isPropertyAccessExpression(at.parent) && at.parent.name === at) at = at.parent;
    if (key !== undefined) {
      const [access, call] = [at.parent, at.parent.parent];
      if (!ts.isPropertyAccessExpression(access) || !ts.isCallExpression(call)) return undefined;
      if (/^(?:has|delete|clear|set)$/u.test(access.name.text)) continue;
      if (access.name.text !== "get") return undefined;
      at = call;
    }
    const up = at.parent;
    const isWrite = ts.isBinaryExpression(up) && up.operatorToken.kind === ts.SyntaxKind.EqualsToken && up.left === at;
    if (isWrite || isTest(ts, at)) continue;
    if (isAsked(at) || !canAwait(view, at)) return undefined;
    edits.push(insert(view, at.getStart(file), "(await "), insert(view, at.end, ")"));
  }
  return edits;
}

/** `!x`, `x == null`, and `x` as a condition. */
function isTest(ts: FixView["ts"], at: ts.Expression): boolean {
  const up = at.parent;
  if (ts.isIfStatement(up)) return up.expression === at;
  if (ts.isPrefixUnaryExpression(up)) return up.operator === ts.SyntaxKind.ExclamationToken;
  return ts.isBinaryExpression(up) && up.left === at && /^(?:null|undefined)$/u.test(up.right.getText());
}
