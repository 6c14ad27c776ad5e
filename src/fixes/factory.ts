/** Takes the asynchronous half of an initialisation out of a constructor, into a static factory that waits for it. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { mentionsOf } from "./mentions.ts";
import { canAwait, droppedExpression, freshName } from "./place.ts";
import { removalOf } from "./remove.ts";
import { indentAt, startsLine, styleOf } from "./style.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `class A { constructor(id: string) { this.load(id).catch(log); } … }` becomes
 * `class A { private constructor() {} static async create(id: string): Promise<A> { const instance = new A(); await instance.load(id); return instance; } … }`,
 * and `new A(id)` elsewhere in the file `await A.create(id)`. A handler on the promise goes: who creates the object gets the error.
 * @returns `undefined` where the start is not a statement of the constructor by itself, uses more than its parameters, or is followed by others;
 *   for classes with type parameters, a base or decorators; and where somebody else makes, extends or hands on the class.
 */
export function staticFactory(view: FixView, start: ts.Expression): Fix | undefined {
  const { ts, file } = view;
  const call = start as ts.CallExpression;
  const statement = droppedExpression(ts, start)?.parent;
  const constructor = statement?.parent.parent;
  if (statement === undefined || constructor === undefined || !ts.isCallExpression(call) || !ts.isExpressionStatement(statement) || !ts.isConstructorDeclaration(constructor) || constructor.body === undefined) return undefined;
  const { parent: owner, body, parameters } = constructor;
  const method = call.expression;
  if (body.statements.at(-1) !== statement || !ts.isPropertyAccessExpression(method) || method.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  if (!isPlainClass(view, owner) || owner.name === undefined || parameters.some((one) => !isPlainParameter(ts, one))) return undefined;
  const name = owner.name.text;
  const factory = ["create", "open"].find((one) => !owner.members.some((member) => member.name?.getText(file) === one));
  const callers = factory === undefined ? undefined : callersOf(view, owner, owner.name, factory);
  const instance = freshName(view, constructor, ["instance", "made"]);
  const given = call.arguments.map((one) => argumentOf(view, one, parameters, instance));
  if (factory === undefined || callers === undefined || given.some((one) => one === undefined)) return undefined;
  const rest = body.statements.slice(0, -1);
  const kept = parameters.filter((one) => (ts.getModifiers(one)?.length ?? 0) > 0 || [...rest, ...parameters.filter((other) => other !== one)].some((node) => mentions(ts, node, one.name.getText(file))));
  const textOf = (one: ts.ParameterDeclaration): string => file.text.slice(one.dotDotDotToken?.getStart(file) ?? one.name.getStart(file), one.end);
  const passed = kept.map((one) => `${one.dotDotDotToken === undefined ? "" : "..."}${one.name.getText(file)}`);
  const lines = [`const ${instance} = new ${name}(${passed.join(", ")})`, `await ${instance}.${method.name.getText(file)}(${given.join(", ")})`, `return ${instance}`];
  const isTyped = /\.[cm]?tsx?$/u.test(file.fileName);
  const head = `static async ${factory}(${parameters.map((one) => textOf(one)).join(", ")})${isTyped ? `: Promise<${name}>` : ""} {`;
  return {
    title: `Wait for it in a static factory: \`await ${name}.${factory}(…)\``,
    applicability: "unsafe",
    edits: [...(isTyped ? madePrivate(view, constructor) : []), ...withoutParameters(view, parameters, kept), removalOf(view, statement), member(view, constructor, head, lines), ...callers],
  };
}

function isPlainClass(view: FixView, owner: ts.ClassLikeDeclaration): boolean {
  const { ts } = view;
  const extendsOne = owner.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) ?? false;
  const isAbstract = ts.getModifiers(owner)?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false;
  return ts.isClassDeclaration(owner) && !extendsOne && !isAbstract && owner.typeParameters === undefined && (ts.getDecorators(owner)?.length ?? 0) === 0 && owner.members.filter((one) => ts.isConstructorDeclaration(one)).length === 1;
}

