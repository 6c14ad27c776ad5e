/** Scopes and combinators that run nothing side by side. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, unwrapped } from "../language/syntax.ts";

/** A construct without which the code would do the same. */
export interface Ceremony {
  readonly kind: "singleTask" | "spawnAwaited" | "emptyScope" | "serialised" | "nestedScope" | "nestedList";
  readonly at: ts.Node;
  /** The group, or the combinator, as written. */
  readonly name: string;
  /** The declaration that can simply go. */
  readonly remove?: ts.VariableStatement;
}

/** Groups declared with `await using`; `configured` asks also about those with options. */
export function* ceremonialScopes(view: FileView, configured: boolean): Generator<Ceremony> {
  const { ts, compiler, types } = view;
  for (const statement of view.nodes(ts.SyntaxKind.VariableStatement) as readonly ts.VariableStatement[]) {
    const { declarations, flags } = statement.declarationList;
    const [declaration] = declarations;
    const block = statement.parent;
    if ((flags & ts.NodeFlags.AwaitUsing) !== ts.NodeFlags.AwaitUsing || declarations.length !== 1 || declaration === undefined || !ts.isIdentifier(declaration.name) || !ts.isBlock(block)) continue;
    const made = declaration.initializer === undefined ? undefined : unwrapped(ts, declaration.initializer);
    const type = compiler.typeOf(declaration.name);
    if (made === undefined || !ts.isNewExpression(made) || type === undefined || !types.isScope(type)) continue;
    if (!configured && (made.arguments?.length ?? 0) > 0) continue;
    yield* judge(view, statement, declaration.name, block);
  }
}

function* judge(view: FileView, statement: ts.VariableStatement, name: ts.Identifier, block: ts.Block): Generator<Ceremony> {
  const { ts } = view;
  const mentions = referencesOf(view.compiler, name);
  const calls = mentions.map((mention) => callOn(ts, mention));
  // A group that is read in any other way supplies its signal, or is somebody else's too.
  if (calls.some((call) => call === undefined)) return;
  const spawns = calls.filter((call) => call !== undefined && calledMember(ts, call)?.name === "spawn") as readonly ts.CallExpression[];
  const [spawn] = spawns;
  const rest = block.statements.slice(block.statements.indexOf(statement) + 1);
  if (spawn === undefined) {
    const [only] = rest;
    const isNested = rest.length === 1 && only !== undefined && ts.isBlock(only) && only.statements.some((inner) => opensScope(view, inner));
    yield { kind: isNested ? "nestedScope" : "emptyScope", at: name, name: name.text, ...(mentions.length === 0 ? { remove: statement } : {}) };
    return;
  }
  if (spawns.every((call) => ts.isAwaitExpression(call.parent))) {
    for (const call of spawns) yield { kind: "spawnAwaited", at: call, name: name.text };
    return;
  }
  const at = rest.findIndex((one) => ts.isExpressionStatement(one) && one.expression === spawn);
  if (spawns.length === 1 && at >= 0 && rest.slice(at + 1).every((one) => isJoin(ts, one, name.text))) yield { kind: "singleTask", at: spawn, name: name.text };
}

/** `spawn` or `join` called on the group itself. */
function callOn(ts: FileView["ts"], mention: ts.Identifier): ts.CallExpression | undefined {
  const access = mention.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== mention || !ts.isCallExpression(access.parent) || access.parent.expression !== access) return undefined;
  return access.name.text === "spawn" || access.name.text === "join" ? access.parent : undefined;
}

/** `await tasks.join();` and `return await tasks.join();`, without a value that would be computed beside the task. */
function isJoin(ts: FileView["ts"], statement: ts.Statement, name: string): boolean {
  const expression = ts.isExpressionStatement(statement) || ts.isReturnStatement(statement) ? statement.expression : undefined;
  const call = expression !== undefined && ts.isAwaitExpression(expression) ? unwrapped(ts, expression.expression) : undefined;
  const member = call !== undefined && ts.isCallExpression(call) && call.arguments.length === 0 ? calledMember(ts, call) : undefined;
  return member?.name === "join" && member.receiver.getText() === name;
}

function opensScope(view: FileView, statement: ts.Statement): boolean {
  const { ts, compiler, types } = view;
  if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.AwaitUsing) !== ts.NodeFlags.AwaitUsing) return false;
  const type = statement.declarationList.declarations[0] === undefined ? undefined : compiler.typeOf(statement.declarationList.declarations[0].name);
  return type !== undefined && types.isScope(type);
}

const single: ReadonlySet<string> = new Set(["all", "race", "any"]);
const several: ReadonlySet<string> = new Set(["all", "allSettled", "race", "any"]);

/** `Promise.all([p])`, and `Promise.all([await a(), await b()])`. */
export function* ceremonialCombinators(view: FileView): Generator<Ceremony> {
  const { ts } = view;
  if (!view.mentions("Promise")) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const list = call.arguments[0];
    if (member === undefined || list === undefined || !several.has(member.name) || !ts.isIdentifier(member.receiver) || member.receiver.text !== "Promise") continue;
    const elements = ts.isArrayLiteralExpression(list) ? list.elements : undefined;
    if (elements === undefined || elements.some((element) => ts.isSpreadElement(element)) || !view.callees.of(call).names.includes(`PromiseConstructor.${member.name}`)) continue;
    const name = `Promise.${member.name}`;
    const [only] = elements;
    if (elements.length === 1 && only !== undefined && holdsTasks(view, only)) yield { kind: "nestedList", at: only, name };
    else if (elements.length === 1 && single.has(member.name)) yield { kind: "singleTask", at: call, name };
    else if (elements.length > 1 && elements.some((element) => ts.isAwaitExpression(unwrapped(ts, element)))) yield { kind: "serialised", at: call, name };
  }
}

/** `Promise.all([ids.map(load)])` waits for the list, which is no promise, and for nothing in it. */
function holdsTasks({ compiler, types }: FileView, element: ts.Expression): boolean {
  const type = compiler.typeOf(element);
  return type !== undefined && types.elementTaskKind(type) !== undefined;
}
