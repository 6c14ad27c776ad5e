/** What may go wrong with a task group that a function opens: tasks nobody joins, joins nobody awaits, and waits that cannot end. */
import type ts from "typescript";
import { droppedValues } from "./dropped.ts";
import { fateOf, readsOfVariable, type Flowed } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { bookkeeping } from "./ownership.ts";
import type { Body } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, inlineFunction, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A task group, where it is opened. */
export interface Group {
  readonly name: ts.Identifier;
  readonly body: Body;
  /** The block at whose end `await using` cancels what still runs; `TaskGroup.run` waits instead and has none. */
  readonly block: ts.Node | undefined;
  /** Its options: a literal, nothing, or something we cannot read. */
  readonly options: ts.ObjectLiteralExpression | "none" | "unknown";
  readonly uses: readonly GroupUse[];
}

interface GroupUse {
  /** Member that is called; `undefined` when the group is passed on, so that anybody may use it. */
  readonly member: string | undefined;
  readonly at: ts.Identifier;
  readonly call: ts.CallExpression | undefined;
  /** `own`: runs where it stands; `now`: in a callback that an array method runs at once; `task`: in a task of this very group; `closure`: we cannot tell when. */
  readonly place: "own" | "now" | "task" | "closure";
  /** The point of the graph of `body` that stands for it. */
  readonly point: ts.Node;
}

/** A mistake in the use of a group. */
export type GroupFault =
  /** `exits`: every normal way out of the block that leaves the task behind; the block itself stands for its end. */
  | { readonly kind: "groupNotJoined"; readonly group: Group; readonly at: ts.CallExpression; readonly exits: readonly ts.Node[] }
  | { readonly kind: "joinNotAwaited"; readonly at: ts.CallExpression }
  | { readonly kind: "spawnAfterJoin"; readonly group: Group; readonly at: ts.Node; readonly join: ts.CallExpression }
  | { readonly kind: "handleCaught" | "holdAndWait"; readonly group: Group; readonly at: ts.Node };

/** Everything wrong with the groups of a file. */
export function* groupFaults(view: FileView): Generator<GroupFault> {
  yield* joinsNotAwaited(view);
  if (!view.mentions("spawn")) return;
  for (const group of groupsOf(view)) {
    yield* spawnsAfterJoin(view, group);
    yield* unjoined(view, group);
    yield* handlesCaught(view, group);
    yield* waitsInTasks(view, group);
  }
}

function* groupsOf(view: FileView): Generator<Group> {
  const { ts } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { name, initializer, parent } = declaration;
    if (initializer === undefined || !ts.isIdentifier(name) || (parent.flags & ts.NodeFlags.AwaitUsing) !== ts.NodeFlags.AwaitUsing || !isGroup(view, name)) continue;
    const creation = unwrapped(ts, initializer);
    yield groupOf(view, name, ts.isVariableStatement(parent.parent) ? parent.parent.parent : undefined, ts.isNewExpression(creation) ? optionsIn(ts, creation.arguments?.[0]) : "unknown");
  }
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    if (calledMember(ts, call)?.name !== "run") continue;
    const last = call.arguments.at(-1);
    const name = last === undefined ? undefined : inlineFunction(ts, last)?.parameters[0]?.name;
    if (name === undefined || !ts.isIdentifier(name) || !isGroup(view, name)) continue;
    yield groupOf(view, name, undefined, call.arguments.length > 1 ? optionsIn(ts, call.arguments[0]) : "none");
  }
}

/** Whether a variable holds a scope that can be joined: foreign scopes close in ways of their own. */
function isGroup(view: FileView, name: ts.Identifier): boolean {
  const type = view.compiler.typeOf(name);
  return type !== undefined && view.types.isScope(type) && view.compiler.propertyOf(type, "join") !== undefined;
}

function optionsIn(ts: FileView["ts"], argument: ts.Expression | undefined): Group["options"] {
  if (argument === undefined) return "none";
  const value = unwrapped(ts, argument);
  return ts.isObjectLiteralExpression(value) && !value.properties.some((property) => ts.isSpreadAssignment(property)) ? value : "unknown";
}

function optionOf(options: Group["options"], name: string): "set" | "unset" | "unknown" {
  if (options === "unknown") return "unknown";
  return options !== "none" && options.properties.some((property) => property.name?.getText() === name) ? "set" : "unset";
}

