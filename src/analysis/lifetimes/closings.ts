/** Calls that end a local variable's value by hand, and what is done too early or too late because of them. */
import type ts from "typescript";
import { carriedBy, closureAround } from "./carried.ts";
import { isWriteTarget, fateOf } from "../language/flow.ts";
import { joinsOfHandle } from "../tasks/groups.ts";
import type { FileView } from "../index.ts";
import { startOf } from "./outliving-promises.ts";
import { overtakenPromises } from "./overtaken.ts";
import { sessionEnds, transactionEnds } from "../catalog/closed.ts";
import { releaseMembers } from "../catalog/releases.ts";
import { closesArgument } from "../facts/endings.ts";
import { referencesOf } from "../language/references.ts";
import { regionNamed } from "./regions.ts";
import { releasingMember } from "../resources/releases.ts";
import { calledMember, contains, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isUsing } from "../tasks/tasks.ts";

/** A call that ends what a local variable or parameter holds. */
export interface Closing {
  readonly call: ts.CallExpression;
  /** The method that closes it; empty where a function does that is given it. */
  readonly member: string;
  readonly name: ts.Identifier;
  readonly declaration: ts.VariableDeclaration | ts.ParameterDeclaration;
  readonly body: FunctionNode;
}

/** How one stops what others still do: whoever waits for the outcome afterwards means to. */
const stoppers: ReadonlySet<string> = new Set(["abort", "cancel", "destroy", "kill", "stop", "terminate", "unsubscribe"]);

const known = new WeakMap<FileView, { readonly more: string; readonly closings: readonly Closing[] }>();

/**
 * The closings of a file, in source order: calls of a method that ends its object, on a variable of the same function.
 * @param more further names of such methods.
 */
export function closingsOf(view: FileView, more: readonly string[] = []): readonly Closing[] {
  const found = known.get(view);
  if (found?.more === more.join()) return found.closings;
  const closings = view.mentions(...releaseMembers, ...more, ...transactionEnds, ...sessionEnds, "dispose", "asyncDispose") ? [...collect(view, more)] : [];
  known.set(view, { more: more.join(), closings });
  return closings;
}

function* collect(view: FileView, more: readonly string[]): Generator<Closing> {
  const { ts } = view;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = releasingMember(ts, call);
    if (member !== undefined && call.arguments.length === 0 && (member.name.startsWith("[") || releaseMembers.has(member.name) || sessionEnds.has(member.name) || more.includes(member.name) || (transactionEnds.has(member.name) && isTransaction(view, member.receiver)))) {
      const closing = closingOf(view, call, member.name, member.receiver);
      if (closing !== undefined) yield closing;
    }
    for (const [index, argument] of call.arguments.entries()) {
      const closing = ts.isIdentifier(argument) && closesArgument(view, call, index) ? closingOf(view, call, "", argument) : undefined;
      if (closing !== undefined) yield closing;
    }
  }
}

/** The closing of a variable or parameter of the very function in which it is closed. */
function closingOf(view: FileView, call: ts.CallExpression, member: string, closed: ts.Expression): Closing | undefined {
  const { ts } = view;
  const target = unwrapped(ts, closed);
  const body = ts.isIdentifier(target) ? view.functionOf(call) : undefined;
  if (body === undefined || !ts.isIdentifier(target)) return undefined;
  const declaration = view.compiler.declarationOf(target);
  if (declaration === undefined || !(ts.isVariableDeclaration(declaration) || ts.isParameter(declaration)) || !ts.isIdentifier(declaration.name)) return undefined;
  const home = ts.isParameter(declaration) ? declaration.parent : view.functionOf(declaration);
  return home === body ? { call, member, name: declaration.name, declaration, body } : undefined;
}

/** Whether something is a transaction that is ended by hand, the one way or the other. */
function isTransaction(view: FileView, expression: ts.Expression): boolean {
  const { compiler, types } = view;
  const type = compiler.typeOf(expression);
  return type !== undefined && [...transactionEnds].every((name) => {
    const end = compiler.propertyOf(compiler.nonNullable(type), name);
    const member = end?.valueDeclaration === undefined ? undefined : compiler.typeOfSymbol(end, end.valueDeclaration);
    return member !== undefined && compiler.callSignaturesOf(member).some((signature) => {
      const result = compiler.returnTypeOf(signature);
      return result !== undefined && types.taskKind(result) !== undefined;
    });
  });
}

/** Work that uses something, cut off because that is closed by hand before anybody has waited for the work. */
export interface CutShort {
  /** What is closed, as text, and the variable that holds it. */
  readonly resource: string;
  readonly holder: ts.Identifier | undefined;
  readonly close: ts.CallExpression;
  /** The promise, or the place in a task where the closed thing is mentioned. */
  readonly at: ts.Node;
  /** The `return` that a `finally` overtakes, if that is how. */
  readonly returned: ts.Expression | undefined;
}

