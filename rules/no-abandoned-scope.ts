/** A scope is not left half-way: no `yield` inside a task group, no iterator that nobody closes. */
import { abandonedScopes, type AbandonTerms, type Abandoned, type FileView } from "../src/analysis/index.ts";
import { addEnd, closeIterator, holdIterator, optional, takeFirst } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

const defaults: AbandonTerms = { adaptors: ["scopedStream"], yieldHoldsResource: false, iterators: "made", generators: "allow" };

export default defineRule({
  name: "no-abandoned-scope",
  description: "Disallow suspending a scope by `yield`, and iterators that nobody closes",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    yieldInScope: "The tasks of the group on line {{line}} go on while this generator is suspended: a failure cannot interrupt it, and a consumer who stops early leaves them running for ever. Let the caller own the group, or collect the values and close the group before the `yield`.",
    yieldHoldsResource: "What is opened on line {{line}} stays open while this generator is suspended, as long as the consumer likes, or for ever if it just stops asking. Take it as a parameter, so that the consumer owns it.",
    iteratorNotClosed: "`{{name}}` is not closed when the function stops taking values: what the iterator holds stays open, and its `finally` never runs. Use `for await`, which closes it, or {{advice}}.",
    sourceNotClosed: "Whoever stops early cannot close `{{name}}`: {{what}} has no `{{lacks}}`, so it stays locked and open behind a consumer that has gone. Add a `{{lacks}}` that calls `{{name}}.{{closing}}()`.",
    bannedGenerator: "Nobody sees to it that this async generator is run to its end or closed. Give it to a function that does, or pass the values to a callback.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      adaptors: { type: "array", items: { anyOf: [{ type: "string" }, { type: "object" }] }, description: "Functions that run a generator to its end, or close it." },
      yieldHoldsResource: { type: "boolean", description: "Whether a `yield` is reported where something is open." },
      iterators: { enum: ["off", "made", "all"], description: "Which iterators that are stepped by hand must be closed: those the function has made, also those it is given, or none." },
      generators: { enum: ["allow", "ban"], description: "Whether async generators may be written without an adaptor." },
    },
  },
  defaults,
  discipline: { yieldHoldsResource: true, iterators: "all" },
  *detect(view, options) {
    for (const one of abandonedScopes(view, options)) yield findingOf(view, one);
  },
});

function findingOf(view: FileView, one: Abandoned): Finding<Abandoned["kind"]> {
  const { kind } = one;
  if (one.kind === "bannedGenerator") return { at: one.at.name ?? one.at.asteriskToken ?? one.at, message: kind };
  if (one.kind === "sourceNotClosed") return { at: one.at, message: kind, data: { name: one.source.text, lacks: one.lacks, closing: one.closing, what: one.lacks === "return" ? "the iterator around it" : "the stream around it" }, related: [{ node: one.wrapper, text: "only this reads from it" }], fixes: optional(addEnd(view, one.wrapper, one.lacks, one.source, one.closing)) };
  if (one.kind !== "iteratorNotClosed") return { at: one.at, message: kind, data: { line: view.lineOf(one.opening) }, related: [{ node: one.opening, text: "it is open from here" }] };
  const fixes = one.name === undefined ? optional(takeFirst(view, one.at)) : optional(holdIterator(view, one.name), closeIterator(view, one.name));
  const name = view.print(one.iterator, 40);
  return { at: one.at, message: kind, data: { name, advice: one.name === undefined ? "keep it in a variable and call its `return()` in a `finally`" : `call \`${name}.return()\` in a \`finally\`` }, fixes };
}
