/** Closes the gap between the start of a task and its late `await`: wait for both together, or let a group own the task. */
import type ts from "typescript";
import { usingBlock } from "./block.ts";
import { fateOf } from "../analysis/flow.ts";
import { referencesOf } from "../analysis/references.ts";
import type { Edit, Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { freshName, functionAround, isAsyncFunction, withoutParens } from "./place.ts";
import { allowsAwaitUsing, groupInView, inCleanup, runtimeModule } from "./scopes.ts";
import { styleOf } from "./style.ts";
import { asTask, groupOptions } from "./task.ts";
import { replace, type FixView } from "./view.ts";

/** `const name = start;`, a statement of its own. */
interface Held {
  readonly statement: ts.VariableStatement;
  readonly name: ts.Identifier;
  readonly start: ts.Expression;
}

/**
 * `const p = f(); const x = await g(); … await p` becomes `const [p, x] = await Promise.all([f(), g()]); … p`.
 * @param awaited the `await` that stands in the gap.
 * @returns `undefined` unless the starts stand directly before that `await`, and all that is done with `p` is to wait for it.
 */
export function joinTogether(view: FixView, start: ts.Expression, awaited: ts.Node): Fix | undefined {
  const { ts, file } = view;
  const held = heldBy(view, start);
  if (held === undefined || !ts.isAwaitExpression(awaited)) return undefined;
  const list = held.statement.parent;
  if (!ts.isBlock(list)) return undefined;
  const gap = list.statements.find((one) => one.pos <= awaited.pos && awaited.end <= one.end);
  const target = gap === undefined ? undefined : targetOf(view, gap, awaited);
  if (gap === undefined || target === undefined) return undefined;
  const between = list.statements.slice(list.statements.indexOf(held.statement), list.statements.indexOf(gap));
  const all = between.map((one) => (ts.isVariableStatement(one) ? heldIn(view, one) : undefined));
  const starts = all.filter((one) => one !== undefined);
  if (starts.length !== all.length || starts.some((one) => !isPromise(view, one.start)) || hasComments(view, held.statement, gap)) return undefined;
  const rest = starts.flatMap((one) => awaitsOf(view, one.name) ?? [undefined]);
  if (rest.some((one) => one === undefined)) return undefined;
  const text = (node: ts.Node): string => node.getText(file);
  const names = [...starts.map(({ name }) => text(name)), ...(target === "" ? [] : [target])];
  const calls = [...starts.map((one) => text(one.start)), text(awaited.expression)];
  const end = styleOf(ts, file).semicolons ? ";" : "";
  return {
    title: "Wait for both with `Promise.all`",
    applicability: "unsafe",
    edits: [
      replace(view, held.statement.getStart(file), gap.end, `const [${names.join(", ")}] = await Promise.all([${calls.join(", ")}])${end}`),
      ...rest.filter((one) => one !== undefined).map((one) => unawaited(view, one)),
    ],
  };
}

/**
 * Starts the task in a group, in one that is in view or in a new one: it is then cancelled when something else fails, and joined on every normal way out.
 * @param others further starts that are to move into the same new group; the group is declared before the first of them.
 * @returns `undefined` where no group can be opened, or where more is done with the promise than to wait for it.
 */
export function spawnInstead(view: FixView, start: ts.Expression, others: readonly ts.Expression[]): Fix | undefined {
  const { ts } = view;
  const held = heldBy(view, start);
  if (held === undefined || awaitsOf(view, held.name) === undefined || inCleanup(view, start)) return undefined;
  const open = groupInView(view, start);
  if (open !== undefined) {
    const edits = asTask(view, start, `${open}.spawn(`, ")");
    return edits === undefined ? undefined : { title: `Start it in the task group \`${open}\``, applicability: "unsafe", edits };
  }
  const around = functionAround(ts, start);
  const block = held.statement.parent;
  if (around === undefined || !isAsyncFunction(ts, around) || (around as ts.FunctionLikeDeclaration).asteriskToken !== undefined || !ts.isBlock(block) || !allowsAwaitUsing(view)) return undefined;
  const first = block.statements.find((one) => [start, ...others].some((other) => heldBy(view, other)?.statement === one));
  const imported = importNamed(view, "TaskGroup", runtimeModule);
  if (first === undefined || imported === undefined) return undefined;
  const scope = view.signals.nearest(first);
  const name = freshName(view, around, ["tasks", "taskGroup"]);
  const opening = usingBlock(view, block, first, { name, constructor: imported.local, options: groupOptions(scope) });
  const edits = asTask(view, start, `${name}.spawn(`, ")", scope);
  return opening === undefined || edits === undefined ? undefined : { title: "Start it in a task group that is joined on every way out", applicability: "unsafe", edits: [...imported.edits, ...opening, ...edits] };
}

function heldBy(view: FixView, start: ts.Expression): Held | undefined {
  const declaration = start.parent;
  if (!view.ts.isVariableDeclaration(declaration) || !view.ts.isVariableStatement(declaration.parent.parent)) return undefined;
  return heldIn(view, declaration.parent.parent);
}

function heldIn({ ts }: FixView, statement: ts.VariableStatement): Held | undefined {
  const { declarations, flags } = statement.declarationList;
  const [declaration] = declarations;
  if (declarations.length !== 1 || (flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const || declaration?.initializer === undefined || declaration.type !== undefined || !ts.isIdentifier(declaration.name)) return undefined;
  return { statement, name: declaration.name, start: declaration.initializer };
}

function isPromise(view: FixView, start: ts.Expression): boolean {
  const type = view.compiler.typeOf(start);
  return type !== undefined && view.types.taskKind(type) === "promise";
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

/** The `await`s of a variable of which nothing else is made than to wait for it; returned and combined as it is, it needs no edit. */
function awaitsOf(view: FixView, name: ts.Identifier): readonly ts.AwaitExpression[] | undefined {
  const { ts, compiler } = view;
  const awaits: ts.AwaitExpression[] = [];
  const home = functionAround(ts, name);
  for (const mention of referencesOf(compiler, name)) {
    if (functionAround(ts, mention) !== home) return undefined;
    const { fate, inside } = fateOf(compiler, mention);
    if (fate.kind === "awaited" && ts.isAwaitExpression(fate.by) && inside === undefined && withoutParens(ts, fate.by.expression) === mention) awaits.push(fate.by);
    else if (fate.kind === "argument" && inside === "array" && /^Promise\.(?:all|allSettled)$/u.test(fate.by.expression.getText(view.file)) && ts.isAwaitExpression(fate.by.parent)) continue;
    else if (fate.kind !== "returned" || inside !== undefined) return undefined;
  }
  return awaits;
}

/** `await p` → `p`, `(await p).x` → `p.x`. */
function unawaited(view: FixView, node: ts.AwaitExpression): Edit {
  const { ts, file } = view;
  const outer = ts.isParenthesizedExpression(node.parent) ? node.parent : node;
  return replace(view, outer.getStart(file), outer.end, withoutParens(ts, node.expression).getText(file));
}
