/** Repairs of clean-up code: each release gets its turn, an async disposer says so, and what cleans up has a signal of its own. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import { canAwait, droppedExpression, isAsyncFunction, someOwn, withoutParens } from "./place.ts";
import { insert, replace, type FixView } from "./view.ts";

/** Time that clean-up gets when nothing else says how long it may take, in milliseconds. */
const cleanupTime = 5000;

/** Gives a call a deadline in the place of a signal that may have aborted. */
export function deadlineInstead(view: FixView, signal: ts.Expression): Fix {
  const { ts, file } = view;
  const own = `AbortSignal.timeout(${String(cleanupTime)})`;
  const edit = ts.isShorthandPropertyAssignment(signal.parent) ? insert(view, signal.end, `: ${own}`) : replace(view, signal.getStart(file), signal.end, own);
  return { title: `Give the clean-up a deadline of its own: \`${own}\``, applicability: "unsafe", edits: [edit] };
}

/** Lets an awaited call fail quietly, so that the error on its way out is the one that arrives. */
export function dropItsError(view: FixView, wait: ts.AwaitExpression): Fix | undefined {
  const { ts } = view;
  if (!ts.isCallExpression(wait.expression)) return undefined;
  return { title: "Drop a failure of the clean-up: the error being thrown is the one that matters", applicability: "unsafe", edits: [insert(view, wait.expression.end, ".catch(() => {})")] };
}

/**
 * Puts the statements from the one with `skipped` to the end of the block into a `finally` after those before it, from the one with `at` on.
 * @returns `undefined` unless both stand in one block, and nothing that moves leaves it.
 */
export function releaseInFinally(view: FixView, at: ts.Node, skipped: ts.Node): Fix | undefined {
  const { ts } = view;
  const block = commonBlock(ts, at, skipped);
  if (block === undefined) return undefined;
  const statements = block.statements.slice(block.statements.findIndex((one) => one.end >= at.end));
  const [first] = statements;
  const later = statements.find((one) => one.end >= skipped.end);
  const last = statements.at(-1);
  if (first === undefined || later === undefined || last === undefined || first === later || statements.some((one) => leaves(ts, one))) return undefined;
  const edits = guarded(view, first, last, { head: "finally", body: later });
  return edits === undefined ? undefined : { title: "Release in a `finally`, so that a failure does not skip it", applicability: "unsafe", edits };
}

function commonBlock(ts: FixView["ts"], at: ts.Node, other: ts.Node): ts.Block | undefined {
  let up: ts.Node = at.parent;
  while (!ts.isBlock(up)) {
    if (ts.isFunctionLike(up) || ts.isSourceFile(up)) return undefined;
    up = up.parent;
  }
  return up.statements.some((one) => one.pos <= other.pos && other.end <= one.end) ? up : undefined;
}

/** Whether a statement leaves what it stands in: from a `finally`, it would take the error along. */
function leaves(ts: FixView["ts"], statement: ts.Statement): boolean {
  return someOwn(ts, statement, (node) => ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node) || ts.isThrowStatement(node));
}

/** Renames `[Symbol.dispose]` to `[Symbol.asyncDispose]`, and what the class says that it implements. */
export function asyncDisposer(view: FixView, method: ts.MethodDeclaration): Fix | undefined {
  const { ts, file } = view;
  const { name, parent } = method;
  if (!ts.isComputedPropertyName(name) || !ts.isPropertyAccessExpression(name.expression)) return undefined;
  const member = name.expression.name;
  const edits = [replace(view, member.getStart(file), member.end, "asyncDispose")];
  for (const clause of ts.isClassLike(parent) ? (parent.heritageClauses ?? []) : []) {
    for (const type of clause.token === ts.SyntaxKind.ImplementsKeyword ? clause.types : []) if (type.expression.getText(file) === "Disposable") edits.push(replace(view, type.expression.getStart(file), type.expression.end, "AsyncDisposable"));
  }
  return { title: "Make it an async disposer, which `await using` waits for", applicability: "unsafe", edits };
}

/**
 * `tasks.spawn(() => f());` becomes `await f();`: while a group is being left, work is waited for where it stands. In the place of
 * the signal of the task, which there would have aborted, comes a deadline.
 * @returns `undefined` where `await` may not be written, and for work that uses the signal for more than to hand it on once.
 */
export function awaitInsteadOfSpawn(view: FixView, spawn: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const dropped = droppedExpression(ts, spawn);
  const [argument, ...more] = spawn.arguments;
  if (dropped === undefined || !ts.isExpressionStatement(dropped.parent) || ts.isPropertyAccessExpression(spawn.parent) || argument === undefined || more.length > 0 || !canAwait(view, spawn)) return undefined;
  const task = withoutParens(ts, argument);
  if (!ts.isArrowFunction(task)) return undefined;
  const signals = signalsOf(view, task);
  if (signals === undefined) return undefined;
  const deadlines = signals.flatMap((one) => deadlineInstead(view, one).edits);
  const body = withoutParens(ts, task.body as ts.Expression);
  // A body with statements is called where it stands; the name of its signal has nowhere to go then.
  const [from, to, open, close] = !ts.isBlock(body) ? ([body, body, ts.isAwaitExpression(body) ? "" : "await ", ""] as const) : ([task, task, `${isAsyncFunction(ts, task) ? "await " : ""}(`, ")()"] as const);
  if (ts.isBlock(body) ? task.parameters.length > 0 : ts.isBinaryExpression(body) || ts.isConditionalExpression(body)) return undefined;
  const [start, inner] = [dropped.getStart(file), from.getStart(file)];
  if (/\/[/*]/u.test(file.text.slice(start, inner) + file.text.slice(to.end, dropped.end))) return undefined;
  return { title: "Await the work here", applicability: "unsafe", edits: [replace(view, start, inner, open), ...deadlines, replace(view, to.end, dropped.end, close)] };
}

/** The one place to which a task hands its signal; none where it takes none. */
function signalsOf(view: FixView, task: ts.ArrowFunction): readonly ts.Identifier[] | undefined {
  const { ts } = view;
  const [parameter] = task.parameters;
  if (parameter === undefined) return [];
  const element = ts.isObjectBindingPattern(parameter.name) && parameter.name.elements.length === 1 ? parameter.name.elements[0] : undefined;
  if (element === undefined || !ts.isIdentifier(element.name) || (element.propertyName ?? element.name).getText() !== "signal" || element.initializer !== undefined) return undefined;
  const { text } = element.name;
  const mentions: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === text && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) && !(ts.isPropertyAssignment(node.parent) && node.parent.name === node)) mentions.push(node);
    ts.forEachChild(node, visit);
  };
  visit(task.body);
  const isHandedOn = mentions.every(({ parent }) => ts.isCallExpression(parent) || ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent));
  return mentions.length <= 1 && isHandedOn ? mentions : undefined;
}
