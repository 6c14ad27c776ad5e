/** Work may only be started where somebody is in a position to end it: inside a scope, or with a handle that is kept. */
import type ts from "typescript";
import { annotationOf, isForeign, isInCleanup, lostTimers, nestedRoots, spawnsOf, startsAtModuleLevel, startsInConstruction, startsInRender, type FileView, type ForeignScopes, type LostTimer } from "../src/analysis/index.ts";
import { awaitInsteadOfSpawn, awaitIt, clearAtEnd, handToCaller, optional, spawnInNamedGroup, staticFactory, takeGroup, waitInLoop, yieldInstead } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options {
  /** Which timers without a handle are reported. */
  readonly timers: "leaks" | "all" | "tasksOnly" | "off";
  /** Whether a timer that does not keep the process alive may go without a handle. */
  readonly allowUnref: boolean;
  /** Further functions that run each time a component is rendered, by name. */
  readonly renderFunctions: readonly string[];
  /** Which spawns on a group of somebody else are reported. */
  readonly foreignScope: ForeignScopes;
}

const defaults: Options = { timers: "leaks", allowUnref: true, renderFunctions: [], foreignScope: "asyncOnly" };

export default defineRule({
  name: "no-unscoped-spawn",
  description: "Require timers and tasks to be started where somebody can stop them or wait for them",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    timer: "Nobody keeps the handle of this `{{timer}}`: {{consequence}}. Keep the handle and clear it where the work ends, or wait in a loop that takes an AbortSignal.",
    startInConstructor: "`{{call}}` is started by {{place}}, and nobody can wait for it: `new` returns before the work is done, and who closes the object cannot stop it. Do the work in a static async factory and hand the result to the constructor.",
    startAtModuleLevel: "`{{call}}` starts when the module is imported, and nothing waits for it: if it fails before somebody takes the promise, the rejection has no handler and ends the process. Export a function that starts it, or await it here.",
    startInRender: "`{{call}}` is started anew each time {{place}} is rendered, and nobody can cancel it: React may render many times and throw the result away. Start it in an effect with clean-up, in an event handler, or in a cache outside of the component.",
    foreignScope: "This function returns before its task has ended: `{{group}}` belongs to somebody else, and its caller cannot wait for the task. Return the handle, or take the group as a parameter.",
    inlineScope: "Nobody holds this task group, so nobody joins or disposes it: the task may outlive everybody, and its failure is lost. Declare the group with `await using`, or use `TaskGroup.run`.",
    nestedRoot: "`{{call}}` starts a program of its own inside an operation that already has a scope: it is not cancelled with that scope, and its failure does not reach it. Yield the operation instead.",
    spawnInCleanup: "This task is started while `{{group}}` is being left: on the way out of an error or a cancellation the group takes no more tasks or cancels them at once, so the work may never be done. Await the work here.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      timers: { enum: ["leaks", "all", "tasksOnly", "off"], description: "Which timers without a handle are reported: those that leak, every one, only those that start tasks, or none." },
      allowUnref: { type: "boolean", description: "Whether a timer that does not keep the process alive may go without a handle." },
      renderFunctions: { type: "array", items: { type: "string" }, description: "Further functions that run each time a component is rendered, by name." },
      foreignScope: { enum: ["error", "asyncOnly", "off"], description: "Which spawns on a group of somebody else are reported: every one, those of async functions on groups that nobody disposes, or none." },
    },
  },
  defaults,
  *detect(view, options) {
    for (const finding of [...timers(view, options), ...starts(view, options), ...spawns(view, options)]) if (!annotationOf(view.ts, finding.at, "detached")) yield finding;
  },
});

type Id = "timer" | "startInConstructor" | "startAtModuleLevel" | "startInRender" | "foreignScope" | "inlineScope" | "nestedRoot" | "spawnInCleanup";
type Report = Finding<Id> & { readonly at: ts.Node };

function* timers(view: FileView, options: Options): Generator<Report> {
  if (options.timers === "off") return;
  for (const timer of lostTimers(view)) {
    if (timer.unref && options.allowUnref) continue;
    if (options.timers === "leaks" && timer.reason === "once") continue;
    if (options.timers === "tasksOnly" && !timer.startsTask) continue;
    if (view.isProgramRoot(timer.call) || isReportedAsCallback(view, timer.call)) continue;
    yield { at: timer.call.expression, message: "timer", data: { timer: view.print(timer.call.expression), consequence: consequences[timer.reason] }, fixes: timer.reason === "repeats" ? optional(clearAtEnd(view, timer.call), waitInLoop(view, timer.call)) : [] };
  }
}

const consequences: Readonly<Record<LostTimer["reason"], string>> = {
  repeats: "it fires until the process ends, keeps alive whatever its callback uses, and each run of this code adds another one",
  rearms: "its callback sets the next one, and the end of the object cannot stop that: it keeps the process alive, and runs once more on an object that has been closed",
  startsTask: "the work that its callback starts comes when the caller is long gone, neither the one nor the other can be stopped, and nobody gets the promise, nor its rejection",
  once: "it cannot be called off when its result is no longer wanted, and keeps the process alive until it has fired",
};

/** An async callback whose promise the timer drops is reported there; its repair, a loop that waits, takes the timer away. */
function isReportedAsCallback(view: FileView, call: ts.CallExpression): boolean {
  const [callback] = call.arguments;
  if (callback === undefined || !view.slots.returnsTask(callback)) return false;
  const fn = view.callees.functionOf(callback);
  const slot = view.slots.ofArgument(call, 0);
  return slot !== undefined && (fn === undefined || !view.slots.isSafeToDrop(fn, slot.repeats));
}

function* starts(view: FileView, options: Options): Generator<Report> {
  for (const { start, place } of startsInConstruction(view)) yield { at: start, message: "startInConstructor", data: { call: view.print(start), place }, fixes: optional(staticFactory(view, start)) };
  for (const { start, isOnlyDeclared } of startsAtModuleLevel(view)) yield { at: start, message: "startAtModuleLevel", data: { call: view.print(start) }, fixes: optional(isOnlyDeclared ? awaitIt(view, start) : undefined) };
  for (const { start, place } of startsInRender(view, options.renderFunctions)) yield { at: start, message: "startInRender", data: { call: view.print(start), place } };
}

function* spawns(view: FileView, options: Options): Generator<Report> {
  const all = [...spawnsOf(view)];
  const inline = all.filter(({ home }) => home === "inline").map(({ call }) => call);
  for (const spawn of all) {
    const { call, group, home } = spawn;
    const data = { group: view.print(group) };
    if (home === "inline") yield { at: call, message: "inlineScope", fixes: optional(spawnInNamedGroup(view, call, group, inline)) };
    else if (isInCleanup(view, spawn)) yield { at: call, message: "spawnInCleanup", data, fixes: optional(awaitInsteadOfSpawn(view, call)) };
    else if (isForeign(view, spawn, options.foreignScope)) yield { at: call, message: "foreignScope", data, fixes: optional(handToCaller(view, call), takeGroup(view, call, group)) };
  }
  for (const root of nestedRoots(view)) yield { at: root.call, message: "nestedRoot", data: { call: view.print(root.call.expression) }, fixes: optional(yieldInstead(view, root)) };
}
