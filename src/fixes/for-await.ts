/** Ends iterators with those who consume them: `for await`, `await using`, and the method by which a wrapper is told to stop. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { stackSupport } from "./platform.ts";
import { indentAt, startsLine, styleOf } from "./style.ts";
import { insert, replace, type FixView } from "./view.ts";

/**
 * `return (await xs.next()).value;` and `const { value } = await xs.next();` with a loop that takes one value and closes the iterator.
 * @param step the call of `next` on an iterator that is made in the same expression.
 * @returns `undefined` where more is done with the step.
 */
export function takeFirst(view: FixView, step: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const wait = step.parent;
  const made = ts.isPropertyAccessExpression(step.expression) ? step.expression.expression : undefined;
  if (!ts.isAwaitExpression(wait) || made === undefined || step.arguments.length > 0) return undefined;
  const source = made.getText(file).replace(/\[Symbol\.asyncIterator\]\(\)$/u, "");
  const { semicolons } = styleOf(ts, file);
  const end = semicolons ? ";" : "";
  const title = "Take the first value in a `for await`, which closes the iterator";
  const declaration = wait.parent;
  if (ts.isVariableDeclaration(declaration)) {
    const statement = declaration.parent.parent;
    const [element, ...others] = ts.isObjectBindingPattern(declaration.name) ? declaration.name.elements : [];
    if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1 || element === undefined || others.length > 0 || (element.propertyName ?? element.name).getText(file) !== "value" || !ts.isIdentifier(element.name) || element.initializer !== undefined) return undefined;
    const start = statement.getStart(file);
    const gap = startsLine(file.text, start) ? `${semicolons ? ";" : ""}${styleOf(ts, file).eol}${indentAt(file.text, start)}` : "; ";
    const name = element.name.text;
    return { title, applicability: "unsafe", edits: [replace(view, start, statement.end, `let ${name}${gap}for await (${name} of ${source}) break${end}`)] };
  }
  let value: ts.Node = wait;
  while (ts.isParenthesizedExpression(value.parent)) value = value.parent;
  const access = value.parent;
  const exit = access.parent;
  if (!ts.isPropertyAccessExpression(access) || access.name.text !== "value" || !ts.isReturnStatement(exit) || !ts.isBlock(exit.parent)) return undefined;
  const start = exit.getStart(file);
  const gap = startsLine(file.text, start) ? `${semicolons ? ";" : ""}${styleOf(ts, file).eol}${indentAt(file.text, start)}` : "; ";
  return { title, applicability: "unsafe", edits: [replace(view, start, exit.end, `for await (const value of ${source}) return value${gap}return undefined${end}`)] };
}

/**
 * `const it = pages();` becomes `await using it = pages();`.
 * @returns `undefined` unless every Node that the package runs on has disposers on generators: older ones throw there, whatever the types say.
 */
export function holdIterator(view: FixView, name: ts.Identifier): Fix | undefined {
  const { ts, file, compiler } = view;
  const declaration = name.parent;
  const type = compiler.typeOf(name);
  if (stackSupport(view) !== "sure" || type === undefined || (type.symbol as ts.Symbol | undefined)?.name !== "AsyncGenerator") return undefined;
  if (!ts.isVariableDeclaration(declaration) || !ts.isVariableDeclarationList(declaration.parent) || declaration.parent.declarations.length !== 1 || (declaration.parent.flags & ts.NodeFlags.Const) === 0) return undefined;
  const start = declaration.parent.getStart(file);
  return { title: "Declare it with `await using`", applicability: "unsafe", edits: [replace(view, start, start + "const".length, "await using")] };
}

/**
 * Gives a wrapper the method by which its consumer says that it has had enough.
 * @param member `return` of an iterator, `cancel` of a stream's source.
 * @param closing how what it reads from is closed.
 */
export function addEnd(view: FixView, wrapper: ts.ObjectLiteralExpression, member: "return" | "cancel", source: ts.Identifier, closing: "return" | "cancel"): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  const last = wrapper.properties.at(-1);
  if (last === undefined) return undefined;
  const { eol, indent, semicolons } = styleOf(ts, file);
  const end = semicolons ? ";" : "";
  const call = closing === "return" ? `await ${source.text}.return?.()${end}` : `await ${source.text}.cancel()${end}`;
  const body = member === "return" ? [call, `return { done: true as const, value: undefined }${end}`] : [call];
  const isTyped = /\.[cm]?tsx?$/u.test(file.fileName);
  const lines = isTyped ? body : body.map((line) => line.replace(" as const", ""));
  const start = last.getStart(file);
  const title = `Give it a \`${member}\` that closes \`${source.text}\``;
  const comma = text.slice(last.end).trimStart().startsWith(",");
  const at = comma ? text.indexOf(",", last.end) + 1 : last.end;
  if (!startsLine(text, start)) return { title, applicability: "unsafe", edits: [insert(view, at, `${comma ? "" : ","} async ${member}() { ${lines.map((line) => (semicolons ? line : `${line};`)).join(" ")} }${comma ? "," : ""}`)] };
  const lead = indentAt(text, start);
  return { title, applicability: "unsafe", edits: [insert(view, at, `${comma ? "" : ","}${eol}${[`async ${member}() {`, ...lines.map((line) => indent + line), "},"].map((line) => lead + line).join(eol)}`)] };
}
