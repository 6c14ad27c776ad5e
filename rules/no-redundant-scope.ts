/** A scope or combinator that runs nothing side by side is ceremony, and hides that nothing runs side by side. */
import type ts from "typescript";
import { ceremonialCombinators, ceremonialScopes, type Ceremony, type FileView } from "../src/analysis/index.ts";
import { awaitTheTask, optional, removeStatement, spreadList, startTogether, withoutCombinator, type Fix } from "../src/fixes/index.ts";
import { defineRule } from "../src/rule.ts";

interface Options {
  /** Whether a group with options (a signal, a timeout, a limit, a name) is there for their sake. */
  readonly ignoreConfigured: boolean;
  /** Whether combinators of `Promise` are looked at too. */
  readonly combinators: boolean;
}

const defaults: Options = { ignoreConfigured: true, combinators: true };

export default defineRule({
  name: "no-redundant-scope",
  description: "Disallow task groups and combinators that run nothing side by side",
  preset: "recommended",
  severity: "warn",
  fixable: ["safe", "unsafe"],
  messages: {
    singleTask: "`{{name}}` runs one task and waits for it: nothing runs beside it, and a plain `await` does the same without a second way for errors to come out. Await the work itself.",
    spawnAwaited: "This task of `{{name}}` is awaited where it is spawned: nothing runs beside it. Await the work itself.",
    emptyScope: "`{{name}}` owns no task: leaving the block waits for nothing. Remove it, or spawn in it what should run side by side.",
    serialised: "`{{name}}` is given a value that was awaited before: what stands in the list runs one after the other, not side by side. Leave out the `await`, or await one by one without `{{name}}`.",
    nestedList: "`{{name}}` is given a list inside a list and waits for none of the promises in it: what follows runs before they are done, and a rejection has no handler. Leave out the inner brackets, or spread the list.",
    nestedScope: "`{{name}}` owns no task, and all that it encloses is another group: that one alone does the same. Remove it.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      ignoreConfigured: { type: "boolean", description: "Whether a group with options is there for their sake." },
      combinators: { type: "boolean", description: "Whether combinators of `Promise` are looked at too." },
    },
  },
  defaults,
  *detect(view, options) {
    const found = [...ceremonialScopes(view, !options.ignoreConfigured), ...(options.combinators ? ceremonialCombinators(view) : [])];
    for (const ceremony of found) yield { at: ceremony.at, message: ceremony.kind, data: { name: ceremony.name }, fixes: fixesOf(view, ceremony, options) };
  },
});

function fixesOf(view: FileView, { kind, at, remove }: Ceremony, { ignoreConfigured }: Options): readonly Fix[] {
  if (remove !== undefined) return [removeStatement(view, remove)];
  if (kind === "nestedList") return [spreadList(view, at as ts.Expression)];
  if (!view.ts.isCallExpression(at)) return [];
  if (kind === "serialised") return optional(startTogether(view, at));
  return optional(kind === "spawnAwaited" || !view.callees.of(at).names.some((name) => name.startsWith("PromiseConstructor.")) ? awaitTheTask(view, at, ignoreConfigured ? "safe" : "unsafe") : withoutCombinator(view, at));
}
