/** A function that returns a promise must not stand where its result is dropped or read as a plain value. */
import type ts from "typescript";
import { annotationOf, droppedArguments, droppedByFrameworks, droppedMembers, droppedValuesOfFunctions, emissionsToAsync, frameworks, isAwaitedMember, isExecutor, isKeptByFramework, type DroppedCallback, type FileView, type FrameworkName, type SlotPlace, type Specifier } from "../src/analysis/index.ts";
import { forEachToLoop, spawnInCallback, type Fix } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options {
  /** Which places are looked at; all by default. The names are those of typescript-eslint's `checksVoidReturn`. */
  readonly checks: Readonly<Partial<Record<SlotPlace, boolean>>>;
  /** Callees that may be given such callbacks, in typescript-eslint's specifier format. */
  readonly allow: readonly Specifier[];
  /** Whether the bodies of callees decide what their types leave open. */
  readonly summaries: boolean;
  /** Frameworks in use that keep what their types drop, or drop what their types keep. */
  readonly frameworks: readonly FrameworkName[];
  /** Whether the place that emits an event to async listeners of the same file is reported too. */
  readonly events: boolean;
}

const defaults: Options = { checks: {}, allow: [], summaries: true, frameworks: [], events: false };

export default defineRule({
  name: "no-discarding-callback",
  description: "Disallow giving a task-returning function to a slot that drops its result",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    voidSlot: "This function returns a promise, but {{slot}} drops it: nobody waits for the work, and a rejection has no handler and ends the process. Catch everything inside, or spawn the work in a task group that outlives the callback.",
    repeatingSlot: "`{{callee}}` calls this again whether or not the last run has ended, and drops its promise: slow runs pile up and overlap, and a rejection ends the process. Use a loop that awaits each run.",
    discardingCallee: "This function returns a promise, but `{{callee}}` drops it{{place}}: nobody waits for the work, and a rejection has no handler. Use a loop with `await`, or spawn the work in a task group.",
    syncPredicate: "`{{callee}}` reads the result at once, and a promise is always truthy: the answer is wrong for every element. Await the answers first, then decide on them.",
    inheritedVoid: "`{{base}}` declares this member to return `void`: whoever calls it through that type does not wait, and a rejection has no handler. Declare `void | Promise<void>` there, or catch everything inside.",
    emitted: "`{{callee}}` calls a listener that returns a promise ({{place}}) and drops it: what follows runs before the listener is done, and a rejection has no handler. Call the function and await it.",
    executor: "The Promise constructor drops what an async executor returns: an error thrown in it leaves the promise pending for ever and is an unhandled rejection. Use an async function instead of the constructor.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      checks: {
        type: "object",
        additionalProperties: false,
        description: "Which places are looked at; all by default. The names are those of typescript-eslint's `checksVoidReturn`.",
        properties: { arguments: { type: "boolean" }, attributes: { type: "boolean" }, inheritedMethods: { type: "boolean" }, properties: { type: "boolean" }, returns: { type: "boolean" }, variables: { type: "boolean" } },
      },
      allow: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] }, description: "Callees that may be given such callbacks, in typescript-eslint's specifier format." },
      summaries: { type: "boolean", description: "Whether the bodies of callees decide what their types leave open." },
      frameworks: { type: "array", uniqueItems: true, items: { enum: Object.keys(frameworks) }, description: "Frameworks in use that keep what their types drop, or drop what their types keep." },
      events: { type: "boolean", description: "Whether the place that emits an event to async listeners of the same file is reported too." },
    },
  },
  defaults,
  *detect(view, options) {
    for (const callback of [...droppedArguments(view), ...droppedByFrameworks(view, options.frameworks), ...droppedValuesOfFunctions(view), ...droppedMembers(view)]) {
      if (options.checks[callback.place] === false || !isReported(view, callback, options)) continue;
      yield findingOf(view, callback);
    }
    if (options.events) yield* emitted(view);
  },
});

/** Noted at the emission: the listener itself is reported where it is registered. */
function* emitted(view: FileView): Generator<Finding<Id>> {
  for (const { call, listener } of emissionsToAsync(view)) {
    yield { at: call, message: "emitted", data: { callee: view.print(call.expression), place: view.where(listener) }, related: [{ node: listener, text: "it listens with a function that returns a promise" }] };
  }
}

type Id = "emitted" | "voidSlot" | "repeatingSlot" | "discardingCallee" | "syncPredicate" | "inheritedVoid" | "executor";

function isReported(view: FileView, { call, fn, slot, at, place }: DroppedCallback, options: Options): boolean {
  if (slot.at !== undefined && !options.summaries) return false;
  if (call !== undefined && options.allow.length > 0 && view.callees.isNamed(view.callees.of(call), options.allow)) return false;
  if (annotationOf(view.ts, at, "detached") || isKeptByFramework(view, { call, fn, slot, at, place }, options.frameworks)) return false;
  // A result that is read as a boolean is wrong however well the function handles its errors.
  if (slot.kind === "predicate") return fn === undefined || view.slots.makesTask(fn);
  const isLost = fn === undefined || !view.slots.isSafeToDrop(fn, slot.repeats) || (isExecutor(view, call) && !view.outcomes.everyCatchReports(fn));
  return isLost && !isAwaitedMember(view, { call, fn, slot, at, place });
}

function findingOf(view: FileView, callback: DroppedCallback): Finding<Id> {
  const { slot, call, fn, base, at } = callback;
  const related = slot.at === undefined ? [] : [{ node: slot.at, text: `\`${slot.callee}\` ${slot.kind === "predicate" ? "calls it and reads the result" : "calls it and drops the result"}` }];
  const data = { callee: slot.callee, base: base ?? "", slot: slotText(callback), place: slot.at === undefined ? "" : ` (${view.where(slot.at)})` };
  return { at, message: messageOf(view, callback), data, related, fixes: fixesOf(view, call, fn, at) };
}

function messageOf(view: FileView, { slot, call, base }: DroppedCallback): Id {
  if (base !== undefined) return "inheritedVoid";
  if (isExecutor(view, call)) return "executor";
  if (slot.kind === "predicate") return "syncPredicate";
  if (slot.repeats) return "repeatingSlot";
  return slot.kind === "void" ? "voidSlot" : "discardingCallee";
}

function slotText({ place, slot }: DroppedCallback): string {
  switch (place) {
    case "arguments":
      return `\`${slot.callee}\``;
    case "attributes":
      return "the attribute";
    case "properties":
      return "whoever calls this property";
    case "returns":
      return "the declared return type";
    case "inheritedMethods":
    case "variables":
      return "the declared type";
  }
}

function fixesOf(view: FileView, call: ts.CallExpression | ts.NewExpression | undefined, fn: DroppedCallback["fn"], at: ts.Node): readonly Fix[] {
  if (call === undefined || fn === undefined || !view.ts.isCallExpression(call)) return [];
  return [forEachToLoop(view, call), view.ts.isExpression(at) ? spawnInCallback(view, call, at) : undefined].filter((fix) => fix !== undefined);
}
