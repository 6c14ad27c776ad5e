/** A promise is something to wait for, not a value: it must not be read as what it will bring. */
import { misusedPromises, promiseValues, type FileView, type Misreading, type PromiseValue, type PromiseValueKind, type Specifier } from "../src/analysis/index.ts";
import { awaitIt, optional, structuredCombinator } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

interface Options extends Readonly<Record<PromiseValueKind, boolean>> {
  /** Whether promises that are read as plain values are reported. */
  readonly misuse: boolean;
  /** Callees that may be given promises, in typescript-eslint's specifier format. */
  readonly allowCallees: readonly Specifier[];
  /** Names of parameters that may be promises. */
  readonly allowParams: readonly string[];
  /** Names of fields that may hold promises. */
  readonly allowFields: readonly string[];
}

const defaults: Options = {
  misuse: true,
  storedTask: false,
  passedTask: false,
  foreignAwait: false,
  promiseParam: false,
  promiseField: false,
  lazyPromise: false,
  allowCallees: [],
  allowParams: ["params", "searchParams"],
  allowFields: [],
};

const names = { type: "array", items: { type: "string" } } as const;

export default defineRule({
  name: "no-promise-value",
  description: "Disallow reading a promise as the value it will bring; in `discipline`, treating promises as values at all",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    misused: "`{{value}}` is a promise: {{effect}}, whatever the work comes to. Await it first.",
    storedTask: "`{{name}}` keeps the promise of work that is still running: a rejection has no handler until somebody awaits it. Await the call where it stands, or spawn it in a task group.",
    passedTask: "`{{name}}` is given work that is already running, so it can neither delay, limit nor cancel it. Pass a function that starts it, or spawn it in a task group.",
    foreignAwait: "`{{name}}` was started by somebody else, whose cancellation or failure now comes out here. Let whoever started it wait for it, and pass the result.",
    promiseParam: "The parameter `{{name}}` is work that is already running, so this function can neither delay nor cancel it. Take the value, or a function that starts the work.",
    promiseField: "`{{name}}` holds running work: nobody is bound to wait for it, and its rejection has no handler until somebody does. Keep the value, or a task group that owns the work.",
    lazyPromise: "`{{name}}` hands one promise to all callers: if the first one is cancelled or fails, all later ones get that failure, for ever. Clear it when it rejects, or give each caller its own run.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      misuse: { type: "boolean", description: "Whether promises that are read as plain values are reported." },
      storedTask: { type: "boolean", description: "Whether a call must be awaited where it stands, not kept." },
      passedTask: { type: "boolean", description: "Whether running work may be an argument." },
      foreignAwait: { type: "boolean", description: "Whether a function may await only what it started." },
      promiseParam: { type: "boolean", description: "Whether parameters may be promises." },
      promiseField: { type: "boolean", description: "Whether fields may hold promises." },
      lazyPromise: { type: "boolean", description: "Whether a promise may be memoised." },
      allowCallees: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] }, description: "Callees that may be given promises, in typescript-eslint's specifier format." },
      allowParams: { ...names, description: "Names of parameters that may be promises." },
      allowFields: { ...names, description: "Names of fields that may hold promises." },
    },
  },
  defaults,
  discipline: { storedTask: true, passedTask: true, foreignAwait: true, promiseParam: true, promiseField: true, lazyPromise: true },
  *detect(view, options) {
    if (options.misuse) {
      for (const { at, as } of misusedPromises(view)) yield { at, message: "misused", data: { value: view.print(at), effect: effects[as] }, fixes: optional(awaitIt(view, at)) };
    }
    if (kinds.every((kind) => !options[kind])) return;
    for (const value of promiseValues(view)) if (options[value.kind] && !isAllowed(view, value, options)) yield findingOf(view, value);
  },
});

const kinds: readonly PromiseValueKind[] = ["storedTask", "passedTask", "foreignAwait", "promiseParam", "promiseField", "lazyPromise"];

const effects: Readonly<Record<Misreading, string>> = {
  condition: "the test has the same answer every time",
  comparison: "it equals no such value",
  operand: "it is joined as the text “[object Promise]”",
  template: "it is printed as “[object Promise]”",
  key: "it names the property “[object Promise]”",
  spread: "there is nothing in it to spread",
  printed: "what is printed is “Promise { <pending> }”",
  serialised: "it becomes an empty object or the text “[object Promise]”",
  thrown: "a handler gets the promise instead of an error",
};

function isAllowed(view: FileView, { kind, name, call, at }: PromiseValue, { allowCallees, allowParams, allowFields }: Options): boolean {
  if (call !== undefined) return allowCallees.length > 0 && view.callees.isNamed(view.callees.of(call), allowCallees);
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (kind === "promiseField" || kind === "lazyPromise" || kind === "storedTask") return allowFields.includes(last) || (kind === "promiseField" && allowParams.includes(last));
  return kind === "promiseParam" ? allowParams.includes(name) : view.ts.isAwaitExpression(at) && (allowParams.includes(last) || allowFields.includes(last));
}

function findingOf(view: FileView, { kind, at, name, call }: PromiseValue): Finding<PromiseValueKind> {
  return { at, message: kind, data: { name }, fixes: call === undefined || !view.ts.isCallExpression(call) ? [] : optional(structuredCombinator(view, call)) };
}
