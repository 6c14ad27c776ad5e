/** Holds what is acquired until it is handed on: in a disposable stack, or by a `catch` that gives it back. */
import type ts from "typescript";
import type { Leak } from "../analysis/resources/leak.ts";
import type { Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import { canAwait, exitsOf, freshName, functionAround, suspends } from "./place.ts";
import { stackSupport } from "./platform.ts";
import { indexAround } from "./statements.ts";
import { indentAt, lineStart, startsLine, styleOf } from "./style.ts";
import { releaseText } from "./using.ts";
import { insert, type FixView } from "./view.ts";

/** `const x = …;`, and the statement of the same block that makes `x` somebody else's. */
interface Handing {
  readonly name: ts.Identifier;
  readonly initializer: ts.Expression;
  readonly block: ts.Block;
  readonly statement: ts.VariableStatement;
  readonly handing: ts.ReturnStatement | ts.ExpressionStatement;
}

/** More statements than that are no set-up. */
const maxSetUp = 50;

/**
 * For what a function acquires, sets up, and hands on: when the set-up fails, it gives it back.
 * @returns `undefined` unless one statement of the block hands the value on, and nothing before leaves the block.
 */
export function holdUntilMoved(view: FixView, leak: Leak): Fix | undefined {
  const chain = leak.kind === "notDisposedOnThrow" ? handingOf(view, leak) : undefined;
  return chain === undefined ? undefined : (inStack(view, chain, leak) ?? inCatch(view, chain, leak));
}

function handingOf(view: FixView, { name, steps }: Leak): Handing | undefined {
  const { ts } = view;
  const declaration = name?.parent;
  if (name === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || !ts.isVariableDeclarationList(declaration.parent) || declaration.parent.declarations.length !== 1) return undefined;
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement) || !ts.isBlock(statement.parent)) return undefined;
  const block = statement.parent;
  const moves = steps.filter((step) => step.kind !== "use");
  const [first] = moves;
  const handing = first === undefined ? undefined : block.statements[indexAround(block.statements, first.mention)];
  if (handing === undefined || (!ts.isReturnStatement(handing) && !ts.isExpressionStatement(handing))) return undefined;
  if (moves.some(({ kind, at, mention }) => kind !== "moved" || at !== mention || mention.pos < handing.pos || mention.end > handing.end)) return undefined;
  const before = block.statements.slice(indexAround(block.statements, statement) + 1, indexAround(block.statements, handing));
  if (before.length === 0 || before.length > maxSetUp || before.some((one) => exitsOf(ts, one, block).length > 0)) return undefined;
  return { name, initializer: declaration.initializer, block, statement, handing };
}

/** `await using stack = new AsyncDisposableStack(); const x = stack.use(…); …; stack.move(); return x;` */
function inStack(view: FixView, { name, initializer, statement, handing }: Handing, { acquisition: { release } }: Leak): Fix | undefined {
  const { ts, file } = view;
  // Between `move` and the end of the statement nobody holds it.
  if (stackSupport(view) === "no" || suspends(ts, handing) || (release.async && !canAwait(view, statement)) || !startsLine(file.text, statement.getStart(file)) || !startsLine(file.text, handing.getStart(file))) return undefined;
  const { eol, semicolons } = styleOf(ts, file);
  const end = semicolons ? ";" : "";
  const around = functionAround(ts, statement) ?? file;
  const stack = freshName(view, around, ["stack", "held"]);
  const [keyword, kind] = release.async ? ["await using", "AsyncDisposableStack"] : ["using", "DisposableStack"];
  const item = freshName(view, around, ["it", "item"]);
  const closing = release.using === undefined ? releaseText(view, item, { ...release, async: false }, statement) : undefined;
  if (release.using === undefined && closing === undefined) return undefined;
  const [opening, close] = release.using === undefined ? [`${stack}.adopt(`, `, (${item}) => ${closing ?? ""})`] : [`${stack}.use(`, ")"];
  const [at, last] = [statement.getStart(file), handing.getStart(file)];
  const lead = indentAt(file.text, at);
  return {
    title: `Hold \`${name.text}\` in a disposable stack until it is handed on`,
    applicability: "unsafe",
    edits: [
      insert(view, lineStart(file.text, at), `${lead}${keyword} ${stack} = new ${kind}()${end}${eol}`),
      insert(view, initializer.getStart(file), opening),
      insert(view, initializer.end, close),
      insert(view, lineStart(file.text, last), `${indentAt(file.text, last)}${stack}.move()${end}${eol}`),
    ],
  };
}

/** `try { … return x; } catch (error) { x.close(); throw error; }` */
function inCatch(view: FixView, { name, block, statement, handing }: Handing, { acquisition: { release } }: Leak): Fix | undefined {
  const { ts } = view;
  const text = releaseText(view, name.text, release, handing);
  const first = block.statements[indexAround(block.statements, statement) + 1];
  const last = ts.isReturnStatement(handing) ? handing : block.statements[indexAround(block.statements, handing) - 1];
  if (text === undefined || first === undefined || last === undefined) return undefined;
  const error = freshName(view, functionAround(ts, statement) ?? view.file, ["error", "failure"]);
  // The error that is on its way is the one to be told.
  const edits = guarded(view, first, last, { head: `catch (${error})`, body: [release.async ? `${text}.catch(() => {})` : text, `throw ${error}`] });
  return edits === undefined ? undefined : { title: `Give \`${name.text}\` back if something fails before it is handed on`, applicability: "unsafe", edits };
}
