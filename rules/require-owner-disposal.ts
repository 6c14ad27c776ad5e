/** A class that acquires something gives it back: all of it, in order, and its base class gets its turn. */
import { nulledTimers, ownerFaults, registrars, type FileView, type OwnerFault, type OwnerTerms } from "../src/analysis/index.ts";
import { callSuperDisposer, disposeFirst, optional, releaseInDisposer } from "../src/fixes/index.ts";
import { defineRule, type Finding } from "../src/rule.ts";

const defaults: OwnerTerms = { lifecycles: [], registerMethods: registrars, checkImplements: false };

const names = { type: "array", items: { type: "string" } } as const;

export default defineRule({
  name: "require-owner-disposal",
  description: "Require a class to dispose of the scopes and resources that it creates",
  preset: "recommended",
  fixable: ["unsafe"],
  messages: {
    notDisposable: "`{{field}}` keeps {{what}} that this class creates, and the class has no way to give it back: each object leaks one. Implement `[Symbol.{{symbol}}]` and release it there, or take it as a parameter from whoever owns it.",
    fieldNotDisposed: "`{{disposer}}` does not release `{{field}}`{{where}}, {{what}} that this class creates: it stays open after its owner is gone, once per object. Release it there.",
    syncDisposerForAsync: "`{{field}}` keeps {{what}}, which takes time to close, but the class is disposed synchronously: nobody can wait for it. Implement `[Symbol.asyncDispose]`, and hold the object with `await using`.",
    noSuper: "This replaces the `{{disposer}}` of the base class and does not call it: what the base class owns stays open. Call `super` in a `finally`.",
    overwriteWithoutDispose: "`{{field}}` may still hold {{what}} when `{{member}}` puts a new one in its place: the old one stays open, and nobody can reach it any more. Release it first.",
    timerForgotten: "`{{field}}` is emptied here while its timer may still be armed, and nothing can clear it any more: it fires all the same, on an object that counts on its having stopped. Call `{{clear}}` first.",
    mixedOwnership: "`{{field}}` holds what the caller has passed in, or else {{what}} that this class creates, and line {{line}} closes either: then the caller's is closed under its feet. Remember who owns it, or always take one of the two.",
    wrongOrder: "`{{call}}` closes what tasks of `{{group}}` still use: they are stopped only on line {{line}}, and fail in between. End the group first.",
    missingImplements: "The class has a disposer and does not say so: `using` accepts it, but no interface asks for it to stay. Add `implements {{symbol}}`.",
  },
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      lifecycles: {
        type: "array",
        items: { type: "object", additionalProperties: false, required: ["release"], properties: { acquire: names, release: names } },
        description: "Further methods that end the life of an object, with those that begin it.",
      },
      registerMethods: { ...names, description: "Functions that keep what they are given and give it back when the object ends." },
      checkImplements: { type: "boolean", description: "Whether a class with a disposer must say that it implements the interface." },
    },
  },
  defaults,
  *detect(view, options) {
    for (const fault of ownerFaults(view, options)) yield findingOf(view, fault);
    for (const { at, start, field, clearer } of nulledTimers(view)) yield { at, message: "timerForgotten", data: { field, clear: `${clearer}(${field})` }, related: [{ node: start, text: "the timer is started here" }] };
  },
});

function findingOf(view: FileView, fault: OwnerFault): Finding<OwnerFault["kind"]> {
  const { ts, file } = view;
  const { kind } = fault;
  switch (fault.kind) {
    case "noSuper":
    case "missingImplements": {
      const { disposer } = fault;
      return { at: disposer.name, message: kind, data: { disposer: disposer.name.getText(file), symbol: disposer.name.getText(file).includes("async") ? "AsyncDisposable" : "Disposable" }, fixes: kind === "noSuper" ? optional(callSuperDisposer(view, disposer)) : [] };
    }
    case "wrongOrder":
      return { at: fault.at, message: kind, data: { call: view.print(fault.at), group: `this.${fault.group}`, line: view.lineOf(fault.later) }, related: [{ node: fault.later, text: "the group ends here" }] };
    case "mixedOwnership":
      return { at: fault.write.acquisition.call, message: kind, data: { field: fault.field.name, what: named(fault.write), line: view.lineOf(fault.release) }, related: [{ node: fault.release, text: "it is closed here" }] };
    case "overwriteWithoutDispose": {
      const { write } = fault;
      return { at: write.acquisition.call, message: kind, data: { field: fault.field.name, what: named(write), member: write.member.name?.getText(file) ?? "it" }, fixes: optional(disposeFirst(view, write.acquisition.call, fieldRelease(view, fault))) };
    }
    default: {
      const { acquisition } = fault.write;
      const name = fault.disposer?.name?.getText(file);
      const data = { field: fault.field.name, what: named(fault.write), symbol: acquisition.release.async ? "asyncDispose" : "dispose", disposer: name ?? "The base class", where: fault.at === undefined ? "" : ` on the way out on line ${view.lineOf(fault.at)}` };
      const related = fault.disposer === undefined || kind === "notDisposable" ? [] : [{ node: fault.disposer.name ?? fault.disposer, text: `\`${name ?? ""}\` ends the object` }];
      const isFixable = kind !== "syncDisposerForAsync" && fault.at === undefined && !fault.write.collected && (kind === "notDisposable" || fault.disposer !== undefined) && !ts.isClassExpression(fault.owner);
      return { at: acquisition.call, message: kind, data, related, fixes: isFixable ? optional(releaseInDisposer(view, fault.owner, fault.disposer, fieldRelease(view, fault))) : [] };
    }
  }
}

/** What was acquired, with its article. */
function named({ acquisition: { what } }: { readonly acquisition: { readonly what: string } }): string {
  return `${/^`?[aeiou]/iu.test(what) ? "an" : "a"} ${what}`;
}

function fieldRelease(view: FileView, { field, write }: Extract<OwnerFault, { readonly field: unknown }>): Parameters<typeof disposeFirst>[2] {
  const { declaration } = field;
  const isHeldFromTheStart = field.writes.some(({ member }) => view.ts.isConstructorDeclaration(member) || member === declaration);
  return { name: field.name, optional: !isHeldFromTheStart, release: write.acquisition.release };
}
