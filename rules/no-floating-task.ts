/** Every started task must have an owner: awaited, returned, or given to a scope that outlives it. */
import type ts from "typescript";
import { droppedValues, droppedBags, erasedReturns, hiddenTasks, isLostByPlace, unreadTasks, type FileView, type Loss, type Specifier } from "../src/analysis/index.ts";
import { awaitAll, awaitIt, optional, spawnInGroup, type Fix } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options {
  /** Calls whose promise may be dropped, in typescript-eslint's specifier format. */
  readonly allowForKnownSafeCalls: readonly Specifier[];
  /** Promise types that may be dropped. */
  readonly allowForKnownSafePromises: readonly Specifier[];
  /** Whether `void` marks a task as detached: only with a `@detached <reason>` comment, always, or never. */
  readonly allowVoid: "annotated" | boolean;
  /** Whether any object with a callable `then` counts as a task. */
  readonly checkThenables: boolean;
  /** What to do where the value may also be something else, as in `void | Promise<void>`. */
  readonly maybePromise: "report" | "ignore";
  /** Report only what typescript-eslint's `no-floating-promises` does not. */
  readonly onlyGaps: boolean;
}

const defaults: Options = { allowForKnownSafeCalls: [], allowForKnownSafePromises: [], allowVoid: "annotated", checkThenables: false, maybePromise: "ignore", onlyGaps: false };

const specifiers = { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] } } as const;

export default defineRule({
  name: "no-floating-task",
  description: "Require every started task to be awaited, returned, or owned by a scope",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    floating: "`{{call}}` {{consequence}}. Await it, return it, or spawn it in a task group.",
    voided: "`void` only hides that nobody waits for `{{call}}`: it may still run after its caller has returned, and a rejection has no handler. Await it or spawn it in a task group; if it is meant to outlive everybody, say why in a `@detached` comment.",
    detachedHandled: "The error of `{{call}}` is handled, but nobody waits for the work: it outlives its caller, cannot be cancelled, and a shutdown cuts it off half-way. Await it, return it, or spawn it in a task group.",
    neverExecuted: "`{{call}}` is a query that runs only when it is awaited: this statement does nothing. Await it.",
    unreadTask: "`{{name}}` holds the promise of `{{call}}`, and nobody ever reads it: a rejection has no handler, and nobody knows when the work is done. Await it, or spawn the work in a task group.",
    overwritten: "`{{name}}` is assigned again on {{place}} before the promise of `{{call}}` was read: nobody can wait for that work any more, and its rejection has no handler. Await it first.",
    droppedCollection: "`{{call}}` starts tasks that nobody waits for{{holder}}: their rejections have no handler. Await them all, or spawn them in a task group.",
    unawaitedElements: "`await` does not wait for the promises inside an array: `{{call}}` is still running afterwards, and rejections have no handler. Use `await Promise.all(…)` or `TaskGroup.map`.",
    nestedTask: "The caller who awaits this function gets `{{name}}` as a promise that is still running, and no type says so: its rejection has no handler until somebody finds it. Await `{{call}}` here, or declare the return type.",
    erasedReturn: "`{{call}}` returns a promise as `{{name}}`, so no caller knows that there is something to wait for. Declare the return type as a promise.",
    droppedByCallee: "`{{call}}` starts work and hands its promise to `{{callee}}`, which drops it ({{place}}): a rejection has no handler. Await it first.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      allowForKnownSafeCalls: { ...specifiers, description: "Calls whose promise may be dropped, in typescript-eslint's specifier format." },
      allowForKnownSafePromises: { ...specifiers, description: "Promise types that may be dropped, in typescript-eslint's specifier format." },
      allowVoid: { enum: ["annotated", true, false], description: "Whether `void` detaches a task: only with a `@detached <reason>` comment, always, or never." },
      checkThenables: { type: "boolean", description: "Whether any object with a callable `then` counts as a task." },
      maybePromise: { enum: ["report", "ignore"], description: "What to do where the value may also be something else, as in `void | Promise<void>`." },
      onlyGaps: { type: "boolean", description: "Report only what typescript-eslint's `no-floating-promises` does not." },
    },
  },
  defaults,
  discipline: { maybePromise: "report" },
  *detect(view, options) {
    yield* statements(view, options);
    for (const stored of [...unreadTasks(view), ...droppedBags(view), ...hiddenTasks(view), ...erasedReturns(view)]) {
      if (isAllowed(view, stored.start, options) || (stored.maybe === true && options.maybePromise === "ignore")) continue;
      const holder = stored.kind === "droppedCollection" ? `, since nothing reads them from \`${stored.name}\`` : "";
      const related = stored.at === undefined ? [] : [{ node: stored.at, text: stored.kind === "overwritten" ? "it is assigned again" : "the return type is declared" }];
      yield { at: stored.start, message: stored.kind, data: { call: view.print(stored.start), name: stored.name, holder, place: stored.at === undefined ? "" : view.where(stored.at) }, related, fixes: storedFixes(view, stored.kind, stored.start) };
    }
  },
});

