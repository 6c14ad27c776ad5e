/** Gives work that nobody waits for to a task group, which is joined on every normal way out. */
import type ts from "typescript";
import type { SignalInScope } from "../analysis/signals/signals.ts";
import type { Edit, Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { runBlock, usingBlock } from "./block.ts";
import { droppedExpression, freshName, functionAround, isAsyncFunction, suspends } from "./place.ts";
import { allowsAwaitUsing, groupInView, inCleanup, runtimeModule } from "./scopes.ts";
import { asTask, groupOptions } from "./task.ts";
import { replace, type FixView } from "./view.ts";

/** A group that several sites of one function share. */
interface Plan {
  readonly name: string;
  readonly scope: SignalInScope | undefined;
  readonly sites: ReadonlySet<ts.Expression>;
  /** Import, declaration and joins: the same for every site, so that merging keeps them once. */
  readonly edits: readonly Edit[];
}

const plans = new WeakMap<readonly ts.Node[], Map<ts.Node, Plan | null>>();

/**
 * Spawns a statement-level call (`f();`, `void f();`, `f().catch(h);`, an async function called on the spot) in a task group:
 * in one that is in view, else in a new one, declared directly before the first site in the nearest block that contains
 * all `sites` of the function (disposal is LIFO: what is declared later would be closed while tasks still use it).
 * @param sites all places of the file that are to be spawned, `site` among them; pass the same array for each, so that they share the group.
 * @param beside only where something may run beside the task: not for one alone at the end of a block, where a plain `await` does the same.
 * @param background the work never settles by itself: it is cancelled and awaited when the group is joined.
 * @returns `undefined` where no group can be opened: outside async functions, in generators, while cleaning up.
 */
export function spawnInGroup(view: FixView, site: ts.Node, sites: readonly ts.Node[] = [site], { background = false, beside = false } = {}): Fix | undefined {
  const target = droppedExpression(view.ts, site);
  if (target === undefined || inCleanup(view, target)) return undefined;
  const after = background ? ", { background: true })" : ")";
  const open = groupInView(view, target);
  if (open !== undefined) {
    const edits = asTask(view, target, `${open}.spawn(`, after);
    return edits === undefined ? undefined : { title: `Spawn it in the task group \`${open}\``, applicability: "unsafe", edits };
  }
  const around = functionAround(view.ts, target);
  if (beside && sites.every((one) => one === site || functionAround(view.ts, one) !== around) && endsItsBlock(view.ts, target)) return undefined;
  const plan = planFor(view, target, sites);
  if (plan?.sites.has(target) !== true) return undefined;
  const edits = asTask(view, target, `${plan.name}.spawn(`, after, plan.scope);
  return edits === undefined ? undefined : { title: "Give it to a task group that is joined on every way out", applicability: "unsafe", edits: [...plan.edits, ...edits] };
}

/**
 * Spawns on a group that has a name, where `new TaskGroup().spawn(f);` made one that nobody holds: on one that is in view, or on a
 * new one for all `sites` of the function.
 * @param sites all such calls of the file, `spawn` among them; pass the same array for each.
 * @returns `undefined` for groups with options, for those of other libraries, and where no group can be opened.
 */
export function spawnInNamedGroup(view: FixView, spawn: ts.CallExpression, group: ts.Expression, sites: readonly ts.CallExpression[]): Fix | undefined {
  const { ts, file } = view;
  const target = droppedExpression(ts, spawn);
  const imported = importNamed(view, "TaskGroup", runtimeModule);
  if (target === undefined || inCleanup(view, target) || !ts.isNewExpression(group) || (group.arguments?.length ?? 0) > 0) return undefined;
  if (imported === undefined || imported.edits.length > 0 || group.expression.getText(file) !== imported.local) return undefined;
  const named = (name: string): Edit => replace(view, group.getStart(file), group.end, name);
  const open = groupInView(view, target);
  if (open !== undefined) return { title: `Spawn it in the task group \`${open}\``, applicability: "unsafe", edits: [named(open)] };
  const plan = planFor(view, target, sites);
  if (plan?.sites.has(target) !== true) return undefined;
  return { title: "Declare the group, so that it is joined on every way out", applicability: "unsafe", edits: [...plan.edits, named(plan.name)] };
}

function planFor(view: FixView, target: ts.Expression, sites: readonly ts.Node[]): Plan | undefined {
  const around = functionAround(view.ts, target);
  if (around === undefined) return undefined;
  let known = plans.get(sites);
  if (known === undefined) {
    known = new Map();
    plans.set(sites, known);
  }
  let plan = known.get(around);
  if (plan === undefined) {
    plan = makePlan(view, around, sites) ?? null;
    known.set(around, plan);
  }
  return plan ?? undefined;
}

function makePlan(view: FixView, around: ts.Node, sites: readonly ts.Node[]): Plan | undefined {
  const { ts } = view;
  if (!isAsyncFunction(ts, around)) return undefined;
  const { body, asteriskToken } = around as ts.FunctionLikeDeclaration;
  if (body === undefined || !ts.isBlock(body) || asteriskToken !== undefined) return undefined;
  const own = sites
    .map((one) => droppedExpression(ts, one))
    .filter((one) => one !== undefined)
    .filter((one) => functionAround(ts, one) === around && one.pos >= body.pos && !inCleanup(view, one) && !suspends(ts, one) && groupInView(view, one) === undefined);
  const block = blockFor(view, own, body);
  if (block === undefined) return undefined;
  const first = block.statements.find((statement) => own.some((one) => one.pos >= statement.pos && one.end <= statement.end));
  const imported = importNamed(view, "TaskGroup", runtimeModule);
  if (first === undefined || imported === undefined) return undefined;
  const name = freshName(view, around, ["tasks", "taskGroup"]);
  const scope = view.signals.nearest(first);
  const group = { name, constructor: imported.local, options: groupOptions(scope) };
  const edits = allowsAwaitUsing(view) ? usingBlock(view, block, first, group) : runBlock(view, block, first, group, block === body);
  return edits === undefined ? undefined : { name, scope, sites: new Set(own), edits: [...imported.edits, ...edits] };
}

/** Whether nothing follows a statement in its block, and the block is run once. */
function endsItsBlock(ts: FixView["ts"], target: ts.Expression): boolean {
  const statement = target.parent;
  if (!ts.isExpressionStatement(statement) || !ts.isBlock(statement.parent) || statement.parent.statements.at(-1) !== statement) return false;
  for (let at: ts.Node = statement; !ts.isFunctionLike(at) && !ts.isSourceFile(at); at = at.parent) if (ts.isIterationStatement(at, false)) return false;
  return true;
}

/** The nearest block with all sites in it. Out of a loop, where a group in its body would be joined before the next turn and so run nothing side by side. */
function blockFor(view: FixView, sites: readonly ts.Expression[], body: ts.Block): ts.Block | undefined {
  const { ts } = view;
  const [first] = sites;
  if (first === undefined) return undefined;
  for (let up: ts.Node = first; up !== body.parent; up = up.parent) {
    if (!ts.isBlock(up)) continue;
    const block = up;
    if (!sites.every((one) => one.pos >= block.pos && one.end <= block.end)) continue;
    const waits = block.statements.some((statement) => statement.end > first.end && suspends(ts, statement));
    const inLoop = isInLoop(ts, block, body);
    if (sites.length > 1 || waits || !inLoop) return block;
  }
  return undefined;
}

function isInLoop(ts: FixView["ts"], block: ts.Block, body: ts.Block): boolean {
  for (let at: ts.Node = block; at !== body; at = at.parent) if (ts.isIterationStatement(at.parent, false) && at.parent.statement === at) return true;
  return false;
}
