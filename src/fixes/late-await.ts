/** Closes the gap between the start of a task and its late `await`: wait for both together, or let a group own the task. */
import type ts from "typescript";
import { usingBlock } from "./block.ts";
import type { LateJoin } from "../analysis/tasks/joins.ts";
import type { Edit, Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { freshName, functionAround, isAsyncFunction, withoutParens } from "./place.ts";
import { allowsAwaitUsing, groupInView, inCleanup, runtimeModule } from "./scopes.ts";
import { styleOf } from "./style.ts";
import { asTask, groupOptions } from "./task.ts";
import { replace, type FixView } from "./view.ts";

/** `const name = …;`, a statement of its own. */
export interface Held {
  readonly statement: ts.VariableStatement;
  readonly name: ts.Identifier;
}

/**
 * `const p = f(); const x = await g(); … await p` becomes `const [p, x] = await Promise.all([f(), g()]); … p`.
 * @param all the late joins of the file: starts that stand side by side are joined together.
 * @returns `undefined` unless the starts stand directly before that `await`, and all that is done with `p` is to wait for it.
 */
export function joinTogether(view: FixView, { start, at: awaited }: LateJoin, all: readonly LateJoin[]): Fix | undefined {
  const { ts, file } = view;
  const held = heldBy(view, start);
  if (held === undefined || !ts.isAwaitExpression(awaited)) return undefined;
  const list = held.statement.parent;
  if (!ts.isBlock(list)) return undefined;
  const gap = list.statements.find((one) => one.pos <= awaited.pos && awaited.end <= one.end);
  const target = gap === undefined ? undefined : targetOf(view, gap, awaited);
  if (gap === undefined || target === undefined) return undefined;
  const between = list.statements.slice(list.statements.indexOf(held.statement), list.statements.indexOf(gap));
  const starts = between.map((one) => all.find((other) => heldBy(view, other.start)?.statement === one)).filter((one) => one !== undefined);
  const awaits = starts.flatMap((one) => one.awaits ?? []);
  if (starts.length !== between.length || starts.some((one) => one.awaits === undefined) || hasComments(view, held.statement, gap)) return undefined;
  const text = (node: ts.Node): string => node.getText(file);
  const names = [...starts.map(({ name }) => name.text), ...(target === "" ? [] : [target])];
  const calls = [...starts.map((one) => text(one.start)), text(awaited.expression)];
  const end = styleOf(ts, file).semicolons ? ";" : "";
  return {
    title: "Wait for both with `Promise.all`",
    applicability: "unsafe",
    edits: [
      replace(view, held.statement.getStart(file), gap.end, `const [${names.join(", ")}] = await Promise.all([${calls.join(", ")}])${end}`),
      ...awaits.map((one) => unawaited(view, one)),
    ],
  };
}

/**
 * Starts the task in a group, in one that is in view or in a new one: it is then cancelled when something else fails, and joined on every normal way out.
 * @param all the late joins of the file: those of one block share a group, which is declared before the first of them.
 * @returns `undefined` where no group can be opened, or where more is done with the promise than to wait for it.
 */
export function spawnInstead(view: FixView, { start, awaits }: LateJoin, all: readonly LateJoin[]): Fix | undefined {
  const { ts } = view;
  const held = heldBy(view, start);
  if (held === undefined || awaits === undefined || inCleanup(view, start)) return undefined;
  const open = groupInView(view, start);
  if (open !== undefined) {
    const edits = asTask(view, start, `${open}.spawn(`, ")");
    return edits === undefined ? undefined : { title: `Start it in the task group \`${open}\``, applicability: "unsafe", edits };
  }
  const around = functionAround(ts, start);
  const block = held.statement.parent;
  if (around === undefined || !isAsyncFunction(ts, around) || (around as ts.FunctionLikeDeclaration).asteriskToken !== undefined || !ts.isBlock(block) || !allowsAwaitUsing(view)) return undefined;
  const first = block.statements.find((one) => all.some((other) => other.awaits !== undefined && heldBy(view, other.start)?.statement === one));
  const imported = importNamed(view, "TaskGroup", runtimeModule);
  if (first === undefined || imported === undefined) return undefined;
  const scope = view.signals.nearest(first);
  const name = freshName(view, around, ["tasks", "taskGroup"]);
  const opening = usingBlock(view, block, first, { name, constructor: imported.local, options: groupOptions(scope) });
  const edits = asTask(view, start, `${name}.spawn(`, ")", scope);
  return opening === undefined || edits === undefined ? undefined : { title: "Start it in a task group that is joined on every way out", applicability: "unsafe", edits: [...imported.edits, ...opening, ...edits] };
}

/** The statement that does nothing but keep a start in a constant. */
export function heldBy({ ts }: FixView, start: ts.Expression): Held | undefined {
  const declaration = start.parent;
  if (!ts.isVariableDeclaration(declaration) || declaration.type !== undefined || !ts.isIdentifier(declaration.name)) return undefined;
  const list = declaration.parent;
  if (!ts.isVariableDeclarationList(list)) return undefined;
  const plain = list.declarations.length === 1 && (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const;
  return plain && ts.isVariableStatement(list.parent) ? { statement: list.parent, name: declaration.name } : undefined;
}

/** What `const x = await g()` binds, as text; empty for a bare `await g()`. */
function targetOf({ ts, file }: FixView, gap: ts.Statement, awaited: ts.AwaitExpression): string | undefined {
  if (ts.isExpressionStatement(gap)) return withoutParens(ts, gap.expression) === awaited ? "" : undefined;
  if (!ts.isVariableStatement(gap)) return undefined;
  const { declarations, flags } = gap.declarationList;
  const [declaration] = declarations;
  const plain = declarations.length === 1 && (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const && declaration?.type === undefined && declaration?.initializer === awaited;
  return plain ? declaration.name.getText(file) : undefined;
}

function hasComments({ file }: FixView, first: ts.Node, last: ts.Node): boolean {
  return /\/[/*]/u.test(file.text.slice(first.getStart(file), last.end));
}

/** `await p` → `p`, `(await p).x` → `p.x`. */
function unawaited(view: FixView, node: ts.AwaitExpression): Edit {
  const { ts, file } = view;
  const outer = ts.isParenthesizedExpression(node.parent) ? node.parent : node;
  return replace(view, outer.getStart(file), outer.end, withoutParens(ts, node.expression).getText(file));
}
