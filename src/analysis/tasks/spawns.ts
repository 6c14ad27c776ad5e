/** Tasks given to a scope, and whose scope it is: that of the function itself, of its caller, of its object, or of nobody. */
import type ts from "typescript";
import { fateOf } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { memberAccesses } from "../language/references.ts";
import { calledMember, contains, enclosingClass, isAsync, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A spawn, and where its group comes from. */
export interface Spawn {
  readonly call: ts.CallExpression;
  readonly group: ts.Expression;
  /** `inline`: made in the same expression; `own`: a local of the same function; `captured`: a local of a function around it; `given`: a parameter, or part of one. */
  readonly home: "inline" | "own" | "captured" | "given" | "field" | "module";
  /** The variable, parameter or field that holds the group. */
  readonly declaration: ts.Declaration | undefined;
}

/** The spawns of a file, on our own groups and on the types of `settings.asr.scopeTypes`. */
export function* spawnsOf(view: FileView): Generator<Spawn> {
  const { ts } = view;
  if (!view.mentions("spawn")) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    if (member?.name !== "spawn") continue;
    const type = view.compiler.typeOf(member.receiver);
    if (type === undefined || !view.types.isScope(type)) continue;
    const group = unwrapped(ts, member.receiver);
    if (ts.isNewExpression(group)) yield { call, group, home: "inline", declaration: undefined };
    else if (ts.isIdentifier(group) || ts.isPropertyAccessExpression(group)) yield { call, group, ...homeOf(view, group) };
  }
}

function homeOf(view: FileView, group: ts.Identifier | ts.PropertyAccessExpression): Pick<Spawn, "home" | "declaration"> {
  const { ts, compiler } = view;
  let root: ts.Expression = group;
  while (ts.isPropertyAccessExpression(root)) root = unwrapped(ts, root.expression);
  if (root.kind === ts.SyntaxKind.ThisKeyword && ts.isPropertyAccessExpression(group)) return { home: "field", declaration: compiler.declarationOf(group.name) };
  const declaration = compiler.declarationOf(root);
  let holder: ts.Node | undefined = declaration;
  while (holder !== undefined && (ts.isBindingElement(holder) || ts.isObjectBindingPattern(holder) || ts.isArrayBindingPattern(holder))) holder = holder.parent;
  if (declaration === undefined || holder === undefined || !ts.isVariableDeclaration(holder)) return { home: "given", declaration };
  const fn = view.functionOf(holder);
  if (fn === undefined) return { home: "module", declaration };
  return { home: fn === view.functionOf(group) ? "own" : "captured", declaration };
}

/** Whether a spawn stands where a scope is being left, on a group that was there before: in a `finally` block or a disposer. */
export function isInCleanup(view: FileView, { call, home, declaration }: Spawn): boolean {
  const { ts } = view;
  const isOutside = (region: ts.Node): boolean => home !== "inline" && !(declaration !== undefined && contains(region, declaration));
  for (let child: ts.Node = call, up = call.parent; !ts.isSourceFile(up); child = up, up = up.parent) {
    if (ts.isTryStatement(up) && up.finallyBlock === child) return isOutside(child);
    if (ts.isFunctionLike(up)) return ts.isMethodDeclaration(up) && isDisposer(up) && home !== "given" && isOutside(up);
  }
  return false;
}

function isDisposer(member: ts.ClassElement): boolean {
  const name = member.name?.getText();
  return name === "[Symbol.asyncDispose]" || name === "[Symbol.dispose]";
}

/** How far a group may be from the function that spawns on it: `asyncOnly` asks only where a caller waits for the function and nobody disposes the group, `error` everywhere. */
export type ForeignScopes = "error" | "asyncOnly" | "off";

/** Whether the function that spawns returns before the task has ended, although the caller cannot know of the task. */
export function isForeign(view: FileView, spawn: Spawn, check: ForeignScopes): boolean {
  const { ts, ownership, compiler } = view;
  const { call, home } = spawn;
  const fn = view.functionOf(call);
  if (check === "off" || fn === undefined || home === "own" || home === "given" || home === "inline") return false;
  if (ownership.isConsumed(fateOf(compiler, call)) || isTaskOfSameGroup(view, fn, spawn)) return false;
  if (check === "error") return true;
  if (home === "captured" || !isAsync(ts, fn)) return false;
  return !isDisposed(view, spawn);
}

/** A task may start further tasks in the group that runs it. */
function isTaskOfSameGroup(view: FileView, fn: FunctionNode, { group }: Spawn): boolean {
  const { ts } = view;
  const { parent } = fn;
  return ts.isCallExpression(parent) && calledMember(ts, parent)?.receiver.getText() === group.getText();
}

/** Whether somebody ends the group: `await using`, a method of the class that made it, or the class was only lent it. */
function isDisposed(view: FileView, { home, declaration }: Spawn): boolean {
  const { ts, compiler } = view;
  if (declaration === undefined) return true;
  if (home === "module") return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing;
  const owner = enclosingClass(ts, declaration);
  const makes = ts.isPropertyDeclaration(declaration) && declaration.initializer !== undefined && ts.isNewExpression(unwrapped(ts, declaration.initializer));
  if (owner === undefined || !makes) return true;
  return memberAccesses(compiler, owner, (declaration.name as ts.Identifier).text).some((access) => {
    const member = access.parent;
    if (ts.isElementAccessExpression(member)) return member.argumentExpression.getText() === "Symbol.asyncDispose";
    if (ts.isPropertyAccessExpression(member)) return member.name.text === "join" || member.name.text === "cancel";
    // Handed to a disposable stack, or to whoever looks after it.
    return ts.isCallExpression(member) || ts.isNewExpression(member) || ts.isReturnStatement(member);
  });
}

/** A program of its own inside a generator. */
export interface NestedRoot {
  readonly call: ts.CallExpression;
  readonly library: string;
  /** The function of the library that starts it. */
  readonly name: string;
  /** Whether the generator is known to be an operation of the same library: it is given to one of its functions. */
  readonly isInOperation: boolean;
}

/** Functions that start a program of their own, by package. */
const roots: Readonly<Record<string, ReadonlySet<string>>> = {
  effect: new Set(["runPromise", "runPromiseExit", "runFork", "runSync", "runSyncExit", "runCallback"]),
  effection: new Set(["run", "main"]),
};

/** Calls that start a second root inside an operation that already has a scope: what they run is out of its reach. */
export function* nestedRoots(view: FileView): Generator<NestedRoot> {
  const { ts } = view;
  if (!view.mentions(...Object.values(roots).flatMap((names) => [...names])) || !view.mentions("effect", "Effect") && !view.file.text.includes("effection")) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const fn = view.functionOf(call);
    if (fn?.asteriskToken === undefined) continue;
    const { name, origin } = view.callees.of(call);
    const [kind, library] = origin?.split(":") ?? [];
    if (kind !== "package" || library === undefined || roots[library]?.has(name) !== true) continue;
    const isInOperation = ts.isCallExpression(fn.parent) && view.callees.of(fn.parent).origin === origin;
    yield { call, library, name, isInOperation };
  }
}
