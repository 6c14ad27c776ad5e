/** Lets something live as long as it is used: with its caller, for one attempt, or to the end of the function. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { exitsOf, freshName, functionAround, someOwn } from "./place.ts";
import { stackSupport } from "./platform.ts";
import { indexAround } from "./statements.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { insert, prefix, replace, type FixView } from "./view.ts";

/**
 * `await using c = …; …; return c;` becomes `await using stack = …; const c = stack.use(…); …; stack.move(); return c;`: closed when something
 * in between fails, and the caller's afterwards.
 * @returns `undefined` where the platform has no stacks, or one of the returns of `c` shares its line with other code.
 */
export function handOverInStack(view: FixView, declaration: ts.VariableDeclaration): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  const list = declaration.parent;
  const statement = list.parent;
  const { name, initializer } = declaration;
  if (stackSupport(view) === "no" || !ts.isIdentifier(name) || initializer === undefined || !ts.isVariableStatement(statement) || !ts.isBlock(statement.parent) || statement.declarationList.declarations.length !== 1 || !startsLine(text, statement.getStart(file))) return undefined;
  const block = statement.parent;
  const rest = block.statements.slice(indexAround(block.statements, statement) + 1);
  const returns = rest.flatMap((one) => exitsOf(ts, one, block)).filter((exit): exit is ts.ReturnStatement => ts.isReturnStatement(exit) && exit.expression !== undefined && ts.isIdentifier(exit.expression) && exit.expression.text === name.text);
  if (returns.length === 0 || returns.some((exit) => !ts.isBlock(exit.parent) || !startsLine(text, exit.getStart(file)))) return undefined;
  const { eol, semicolons } = styleOf(ts, file);
  const end = semicolons ? ";" : "";
  const start = list.getStart(file);
  const [keyword = ""] = /^(?:await\s+)?using/u.exec(text.slice(start, declaration.getStart(file))) ?? [];
  const stack = freshName(view, functionAround(ts, statement) ?? file, ["stack", "held"]);
  const opening = `${keyword} ${stack} = new ${keyword === "using" ? "DisposableStack" : "AsyncDisposableStack"}()${end}${eol}${indentAt(text, start)}const`;
  return {
    title: `Hold \`${name.text}\` in a disposable stack until it is returned`,
    applicability: "unsafe",
    edits: [
      replace(view, start, start + keyword.length, opening),
      insert(view, initializer.getStart(file), `${stack}.use(`),
      insert(view, initializer.end, ")"),
      ...returns.map((exit) => insert(view, lineStart(text, exit.getStart(file)), `${indentAt(text, exit.getStart(file))}${stack}.move()${end}${eol}`)),
    ],
  };
}

/**
 * Leaves the function after the statement that ends something: `res.end(); return;`.
 * @returns `undefined` in loops, in functions with a result, and where the statement is not the last of its branch.
 */
export function leaveAfter(view: FixView, end: ts.Node): Fix | undefined {
  const { ts, file } = view;
  let statement = end;
  while (!ts.isStatement(statement)) statement = statement.parent;
  const around = functionAround(ts, statement) as ts.FunctionLikeDeclaration | undefined;
  if (around?.body === undefined || !ts.isExpressionStatement(statement) || someOwn(ts, around, (node) => ts.isReturnStatement(node) && node.expression !== undefined)) return undefined;
  if (around.type !== undefined && !/^(?:void|Promise\s*<\s*void\s*>)$/u.test(around.type.getText(file))) return undefined;
  const { parent } = statement;
  const branch = ts.isBlock(parent) ? parent : statement;
  if (!ts.isIfStatement(branch.parent) || (ts.isBlock(parent) && parent.statements.at(-1) !== statement)) return undefined;
  for (let up: ts.Node = branch.parent; up !== around; up = up.parent) if (ts.isIterationStatement(up, false)) return undefined;
  const { eol, semicolons } = styleOf(ts, file);
  const stop = semicolons ? ";" : "";
  const title = "Leave the function there";
  const start = statement.getStart(file);
  if (branch === statement) return { title, applicability: "unsafe", edits: [prefix(view, start, "{ "), insert(view, statement.end, `${semicolons ? "" : ";"} return${stop} }`)] };
  const gap = startsLine(file.text, start) ? `${eol}${indentAt(file.text, start)}` : semicolons ? " " : "; ";
  return { title, applicability: "unsafe", edits: [insert(view, statement.end, `${gap}return${stop}`)] };
}

/**
 * Moves `const controller = new AbortController();` into the loop whose attempts share it.
 * @param use a mention of the controller in the loop.
 * @returns `undefined` where something outside of the loop mentions it.
 */
export function makeInLoop(view: FixView, use: ts.Node, controller: string): Fix | undefined {
  const { ts, file } = view;
  const { text } = file;
  let loop: ts.Node = use;
  let block: ts.Node = use;
  let statement: ts.VariableStatement | undefined;
  for (let up = use.parent; !ts.isFunctionLike(up) && !ts.isSourceFile(up) && statement === undefined; up = up.parent) {
    if (ts.isIterationStatement(up, false)) [loop, block] = [up, up.statement];
    if (!ts.isBlock(up)) continue;
    statement = up.statements.find((one): one is ts.VariableStatement => ts.isVariableStatement(one) && one.declarationList.declarations.length === 1 && one.declarationList.declarations[0]?.name.getText(file) === controller);
    if (statement !== undefined && up.statements.some((one) => one !== statement && one !== loop && new RegExp(`\\b${controller}\\b`, "u").test(one.getText(file)))) return undefined;
  }
  if (statement === undefined || loop === use || !ts.isBlock(block) || loop.parent !== statement.parent) return undefined;
  const [first] = block.statements;
  const made = statement.getText(file);
  if (first === undefined || made.includes("\n") || !startsLine(text, statement.getStart(file)) || !startsLine(text, first.getStart(file)) || !/^[ \t]*\r?\n/u.test(text.slice(statement.end))) return undefined;
  const { eol } = styleOf(ts, file);
  const at = lineStart(text, statement.getStart(file));
  const below = statement.end + (/^[ \t]*\r?\n/u.exec(text.slice(statement.end)) ?? [""])[0].length;
  return { title: `Make \`${controller}\` for each attempt`, applicability: "unsafe", edits: [replace(view, at, below, ""), insert(view, lineStart(text, first.getStart(file)), `${indentAt(text, first.getStart(file))}${made}${eol}`)] };
}
