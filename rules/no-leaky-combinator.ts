/** Losers of a race and siblings of a failure must not outlive the combinator that started them. */
import type ts from "typescript";
import { abortsAfter, abortsOnFailure, borrowedBy, combinatorsOf, controllerToEnd, fateOf, isCleanup, readsOfVariable, type Combinator, type CombinatorMethod, type FileView, type Specifier, type Started } from "../src/analysis/index.ts";
import { abortTheRest, structuredCombinator, type Fix } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options {
  /** Which combinators are looked at. */
  readonly methods: readonly CombinatorMethod[];
  /** Whether siblings of a failure count only where a signal could stop them. */
  readonly onlyCancellable: boolean;
  /** Whether siblings of a failure need a signal that is aborted here, where the caller's is enough by default. */
  readonly ownSignal: boolean;
  /** Most tasks that one combinator may start from a list; `false` for any number. */
  readonly maxFanOut: number | false;
  /** Combinators that end what they are given, and so own it, in typescript-eslint's specifier format. */
  readonly structured: readonly Specifier[];
  /** Which repair comes first. */
  readonly prefer: "TaskGroup" | "AbortController";
}

const defaults: Options = { methods: ["all", "allSettled", "any", "race"], onlyCancellable: true, ownSignal: false, maxFanOut: false, structured: [], prefer: "TaskGroup" };

export default defineRule({
  name: "no-leaky-combinator",
  description: "Disallow promise combinators whose losers or siblings go on after them",
  preset: "strict",
  severity: "warn",
  fixable: ["unsafe"],
  messages: {
    losers: "`Promise.{{method}}` returns with the first result, and {{loser}} goes on: nobody waits for it, its error is lost, and what it holds stays open. Race them in a task group, or abort a signal that all of them get in a `finally`.",
    siblings: "When one of these fails, `Promise.all` rejects at once, and {{loser}} goes on for a caller who has gone: its error is lost, and what it does comes too late. Run them in a task group, or abort a signal that all of them get in a `finally`.",
    borrowed: "When one of these fails, `Promise.all` rejects at once and `{{resource}}` is closed ({{place}}) while the others still use it. Run them in a task group, which waits for all of them first.",
    ignoredRejections: "`Promise.allSettled` never rejects, and nobody looks at its results: every error of {{loser}} is lost. Look at the results, or use `Promise.all`.",
    unbounded: "This starts a task for every element of `{{list}}` at once, however many there are: sockets, memory and rate limits run out. Use `TaskGroup.map` with a `limit`.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      methods: { type: "array", uniqueItems: true, items: { enum: ["all", "allSettled", "any", "race"] }, description: "Which combinators are looked at." },
      onlyCancellable: { type: "boolean", description: "Whether siblings of a failure count only where a signal could stop them." },
      ownSignal: { type: "boolean", description: "Whether siblings of a failure need a signal that is aborted here; the caller's is enough by default." },
      maxFanOut: { anyOf: [{ type: "integer", minimum: 1 }, { const: false }], description: "Most tasks that one combinator may start from a list; `false` for any number." },
      structured: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] }, description: "Combinators that end what they are given, and so own it, in typescript-eslint's specifier format." },
      prefer: { enum: ["TaskGroup", "AbortController"], description: "Which repair comes first." },
    },
  },
  defaults,
  discipline: { ownSignal: true },
  *detect(view, options) {
    for (const combinator of combinatorsOf(view, options.structured)) {
      if (!options.methods.includes(combinator.method)) continue;
      yield* leaks(view, combinator, options);
      const { list, call, started, width } = combinator;
      if (options.maxFanOut === false || started.length === 0 || (list === undefined && width <= options.maxFanOut)) continue;
      yield { at: call, message: "unbounded", data: { list: view.print(list ?? call) } };
    }
  },
});

type Id = "losers" | "siblings" | "borrowed" | "ignoredRejections" | "unbounded";

function* leaks(view: FileView, combinator: Combinator, options: Options): Generator<Finding<Id>> {
  const { call, method, started, width } = combinator;
  if (started.length === 0) return;
  if (method === "allSettled") {
    const lost = started.find(({ mayReject, foreign }) => mayReject && !foreign);
    if (lost !== undefined && isIgnored(view, call) && !isCleanup(view, call)) yield { at: call, message: "ignoredRejections", data: { loser: named(view, lost) } };
    return;
  }
  if (width < 2) return;
  if (method !== "all") {
    // A timer, or a wait for the outcome of others, that can neither fail nor be told to stop leaves nothing behind.
    const losers = started.filter((one) => isLoser(one, started, options) && ![...one.controllers].some((controller) => abortsAfter(view, call, controller)));
    if (losers[0] !== undefined) yield { at: call, message: "losers", data: { method, loser: named(view, losers[0]) }, fixes: repairs(view, combinator, losers, options) };
    return;
  }
  const failing = started.filter(({ mayReject }) => mayReject);
  const [first, second] = failing;
  if (first === undefined) return;
  // Whoever fails does not go on itself: with one that can fail, only the others are left behind.
  const left = second === undefined && !first.many ? started.filter((one) => one !== first) : started;
  const borrowed = borrowedBy(view, call, started);
  if (borrowed !== undefined && left.length > 0) {
    // An abort does not wait, and the resource is closed as early as before.
    yield { at: call, message: "borrowed", data: { resource: borrowed.name, place: view.where(borrowed.at) }, fixes: repairs(view, combinator, undefined, options) };
    return;
  }
  if (view.isProgramRoot(call)) return;
  const losers = left.filter((one) => (one.cancellable || one.foreign || !options.onlyCancellable) && (options.ownSignal || !one.heldByOthers) && ![...one.controllers].some((controller) => abortsOnFailure(view, call, controller)));
  if (losers[0] !== undefined) yield { at: call, message: "siblings", data: { loser: named(view, losers[0]) }, fixes: repairs(view, combinator, losers, options) };
}

/**
 * Whether work is worth ending when another comes first. One beside promises from elsewhere, a timer or an event, is mostly there to be
 * waited for as long as that takes: it counts where it could be told to stop, and nobody else can.
 */
function isLoser(one: Started, started: readonly Started[], { onlyCancellable, ownSignal }: Options): boolean {
  if (started.length > 1 || one.many || !onlyCancellable) return one.mayReject || one.cancellable || one.foreign;
  return one.cancellable && (ownSignal || !one.heldByOthers);
}

function repairs(view: FileView, { call, started }: Combinator, left: readonly Started[] | undefined, { prefer }: Options): readonly Fix[] {
  const group = structuredCombinator(view, call);
  const abort = left === undefined ? undefined : abortTheRest(view, call, { starts: started.map(({ at }) => at), left: left.map(({ at }) => at), controller: controllerToEnd(view, call, left) });
  return (prefer === "TaskGroup" ? [group, abort] : [abort, group]).filter((fix) => fix !== undefined);
}

function named(view: FileView, { at, many }: Started): string {
  return many ? "the work for the other elements" : `\`${view.print(at)}\``;
}

/** Whether nobody reads what the combinator resolves to. */
function isIgnored(view: FileView, call: ts.CallExpression): boolean {
  const { fate } = fateOf(view.compiler, call);
  if (fate.kind !== "awaited" || !view.ts.isAwaitExpression(fate.by)) return false;
  const awaited = fateOf(view.compiler, fate.by).fate;
  return awaited.kind === "dropped" || (awaited.kind === "variable" && readsOfVariable(view.compiler, awaited.name).length === 0);
}
