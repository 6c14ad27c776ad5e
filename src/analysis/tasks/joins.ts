/** Started tasks that some way through their function leaves behind: a late await, an early exit, a variable that takes the next one, a loop that keeps only the last. */
import type ts from "typescript";
import { awaitedLater } from "../catalog/early.ts";
import { chainOf, fateOf, isWriteTarget, type Flowed } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { localDeferred, localResolversOf } from "./resolvers.ts";
import { bookkeeping, isExported, makers } from "./ownership.ts";
import { addFlagsBeside, type Escape, type PathQuery } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { loopOf, turnOnce } from "./turns.ts";
import { addedTo, isDetached, isEmptyCollection, isUsing, makesTasks, mayStart } from "./tasks.ts";
import { contains, isAsync, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** What counts as a way out, and what as a use. */
export interface JoinDemands {
  /** Whether errors are ways out too. */
  readonly paths: "normal" | "all";
  /** Which expressions may fail between the start and its join: only what is awaited, or every call. */
  readonly gap: "await" | "call";
  /** Whether a handler put on the promise (`p.catch(() => {})`) is as good as a join. */
  readonly allowHandled: boolean;
  /** Whether work that cannot reject may be left behind. */
  readonly ignoreNeverRejects: boolean;
}

/** A task that is joined, but not on every path. */
export interface LateJoin {
  readonly kind: "notJoinedOnPath" | "gapBeforeJoin" | "joinOutsideTry" | "loopReassign" | "overwritten";
  readonly start: ts.Expression;
  readonly name: ts.Identifier;
  /** The exit that misses the join, the await that may fail before it, the join that the handler does not cover, or the assignment that forgets the task. */
  readonly at: ts.Node;
  /** The `await`s of the variable, when nothing else is done with it than to wait for it (or to return it, or to combine it). */
  readonly awaits: readonly ts.AwaitExpression[] | undefined;
}

interface Candidate {
  readonly name: ts.Identifier;
  readonly start: ts.Expression;
  readonly fn: FunctionNode;
  /** One promise; an object that holds one beside its resolvers; a list that one call makes; or a list that the start is added to. */
  readonly holder: "variable" | "object" | "list" | "bag";
  /** Whether the promise is settled from outside, by whoever holds its resolvers. */
  readonly isDeferred?: true;
}

/** Starts bound to local variables, each with the first path that misses its join. */
export function* lateJoins(view: FileView, demands: JoinDemands): Generator<LateJoin> {
  for (const candidate of candidates(view)) {
    const uses = usesOf(view, candidate, demands);
    if (uses === undefined || uses.size === 0) continue;
    const writes = forgettingWrites(view, candidate);
    if ((demands.gap === "await" && isJoinedAtOnce(view, candidate, uses, writes)) || !isPendingWork(view, candidate, demands)) continue;
    const found = missedJoin(view, candidate, { uses, writes }, demands) ?? joinOutsideTry(view, candidate, uses);
    if (found !== undefined) yield { start: candidate.start, name: candidate.name, awaits: awaitsOf(view, candidate), ...found };
  }
}

function* candidates(view: FileView): Generator<Candidate> {
  const { ts } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const { name, initializer } = declaration;
    const deferred = localDeferred(view, declaration);
    const home = deferred === undefined ? undefined : view.functionOf(deferred.name);
    if (deferred !== undefined && home !== undefined && !(home.asteriskToken !== undefined && !isAsync(ts, home))) yield { name: deferred.name, start: deferred.start, fn: home, holder: deferred.isObject ? "object" : "variable", isDeferred: true };
    if (initializer === undefined || !ts.isIdentifier(name) || isUsing(ts, declaration)) continue;
    if (isEmptyCollection(ts, initializer)) {
      for (const start of referencesOf(view.compiler, name).flatMap((reference) => addedTo(ts, reference))) yield* candidate(view, name, start, true);
    } else yield* candidate(view, name, initializer, false);
  }
  for (const assignment of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isExpressionStatement(assignment.parent) || !ts.isIdentifier(assignment.left) || !mayStart(ts, assignment.right)) continue;
    const declaration = view.compiler.declarationOf(assignment.left);
    if (declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name)) yield* candidate(view, declaration.name, assignment.right, false);
  }
}

