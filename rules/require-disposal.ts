/** Whoever acquires something gives it back on every way out, or hands it to somebody who does. */
import type ts from "typescript";
import { annotationOf, bodiesLeft, forgottenTimers, functionsOf, leaksOf, listenersLeft, opaqueReturns, timersLeft, unnamedResources, wrongUsings, type DisposalTerms, type FileView, type Leak, type LeftListener, type LeftTimer, type Release } from "../src/analysis/index.ts";
import { holdUntilMoved, optional, releaseAtEnd, unlockInFinally } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options extends DisposalTerms {
  /** Which unread bodies are reported: those that some way returns without reading, those that a `throw` leaves or that nothing reads as well, or none. */
  readonly body: "returns" | "all" | "off";
  /** Whether listeners have to be taken off again. */
  readonly listeners: boolean;
  /** Which timers that outlive what they were for are reported: those of the code itself, those inside the functions it calls as well, or none. */
  readonly timers: "own" | "all" | "off";
  /** Where `using` is wrong: only where the disposer that runs returns a promise, or wherever the type has an async one. */
  readonly wrongUsing: "promise" | "async";
  /** Whether a return type has to show that the value must be given back. */
  readonly opaqueReturn: boolean;
}

const everyTransfer: DisposalTerms["transfer"] = ["return", "field", "argument", "constructor", "collection", "optionObject", "closure"];
const defaults: Options = { paths: "all", gap: "await", transfer: everyTransfer, resources: [], cheap: [], preferUsing: false, requireUsing: [], body: "returns", listeners: true, timers: "own", wrongUsing: "promise", opaqueReturn: false };

const names = { type: "array", items: { type: "string" } } as const;
const flag = (description: string) => ({ type: "boolean", description });