function groupOf(view: FileView, name: ts.Identifier, block: ts.Node | undefined, options: Group["options"]): Group {
  const { ts } = view;
  const parameter = ts.isParameter(name.parent);
  const body = parameter ? (name.parent.parent as FunctionNode) : (view.functionOf(name) ?? view.file);
  const uses = referencesOf(view.compiler, name).map((at): GroupUse => {
    const access = at.parent;
    const member = ts.isPropertyAccessExpression(access) && access.expression === at ? access : undefined;
    const call = member !== undefined && ts.isCallExpression(member.parent) && member.parent.expression === member ? member.parent : undefined;
    return { member: member?.name.text, at, call, ...placeOf(view, call ?? at, name.text, body) };
  });
  return { name, body, block, options, uses };
}

/** From where a use runs, seen from the function that opens the group. */
function placeOf(view: FileView, node: ts.Node, group: string, body: Body): Pick<GroupUse, "place" | "point"> {
  const { ts } = view;
  let place: GroupUse["place"] = "own";
  let point = node;
  for (let up = node.parent; up !== body && !ts.isSourceFile(up); up = up.parent) {
    if (!ts.isFunctionLike(up) && !ts.isClassLike(up)) continue;
    point = up;
    const call = up.parent;
    const argument = ts.isCallExpression(call) && (ts.isArrowFunction(up) || ts.isFunctionExpression(up)) ? call : undefined;
    const callee = argument === undefined ? undefined : calledMember(ts, argument);
    if (place === "task") continue;
    if (callee?.name === "spawn" && callee.receiver.getText(view.file) === group) place = "task";
    else if (place === "own" && argument !== undefined && view.callees.of(argument).origin === "lib" && callee !== undefined && callee.name !== "then") place = "now";
    else place = "closure";
  }
  return { place, point };
}

function* joinsNotAwaited(view: FileView): Generator<GroupFault> {
  if (!view.mentions("join")) return;
  for (const { expression } of droppedValues(view)) if (view.ts.isCallExpression(expression) && view.ownership.isJoinOfScope(expression)) yield { kind: "joinNotAwaited", at: expression };
}

function* spawnsAfterJoin(view: FileView, group: Group): Generator<GroupFault> {
  const spawns = new Set(group.uses.filter(({ member, place }) => member === "spawn" && (place === "own" || place === "now")).map(({ point }) => point));
  const isOpening = (node: ts.Node): boolean => node === group.name.parent;
  const reported = new Set<ts.Node>();
  for (const { member, call, place } of group.uses) {
    if (member !== "join" || call === undefined || place !== "own") continue;
    const at = view.paths.reached(group.body, call, spawns, isOpening);
    if (at === undefined || reported.has(at)) continue;
    reported.add(at);
    yield { kind: "spawnAfterJoin", group, at, join: call };
  }
}

/** The first task that some normal way out of the block leaves running, with all the ways out that do. */
function* unjoined(view: FileView, group: Group): Generator<GroupFault> {
  const { block, body, uses } = group;
  // Whoever else holds the group may join it.
  if (block === undefined || uses.some(({ member, place }) => member === undefined || (place === "closure" && (member === "spawn" || member === "join")))) return;
  const joins = new Set(uses.filter(({ member, place }) => (member === "join" || member === "cancel") && place === "own").map(({ call }) => call));
  for (const { member, call, place, point } of uses) {
    if (member !== "spawn" || call === undefined || (place !== "own" && place !== "now") || mayBeBackground(view, call)) continue;
    const handled = joinsOfHandle(view, call, body);
    if (handled === "joined") continue;
    const exits: ts.Node[] = [];
    for (;;) {
      const escape = view.paths.escape(body, point, {
        through: (node) => joins.has(node as ts.CallExpression) || handled.has(node) || exits.includes(node),
        failures: "await",
        disposalOf: block,
        facts: view.paths.factsAt(point, body),
        again: false,
      });
      if (escape === undefined || exits.includes(escape.node)) break;
      exits.push(escape.node);
      if (escape.node === block) break;
    }
    if (exits.length === 0) continue;
    yield { kind: "groupNotJoined", group, at: call, exits };
    return;
  }
}

function mayBeBackground(view: FileView, spawn: ts.CallExpression): boolean {
  return spawn.arguments.length > 1 && optionOf(optionsIn(view.ts, spawn.arguments[1]), "background") !== "unset";
}

