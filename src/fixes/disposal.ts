/** Puts the end of a resource after the end of the work that uses it. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { awaitIt } from "./await.ts";
import { functionAround, isAsyncFunction, someOwn } from "./place.ts";
import { removeStatement } from "./remove.ts";
import { indentAt, startsLine, styleOf } from "./style.ts";
import { insert, prefix, replace, type FixView } from "./view.ts";

/** Options of a group that may be read later than they are written without a difference; with a `timeout`, the clock would start later. */
const timeless: ReadonlySet<string> = new Set(["signal", "limit", "name", "onTaskError"]);

/**
 * `await using tasks = new TaskGroup(); await using c = await connect();` in the other order: the group is then closed first.
 * @param group declaration of the group, `resource` that of the last resource its tasks use; both in one block.
 * @returns `undefined` when something between them mentions the group, or their order matters for another reason.
 */
export function declareGroupLater(view: FixView, group: ts.Node, resource: ts.Node): Fix | undefined {
  const { ts, file } = view;
  const from = statementOf(ts, group);
  const to = statementOf(ts, resource);
  if (to === undefined || from?.parent !== to.parent || from.pos >= to.pos) return undefined;
  const { statements } = from.parent as ts.Block;
  const rest = statements.slice(statements.indexOf(from) + 1, statements.indexOf(to) + 1);
  const [next] = rest;
  const [declaration] = from.declarationList.declarations;
  if (next === undefined || declaration === undefined || !ts.isIdentifier(declaration.name)) return undefined;
  const name = declaration.name.text;
  if (rest.some((statement) => mentions(ts, statement, name)) || !isTimeless(view, declaration.initializer, rest)) return undefined;
  const gap = file.text.slice(from.end, next.getStart(file));
  if (gap.trim() !== "") return undefined;
  const text = `${file.text.slice(next.getStart(file), to.end)}${gap}${from.getText(file)}`;
  return { title: `Declare \`${name}\` after what its tasks use`, applicability: "safe", edits: [replace(view, from.getStart(file), to.end, text)] };
}

function statementOf(ts: FixView["ts"], declaration: ts.Node): ts.VariableStatement | undefined {
  const statement = declaration.parent.parent;
  return ts.isVariableStatement(statement) && statement.declarationList.declarations.length === 1 ? statement : undefined;
}

/** Whether making the group later makes the same group: nothing is computed for it, and nothing in between changes what it is given. */
function isTimeless(view: FixView, initializer: ts.Expression | undefined, rest: readonly ts.Statement[]): boolean {
  const { ts } = view;
  let made = initializer;
  // `stack.use(new TaskGroup())`
  if (made !== undefined && ts.isCallExpression(made)) [made] = made.arguments;
  if (made === undefined || !ts.isNewExpression(made)) return false;
  const [options, ...more] = made.arguments ?? [];
  if (options === undefined) return true;
  if (more.length > 0 || !ts.isObjectLiteralExpression(options)) return false;
  return options.properties.every((property) => {
    if (property.name === undefined || !timeless.has(property.name.getText(view.file))) return false;
    const value = ts.isPropertyAssignment(property) ? property.initializer : ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
    if (value === undefined) return false;
    if (ts.isArrowFunction(value) || ts.isLiteralExpression(value)) return true;
    return (ts.isIdentifier(value) || ts.isPropertyAccessExpression(value)) && !rest.some((statement) => assigns(ts, statement, value.getText(view.file)));
  });
}

function assigns(ts: FixView["ts"], root: ts.Node, text: string): boolean {
  return someOwn(ts, root, (node) => ts.isBinaryExpression(node) && node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && node.operatorToken.kind <= ts.SyntaxKind.LastAssignment && node.left.getText() === text);
}