export default defineRule({
  name: "require-disposal",
  description: "Require whatever is acquired to be given back on every way out, or handed on",
  preset: "recommended",
  fixable: ["safe", "unsafe"],
  messages: {
    dropped: "Nobody holds the {{what}} that `{{call}}` makes, so nobody can give it back: {{consequence}}. Keep it, and {{advice}}.",
    droppedByFailure: "If another part of this `Promise.all` fails, nobody gets the {{what}} that `{{call}}` makes: {{consequence}}. Acquire one after the other, each with its release, or wait with `Promise.allSettled` and give back what there is.",
    notDisposed: "`{{name}}` is never given back{{where}}: {{consequence}}. {{Advice}}, or hand it to somebody who does.",
    notDisposedOnThrow: "If line {{line}} fails, nothing gives back the {{what}} in `{{name}}`: {{consequence}}. {{Advice}}.",
    gapBeforeTry: "Line {{line}} may fail before the `try` begins whose `finally` gives `{{name}}` back: {{consequence}}. Begin the `try` right after `{{call}}`.",
    preferUsing: "`{{name}}` is given back by hand, which the next change to this block may forget. Declare it with `{{using}}`.",
    wrongUsing: "`using` does not wait: what takes time to give back `{{name}}` goes on behind the block, or is not done at all, and its errors are lost. Write `await using`.",
    opaqueReturn: "The caller of this function has to give back the {{what}}, but `{{type}}` does not say so. Return a type with `{{release}}`.",
    bodyNotConsumed: "The body of `{{call}}` is not read{{where}}: until it is garbage-collected its connection stays taken, and other requests wait for it. Read it, or throw it away: `await {{body}}.cancel()`.",
    listenerOnSignal: "Nothing takes this listener off a signal that outlives this code: each run leaves another one behind, which keeps alive all that it uses until the signal is gone. Take it off when the work is done, or let another signal end it: `{ signal }`.",
    listenerAfterWait: "This listener stays on when the promise is settled: each call leaves another one behind, which is called for nothing and keeps alive all that it uses. Take it off when the promise is settled, or use `once`.",
    listenerOutraced: "If the timer comes first, this listener stays on until its event comes, if it ever does: each call leaves another one behind. Take it off when the promise is settled, or give the wait a signal: `once(emitter, event, { signal: AbortSignal.timeout(ms) })`.",
    listenerOfObject: "Nobody can take this listener off again: every object that is made stays reachable from the emitter, and keeps being called after it was given up. Keep the function in a field and take it off where the object ends.",
    listenerOnThrow: "If line {{line}} fails, nothing takes this listener off again: it stays on the emitter and keeps alive all that it uses. Take it off in a `finally`.",
    listenerNotRemoved: "This takes nothing off: the function is made anew here, and was never put on. Keep the function that is put on, and pass that one.",
    racedTimer: "The timer goes on when the other side has won the race: until it fires it keeps the process alive, and each call leaves another one behind. Keep its handle and clear it in a `finally`, or use `AbortSignal.timeout`.",
    timerAfterSettling: "The promise is settled on line {{line}} without `{{clear}}`, which other ways of settling it do call: the timer goes on, keeps the process alive and what its callback uses with it. Clear it wherever the promise is settled, or once in a `finally`.",
    timerAtEnd: "Nobody can stop this timer, and it is started while everything ends: the process stays alive until it has fired. Keep its handle and clear it, or call `unref()` on it.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      paths: { enum: ["normal", "all"], description: "Which ways out need the release: the normal ones, or errors too." },
      gap: { enum: ["await", "call"], description: "What may fail between the acquisition and the `try` that gives back: an `await`, or any call that is not known to succeed." },
      transfer: { type: "array", items: { enum: everyTransfer }, uniqueItems: true, description: "Which ways of handing a value on end the duty of a function." },
      resources: {
        type: "array",
        items: { type: "object", additionalProperties: false, required: ["acquire", "release"], properties: { acquire: { anyOf: [{ type: ["string", "object"] }, { type: "array", items: { type: ["string", "object"] } }] }, release: { anyOf: [{ type: "string" }, names] }, async: { type: "boolean" } } },
        description: "Further acquisitions, in the format of `settings.asr.resources`.",
      },
      cheap: { ...names, description: "Types that nobody has to give back, by name." },
      preferUsing: flag("Whether a correct release that is written out is reported where a declaration could do it."),
      requireUsing: { ...names, description: "The same for some types only, by name." },
      body: { enum: ["returns", "all", "off"], description: "Which unread bodies are reported: those that some way returns without reading, those that a `throw` leaves or that nothing reads as well, or none." },
      listeners: flag("Whether listeners have to be taken off again."),
      timers: { enum: ["own", "all", "off"], description: "Which timers that outlive what they were for are reported: those of the code itself, those inside the functions it calls as well, or none." },
      wrongUsing: { enum: ["promise", "async"], description: "Where `using` is wrong: only where the disposer that runs returns a promise, or wherever the type has an async one." },
      opaqueReturn: flag("Whether a return type has to show that the value must be given back."),
    },
  },
  defaults,
  discipline: { gap: "call", body: "all", opaqueReturn: true, timers: "all", wrongUsing: "async" },
  *detect(view, options) {
    for (const finding of findings(view, options)) if (!annotationOf(view.ts, finding.at, "detached")) yield finding;
  },
});

type Id = "dropped" | "droppedByFailure" | "notDisposed" | "notDisposedOnThrow" | "gapBeforeTry" | "preferUsing" | "wrongUsing" | "opaqueReturn" | "bodyNotConsumed" | "listenerOnSignal" | "listenerAfterWait" | "listenerOutraced" | "listenerOfObject" | "listenerOnThrow" | "listenerNotRemoved" | "racedTimer" | "timerAtEnd" | "timerAfterSettling";
type Report = Finding<Id> & { readonly at: ts.Node };

