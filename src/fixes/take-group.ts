/** Lets a function spawn on a group of its caller instead of one that outlives the call. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { mentionsOf } from "./mentions.ts";
import { freshName, functionAround } from "./place.ts";
import { runtimeModule } from "./scopes.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `async function f(id: string) { background.spawn(…); }` becomes `async function f(id: string, tasks: TaskGroup) { tasks.spawn(…); }`.
 * @param group the group as the function names it; every spawn on it moves.
 * @returns `undefined` where the program mentions the function elsewhere, or has written down its parameters: a base class, an interface, the slot that it is given
 *   to; after a parameter that may be left out; and for groups of other libraries.
 */
export function takeGroup(view: FixView, spawn: ts.CallExpression, group: ts.Expression): Fix | undefined {
  const { ts, file } = view;
  const around = functionAround(ts, spawn);
  if (around === undefined || !(ts.isFunctionDeclaration(around) || ts.isMethodDeclaration(around)) || around.body === undefined || around.name === undefined) return undefined;
  if (ts.isMethodDeclaration(around) && (!ts.isClassLike(around.parent) || around.parent.heritageClauses !== undefined)) return undefined;
  const type = view.compiler.typeOf(group);
  if (type?.symbol.name !== "TaskGroup") return undefined;
  if (around.parameters.some((one) => one.questionToken !== undefined || one.initializer !== undefined || one.dotDotDotToken !== undefined) || mentionsOf(view, around, around.name).length > 0) return undefined;
  const imported = importNamed(view, "TaskGroup", runtimeModule);
  if (imported === undefined || !/\.[cm]?tsx?$/u.test(file.fileName)) return undefined;
  const name = freshName(view, around, ["tasks", "taskGroup"]);
  const text = group.getText(file);
  const moved: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === "spawn" && node.expression.getText(file) === text) moved.push(replace(view, node.expression.getStart(file), node.expression.end, name));
    ts.forEachChild(node, visit);
  };
  visit(around.body);
  const last = around.parameters.at(-1);
  const parameter = `${last === undefined ? "" : ", "}${name}: ${imported.local}`;
  return { title: `Take the task group as a parameter: \`${name}\``, applicability: "unsafe", edits: [...imported.edits, insert(view, last?.end ?? around.parameters.pos, parameter), ...moved] };
}
