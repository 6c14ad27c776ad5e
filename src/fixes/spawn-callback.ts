/** Lets the callback of a slot that drops promises start its work as a task of a group that outlives the callback. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { functionAround, isAsyncFunction, withoutParens } from "./place.ts";
import { groupInView, inCleanup } from "./scopes.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `on("paid", async (id) => { … })` becomes `on("paid", (id) => { tasks.spawn(async () => { … }); })`, where a group is in view
 * at the call, or is a field of the class around it. The group waits for the work, and its failure is the group's.
 * @returns `undefined` where no group can be named, and for functions that are not async arrows.
 */
export function spawnInCallback(view: FixView, call: ts.CallExpression, argument: ts.Expression): Fix | undefined {
  const { ts, file } = view;
  const callback = withoutParens(ts, argument);
  if (!ts.isArrowFunction(callback) || !isAsyncFunction(ts, callback) || callback.type !== undefined || inCleanup(view, call)) return undefined;
  const group = groupInView(view, call) ?? fieldInView(view, call);
  const modifier = callback.modifiers?.[0];
  if (group === undefined || modifier === undefined) return undefined;
  const body = ts.isBlock(callback.body) ? callback.body : withoutParens(ts, callback.body);
  const open = `{ ${group}.spawn(async () => `;
  const edits = [
    replace(view, modifier.getStart(file), skipBlanks(file.text, modifier.end), ""),
    insert(view, callback.body.getStart(file), open),
    insert(view, callback.body.end, `); }`),
  ];
  return ts.isObjectLiteralExpression(body) ? undefined : { title: `Spawn the work in the task group \`${group}\``, applicability: "unsafe", edits };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (/\s/u.test(text.charAt(at))) at++;
  return at;
}

/** `this.#tasks`, where the code runs as part of an instance of the class that holds the group. */
function fieldInView(view: FixView, node: ts.Node): string | undefined {
  const { ts } = view;
  let around = functionAround(ts, node);
  while (around !== undefined && ts.isArrowFunction(around)) around = functionAround(ts, around);
  const owner = around?.parent;
  if (around === undefined || owner === undefined || !ts.isClassLike(owner) || (ts.getCombinedModifierFlags(around as ts.Declaration) & ts.ModifierFlags.Static) !== 0) return undefined;
  const field = owner.members.find((member): member is ts.PropertyDeclaration => {
    if (!ts.isPropertyDeclaration(member) || (!ts.isIdentifier(member.name) && !ts.isPrivateIdentifier(member.name)) || (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0) return false;
    const type = view.compiler.typeOf(member.name);
    return type !== undefined && view.types.isScope(type);
  });
  return field === undefined ? undefined : `this.${field.name.getText(view.file)}`;
}