/** The points at which somebody waits for one spawned task through its handle; `joined` when that is certain, or beyond us. */
export function joinsOfHandle(view: FileView, expression: ts.Expression, body: Body): "joined" | ReadonlySet<ts.Node> {
  const { ts, compiler } = view;
  const none: ReadonlySet<ts.Node> = new Set();
  const { fate } = fateOf(compiler, expression);
  switch (fate.kind) {
    case "dropped":
    case "voided":
    case "read":
      return none;
    case "returned": {
      // A handle returned as it is has been cancelled by the time the caller awaits it. From a callback it goes to whoever called that.
      if (fate.from === undefined || fate.from === body) return none;
      const call = fate.from.parent;
      return ts.isCallExpression(call) ? joinsOfHandle(view, call, body) : "joined";
    }
    case "variable":
      return new Set(readsOfVariable(compiler, fate.name).flatMap(({ at, flowed }) => (isWaitedFor(flowed) ? [at] : [])));
    case "argument": {
      const list = ts.isCallExpression(fate.by) ? calledMember(ts, fate.by) : undefined;
      if (list !== undefined && bookkeeping.has(list.name) && ts.isIdentifier(list.receiver)) {
        const declaration = compiler.declarationOf(list.receiver);
        if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return "joined";
        return new Set(readsOfVariable(compiler, declaration.name).flatMap(({ at, flowed: { fate: use } }) => (use.kind === "member" && ts.isPropertyAccessExpression(use.by) && bookkeeping.has(use.by.name.text) ? [] : [at])));
      }
      return joinsOfHandle(view, fate.by, body);
    }
    case "chained":
      return joinsOfHandle(view, fate.by, body);
    default:
      return "joined";
  }
}

function isWaitedFor({ fate, inside }: Flowed): boolean {
  return fate.kind !== "read" && fate.kind !== "dropped" && fate.kind !== "voided" && !(fate.kind === "returned" && inside === undefined);
}

/** Handles awaited under a handler, in a group that fails as a whole whatever the handler does. */
function* handlesCaught(view: FileView, group: Group): Generator<GroupFault> {
  const { ts, compiler } = view;
  if (optionOf(group.options, "onTaskError") !== "unset") return;
  for (const { member, call, place } of group.uses) {
    if (member !== "spawn" || call === undefined || place !== "own") continue;
    const { fate } = fateOf(compiler, call);
    const awaits = fate.kind === "variable" ? readsOfVariable(compiler, fate.name).map(({ flowed }) => flowed.fate) : [fate];
    for (const waited of awaits) {
      if (waited.kind === "awaited" && (view.functionOf(waited.by) ?? view.file) === group.body && isSwallowed(ts, waited.by, group.block ?? group.body)) yield { kind: "handleCaught", group, at: waited.by };
    }
  }
}

/** Whether a `catch` between a node and `root` takes what it throws and throws nothing itself. */
function isSwallowed(ts: FileView["ts"], node: ts.Node, root: ts.Node): boolean {
  for (let child = node, up = node.parent; child !== root; child = up, up = up.parent) {
    if (ts.isTryStatement(up) && up.tryBlock === child && up.catchClause !== undefined) return !mentionsThrow(ts, up.catchClause);
  }
  return false;
}

function mentionsThrow(ts: FileView["ts"], node: ts.Node): boolean {
  return ts.isThrowStatement(node) || (ts.forEachChild(node, (child) => (!ts.isFunctionLike(child) && mentionsThrow(ts, child)) || undefined) ?? false);
}

/** Tasks that wait for their own group, or, where slots are limited, for a task that may never get one. */
function* waitsInTasks(view: FileView, group: Group): Generator<GroupFault> {
  const { compiler } = view;
  const limited = optionOf(group.options, "limit") === "set";
  for (const { member, call, place } of group.uses) {
    if (call === undefined) continue;
    if (member === "join" && place === "task") yield { kind: "holdAndWait", group, at: call };
    if (member !== "spawn" || !limited || mayBeBackground(view, call)) continue;
    const { fate } = fateOf(compiler, call);
    const waits = fate.kind === "variable" ? readsOfVariable(compiler, fate.name).map(({ flowed }) => flowed.fate) : [fate];
    for (const waited of waits) {
      if (waited.kind === "awaited" && isInTask(view, waited.by, group) && !contains(call, waited.by)) yield { kind: "holdAndWait", group, at: waited.by };
    }
  }
}

function isInTask(view: FileView, node: ts.Node, group: Group): boolean {
  return group.uses.some(({ member, call }) => member === "spawn" && call !== undefined && !mayBeBackground(view, call) && call.arguments[0] !== undefined && contains(call.arguments[0], node));
}