function* candidate(view: FileView, name: ts.Identifier, value: ts.Expression, inBag: boolean): Generator<Candidate> {
  const { ts } = view;
  const fn = view.functionOf(value);
  // A plain generator is driven by somebody who decides what `yield` means.
  if (fn === undefined || view.functionOf(name) !== fn || isExported(ts, name) || (fn.asteriskToken !== undefined && !isAsync(ts, fn))) return;
  for (const start of startsIn(ts, value)) yield { name, start, fn, holder: inBag ? "bag" : isMaker(ts, start) ? "list" : "variable" };
}

/** The calls that an expression may take its value from. */
function startsIn(ts: FileView["ts"], expression: ts.Expression): readonly ts.Expression[] {
  const value = unwrapped(ts, expression);
  if (ts.isConditionalExpression(value)) return [...startsIn(ts, value.whenTrue), ...startsIn(ts, value.whenFalse)];
  if (ts.isBinaryExpression(value)) {
    const operator = value.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return startsIn(ts, value.right);
    if (operator === ts.SyntaxKind.BarBarToken || operator === ts.SyntaxKind.QuestionQuestionToken) return [...startsIn(ts, value.left), ...startsIn(ts, value.right)];
  }
  return ts.isCallExpression(value) || ts.isNewExpression(value) ? [value] : [];
}

function isMaker(ts: FileView["ts"], start: ts.Expression): boolean {
  return ts.isCallExpression(start) && ts.isPropertyAccessExpression(start.expression) && makers.has(start.expression.name.text);
}

/**
 * Points of the graph at which somebody gets hold of the task: mentions, or the making of a closure that mentions it.
 * @returns `undefined` where mentions cannot be placed on a path: in hoisted functions, and in closures that exist before the start.
 */
function usesOf(view: FileView, { name, start, fn, holder }: Candidate, demands: JoinDemands): ReadonlySet<ts.Node> | undefined {
  const { ts, compiler } = view;
  const uses = new Set<ts.Node>();
  for (const mention of referencesOf(compiler, name)) {
    if (isWriteTarget(ts, mention) || (holder === "object" && isResolver(ts, mention))) continue;
    const point = pointOf(view, mention, fn);
    if (point === undefined) return undefined;
    if (point !== mention) {
      if (point.pos < start.pos && !contains(point, start)) return undefined;
    } else if (!isUse(view, fateOf(compiler, promiseAt(ts, mention, holder)), holder, demands)) continue;
    uses.add(point);
  }
  return uses;
}

/**
 * Assignments that would take the place of the task. Not where both depend on a condition of their own, since the two may
 * exclude each other, and not the one that `no-floating-task` reports: the very next use, on the same level.
 */
function forgettingWrites(view: FileView, { name, start, fn }: Candidate): ReadonlySet<ts.Node> {
  const { ts, compiler, ownership } = view;
  const writes = referencesOf(compiler, name).flatMap((mention) => (isWriteTarget(ts, mention) && ts.isBinaryExpression(mention.parent) && view.functionOf(mention) === fn ? [mention.parent] : []));
  const others = writes.filter((write) => !contains(write, start) && (isUnconditional(ts, start, write) || isUnconditional(ts, write, start)));
  const told = others.length === 0 ? undefined : ownership.overwriteOf(name, start);
  return new Set(others.filter((write) => write !== told));
}

/** `d.resolve` and `d.reject` of a deferred: they settle the promise and do not wait for it. */
function isResolver(ts: FileView["ts"], mention: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(mention.parent) && mention.parent.name.text !== "promise";
}

/** The promise that a mention stands for. */
function promiseAt(ts: FileView["ts"], mention: ts.Identifier, holder: Candidate["holder"]): ts.Expression {
  return holder === "object" && ts.isPropertyAccessExpression(mention.parent) && mention.parent.expression === mention ? mention.parent : mention;
}

/** The mention itself, or the outermost closure or class around it; `undefined` for a function declaration. */
function pointOf(view: FileView, mention: ts.Node, fn: FunctionNode): ts.Node | undefined {
  const { ts } = view;
  let point = mention;
  for (let up = mention.parent; up !== fn; up = up.parent) {
    if (ts.isFunctionDeclaration(up)) return undefined;
    if (ts.isFunctionLike(up) || ts.isClassLike(up)) point = up;
  }
  return point;
}

function isUse(view: FileView, { fate }: Flowed, holder: Candidate["holder"], { allowHandled }: JoinDemands): boolean {
  const { ts, compiler } = view;
  if (fate.kind === "read") return false;
  if (fate.kind === "chained" && !allowHandled) return fateOf(compiler, fate.by).fate.kind !== "dropped";
  if (fate.kind === "member" && (holder === "list" || holder === "bag")) return !ts.isPropertyAccessExpression(fate.by) || !bookkeeping.has(fate.by.name.text);
  return true;
}