function* findings(view: FileView, options: Options): Generator<Report> {
  const leaks = [...leaksOf(view, options)];
  for (const leak of leaks) yield leakFinding(view, leak);
  for (const acquisition of unnamedResources(view)) if (!leaks.some((leak) => leak.acquisition.call === acquisition.call)) yield leakFinding(view, { kind: "dropped", acquisition, name: undefined, at: undefined, steps: [] });
  for (const { name } of wrongUsings(view, options.wrongUsing === "async")) yield { at: name, message: "wrongUsing", data: { name: name.getText(view.file) } };
  if (options.body !== "off") {
    for (const { call, name, at } of bodiesLeft(view, options.body === "all")) {
      const isStream = name !== undefined && !view.print(call.expression).endsWith("fetch");
      yield { at: call, message: "bodyNotConsumed", data: { call: view.print(call), where: at === undefined ? "" : ` on the way out on line ${view.lineOf(at)}`, body: name === undefined ? "response.body?" : isStream ? name.text : `${name.text}.body?` } };
    }
  }
  if (options.listeners) for (const { call, reason, at } of listenersLeft(view)) yield { at: call, message: listenerIds[reason], data: { line: at === undefined ? "" : view.lineOf(at) } };
  if (options.timers !== "off") {
    for (const { call, reason } of timersLeft(view, options.timers === "all")) yield { at: call, message: timerIds[reason] };
    for (const { call, at } of forgottenTimers(view)) if (!leaks.some((leak) => leak.acquisition.call === call)) yield { at: call, message: "timerAfterSettling", data: { line: view.lineOf(at), clear: view.print(call.expression).replace("set", "clear") }, related: [{ node: at, text: "this settles the promise and leaves the timer" }] };
  }
  if (options.opaqueReturn) for (const { acquisition, annotation } of opaqueReturns(view, functionsOf(view))) yield { at: annotation, message: "opaqueReturn", data: { what: acquisition.what, type: view.print(annotation), release: releaseOf(acquisition.release) } };
}

const listenerIds: Readonly<Record<LeftListener["reason"], Id>> = { signal: "listenerOnSignal", waited: "listenerAfterWait", outraced: "listenerOutraced", constructed: "listenerOfObject", thrown: "listenerOnThrow", identity: "listenerNotRemoved" };
const timerIds: Readonly<Record<LeftTimer["reason"], Id>> = { raced: "racedTimer", ending: "timerAtEnd" };

function leakFinding(view: FileView, leak: Leak): Report {
  const { acquisition, name, label, at, kind } = leak;
  const advice = adviceOf(acquisition.release);
  const data = {
    what: acquisition.what,
    call: view.print(acquisition.call),
    name: label ?? name?.text ?? "",
    where: at === undefined ? "" : view.ts.isYieldExpression(at) ? ` when the consumer leaves at the \`yield\` on line ${view.lineOf(at)}` : ` on the way out on line ${view.lineOf(at)}`,
    line: at === undefined ? "" : view.lineOf(at),
    consequence: consequenceOf(acquisition.what),
    advice,
    Advice: advice.charAt(0).toUpperCase() + advice.slice(1),
    using: acquisition.release.using ?? "using",
  };
  return { at: acquisition.call, message: kind, data, fixes: optional(releaseAtEnd(view, leak), holdUntilMoved(view, leak), unlockInFinally(view, leak)) };
}

function consequenceOf(what: string): string {
  if (what === "lock") return "it stays taken, and whoever wants it next waits for ever";
  return /timer|interval|frame/u.test(what) ? "it keeps the process alive, and fires although nobody waits for it any more" : "it stays open, and each run of this code leaves another one behind";
}

function adviceOf(release: Release): string {
  return release.using === undefined ? `call \`${releaseOf(release)}\` in a \`finally\`` : `declare it with \`${release.using}\``;
}

function releaseOf({ members, functions, byCall }: Release): string {
  const [taker] = functions;
  const plain = [...members].find((member) => !member.startsWith("["));
  return byCall ? "release()" : taker !== undefined ? `${taker}(…)` : `${plain ?? [...members][0] ?? "close"}()`;
}
