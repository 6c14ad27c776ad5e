/** A task that was started is joined on every way out of the block that started it. */
import type ts from "typescript";
import { groupFaults, lateJoins, uncaughtReturns, unheardPromises, type FileView, type GroupFault, type JoinDemands, type LateJoin, type Unheard } from "../src/analysis/index.ts";
import { awaitIt, joinOnExits, joinTogether, markHandled, optional, spawnInstead, startLater, type Fix } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

const defaults: JoinDemands = { paths: "all", gap: "await", allowHandled: true, ignoreNeverRejects: true };

export default defineRule({
  name: "require-join",
  description: "Require a started task to be joined on every way out, and before anything else can fail",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    notJoinedOnPath: "`{{name}}` holds the promise of `{{call}}`, but the way out on line {{exitLine}} never waits for it: the work goes on behind the caller's back, and its rejection has no handler and ends the process. Join it on every path, or start it after that exit.",
    gapBeforeJoin: "`{{call}}` runs while line {{awaitLine}} waits for something else, and nobody listens to `{{name}}` until then: if it rejects meanwhile the process ends, and if that `await` throws it is never joined. Wait for both with `Promise.all`, or start it in a task group.",
    joinOutsideTry: "This `try` covers only the start of `{{call}}`; its rejection comes out of the `await` on line {{joinLine}}, which the handler does not see. Await it inside the `try`.",
    returnedFromTry: "This `catch` never sees the rejection of `{{call}}`: the promise has left the `try` by then. Write `return await`, or move the `return` out of the `try`.",
    loopReassign: "Each turn of the loop starts `{{call}}` and forgets the promise of the turn before: only the last one is joined, and a rejection of the others has no handler. Keep them all and use `Promise.all`, or spawn them in a task group.",
    overwritten: "`{{name}}` is assigned again on line {{writeLine}}, and on that path nobody has waited for `{{call}}` before: the work goes on behind the caller's back, and its rejection has no handler and ends the process. Await it before the assignment, or keep both promises and use `Promise.all`.",
    unheard: "{{what}}, and nobody listens to `{{name}}` until line {{waitLine}} runs, if ever: when it rejects before that, the rejection has no handler and ends the process. Start it where it is awaited, or mark it with `{{name}}.catch(() => {})`: who awaits it later still gets the error.",
    groupNotJoined: "Leaving the block on line {{exitLine}} cancels this task, since nothing waits for `{{name}}` on the way. Put `await {{name}}.join()` before the exit, or `{{name}}.cancel()` if that is meant.",
    joinNotAwaited: "Nobody awaits `{{call}}`: the block goes on while the tasks run, and their failure is lost, because the join was to deliver it. Write `await`.",
    spawnAfterJoin: "`{{name}}` is closed by the `join()` on line {{joinLine}}: spawning on it afterwards throws a `TaskGroupClosedError`. Spawn before the join, or open another group.",
    handleCaught: "Catching the error of this task does not save the group: the failure cancels its other tasks and comes out of `{{name}}` again. Catch inside the task, or use `settled()` in a group with `onTaskError`.",
    holdAndWait: "This task waits for `{{name}}`, which waits for this task: {{why}}. Wait outside, or return the value instead.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      paths: { enum: ["normal", "all"], description: "Which ways out need the join: the normal ones, or errors too." },
      gap: { enum: ["await", "call"], description: "What may fail between a start and its join: only what is awaited, or every call." },
      allowHandled: { type: "boolean", description: "Whether a handler on the promise, as in `p.catch(() => {})`, is enough." },
      ignoreNeverRejects: { type: "boolean", description: "Whether work that cannot reject may be left behind." },
    },
  },
  defaults,
  *detect(view, options) {
    const late = [...lateJoins(view, options)];
    for (const one of late) yield lateFinding(view, one, late);
    for (const { promise, handler } of uncaughtReturns(view)) yield { at: promise, message: "returnedFromTry", data: { call: view.print(promise) }, related: [{ node: handler, text: "this is the handler" }], fixes: optional(awaitIt(view, promise)) };
    for (const one of unheardPromises(view)) yield unheardFinding(view, one);
    for (const fault of groupFaults(view)) yield groupFinding(view, fault);
  },
});

type Id = "notJoinedOnPath" | "gapBeforeJoin" | "joinOutsideTry" | "loopReassign" | "overwritten" | "unheard" | "groupNotJoined" | "joinNotAwaited" | "spawnAfterJoin" | "handleCaught" | "holdAndWait";

const notes: Readonly<Record<LateJoin["kind"], string>> = {
  notJoinedOnPath: "this leaves without it",
  gapBeforeJoin: "this may fail first",
  joinOutsideTry: "this is outside the `try`",
  loopReassign: "the next turn forgets it",
  overwritten: "this forgets it",
};

function lateFinding(view: FileView, late: LateJoin, all: readonly LateJoin[]): Finding<Id> {
  const line = view.lineOf(late.at);
  const data = { name: late.name.text, call: view.print(late.start), exitLine: line, awaitLine: line, joinLine: line, writeLine: line };
  return { at: late.start, message: late.kind, data, related: late.kind === "loopReassign" ? [] : [{ node: late.at, text: notes[late.kind] }], fixes: lateFixes(view, late, all) };
}

function lateFixes(view: FileView, late: LateJoin, all: readonly LateJoin[]): readonly Fix[] {
  if (late.kind !== "gapBeforeJoin" && late.kind !== "notJoinedOnPath") return [];
  const [spawned, later] = [spawnInstead(view, late, all), startLater(view, late)];
  // What an exit leaves behind was started too early; what only waits too late was meant to run beside the wait.
  return late.kind === "gapBeforeJoin" ? optional(joinTogether(view, late, all), spawned, later) : optional(later, spawned);
}

function unheardFinding(view: FileView, { kind, at, name, waiter }: Unheard): Finding<Id> {
  const what = kind === "started" ? `\`${view.print(at)}\` is started here` : "Other code may reject this promise";
  return { at, message: "unheard", data: { what, name, waitLine: view.lineOf(waiter) }, related: [{ node: waiter, text: "this is the first to wait for it" }], fixes: optional(markHandled(view, at, name)) };
}

function groupFinding(view: FileView, fault: GroupFault): Finding<Id> {
  const { at, kind } = fault;
  if (fault.kind === "joinNotAwaited") return { at, message: kind, data: { call: view.print(at) }, fixes: optional(awaitIt(view, fault.at)) };
  const name = fault.group.name.text;
  switch (fault.kind) {
    case "groupNotJoined": {
      const [exit] = fault.exits;
      const node = exit === undefined || exit === fault.group.block ? (fault.group.block?.getLastToken(view.file) ?? at) : exit;
      return { at, message: kind, data: { name, exitLine: view.lineOf(node) }, related: [{ node, text: "the block is left here" }], fixes: optional(joinOnExits(view, fault.group.name.parent.parent.parent as ts.Statement, fault.exits, name)) };
    }
    case "spawnAfterJoin":
      return { at, message: kind, data: { name, joinLine: view.lineOf(fault.join) }, related: [{ node: fault.join, text: "it is closed here" }] };
    case "handleCaught":
      return { at, message: kind, data: { name } };
    case "holdAndWait":
      return { at, message: kind, data: { name, why: view.ts.isCallExpression(at) ? "a join inside a task of the same group never ends" : "with every slot of its `limit` taken, the inner task never starts" } };
  }
}
