/** Bodies that arrive with a response and have to be read or thrown away: until then they hold the connection. */
import type ts from "typescript";
import { bodyDiscards, isBodySource } from "../catalog/bodies.ts";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import type { PathQuery } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, isNullish, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A body that some way out leaves unread. */
export interface UnreadBody {
  readonly call: ts.CallExpression;
  /** The variable that holds the response, or the body itself; `undefined` when the response is dropped. */
  readonly name: ts.Identifier | undefined;
  /** The way out that leaves it unread; `undefined` when no way reads it. */
  readonly at: ts.Node | undefined;
}

/** What a response tells without its body. */
const heads: ReadonlySet<string> = new Set(["ok", "status", "statusCode", "statusText", "statusMessage", "headers", "trailers", "url", "redirected", "type"]);
/** Answers that have no body. */
const bodiless = ["204", "205", "304"];

/**
 * The bodies that a file leaves unread.
 * @param strictly whether those of responses count, too, that a `throw` leaves behind, or that nothing reads: `if (!response.ok) throw …` is how most code is written.
 */
export function* bodiesLeft(view: FileView, strictly: boolean): Generator<UnreadBody> {
  for (const left of responsesLeft(view)) if (strictly || (left.at !== undefined && !fails(view, left.at))) yield left;
  yield* streamsLeft(view);
}

/** A `throw`, or a `return` of what never comes: `return await crash("not found")`. */
function fails({ ts, compiler }: FileView, way: ts.Node): boolean {
  const type = ts.isReturnStatement(way) && way.expression !== undefined ? compiler.typeOf(way.expression) : undefined;
  return ts.isThrowStatement(way) || (type !== undefined && (compiler.awaited(type).flags & ts.TypeFlags.Never) !== 0);
}

function* responsesLeft(view: FileView): Generator<UnreadBody> {
  const { ts } = view;
  if (!view.mentions("fetch") || !isServerCode(view)) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    if (!isFetch(view, call) || asksForHead(ts, call)) continue;
    const { fate } = fateOf(view.compiler, call);
    if (fate.kind !== "awaited" || !ts.isAwaitExpression(fate.by)) continue;
    const { fate: result, inside } = fateOf(view.compiler, fate.by);
    const fn = view.functionOf(call);
    if (fn === undefined || inside !== undefined) continue;
    if (result.kind === "dropped") yield { call, name: undefined, at: undefined };
    else if (result.kind === "variable") yield* unread(view, call, fate.by, result.name, fn, (mention) => !looksAtHead(ts, mention));
    else if (result.kind === "assigned" && ts.isIdentifier(unwrapped(ts, result.target))) {
      const declaration = view.compiler.declarationOf(unwrapped(ts, result.target));
      if (declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && view.functionOf(declaration) === fn) yield* unread(view, call, fate.by, declaration.name, fn, (mention) => !looksAtHead(ts, mention));
    }
  }
}

const servers = new WeakMap<ts.Program, boolean>();

