/** Tasks that still run when something they use is closed: the group ends after the resource, and nothing waits for the task in between. */
import type ts from "typescript";
import { carriedBy, closureAround, type Carried } from "./carried.ts";
import { joinsOfHandle } from "../tasks/groups.ts";
import type { FileView } from "../index.ts";
import { parameterAt } from "../facts/summaries.ts";
import { referencesOf } from "../language/references.ts";
import { endsBefore, regionNamed, regionsOf, type Region } from "./regions.ts";
import { calledMember, contains, unwrapped } from "../language/syntax.ts";

/** A task that may run longer than what it uses. */
export interface OutlivingTask {
  readonly resource: Region;
  /** The group, if it is opened in this file with `using` or `TaskGroup.run`; otherwise it belongs to somebody outside. */
  readonly group: Region | undefined;
  readonly groupName: string;
  /** The `spawn`, or the call that is given both. */
  readonly call: ts.CallExpression;
  /** Where the task mentions the resource. */
  readonly at: ts.Node;
}

/** What counts as waiting, and what may be used after its end. */
export interface OutlivingDemands {
  /** Methods of a group that wait for its tasks. */
  readonly joinMethods: readonly string[];
  /** Whether what a disposable stack holds counts. */
  readonly checkStacks: boolean;
}

/** The first use of each resource by a task of each group that may outlive it. */
export function* outlivingTasks(view: FileView, { joinMethods, checkStacks }: OutlivingDemands): Generator<OutlivingTask> {
  if (!mentionsScopes(view)) return;
  const joins = new Map<Region, ReadonlySet<ts.Node>>();
  const joinsOf = (group: Region): ReadonlySet<ts.Node> => {
    const found = joins.get(group) ?? new Set(referencesOf(view.compiler, group.name).flatMap((reference) => joinAt(view, reference, joinMethods)));
    joins.set(group, found);
    return found;
  };
  for (const resource of regionsOf(view)) {
    if (resource.kind === "run" || (resource.kind === "stacked" && !checkStacks)) continue;
    const reported = new Set<string>();
    for (const carried of carriedBy(view, resource)) {
      const found = taskUsing(view, resource, carried);
      if (found === undefined || reported.has(found.groupName) || isJoined(view, found, joinsOf)) continue;
      reported.add(found.groupName);
      yield found;
    }
  }
}

/** Whether a file may spawn tasks at all. */
function mentionsScopes(view: FileView): boolean {
  return view.mentions("spawn", "TaskGroup") || view.settings.scopeTypes.length > 0;
}

function taskUsing(view: FileView, resource: Region, { value, fate, at }: Carried): OutlivingTask | undefined {
  const { ts } = view;
  if (fate.kind !== "argument" || !ts.isCallExpression(fate.by)) return undefined;
  const call = fate.by;
  const member = calledMember(ts, call);
  if (member?.name === "spawn" && fate.index === 0) {
    const group = groupOf(view, member.receiver);
    if (group === undefined || !isTooLate(view, resource, group)) return undefined;
    return { resource, group: group.region, groupName: group.name, call, at };
  }
  // Given both, a function may spawn on the one what uses the other.
  for (const [index, argument] of call.arguments.entries()) {
    const region = index === fate.index ? undefined : regionNamed(view, argument);
    if (region?.isScope !== true || !endsBefore(resource, region) || !maySpawn(view, call, index, fate.index)) continue;
    return { resource, group: region, groupName: region.name.text, call, at: value };
  }
  return undefined;
}

interface GroupRef {
  readonly name: string;
  readonly region: Region | undefined;
  readonly declaration: ts.Declaration | undefined;
}

/** The group that an expression names, if it is a scope that somebody keeps. */
function groupOf(view: FileView, expression: ts.Expression): GroupRef | undefined {
  const { ts, compiler } = view;
  const target = unwrapped(ts, expression);
  const type = ts.isIdentifier(target) || ts.isPropertyAccessExpression(target) ? compiler.typeOf(target) : undefined;
  if (type === undefined || !view.types.isScope(type)) return undefined;
  return { name: view.print(target), region: regionNamed(view, target), declaration: ts.isIdentifier(target) ? compiler.declarationOf(target) : undefined };
}

function isTooLate(view: FileView, resource: Region, { region, declaration }: GroupRef): boolean {
  const { ts } = view;
  if (region !== undefined) return region.name !== resource.name && endsBefore(resource, region);
  // A field, a parameter, or a variable of the code around outlives what is opened here; a group without `using` is closed we do not know when.
  if (declaration === undefined) return true;
  return !contains(resource.extent, declaration) && (ts.isParameter(declaration) || view.functionOf(declaration) !== view.functionOf(resource.name));
}

/** Whether a callee may spawn on one argument a task that uses another; without its body, it may. */
function maySpawn(view: FileView, call: ts.CallExpression, groupIndex: number, resourceIndex: number): boolean {
  const { ts, compiler } = view;
  const { implementation } = view.callees.of(call);
  const group = parameterAt(implementation, groupIndex)?.name;
  const resource = parameterAt(implementation, resourceIndex)?.name;
  if (implementation === undefined || group === undefined || resource === undefined || !ts.isIdentifier(group) || !ts.isIdentifier(resource)) return true;
  const users = referencesOf(compiler, resource);
  return referencesOf(compiler, group).some(({ parent }) => {
    if (!ts.isPropertyAccessExpression(parent)) return true;
    const spawn = parent.parent;
    return parent.name.text === "spawn" && ts.isCallExpression(spawn) && users.some((user) => contains(spawn, user));
  });
}

/** Whether every way from a spawn to the end of the resource waits for the task. */
function isJoined(view: FileView, { resource, group, call }: OutlivingTask, joinsOf: (group: Region) => ReadonlySet<ts.Node>): boolean {
  const { ts } = view;
  const { body, extent } = resource;
  const handled = calledMember(ts, call)?.name === "spawn" ? joinsOfHandle(view, call, body) : new Set<ts.Node>();
  if (handled === "joined") return true;
  const joins = group === undefined ? undefined : joinsOf(group);
  const isFunction = ts.isFunctionLike(extent);
  const graph = view.paths.graphOf(body);
  const from = closureAround(ts, call, body) ?? call;
  const disposes = graph?.pointsOf(extent).some((id) => graph.points[id]?.kind === "dispose") === true;
  if (!isFunction && !disposes) return false;
  const escape = view.paths.escape(body, from, {
    through: (node) => joins?.has(node) === true || handled.has(node),
    failures: "await",
    again: false,
    ...(!isFunction && { disposalOf: extent, disposalByError: true }),
  });
  return escape === undefined;
}

/** `await tasks.join()`. */
function joinAt(view: FileView, reference: ts.Identifier, joinMethods: readonly string[]): readonly ts.Node[] {
  const { ts } = view;
  const access = reference.parent;
  if (!ts.isPropertyAccessExpression(access) || !joinMethods.includes(access.name.text) || !ts.isCallExpression(access.parent)) return [];
  let value: ts.Node = access.parent;
  while (ts.isParenthesizedExpression(value.parent)) value = value.parent;
  return ts.isAwaitExpression(value.parent) ? [access.parent] : [];
}