/** Work that runs when what it uses is closed by hand. */
export function* cutShort(view: FileView): Generator<CutShort> {
  const done = new Set<ts.Node>();
  for (const { promise, ...ending } of overtakenPromises(view)) {
    done.add(promise);
    yield { ...ending, at: promise, returned: promise };
  }
  for (const closing of closingsOf(view)) {
    // What `using` binds is closed at the end of its block in any case.
    if (view.ts.isVariableDeclaration(closing.declaration) && isUsing(view.ts, closing.declaration)) continue;
    for (const at of [...lateResults(view, closing), ...runningTasks(view, closing)]) {
      if (done.has(at)) continue;
      done.add(at);
      yield { resource: closing.name.text, holder: closing.name, close: closing.call, at, returned: undefined };
    }
  }
}

/** `const p = c.query(); await c.close(); use(await p);` with a result that somebody wants. */
function* lateResults(view: FileView, closing: Closing): Generator<ts.Node> {
  const { ts, compiler, types } = view;
  if (stoppers.has(closing.member)) return;
  const region = { name: closing.name, extent: closing.body, body: closing.body, isScope: false };
  for (const carried of carriedBy(view, region)) {
    const start = ((carried.form === "itself" && carried.fate.kind === "member") || carried.form === "closure") && carried.value.pos < closing.call.pos ? startOf(view, carried, region) : undefined;
    const { fate, inside } = start === undefined ? { fate: undefined, inside: undefined } : fateOf(compiler, start);
    if (start === undefined || fate?.kind !== "variable" || inside !== undefined) continue;
    const reads = referencesOf(compiler, fate.name);
    const type = reads.some((read) => read.pos > closing.call.end) ? compiler.typeOf(start) : undefined;
    // Promises of a list are of work; one alone may be there to say that something has ended.
    const isWork = type !== undefined && (types.elementTaskKind(type) === "promise" || (types.taskKind(type) === "promise" && carried.form === "itself" && reads.some((read) => read.pos > closing.call.end && isResultWanted(view, read, type))));
    if (!isWork || reads.some((read) => closureAround(ts, read, closing.body) !== undefined)) continue;
    const waits = new Set<ts.Node>(reads);
    if (view.paths.reached(closing.body, start, new Set([closing.call]), (node) => waits.has(node) || isRebinding(ts, node, closing)) !== undefined) yield start;
  }
}

/** Whether a read takes the value a promise brings, or hands it to the caller: not of a promise that only says that something has ended. */
function isResultWanted(view: FileView, read: ts.Identifier, promise: ts.Type): boolean {
  const { ts, compiler } = view;
  const { fate, inside } = fateOf(compiler, read);
  if (fate.kind === "returned") return inside === undefined && bringsValue(view, compiler.awaited(promise));
  if (fate.kind !== "awaited" || !ts.isAwaitExpression(fate.by)) return false;
  return bringsValue(view, compiler.typeOf(fate.by)) && !ts.isExpressionStatement(fate.by.parent);
}

function bringsValue({ ts }: FileView, type: ts.Type | undefined): boolean {
  return type !== undefined && (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined | ts.TypeFlags.Any | ts.TypeFlags.Unknown)) === 0;
}

/** Tasks of a group that is still open where something they use is closed. */
function* runningTasks(view: FileView, closing: Closing): Generator<ts.Node> {
  const { ts, compiler } = view;
  if (!view.mentions("spawn") || stoppers.has(closing.member)) return;
  const region = { name: closing.name, extent: closing.body, body: closing.body, isScope: false };
  for (const { fate, at } of carriedBy(view, region)) {
    if (fate.kind !== "argument" || fate.index !== 0 || !ts.isCallExpression(fate.by)) continue;
    const member = calledMember(ts, fate.by);
    const group = member?.name === "spawn" ? regionNamed(view, member.receiver) : undefined;
    if (group?.isScope !== true || group.body !== closing.body || !contains(group.extent, closing.call)) continue;
    const handled = joinsOfHandle(view, fate.by, closing.body);
    if (handled === "joined") continue;
    const joins = new Set<ts.Node>(referencesOf(compiler, group.name).map(({ parent }) => parent.parent).filter((call) => ts.isCallExpression(call) && calledMember(ts, call)?.name === "join"));
    const from = closureAround(ts, fate.by, closing.body) ?? fate.by;
    if (view.paths.reached(closing.body, from, new Set([closing.call]), (node) => joins.has(node) || handled.has(node) || isRebinding(ts, node, closing)) !== undefined) yield at;
  }
}

/** Whether the variable of a closing is bound or assigned anew. */
export function isRebinding(ts: FileView["ts"], node: ts.Node, { declaration, name }: Pick<Closing, "declaration" | "name">): boolean {
  if (node === declaration) return true;
  return ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && node.left.text === name.text && isWriteTarget(ts, node.left);
}
