/** Nothing is asked of a thing that has been closed, cancelled or aborted, and nobody closes what is somebody else's. */
import { closeSafe, closedFieldUses, closedInUse, closedUses, reusedAborts, spentUses, type ClosedTerms, type ClosedUse, type FileView } from "../src/analysis/index.ts";
import { leaveAfter, makeInLoop, optional, renewController, withoutClosing } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options extends ClosedTerms {
  /** How far a controller is followed: inside one function, or across the methods of its class. */
  readonly controllers: "flow" | "class";
}

const names = { type: "array", items: { type: "string" } } as const;

const defaults: Options = { closeMethods: [], reopenMethods: [], closeSafe, disposeBorrowed: "off", controllers: "flow" };

export default defineRule({
  name: "no-use-after-dispose",
  description: "Disallow work on what has been closed, cancelled or aborted, and closing what is still in use",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    useAfterClose: "`{{name}}` was closed on line {{line}}: this fails, or never ends. Close it after its last use.",
    maybeClosed: "`{{name}}` may be closed already: on some ways here, line {{line}} has closed it, and then this fails or never ends. Close it after its last use, or leave the function there.",
    spawnAfterClose: "`{{name}}` was closed on line {{line}} and takes no more tasks: this one never runs. Spawn before, or open another group.",
    doubleDispose: "`{{name}}` is closed here and once more at the end of its block: `using` does it, also when something fails before. Remove this call.",
    disposeBorrowed: "`{{name}}` is given from outside: whoever opened it may go on using it, or close it again. Leave that to them, or say `@owns` if it is handed over.",
    reusedAborted: "`{{name}}` is aborted on line {{line}} and never made anew: work that gets its signal afterwards ends before it has begun. Make a new AbortController for new work.",
    closedInUse: "`{{name}}` is closed and replaced here while `{{work}}` on line {{line}} may still be waiting for the old one: that work fails or never ends. Take the old value aside, wait for what still runs on it, then close it.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      closeMethods: { ...names, description: "Further methods that close what they are called on." },
      reopenMethods: { ...names, description: "Further methods that open it again." },
      closeSafe: { ...names, description: "Members that may be used afterwards." },
      disposeBorrowed: { enum: ["error", "off"], description: "Whether closing a parameter, or a field that was given to the constructor, is reported." },
      controllers: { enum: ["flow", "class"], description: "How far a controller is followed: inside one function, or across the methods of its class." },
    },
  },
  defaults,
  discipline: { disposeBorrowed: "error", controllers: "class" },
  *detect(view, options) {
    const done = new Set<ClosedUse["at"]>();
    for (const use of [...closedUses(view, options), ...closedFieldUses(view, options), ...spentUses(view)]) {
      if (done.has(use.at) && use.kind !== "disposeBorrowed") continue;
      done.add(use.at);
      yield useFinding(view, use);
    }
    for (const { at, controller, abort, repair } of reusedAborts(view, options.controllers === "class")) {
      const fix = repair === "assign" ? renewController(view, abort, controller) : repair === "declare" ? makeInLoop(view, at, controller) : undefined;
      yield { at, message: "reusedAborted", data: { name: controller, line: view.lineOf(abort) }, fixes: optional(fix) };
    }
    for (const { at, place, work } of closedInUse(view)) yield { at, message: "closedInUse", data: { name: place, work: view.print(work, 40), line: view.lineOf(work) } };
  },
});

type Id = "useAfterClose" | "maybeClosed" | "spawnAfterClose" | "doubleDispose" | "disposeBorrowed" | "reusedAborted" | "closedInUse";

function useFinding(view: FileView, { kind, at, name, closing }: ClosedUse): Finding<Id> {
  const data = { name, line: view.lineOf(closing.call) };
  return { at, message: kind, data, fixes: optional(kind === "doubleDispose" ? withoutClosing(view, at) : kind === "maybeClosed" ? leaveAfter(view, closing.call) : undefined) };
}