function mentions(ts: FixView["ts"], root: ts.Node, name: string): boolean {
  const visit = (node: ts.Node): boolean => (ts.isIdentifier(node) && node.text === name && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  return visit(root);
}

/**
 * `return r.read();` becomes `return await r.read();`, in a function that is made `async` for it where it is not.
 * @returns `undefined` where the function cannot be async: generators, accessors, and those that declare another result than a Promise.
 */
export function awaitBeforeLeaving(view: FixView, promise: ts.Expression): Fix | undefined {
  const { ts, file } = view;
  const around = functionAround(ts, promise);
  if (around === undefined) return undefined;
  const fix = { title: "Await it before the resource is closed", applicability: "unsafe" } as const;
  if (isAsyncFunction(ts, around)) {
    const awaited = awaitIt(view, promise);
    return awaited === undefined ? undefined : { ...fix, edits: awaited.edits };
  }
  if (!ts.isFunctionDeclaration(around) && !ts.isFunctionExpression(around) && !ts.isArrowFunction(around) && !ts.isMethodDeclaration(around)) return undefined;
  if (around.asteriskToken !== undefined || (around.type !== undefined && !/^Promise\s*</u.test(around.type.getText(file)))) return undefined;
  const at = ts.isMethodDeclaration(around) ? around.name.getStart(file) : (around.getChildren(file).find((child) => child.kind === ts.SyntaxKind.FunctionKeyword) ?? around).getStart(file);
  return { ...fix, edits: [insert(view, at, "async "), prefix(view, promise.getStart(file), "await ")] };
}

/**
 * Moves the declaration of a resource into the one task that uses it: `await using c = …` at the start of its function.
 * @param uses every mention of the resource.
 * @returns `undefined` when something outside of that function mentions it.
 */
export function moveIntoTask(view: FixView, resource: ts.VariableDeclaration, uses: readonly ts.Node[], task: ts.Expression | undefined): Fix | undefined {
  const { ts, file } = view;
  const statement = statementOf(ts, resource);
  if (statement === undefined || task === undefined || !ts.isArrowFunction(task) || task.type !== undefined || uses.some((use) => use.pos < task.pos || use.end > task.end)) return undefined;
  if (someOwn(ts, statement, (node) => ts.isYieldExpression(node)) || file.text.slice(statement.getStart(file), statement.end).includes("\n")) return undefined;
  const declaration = `${statement.getText(file).replace(/;$/u, "")}; `;
  const edits = [...removeStatement(view, statement).edits];
  if (!isAsyncFunction(ts, task)) edits.push(insert(view, task.getStart(file), "async "));
  if (ts.isBlock(task.body)) edits.push(insert(view, task.body.getStart(file) + 1, ` ${declaration.trimEnd()}`));
  else if (file.text.charAt(task.body.getStart(file)) === "(") return undefined;
  else edits.push(insert(view, task.body.getStart(file), `{ ${declaration}return ${ts.isAwaitExpression(task.body) ? "" : "await "}`), insert(view, task.body.end, "; }"));
  return { title: `Open \`${resource.name.getText(file)}\` inside the task`, applicability: "unsafe", edits };
}

/**
 * `await using c = …; return c;` becomes `const c = …; return c;`: the caller closes it.
 * @param returned the reference in the `return`.
 * @returns `undefined` unless that `return` follows the declaration at once: whatever stands between may fail, and then nobody would close it.
 */
export function handOver(view: FixView, declaration: ts.VariableDeclaration, returned: ts.Node): Fix | undefined {
  const { ts, file } = view;
  const list = declaration.parent;
  const statement = statementOf(ts, declaration);
  const exit = returned.parent;
  if (statement === undefined || !ts.isReturnStatement(exit) || exit.expression !== returned || !ts.isIdentifier(returned)) return undefined;
  const { statements } = statement.parent as ts.Block;
  if (statements.indexOf(exit) !== statements.indexOf(statement) + 1) return undefined;
  const start = list.getStart(file);
  const [keyword = ""] = /^(?:await\s+)?using/u.exec(file.text.slice(start, declaration.getStart(file))) ?? [];
  if (keyword === "") return undefined;
  return { title: "Let the caller close it", applicability: "unsafe", edits: [replace(view, start, start + keyword.length, "const")] };
}

/**
 * `bus.addEventListener("x", f)` becomes `bus.addEventListener("x", f, { signal: tasks.signal })`: the listener goes with the group.
 * @returns `undefined` for calls with options, and for those that take none.
 */
export function listenWithSignal(view: FixView, call: ts.Node, group: string): Fix | undefined {
  const { ts } = view;
  const [, listener, ...more] = ts.isCallExpression(call) ? call.arguments : [];
  if (!ts.isCallExpression(call) || listener === undefined || more.length > 0 || !ts.isPropertyAccessExpression(call.expression) || call.expression.name.text !== "addEventListener") return undefined;
  return { title: `Take the listener away with \`${group}\``, applicability: "unsafe", edits: [insert(view, listener.end, `, { signal: ${group}.signal }`)] };
}

/** Takes out the statement that closes by hand what `using` closes anyway. */
export function withoutClosing(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts } = view;
  let value: ts.Node = call;
  while (ts.isAwaitExpression(value.parent) || ts.isParenthesizedExpression(value.parent)) value = value.parent;
  return ts.isExpressionStatement(value.parent) ? { title: "Let `using` close it", applicability: "unsafe", edits: removeStatement(view, value.parent).edits } : undefined;
}

/** Makes the controller anew after it was aborted: `this.ac.abort(); this.ac = new AbortController();`. */
export function renewController(view: FixView, abort: ts.Node, controller: string): Fix | undefined {
  const { ts, file } = view;
  const statement = abort.parent;
  if (!ts.isExpressionStatement(statement) || !ts.isBlock(statement.parent)) return undefined;
  const end = file.text.charAt(statement.end - 1) === ";" ? ";" : "";
  const start = statement.getStart(file);
  const gap = startsLine(file.text, start) ? `${styleOf(ts, file).eol}${indentAt(file.text, start)}` : " ";
  return { title: `Make \`${controller}\` anew`, applicability: "unsafe", edits: [insert(view, statement.end, `${end === "" && gap === " " ? ";" : ""}${gap}${controller} = new AbortController()${end}`)] };
}