type Id = "floating" | "voided" | "detachedHandled" | "neverExecuted" | "droppedCollection" | "droppedByCallee";

function* statements(view: FileView, options: Options): Generator<Finding<Id>> {
  const losses: { readonly loss: Loss; readonly at: ts.Expression }[] = [];
  for (const dropped of droppedValues(view)) {
    const { expression, voidedBy } = dropped;
    const loss = view.ownership.lossOf(expression, voidedBy !== undefined);
    if (loss === undefined) {
      if (view.ts.isCallExpression(expression)) yield* droppedArgument(view, expression);
      continue;
    }
    if (isReported(view, loss, options) && !isLostByPlace(view, dropped, loss)) losses.push({ loss, at: placeOf(expression, voidedBy) });
  }
  // Deliberate concurrency shares one group per function; a bare call is more likely a forgotten await, and opens one of its own.
  const deliberate = losses.filter(({ loss, at }) => !isForgottenAwait(view, loss, at)).map(({ at }) => at);
  for (const { loss, at } of losses) {
    yield { at, message: loss.kind, data: { call: view.print(loss.start), holder: "", consequence: loss.branchOf === undefined ? consequences.start : consequences.branch.replaceAll("{{root}}", view.print(loss.branchOf)) }, fixes: fixesOf(view, loss, at, deliberate.includes(at) ? deliberate : [at]) };
  }
}

/** What happens when nobody waits for new work, and for a promise that `then` or `finally` makes of one that others have as well. */
const consequences = {
  start: "starts work that nobody waits for: a rejection has no handler and ends the process, and what follows runs before the work is done",
  branch: "is a promise of its own that nobody waits for: when `{{root}}` rejects, it does so too, without a handler, which ends the process however `{{root}}` itself is handled",
};

/** The whole `void f()`; the branch alone in `void (a ? f() : g())`. */
function placeOf(expression: ts.Expression, voidedBy: ts.VoidExpression | undefined): ts.Expression {
  return voidedBy?.expression === expression ? voidedBy : expression;
}

function fixesOf(view: FileView, loss: Loss, at: ts.Expression, sites: readonly ts.Expression[]): readonly Fix[] {
  const { kind, endless } = loss;
  if (kind === "droppedCollection") return optional(awaitAll(view, loss.start));
  const wait = awaitIt(view, at, { mayNotSettle: endless });
  // A loop that only somebody else ends would keep the group, and so its caller, waiting for ever.
  const spawn = kind === "neverExecuted" || endless ? undefined : spawnInGroup(view, at, sites, { beside: true });
  const bestFirst = isForgottenAwait(view, loss, at) ? [wait, spawn] : [spawn, wait];
  return bestFirst.filter((fix) => fix !== undefined);
}

/** An `await` where the value stands; a second holder of the promise, or a type that names it, needs a person. */
function storedFixes(view: FileView, kind: string, start: ts.Expression): readonly Fix[] {
  if (kind === "unawaitedElements") return optional(awaitAll(view, start));
  return kind === "unreadTask" || kind === "nestedTask" ? optional(awaitIt(view, start)) : [];
}

/** A bare `f();`, unless it is an async function called on the spot, which was meant to run beside its caller. */
function isForgottenAwait(view: FileView, { kind }: Loss, at: ts.Expression): boolean {
  const isImmediate = view.ts.isCallExpression(at) && view.ts.isParenthesizedExpression(at.expression);
  return (kind === "floating" && !isImmediate) || kind === "neverExecuted";
}

function isReported(view: FileView, loss: Loss, options: Options): boolean {
  if (loss.task === "thenable" && !options.checkThenables) return false;
  if (loss.maybe && options.maybePromise === "ignore") return false;
  if (loss.kind === "voided" && options.allowVoid === true) return false;
  if (loss.detached && !(loss.kind === "voided" && options.allowVoid === false)) return false;
  if (loss.kind === "floating" && options.onlyGaps) return false;
  return !view.isProgramRoot(loss.start) && !isAllowed(view, loss.start, options);
}

function isAllowed(view: FileView, start: ts.Expression, options: Options): boolean {
  const { allowForKnownSafeCalls: calls, allowForKnownSafePromises: promises } = options;
  if (calls.length > 0 && view.ts.isCallExpression(start) && view.callees.isNamed(view.callees.of(start), calls)) return true;
  return promises.length > 0 && view.types.isNamed(start, promises);
}

function* droppedArgument(view: FileView, call: ts.CallExpression): Generator<Finding<Id>> {
  const dropped = view.ownership.discardedArgument(call);
  if (dropped === undefined) return;
  yield { at: dropped.argument, message: "droppedByCallee", data: { call: view.print(dropped.argument), callee: view.callees.of(call).name, place: view.where(dropped.at) }, related: [{ node: dropped.at, text: `\`${view.callees.of(call).name}\` drops it` }] };
}
