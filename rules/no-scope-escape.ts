/** A scoped reference does not get out of its scope. */
import type ts from "typescript";
import { defaultViews, scopeEscapes, type EscapeKind, type EscapeTerms, type FileView, type ScopeEscape } from "../src/analysis/index.ts";
import { handOver, handOverInStack, listenWithSignal, type Fix } from "../src/fixes/index.ts";
import { defineRule } from "../src/rule.ts";

const defaults: EscapeTerms = { ...defaultViews, borrowingCallees: [], checkHandles: true, checkSignals: false, checkYields: false, params: "borrow" };

const names = { type: "array", items: { type: "string" } } as const;

export default defineRule({
  name: "no-scope-escape",
  description: "Disallow references that outlive what they refer to: resources, task groups, their handles, transactions",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    returned: "`{{name}}` {{end}} before the caller can use {{what}}. {{advice}}",
    thrown: "`{{name}}` {{end}} before whoever catches this error can use it. Put what matters of it into the error.",
    yielded: "The consumer may keep `{{name}}` after the generator has gone on, and then it {{end}}. Yield what it holds instead.",
    exported: "`{{name}}` {{end}} when this module has been evaluated: importers get something that is of no use any more. Export a function that opens it.",
    assignedOuter: "`{{sink}}` lives on when `{{name}}` {{end}}, and is read after that: it then stands for something that is of no use any more. Keep it inside, or copy out what is needed.",
    storedInField: "`{{sink}}` keeps {{what}} when `{{name}}` {{end}}: later uses fail, or work on something that is not there any more. Let the object own the resource and close it, or keep it out of the object.",
    pushedOuter: "`{{sink}}` keeps {{what}} when `{{name}}` {{end}}: whoever takes it from there uses something that is of no use any more. {{advice}}",
    capturedByCallback: "`{{sink}}` may run this when `{{name}}` is of no use any more: it {{end}}, and the callback stays. Take the callback away before, or wait in here for the work.",
    derivedView: "This comes from `{{name}}` and is of no use without it, but gets out of the block in which `{{name}}` {{end}}. Copy out what is needed.",
    borrowedParamStored: "`{{name}}` is lent by the caller, who closes it when the call is over; `{{sink}}` keeps it for longer, and spawning on it then throws. Take the group as a parameter where it is used, or say `@owns` if the caller hands it over.",
    handleEscapes: "The tasks of `{{name}}` are cancelled or over when it {{end}}: a handle that gets out is one of a task that is gone. Await it in here and hand out its value.",
    cloned: "A copy of `{{name}}` shares what it holds, and is neither closed with it nor safe to use afterwards. Pass `{{name}}` itself.",
    castAway: "This assertion hides that `{{name}}` {{end}}: what gets out is of no use any more, and its type no longer says so. Hand out a value, or a type without the disposer.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      derive: { ...names, description: "Methods whose result is of no use once what they are called on is closed." },
      copyMethods: { ...names, description: "Methods and properties whose value stands on its own, whatever its type." },
      borrowingCallees: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] }, description: "Functions that do not keep what they are given." },
      checkHandles: { type: "boolean", description: "Whether the handle of a task counts." },
      checkSignals: { type: "boolean", description: "Whether the signal of a group counts." },
      checkYields: { type: "boolean", description: "Whether a `yield` hands out what it yields." },
      params: { enum: ["borrow", "ignore"], description: "Whether a group that is a parameter is only lent." },
    },
  },
  defaults,
  discipline: { checkSignals: true, checkYields: true },
  *detect(view, options) {
    for (const escape of scopeEscapes(view, options)) {
      const { region, name } = escape;
      const data = { name: name.text, sink: escape.sink, end: endOf(escape), what: whats[escape.form], advice: adviceOf(escape) };
      yield { at: escape.at, message: escape.kind, data, related: region === undefined || region.kind === "using" ? [] : [{ node: region.opening, text: `\`${name.text}\` is ${verbs[region.kind]}` }], fixes: fixesOf(view, escape) };
    }
  },
});

const whats: Readonly<Record<ScopeEscape["form"], string>> = {
  itself: "it",
  closure: "a function that uses it",
  container: "what holds it",
  view: "what comes from it",
  handle: "the handle",
  signal: "its signal",
};

function endOf({ region }: ScopeEscape): string {
  switch (region?.kind) {
    case "lent":
      return "is taken back when the callback has ended";
    case "run":
      return "ends with its callback";
    case "finally":
      return "is closed by the `finally`";
    default:
      return "is closed when its block is left";
  }
}

const verbs = { stacked: "opened", run: "opened", lent: "lent", finally: "closed" };

const returning: ReadonlySet<EscapeKind> = new Set(["returned"]);

function adviceOf({ kind, form, region }: ScopeEscape): string {
  if (returning.has(kind)) return region?.kind === "using" && form === "itself" ? "Declare it with `const` and let the caller close it, or return what was read from it." : "Use it in here, and return the result.";
  return form === "closure" ? "Do the work in here and await it." : "Keep it inside.";
}

/** Whether a reference is returned as it is. */
function isReturned({ ts }: FileView, at: ts.Node): boolean {
  return ts.isIdentifier(at) && ts.isReturnStatement(at.parent);
}

function fixesOf(view: FileView, { kind, form, region, at }: ScopeEscape): readonly Fix[] {
  const fixes: (Fix | undefined)[] = [];
  if (kind === "returned" && form === "itself" && region?.kind === "using") {
    const opening = region.opening as ts.VariableDeclaration;
    fixes.push(handOver(view, opening, at) ?? (isReturned(view, at) ? handOverInStack(view, opening) : undefined));
  }
  if (kind === "capturedByCallback" && region?.isScope === true) fixes.push(listenWithSignal(view, at.parent, region.name.text));
  return fixes.filter((fix) => fix !== undefined);
}