/** Whether a file runs where unread bodies hold connections: not in a page, whose browser sees to that. */
function isServerCode(view: FileView): boolean {
  let known = servers.get(view.program);
  if (known === undefined) {
    known = view.program.getSourceFiles().some((file) => file.isDeclarationFile && /\/(?:@types\/node|bun-types|@cloudflare\/workers-types)\//u.test(file.fileName));
    servers.set(view.program, known);
  }
  return known && !/\.[jt]sx$/u.test(view.file.fileName) && !view.mentions("document", "window");
}

function isFetch(view: FileView, call: ts.CallExpression): boolean {
  const { ts } = view;
  const target = unwrapped(ts, call.expression);
  const name = ts.isIdentifier(target) ? target : ts.isPropertyAccessExpression(target) && ts.isIdentifier(target.expression) && ["globalThis", "window", "self"].includes(target.expression.text) ? target.name : undefined;
  return name?.text === "fetch" && isBodySource(view.callees.of(call));
}

/** `{ method: "HEAD" }`, or a method that is not known. */
function asksForHead(ts: FileView["ts"], call: ts.CallExpression): boolean {
  return call.arguments.some((argument) => {
    const value = unwrapped(ts, argument);
    const method = ts.isObjectLiteralExpression(value) ? value.properties.find((property) => property.name?.getText() === "method") : undefined;
    return method !== undefined && !(ts.isPropertyAssignment(method) && ts.isStringLiteralLike(method.initializer) && method.initializer.text.toUpperCase() !== "HEAD");
  });
}

/** Whether a mention only asks for status or headers, or whether there is a response at all. */
function looksAtHead(ts: FileView["ts"], mention: ts.Identifier): boolean {
  const { parent } = mention;
  if (ts.isPropertyAccessExpression(parent)) return heads.has(parent.name.text);
  if (ts.isIfStatement(parent) || ts.isPrefixUnaryExpression(parent) || (ts.isConditionalExpression(parent) && parent.condition === mention)) return true;
  return ts.isBinaryExpression(parent) && (isNullish(ts, parent.left) || isNullish(ts, parent.right));
}

function* unread(view: FileView, call: ts.CallExpression, start: ts.Node, name: ts.Identifier, fn: FunctionNode, consumes: (mention: ts.Identifier) => boolean): Generator<UnreadBody> {
  const { ts } = view;
  const ends = new Set<ts.Node>();
  for (const mention of referencesOf(view.compiler, name)) {
    if (isWriteTarget(ts, mention) || !consumes(mention)) continue;
    let at: ts.Node = mention;
    for (let up = mention.parent; up !== fn && !ts.isSourceFile(up); up = up.parent) if (ts.isFunctionLike(up) || ts.isClassLike(up)) at = up;
    // A function that is declared anywhere may read it at any time.
    if (ts.isFunctionDeclaration(at)) return;
    ends.add(at);
  }
  if (ends.size === 0) {
    yield { call, name, at: undefined };
    return;
  }
  const facts = new Map(view.paths.factsAt(start, fn));
  for (const [test, holds] of [[name.text, true], [`${name.text}.body`, true], ...bodiless.flatMap((code) => [[`${name.text}.status === ${code}`, false], [`${name.text}.statusCode === ${code}`, false]])] as [string, boolean][]) facts.set(test, holds);
  const query: PathQuery = {
    // Whoever aborts the request throws its body away.
    through: (node) => ends.has(node) || (ts.isCallExpression(node) && calledMember(ts, node)?.name === "abort"),
    failures: "none",
    harmless: () => true,
    facts,
  };
  const escape = view.paths.escape(fn, start, query) ?? view.paths.escape(fn, start, { ...query, failures: "await" });
  if (escape === undefined || escape.kind === "again") return;
  yield { call, name, at: escape.kind === "end" ? (fn.body?.getLastToken(view.file) ?? fn) : escape.node };
}

/** Streams that a function was handed by a call and iterates on some way: `const { head, blocks } = await openArchive(input)`. */
function* streamsLeft(view: FileView): Generator<UnreadBody> {
  const { ts } = view;
  const loops = (view.nodes(ts.SyntaxKind.ForOfStatement) as readonly ts.ForOfStatement[]).filter((loop) => loop.awaitModifier !== undefined && ts.isIdentifier(loop.expression));
  const seen = new Set<ts.Declaration>();
  for (const loop of loops) {
    const fn = view.functionOf(loop);
    const binding = view.compiler.declarationOf(loop.expression);
    if (fn === undefined || binding === undefined || seen.has(binding) || (!ts.isBindingElement(binding) && !ts.isVariableDeclaration(binding)) || !ts.isIdentifier(binding.name)) continue;
    seen.add(binding);
    const start = awaitBehind(view, binding);
    const call = start === undefined ? undefined : unwrapped(ts, start.expression);
    if (start === undefined || call === undefined || !ts.isCallExpression(call) || view.functionOf(start) !== fn || !isDiscardable(view, binding.name)) continue;
    yield* unread(view, call, start, binding.name, fn, (mention) => fateOf(view.compiler, mention).fate.kind !== "read");
  }
}

/** The `await` whose result a variable, or a part of a pattern, is. */
function awaitBehind(view: FileView, binding: ts.BindingElement | ts.VariableDeclaration): ts.AwaitExpression | undefined {
  const { ts } = view;
  let up: ts.Node = binding;
  while (ts.isBindingElement(up) || ts.isObjectBindingPattern(up)) up = up.parent;
  const initializer = ts.isVariableDeclaration(up) && up.initializer !== undefined ? unwrapped(ts, up.initializer) : undefined;
  return initializer !== undefined && ts.isAwaitExpression(initializer) ? initializer : undefined;
}

/** Whether a value is a stream that says how to throw it away. */
function isDiscardable(view: FileView, name: ts.Identifier): boolean {
  const type = view.compiler.typeOf(name);
  if (type === undefined) return false;
  const members = view.compiler.propertiesOf(type).map((property) => property.name);
  return members.some((member) => member.startsWith("__@asyncIterator")) && members.some((member) => bodyDiscards.has(member));
}