function isPlainParameter(ts: FixView["ts"], one: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(one.name) && (ts.getDecorators(one)?.length ?? 0) === 0;
}

/** An argument as the factory writes it, if it is made of the constructor's parameters, of members of the object, and of literals. */
function argumentOf(view: FixView, argument: ts.Expression, parameters: readonly ts.ParameterDeclaration[], instance: string): string | undefined {
  const { ts, file } = view;
  const text = argument.getText(file);
  let root = argument;
  while (ts.isPropertyAccessExpression(root)) root = root.expression;
  const isParameter = ts.isIdentifier(root) && parameters.some(({ name }) => name.getText(file) === root.getText(file));
  if (root.kind === ts.SyntaxKind.ThisKeyword) return instance + text.slice("this".length);
  return isParameter || ts.isLiteralExpression(argument) ? text : undefined;
}

function mentions(ts: FixView["ts"], root: ts.Node, name: string): boolean {
  return (ts.isIdentifier(root) && root.text === name) || (ts.forEachChild(root, (child) => mentions(ts, child, name) || undefined) ?? false);
}

/** Edits that make all who call `new` in the file wait for the factory; `undefined` where one of them may not wait, or the program uses the class otherwise. */
function callersOf(view: FixView, owner: ts.ClassLikeDeclaration, name: ts.Identifier, factory: string): readonly Edit[] | undefined {
  const { ts, file } = view;
  const edits: Edit[] = [];
  for (const mention of mentionsOf(view, owner, name)) {
    const up = mention.parent;
    if (ts.isTypeReferenceNode(up) || ts.isPropertyAccessExpression(up) || ts.isExportSpecifier(up) || ts.isImportSpecifier(up) || ts.isImportClause(up)) continue;
    const isCaller = ts.isNewExpression(up) && up.arguments !== undefined && mention.getSourceFile() === file && canAwait(view, up);
    if (!isCaller || ts.isPropertyAccessExpression(up.parent) || ts.isElementAccessExpression(up.parent)) return undefined;
    edits.push(replace(view, up.getStart(file), mention.end, `await ${name.text}.${factory}`));
  }
  return edits;
}

/** Edits that leave out parameters which only the start has used. */
function withoutParameters(view: FixView, all: readonly ts.ParameterDeclaration[], kept: readonly ts.ParameterDeclaration[]): readonly Edit[] {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined || kept.length === all.length) return [];
  return [replace(view, first.getStart(view.file), last.end, kept.map((one) => one.getText(view.file)).join(", "))];
}

function madePrivate(view: FixView, constructor: ts.ConstructorDeclaration): readonly Edit[] {
  const { ts, file } = view;
  const { PublicKeyword, PrivateKeyword, ProtectedKeyword } = ts.SyntaxKind;
  const given = ts.getModifiers(constructor)?.find(({ kind }) => kind === PublicKeyword || kind === PrivateKeyword || kind === ProtectedKeyword);
  if (given === undefined) return [insert(view, constructor.getStart(file), "private ")];
  return given.kind === PublicKeyword ? [replace(view, given.getStart(file), given.end, "private")] : [];
}

function member(view: FixView, after: ts.ConstructorDeclaration, head: string, lines: readonly string[]): Edit {
  const { ts, file } = view;
  const { semicolons, eol, indent } = styleOf(ts, file);
  const start = after.getStart(file);
  const end = semicolons ? ";" : "";
  if (!startsLine(file.text, start) || !file.text.slice(start, after.end).includes("\n")) return insert(view, after.end, ` ${head} ${lines.map((one) => `${one};`).join(" ")} }`);
  const lead = indentAt(file.text, start);
  return insert(view, after.end, `${eol}${eol}${lead}${head}${eol}${lines.map((one) => `${lead}${indent}${one}${end}${eol}`).join("")}${lead}}`);
}
