/** Whatever a task borrows is closed after the task has ended. */
import type ts from "typescript";
import { cutShort, joinedLate, mentionsOfRegion, outlivingPromises, outlivingTasks, type CutShort, type FileView, type OutlivingPromise, type OutlivingTask, type Region, type Specifier } from "../src/analysis/index.ts";
import { awaitBeforeLeaving, awaitIt, declareGroupLater, moveIntoTask, optional, type Fix } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options {
  /** Types whose values may be used after they are disposed. */
  readonly immortal: readonly Specifier[];
  /** Methods of a group that wait for its tasks. */
  readonly joinMethods: readonly string[];
  /** Whether what a disposable stack holds counts. */
  readonly checkStacks: boolean;
}

const defaults: Options = { immortal: [], joinMethods: ["join"], checkStacks: true };

export default defineRule({
  name: "no-early-disposal",
  description: "Require what a task uses to be closed after the task has ended",
  preset: "recommended",
  fixable: ["safe", "unsafe"],
  messages: {
    groupBeforeResource: "`{{resource}}` (line {{resLine}}) is declared after the group `{{group}}` (line {{groupLine}}), so it is closed first: this task may still be using it then. Declare the group after what its tasks use.",
    innerResource: "`{{resource}}` (line {{resLine}}) is closed when its block is left, but the tasks of `{{group}}` go on until later: this one may still be using it then. Open it inside the task, or wait for the task before the block ends.",
    promiseOutlivesResource: "`{{resource}}` is closed when its block is left, and {{how}}: the work goes on with something that is closed. {{advice}}",
    closedBeforeJoin: "This still runs when `{{close}}` on line {{closeLine}} ends {{resource}}: {{how}}. Wait for the work first.",
    closedUnderWork: "`{{resource}}` is closed here, and only then `{{join}}` on line {{joinLine}} waits for the work that still uses it (line {{workLine}}): the last calls of that work fail, or never end. Wait first, then close.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      immortal: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] }, description: "Types whose values may be used after they are disposed." },
      joinMethods: { type: "array", items: { type: "string" }, description: "Methods of a group that wait for its tasks." },
      checkStacks: { type: "boolean", description: "Whether what a disposable stack holds counts." },
    },
  },
  defaults,
  *detect(view, options) {
    const isImmortal = (name: ts.Identifier): boolean => options.immortal.length > 0 && view.types.isNamed(name, options.immortal);
    const tasks = [...outlivingTasks(view, options)].filter(({ resource }) => !isImmortal(resource.name));
    // One move brings the group behind everything that its tasks use.
    const lastUsed = new Map<Region | undefined, Region>();
    for (const { group, resource } of tasks) if (group?.extent === resource.extent) lastUsed.set(group, resource);
    const moves = new Map(Array.from(lastUsed, ([group, last]) => [group, group === undefined ? undefined : declareGroupLater(view, group.opening, last.opening)]));
    for (const task of tasks) yield taskFinding(view, task, moves.get(task.group));
    for (const promise of outlivingPromises(view)) if (!isImmortal(promise.resource) && (promise.region.kind !== "stacked" || options.checkStacks)) yield promiseFinding(view, promise);
    for (const cut of cutShort(view)) if (cut.holder === undefined || !isImmortal(cut.holder)) yield cutFinding(view, cut);
    for (const { at, resource, join, work } of joinedLate(view)) yield { at, message: "closedUnderWork", data: { resource, join: view.print(join), joinLine: view.lineOf(join), workLine: view.lineOf(work) }, related: [{ node: work, text: "this may still be running" }] };
  },
});

type Id = "groupBeforeResource" | "innerResource" | "promiseOutlivesResource" | "closedBeforeJoin" | "closedUnderWork";

function taskFinding(view: FileView, { resource, group, groupName, call, at }: OutlivingTask, move: Fix | undefined): Finding<Id> {
  const data = { resource: resource.name.text, group: groupName, resLine: view.lineOf(resource.name), groupLine: group === undefined ? "" : view.lineOf(group.name) };
  if (group?.extent === resource.extent) {
    return { at, message: "groupBeforeResource", data, fixes: optional(move) };
  }
  const { opening } = resource;
  const [task] = call.arguments;
  const isMovable = resource.kind === "using" && view.ts.isVariableDeclaration(opening);
  return { at, message: "innerResource", data: { resource: data.resource, group: groupName, resLine: data.resLine }, fixes: isMovable ? optional(moveIntoTask(view, opening, mentionsOfRegion(view, resource), task)) : [] };
}

const ways: Readonly<Record<OutlivingPromise["by"], { readonly how: string; readonly advice: string }>> = {
  return: { how: "nothing awaits this promise before", advice: "Write `return await`." },
  store: { how: "this promise is kept by something that lives on", advice: "Await it in here." },
  chain: { how: "nothing waits for this chain", advice: "Await it." },
};

function promiseFinding(view: FileView, { promise, by, resource, region }: OutlivingPromise & { readonly region: Region }): Finding<Id> {
  const related = [{ node: region.opening, text: region.kind === "lent" ? "it is lent" : "it is opened" }];
  return { at: promise, message: "promiseOutlivesResource", data: { resource: resource.text, ...ways[by] }, related, fixes: optional(by === "return" ? awaitBeforeLeaving(view, promise) : by === "chain" ? awaitIt(view, promise) : undefined) };
}

function cutFinding(view: FileView, { resource, holder, close, at, returned }: CutShort): Finding<Id> {
  const how = returned === undefined ? "nothing waits for the work in between" : "a `finally` runs as soon as the promise is returned, not when it has settled";
  return { at, message: "closedBeforeJoin", data: { resource: holder === undefined && resource === "what it holds" ? "what it holds" : `\`${resource}\``, close: view.print(close, 40), closeLine: view.lineOf(close), how }, related: [{ node: close, text: "it is closed" }], fixes: optional(returned === undefined ? undefined : awaitBeforeLeaving(view, returned)) };
}
