/** Clean-up runs to its end, is not called off by what it cleans up after, and lets the error through. */
import { stuckMarks, unsoundCleanups, type CleanupFault, type CleanupTerms, type FileView } from "../src/analysis/index.ts";
import { asyncDisposer, awaitIt, deadlineInstead, dropItsError, optional, releaseInFinally, settleTogether } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

const defaults: CleanupTerms = {
  safeCalls: [],
  shieldFunctions: ["shield"],
  disposerMethods: ["close", "dispose", "destroy", "stop", "shutdown", "disconnect", "terminate", "teardown", "tearDown", "cleanup"],
  masksError: "release",
  unbounded: false,
};

const specifiers = { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] } } as const;

export default defineRule({
  name: "no-unsound-cleanup",
  description: "Require clean-up to run to its end, without being cancelled and without hiding the error",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    abortedSignal: "`{{call}}` cleans up with `{{signal}}`, the signal whose abort may be why this code runs: then the call rejects at once and nothing is cleaned up. Give it a deadline of its own, e.g. `AbortSignal.timeout(5000)`, or no signal.",
    fragileSequence: "If `{{call}}` fails, `{{skipped}}` on line {{line}} is skipped, and what it was to release stays open. Release each in a `finally` of the one before it, hold them with `await using`, or wait for all with `Promise.allSettled`.",
    flagStuck: "If line {{line}} fails, `{{reset}}` is skipped, and nothing else resets it: the flag says for good that something is under way, and whoever asks is turned away. Reset it in a `finally`.",
    entryStuck: "If line {{line}} fails, `{{reset}}` is skipped, and nothing else takes the entry out: it stays for as long as the process lives. Take it out in a `finally`.",
    masksError: "If `{{call}}` fails, its error takes the place of the one that is being thrown, and nobody learns what went wrong first. Catch its failure here, or hold the resource with `await using`, which keeps both errors.",
    asyncInSyncDispose: "`using` does not wait for `{{call}}`: the block goes on while the object is still being disposed, and a failure has no handler. Implement `[Symbol.asyncDispose]` and hold the object with `await using`.",
    notAwaited: "Nobody waits for `{{call}}`: the function returns before the clean-up is done, and its failure is an unhandled rejection. Await it.",
    unbounded: "`{{call}}` takes a signal, and clean-up waits for it without a deadline: a peer that does not answer keeps the whole scope open. Pass e.g. `AbortSignal.timeout(5000)`.",
    exitSkipsCleanup: "`{{call}}` ends the process on the spot, so the clean-up on line {{line}} never runs: files stay half written, peers see a broken connection. Set `process.exitCode` and return.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      safeCalls: { ...specifiers, description: "Calls that clean-up may await without fear, since they do not fail or their failure is of no account." },
      shieldFunctions: { ...specifiers, description: "Functions that run clean-up apart from what cancels its caller, and keep its errors to themselves." },
      disposerMethods: { type: "array", items: { type: "string" }, description: "Methods that end their object, besides `[Symbol.asyncDispose]` and `[Symbol.dispose]`." },
      masksError: { enum: ["release", "sequence", "any", "off"], description: "Which awaits count as hiding an error: those that end something in a handler before it throws again, every one there, also a single one in a `finally`, or none." },
      unbounded: { type: "boolean", description: "Whether clean-up that could take a deadline must have one." },
    },
  },
  defaults,
  discipline: { masksError: "any" },
  *detect(view, options) {
    for (const fault of unsoundCleanups(view, options)) yield findingOf(view, fault);
    for (const { at, reset, after, kind } of stuckMarks(view)) yield { at, message: kind === "flag" ? "flagStuck" : "entryStuck", data: { line: view.lineOf(after), reset: view.print(reset) }, related: [{ node: reset, text: "this is skipped" }] };
  },
});

function findingOf(view: FileView, fault: CleanupFault): Finding<CleanupFault["kind"]> {
  const { kind } = fault;
  switch (fault.kind) {
    case "abortedSignal":
      return { at: fault.at, message: kind, data: { call: view.print(fault.call), signal: view.print(fault.at) }, fixes: [deadlineInstead(view, fault.at)] };
    case "fragileSequence":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at.expression), skipped: view.print(fault.skipped), line: view.lineOf(fault.skipped) }, related: [{ node: fault.skipped, text: "this is skipped" }], fixes: optional(releaseInFinally(view, fault.at, fault.skipped), settleTogether(view, fault.at, fault.skipped)) };
    case "masksError":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at.expression) }, fixes: optional(dropItsError(view, fault.at)) };
    case "asyncInSyncDispose":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at) }, fixes: fault.at === fault.method.name ? optional(asyncDisposer(view, fault.method)) : [] };
    case "notAwaited":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at) }, fixes: optional(awaitIt(view, fault.at)) };
    case "unbounded":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at) } };
    case "exitSkipsCleanup":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at), line: view.lineOf(fault.pending) }, related: [{ node: fault.pending, text: "this would have run" }] };
  }
}
