/** Repairs of classes that own something: a disposer, a release in it, the call of the base class's, a release before the field is written again. */
import type ts from "typescript";
import type { Edit, Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import { canAwait, isAsyncFunction } from "./place.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { insert, replace, type FixView } from "./view.ts";

/** How a field is given back. */
export interface FieldRelease {
  /** As it is written after the dot. */
  readonly name: string;
  /** Whether it may be empty. */
  readonly optional: boolean;
  readonly release: { readonly members: ReadonlySet<string>; readonly functions: ReadonlySet<string>; readonly byCall: boolean; readonly async: boolean; readonly using: "using" | "await using" | undefined };
}

/** The call that gives a field back, without `await`. */
function releaseText({ name, optional, release }: FieldRelease): string | undefined {
  const target = `this.${name}`;
  const mark = optional ? "?." : "";
  if (release.using !== undefined) return `${target}${mark}[Symbol.${release.using === "using" ? "dispose" : "asyncDispose"}]()`;
  if (release.byCall) return `${target}${mark}()`;
  const [member] = release.members;
  const [fn] = release.functions;
  if (fn !== undefined && !fn.includes(".")) return `${fn}(${target})`;
  return member === undefined ? undefined : `${target}${mark || "."}${member}()`;
}

/** Gives a field back in the disposer of its class; a class without one gets one. */
export function releaseInDisposer(view: FixView, owner: ts.ClassLikeDeclaration, disposer: ts.ClassElement | undefined, field: FieldRelease): Fix | undefined {
  const { ts } = view;
  const call = releaseText(field);
  if (call === undefined) return undefined;
  if (disposer === undefined) return newDisposer(view, owner, call, field.release.async);
  if (!ts.isMethodDeclaration(disposer) || disposer.body === undefined || (field.release.async && !isAsyncFunction(ts, disposer))) return undefined;
  const edits = inFinally(view, disposer.body, `${field.release.async ? "await " : ""}${call}`);
  return edits === undefined ? undefined : { title: `Release \`${field.name}\` in \`${disposer.name.getText(view.file)}\``, applicability: "unsafe", edits };
}

function newDisposer(view: FixView, owner: ts.ClassLikeDeclaration, call: string, isAsync: boolean): Fix | undefined {
  const { ts, file } = view;
  const last = owner.members.at(-1);
  if (last === undefined || !startsLine(file.text, last.getStart(file)) || file.text.slice(last.end, owner.end).trim() !== "}") return undefined;
  const { eol, indent, semicolons } = styleOf(ts, file);
  const lead = indentAt(file.text, last.getStart(file));
  const end = semicolons ? ";" : "";
  const head = isAsync ? "async [Symbol.asyncDispose](): Promise<void> {" : "[Symbol.dispose](): void {";
  const method = `${eol}${eol}${lead}${head}${eol}${lead}${indent}${isAsync ? "await " : ""}${call}${end}${eol}${lead}}`;
  const name = isAsync ? "AsyncDisposable" : "Disposable";
  const clause = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
  const anchor = clause?.end ?? owner.heritageClauses?.at(-1)?.end ?? (owner.typeParameters === undefined ? owner.name?.end : undefined);
  const edits: Edit[] = [insert(view, last.end, method)];
  if (anchor !== undefined) edits.unshift(insert(view, anchor, clause === undefined ? ` implements ${name}` : `, ${name}`));
  return { title: `Add \`[Symbol.${isAsync ? "asyncDispose" : "dispose"}]\``, applicability: "unsafe", edits };
}

/** Calls the base class's disposer, whatever happens before. */
export function callSuperDisposer(view: FixView, disposer: ts.MethodDeclaration): Fix | undefined {
  const { ts, file } = view;
  if (disposer.body === undefined) return undefined;
  const name = disposer.name.getText(file);
  const call = `super${ts.isComputedPropertyName(disposer.name) ? name : `.${name}`}()`;
  const edits = inFinally(view, disposer.body, `${isAsyncFunction(ts, disposer) ? "await " : ""}${call}`);
  return edits === undefined ? undefined : { title: `Call \`${call}\` at the end`, applicability: "unsafe", edits };
}

/** Runs a statement after all others of a body, also when they fail. */
function inFinally(view: FixView, body: ts.Block, statement: string): readonly Edit[] | undefined {
  const { ts, file } = view;
  const [first] = body.statements;
  const last = body.statements.at(-1);
  if (first !== undefined && last !== undefined) return guarded(view, first, last, { head: "finally", body: [statement] });
  const isEmpty = file.text.slice(body.getStart(file) + 1, body.end - 1).trim() === "";
  return isEmpty ? [replace(view, body.getStart(file), body.end, `{ ${statement}${styleOf(ts, file).semicolons ? ";" : ""} }`)] : undefined;
}

/** Gives back what a field holds before it is written again. */
export function disposeFirst(view: FixView, write: ts.Node, field: FieldRelease): Fix | undefined {
  const { ts, file } = view;
  let statement = write;
  while (!ts.isStatement(statement)) {
    if (ts.isFunctionLike(statement) || ts.isSourceFile(statement)) return undefined;
    statement = statement.parent;
  }
  const call = releaseText({ ...field, optional: true });
  if (call === undefined || !ts.isBlock(statement.parent) || (field.release.async && !canAwait(view, statement))) return undefined;
  const { eol, semicolons } = styleOf(ts, file);
  const start = statement.getStart(file);
  const code = `${field.release.async ? "await " : ""}${call}${semicolons ? ";" : ""}`;
  const edit = startsLine(file.text, start) ? insert(view, lineStart(file.text, start), `${indentAt(file.text, start)}${code}${eol}`) : insert(view, start, `${code} `);
  return { title: `Release \`${field.name}\` first`, applicability: "unsafe", edits: [edit] };
}
