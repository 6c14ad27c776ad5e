/** Functions that run side by side must not write shared state from what they read before an await. */
import type ts from "typescript";
import { annotationOf, drainedCollections, heldAcrossAwaits, leakyGuards, racesOf, unjoinedReads, type FileView, type HeldType, type Specifier } from "../src/analysis/index.ts";
import { hoistAwait, keepPromise, optional } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options {
  /** Whether members of shared objects count, beside captured variables and members of `this`. */
  readonly properties: boolean;
  /** Which fields and map entries may not be made twice: those that hold something to be closed, or all. */
  readonly memos: "resources" | "all";
  /** Calls that let one run at a time into what follows. */
  readonly guards: readonly Specifier[];
  /** Types whose values may not be kept across an await. */
  readonly heldTypes: readonly HeldType[];
  /** Names of decorators that let one call of a method run at a time. */
  readonly singleFlight: readonly string[];
}

const specifier = { anyOf: [{ type: "string" }, { type: "object" }] } as const;

const defaults: Options = { properties: false, memos: "resources", guards: [], heldTypes: [], singleFlight: [] };

export default defineRule({
  name: "no-task-race",
  description: "Disallow writing shared state from a reading that an await has made stale",
  preset: "recommended",
  severity: "warn",
  fixable: ["safe", "unsafe"],
  messages: {
    lostUpdate: "`{{place}}` was read before the await ({{line}}) and is written from that reading after it: {{beside}} run side by side, and what another one has written meanwhile is lost. Await first, then read and write without an await between.",
    drained: "`{{place}}` is handed to the await on line {{line}} and emptied after it: what line {{addLine}} adds meanwhile was not in hand and is thrown away with the rest. Take the collection first, put an empty one in its place, and await then.",
    checkThenAct: "`{{place}}` was tested before the await ({{line}}) and is written after it: {{beside}} that come meanwhile pass the same test, do the work twice, and one result is lost. Keep the promise instead of its result, or set a mark before the first await.",
    reentryGuard: "This return stands inside the `try` whose `finally` resets `{{place}}` ({{line}}): the run that is turned away opens the door for the next one while the first is still inside. Test `{{place}}` before the `try`.",
    readBeforeJoin: "`{{place}}` is written by a task ({{line}}) that nobody has waited for yet: this reads the value from before. Join the group or await the handle first.",
    heldAcrossAwait: "`{{place}}` is kept across an await ({{line}}): {{reason}}. Let go of it before the await, or take it again after.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      properties: { type: "boolean", description: "Whether members of shared objects count, beside captured variables and members of `this`." },
      memos: { enum: ["resources", "all"], description: "Which fields and map entries may not be made twice: those that hold something to be closed, or all." },
      guards: { type: "array", items: specifier, description: "Calls that let one run at a time into what follows." },
      heldTypes: { type: "array", items: { type: "object", required: ["type"], additionalProperties: false, properties: { type: specifier, reason: { type: "string" } } }, description: "Types whose values may not be kept across an await, each with a reason for the message." },
      singleFlight: { type: "array", items: { type: "string" }, description: "Names of decorators that let one call of a method run at a time." },
    },
  },
  defaults,
  *detect(view, options) {
    for (const finding of [...races(view, options), ...others(view, options)]) if (!annotationOf(view.ts, finding.at, "detached")) yield finding;
  },
});

type Id = "lostUpdate" | "drained" | "checkThenAct" | "reentryGuard" | "readBeforeJoin" | "heldAcrossAwait";
type Report = Finding<Id> & { readonly at: ts.Node };

function* races(view: FileView, { properties, memos, guards, singleFlight }: Options): Generator<Report> {
  const isGuard = (call: ts.CallExpression): boolean => guards.length > 0 && view.callees.isNamed(view.callees.of(call), guards);
  for (const { kind, at, read, place, beside } of racesOf(view, { properties, memos, isGuard, singleFlight })) {
    const hoisted = kind === "lostUpdate" && view.ts.isBinaryExpression(at) && at.operatorToken.kind !== view.ts.SyntaxKind.EqualsToken ? hoistAwait(view, at) : undefined;
    yield { at, message: kind, data: { place, line: view.where(read), beside }, fixes: optional(hoisted, kind === "checkThenAct" ? keepPromise(view, at, read) : undefined) };
  }
}

function* others(view: FileView, { heldTypes }: Options): Generator<Report> {
  for (const { at, await: given, adds, place } of drainedCollections(view)) yield { at, message: "drained", data: { place, line: view.lineOf(given), addLine: view.lineOf(adds) }, related: [{ node: given, text: "this has the collection in hand" }] };
  for (const { at, flag, reset } of leakyGuards(view)) yield { at, message: "reentryGuard", data: { place: flag, line: view.where(reset) } };
  for (const { at, name, spawn } of unjoinedReads(view)) yield { at, message: "readBeforeJoin", data: { place: name, line: view.where(spawn) } };
  for (const held of heldAcrossAwaits(view, heldTypes)) yield { at: held.at, message: "heldAcrossAwait", data: { place: held.name, line: view.where(held.await), reason: held.reason } };
}