/** Whether syntax alone shows that nothing stands between a start and its first use: the probe before any question of type. */
function isJoinedAtOnce(view: FileView, { start, fn }: Candidate, uses: ReadonlySet<ts.Node>, writes: ReadonlySet<ts.Node>): boolean {
  const { ts } = view;
  const use = [...uses].filter((one) => one.pos >= start.end).sort((a, b) => a.pos - b.pos)[0];
  if (use === undefined || [...writes].some((write) => start.end <= write.pos && write.end <= use.pos)) return false;
  const K = ts.SyntaxKind;
  const leaves = [K.AwaitExpression, K.YieldExpression, K.ReturnStatement, K.ThrowStatement, K.BreakStatement, K.ContinueStatement, K.ForOfStatement];
  if (leaves.some((kind) => view.within(fn, kind).some((node) => start.end <= node.pos && node.end <= use.pos))) return false;
  return isUnconditional(ts, use, start) && isUnconditional(ts, start, use);
}

/** Whether a node is evaluated whenever the smallest node around it and `other` is, up to errors. */
function isUnconditional(ts: FileView["ts"], node: ts.Node, other: ts.Node): boolean {
  for (let child = node, up = node.parent; !contains(up, other); child = up, up = up.parent) {
    if (ts.isIterationStatement(up, false) || ts.isIfStatement(up) || ts.isConditionalExpression(up) || ts.isTryStatement(up) || ts.isCaseOrDefaultClause(up) || ts.isFunctionLike(up)) return false;
    if (ts.isBinaryExpression(up) && up.right === child && up.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  }
  return true;
}

/** Whether a start is a promise of new work that may fail, and that somebody waits for at all: who never does is another rule's business. */
function isPendingWork(view: FileView, { name, start, holder, isDeferred }: Candidate, { ignoreNeverRejects }: JoinDemands): boolean {
  const { ts, compiler, types, callees, outcomes, ownership, keepers } = view;
  const type = compiler.typeOf(start);
  if (type === undefined || isDetached(view, start)) return false;
  if (isDeferred) return true;
  if (holder === "list") {
    if (types.elementTaskKind(type) !== "promise" || !makesTasks(view, start) || !ownership.isCollectionConsumed(name)) return false;
    const made = (start as ts.CallExpression).arguments.map((argument) => callees.functionOf(argument)).find((fn) => fn !== undefined);
    return !ignoreNeverRejects || made === undefined || outcomes.of(made).rejects;
  }
  if (types.taskKind(type) !== "promise" || !types.isAlwaysTask(type)) return false;
  const chain = chainOf(compiler, start);
  if (keepers.isInGoodHands(chain) || (ignoreNeverRejects && !outcomes.mayReject(start))) return false;
  // A promise made without an executor is settled by whoever holds it: there is no work behind it yet.
  if (ts.isNewExpression(chain.root) && (chain.root.arguments?.length ?? 0) === 0) return false;
  if (ts.isCallExpression(chain.root)) {
    const callee = callees.of(chain.root);
    if (callee.entry?.ownsResult === true || awaitedLater(callee)) return false;
  }
  return holder === "bag" ? ownership.isCollectionConsumed(name) : ownership.isVariableConsumed(name);
}

/** What may become of the variable that holds a task. */
interface Places {
  readonly uses: ReadonlySet<ts.Node>;
  /** Assignments after which it holds something else. */
  readonly writes: ReadonlySet<ts.Node>;
}

function missedJoin(view: FileView, candidate: Candidate, { uses, writes }: Places, { paths, gap }: JoinDemands): Pick<LateJoin, "kind" | "at"> | undefined {
  const { name, start, fn, holder } = candidate;
  const query: PathQuery = { through: (node) => uses.has(node), failures: paths === "normal" ? "none" : gap, facts: factsOf(view, candidate, uses), again: holder !== "bag" };
  // What leaves the function without the join says more than where the variable is written on the way.
  const escape = view.paths.escape(fn, start, query) ?? (writes.size === 0 ? undefined : view.paths.escape(fn, start, { ...query, lost: (node) => writes.has(node) }));
  if (escape === undefined) return undefined;
  if (escape.kind === "failure" || escape.after !== undefined) {
    const at = escape.after ?? escape.node;
    return isUnsettledUntil(view, candidate, at) ? undefined : { kind: "gapBeforeJoin", at };
  }
  if (escape.kind === "lost") return { kind: "overwritten", at: escape.node };
  if (escape.kind === "again") return isDeclaredInLoop(view, name, start) ? { kind: "notJoinedOnPath", at: loopOf(view, start) ?? start } : { kind: "loopReassign", at: start };
  const exit = exitOf(view, escape, fn);
  return candidate.isDeferred && isUnsettledUntil(view, candidate, exit) ? undefined : { kind: "notJoinedOnPath", at: exit };
}

/** Whether nobody can settle a deferred before a place: neither it nor one of its resolvers is mentioned between. */
function isUnsettledUntil(view: FileView, { name, start, holder }: Candidate, at: ts.Node): boolean {
  const element = name.parent;
  const bound = view.ts.isBindingElement(element) ? (element.parent as ts.ObjectBindingPattern).elements.map((one) => one.name.getText(view.file)) : undefined;
  const resolvers = holder === "object" ? [] : (bound ?? localResolversOf(view, start));
  return resolvers !== undefined && [name.text, ...resolvers].every((text) => !view.named(text).some((mention) => mention.pos >= start.end && mention.end <= at.pos));
}

function exitOf(view: FileView, escape: Escape, fn: FunctionNode): ts.Node {
  return escape.kind === "end" ? (fn.body?.getLastToken(view.file) ?? fn) : escape.node;
}

/** What is known to hold once the start has run: it was reached, the variable holds a promise, and flags beside it are set. */
function factsOf(view: FileView, { name, start, fn, holder }: Candidate, uses: ReadonlySet<ts.Node>): ReadonlyMap<string, boolean> {
  const { ts } = view;
  const facts = new Map(view.paths.factsAt(start, fn));
  for (const use of uses) turnOnce(view, use, start, holder === "list" || holder === "bag", facts);
  for (const test of [name.text, `${name.text}.length`, `${name.text}.length > 0`, `${name.text}.size`, `${name.text}.size > 0`]) facts.set(test, true);
  addFlagsBeside(ts, start, fn, facts);
  return facts;
}

function isDeclaredInLoop(view: FileView, name: ts.Identifier, start: ts.Node): boolean {
  const loop = loopOf(view, start);
  return loop !== undefined && contains(loop, name);
}

/** A `try` with a handler that starts the task and does nothing else that could fail, while the task is awaited only after it. */
function joinOutsideTry(view: FileView, { start, fn, holder }: Candidate, uses: ReadonlySet<ts.Node>): Pick<LateJoin, "kind" | "at"> | undefined {
  const { ts } = view;
  if (holder === "bag") return undefined;
  let child: ts.Node = start;
  while (child.parent !== fn && !(ts.isTryStatement(child.parent) && child.parent.tryBlock === child && child.parent.catchClause !== undefined)) child = child.parent;
  const guard = child.parent;
  if (guard === fn || [...uses].some((use) => contains(guard, use))) return undefined;
  const K = ts.SyntaxKind;
  const others = [K.CallExpression, K.NewExpression, K.AwaitExpression, K.ThrowStatement, K.TaggedTemplateExpression].flatMap((kind) => view.within(child, kind));
  const join = [...uses].find((use) => use.pos >= guard.end);
  return join === undefined || others.some((node) => node !== start && !isInClosureOf(view, node, start)) ? undefined : { kind: "joinOutsideTry", at: join };
}

/** Whether a node runs as part of the started work: in a function given to the call. */
function isInClosureOf(view: FileView, node: ts.Node, start: ts.Expression): boolean {
  const fn = view.functionOf(node);
  return contains(start, node) && fn !== undefined && contains(start, fn);
}

function awaitsOf(view: FileView, { name, fn }: Candidate): readonly ts.AwaitExpression[] | undefined {
  const { ts, compiler } = view;
  const awaits: ts.AwaitExpression[] = [];
  for (const mention of referencesOf(compiler, name)) {
    if (view.functionOf(mention) !== fn) return undefined;
    const { fate, inside } = fateOf(compiler, mention);
    if (fate.kind === "awaited" && ts.isAwaitExpression(fate.by) && unwrapped(ts, fate.by.expression) === mention) awaits.push(fate.by);
    else if (fate.kind === "argument" && inside === "array" && /^Promise\.(?:all|allSettled)$/u.test(fate.by.expression.getText(view.file)) && ts.isAwaitExpression(fate.by.parent)) continue;
    else if (fate.kind !== "returned" || inside !== undefined) return undefined;
  }
  return awaits;
}
