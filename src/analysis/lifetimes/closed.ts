/** Uses of something after it was closed by hand, on some way or on every way through a function. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { carriedBy, closureAround } from "./carried.ts";
import { carriers, closeSafe, halfClosers, partings, reopeners, sendingMembers, sessionEnds, transactionEnds } from "../catalog/closed.ts";
import { finalMembers } from "../catalog/releases.ts";
import { isCleanup } from "../cleanup/cleanup.ts";
import { closingsOf, isRebinding, type Closing } from "./closings.ts";
import { parameterAt } from "../facts/summaries.ts";
import type { FileView } from "../index.ts";
import { fateOf, isWriteTarget } from "../language/flow.ts";
import { indexOf } from "../language/nodes.ts";
import { addFlagsBeside } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, unwrapped } from "../language/syntax.ts";
import { isUsing } from "../tasks/tasks.ts";

/** A use that comes too late, or a closing that is not for this code to make. */
export interface ClosedUse {
  readonly kind: "useAfterClose" | "maybeClosed" | "spawnAfterClose" | "doubleDispose" | "disposeBorrowed";
  readonly at: ts.CallExpression;
  /** What is closed, as text. */
  readonly name: string;
  readonly closing: Pick<Closing, "call">;
}

/** What closes, opens again, and does no harm. */
export interface ClosedTerms {
  /** Further methods that close what they are called on. */
  readonly closeMethods: readonly string[];
  /** Further methods that open it again. */
  readonly reopenMethods: readonly string[];
  /** Members that may be used afterwards. */
  readonly closeSafe: readonly string[];
  readonly disposeBorrowed: "error" | "off";
}

/** Everything that is done with closed things in a file, and every closing of things that are somebody else's to close. */
export function* closedUses(view: FileView, terms: ClosedTerms): Generator<ClosedUse> {
  const done = new Set<ts.Node>();
  const closings = closingsOf(view, terms.closeMethods);
  const callsByName = new Map<ts.Identifier, Set<ts.Node>>();
  for (const { name, call } of closings) callsByName.set(name, (callsByName.get(name) ?? new Set()).add(call));
  for (const closing of closings) {
    const type = view.compiler.typeOf(closing.name);
    if (type === undefined) continue;
    const isGroup = view.types.isScope(type);
    if (!isGroup && !isReleased(view, closing, terms)) continue;
    if (!isGroup && isRedundant(view, closing)) yield { kind: "doubleDispose", at: closing.call, name: closing.name.text, closing };
    if (terms.disposeBorrowed === "error" && !isGroup && isBorrowed(view, closing)) yield { kind: "disposeBorrowed", at: closing.call, name: closing.name.text, closing };
    if (!isGroup && halfClosers.has(closing.member) && !terms.closeMethods.includes(closing.member)) continue;
    const late = lateUse(view, closing, isGroup, terms, callsByName.get(closing.name) ?? new Set());
    if (late === undefined || done.has(late.at)) continue;
    done.add(late.at);
    yield late;
  }
}

/** Whether the call closes its object by what the type says, or by what the project does. */
function isReleased(view: FileView, { call, member }: Closing, { closeMethods }: ClosedTerms): boolean {
  return isHelper(member) || transactionEnds.has(member) || sessionEnds.has(member) || closeMethods.includes(member) || view.resources.releasedBy(call) !== undefined;
}

/** Whether a function closes it, not a method of its own. */
function isHelper(member: string): boolean {
  return member === "";
}

function lateUse(view: FileView, closing: Closing, isGroup: boolean, terms: ClosedTerms, closes: ReadonlySet<ts.Node>): ClosedUse | undefined {
  const { ts, compiler, paths } = view;
  const { body, name, call } = closing;
  const mentions = referencesOf(compiler, name);
  // A closure may bind the variable anew at any time.
  if (mentions.some((mention) => isWriteTarget(ts, mention) && closureAround(ts, mention, body) !== undefined)) return undefined;
  const own = mentions.filter((mention) => view.functionOf(mention) === body);
  const calls = own.flatMap((mention) => callOn(ts, mention) ?? []);
  const opens = new Set<ts.Node>(calls.filter((use) => reopeners.test(memberOf(ts, use)) || terms.reopenMethods.includes(memberOf(ts, use))));
  const uses = new Set<ts.Node>([
    ...calls.filter((use) => use !== call && !opens.has(use) && isWork(view, use, isGroup, closing, terms)),
    ...(isGroup ? [] : own.flatMap((mention) => runsOn(view, mention) ?? []).filter((use) => !closes.has(use))),
    ...(isGroup ? [] : workOnViews(view, closing, terms)),
  ].filter((use) => !isAsked(view, use, closing)));
  if (![...uses].some((use) => use.pos > call.end) && !isInLoop(ts, call, body)) return undefined;
  const isFresh = (node: ts.Node): boolean => opens.has(node) || isRebinding(ts, node, closing);
  // An end that fails is none; and where nothing is awaited after it, the `catch` around it is for what came before.
  const isEnd = transactionEnds.has(closing.member);
  const from = ts.isAwaitExpression(call.parent) ? call.parent : call;
  const at = paths.reached(body, from, uses, isFresh, factsAfter(view, closing), "await") as ts.CallExpression | undefined;
  if (at === undefined) return undefined;
  if (isGroup) return { kind: "spawnAfterClose", at, name: name.text, closing };
  // The end may have failed itself, and then the other one is in order.
  if (isEnd && transactionEnds.has(memberOf(ts, at))) return { kind: "maybeClosed", at, name: name.text, closing };
  // From where the variable is bound: can the use be reached without a closing?
  const start = ts.isVariableDeclaration(closing.declaration) ? closing.declaration : undefined;
  const isOpen = paths.reached(body, start, new Set([at]), (node) => closes.has(node)) !== undefined;
  return { kind: isOpen ? "maybeClosed" : "useAfterClose", at, name: name.text, closing };
}

/** Whether a use stands under a condition that asks the thing for its state: whoever asks knows that it may be closed. */
export function isAsked(view: FileView, use: ts.Node, { name, call, body }: Pick<Closing, "name" | "call" | "body">): boolean {
  const { ts } = view;
  for (let child = use, up = use.parent; child !== body && !ts.isSourceFile(up); child = up, up = up.parent) {
    const asked = ts.isIfStatement(up) || ts.isWhileStatement(up) ? up.expression : ts.isConditionalExpression(up) ? up.condition : ts.isBinaryExpression(up) && up.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ? up.left : undefined;
    if (asked !== undefined && asked !== child && !contains(up, call) && indexOf(ts, view.file).namedWithin(asked, name.text).some(({ parent }) => ts.isPropertyAccessExpression(parent) && parent.name.text !== name.text)) return true;
  }
  return false;
}

/** Whether control may come back to a node from below it. */
function isInLoop(ts: FileView["ts"], node: ts.Node, body: ts.Node): boolean {
  for (let up = node.parent; up !== body; up = up.parent) if (ts.isIterationStatement(up, false)) return true;
  return false;
}

/** `c.query(…)` of a mention `c`. */
export function callOn(ts: FileView["ts"], mention: ts.Expression): ts.CallExpression | undefined {
  let target = mention;
  while (ts.isNonNullExpression(target.parent) || ts.isParenthesizedExpression(target.parent)) target = target.parent;
  const access = target.parent;
  return ts.isPropertyAccessExpression(access) && access.expression === target && ts.isCallExpression(access.parent) && access.parent.expression === access ? access.parent : undefined;
}

function memberOf(ts: FileView["ts"], call: ts.CallExpression): string {
  return calledMember(ts, call)?.name ?? "";
}

/** Whether a call needs what it is made on to be open: it spawns, starts work that takes time, or sends something. */
export function isWork(view: FileView, call: ts.CallExpression, isGroup: boolean, { member }: Pick<Closing, "member">, { closeSafe, closeMethods }: Pick<ClosedTerms, "closeSafe" | "closeMethods">): boolean {
  const { ts, compiler, types } = view;
  const name = memberOf(ts, call);
  if (isGroup) return name === "spawn";
  // One end after the other: a rollback of what has been committed.
  if (transactionEnds.has(name)) return transactionEnds.has(member);
  if (closeSafe.includes(name) || closeMethods.includes(name) || partings.test(name) || view.resources.releasedBy(call) !== undefined) return false;
  const type = compiler.typeOf(call);
  return type !== undefined && (types.taskKind(type) !== undefined || (finalMembers.has(member) && sendingMembers.has(name)));
}

/** The call that starts work on what it is given: in an option of that name, or through a function that calls a method of it. */
function runsOn(view: FileView, mention: ts.Identifier): ts.CallExpression | undefined {
  const { ts, compiler, types } = view;
  const { fate, inside } = fateOf(compiler, mention);
  if (fate.kind !== "argument" || !ts.isCallExpression(fate.by) || inside === "array") return undefined;
  const option = inside === "object" ? mention.parent : undefined;
  if (partings.test(memberOf(ts, fate.by) || fate.by.expression.getText(view.file))) return undefined;
  const isCarried = option === undefined ? worksOn(view, fate.by, fate.index) : (ts.isShorthandPropertyAssignment(option) || ts.isPropertyAssignment(option)) && carriers.has(option.name.getText(view.file));
  const type = isCarried ? compiler.typeOf(fate.by) : undefined;
  return type !== undefined && types.taskKind(type) !== undefined ? fate.by : undefined;
}

/** Calls that start work on what was taken from the thing while it was open: `const page = await browser.newPage();`. */
function workOnViews(view: FileView, closing: Closing, terms: ClosedTerms): readonly ts.CallExpression[] {
  const { ts, compiler } = view;
  const { name, body } = closing;
  const holders = Array.from(carriedBy(view, { name, extent: body, body, isScope: false }), ({ form, fate, inside }) => (form === "view" && fate.kind === "variable" && inside === undefined ? fate.name : undefined)).filter((holder) => holder !== undefined);
  return holders.flatMap((holder) => referencesOf(compiler, holder).flatMap((mention) => (view.functionOf(mention) === body && !isWriteTarget(ts, mention) ? (callOn(ts, mention) ?? []) : []))).filter((use) => isWork(view, use, false, closing, terms));
}

/** Whether the body of a callee starts work on an argument: on what it calls methods of that take time. */
function worksOn(view: FileView, call: ts.CallExpression, index: number): boolean {
  const { ts, compiler, types } = view;
  const parameter = parameterAt(view.callees.of(call).implementation, index)?.name;
  return parameter !== undefined && ts.isIdentifier(parameter) && referencesOf(compiler, parameter).some((mention) => {
    const use = callOn(ts, mention);
    const type = use === undefined || view.resources.releasedBy(use) !== undefined || closeSafe.includes(memberOf(ts, use)) || partings.test(memberOf(ts, use)) || reopeners.test(memberOf(ts, use)) ? undefined : compiler.typeOf(use);
    return type !== undefined && types.taskKind(type) !== undefined;
  });
}

/** What holds once something is closed: the conditions around it, and the flags that are set beside it. */
function factsAfter(view: FileView, { call, body }: Closing): ReadonlyMap<string, boolean> {
  const { ts } = view;
  const facts = new Map(view.paths.factsAt(call, body));
  addFlagsBeside(ts, call, body, facts);
  return facts;
}

/** Whether `using` closes the same thing right after, so that the call does nothing but say it twice. */
function isRedundant(view: FileView, { call, declaration, member }: Closing): boolean {
  const { ts } = view;
  if (!ts.isVariableDeclaration(declaration) || !isUsing(ts, declaration) || isHelper(member) || halfClosers.has(member)) return false;
  let value: ts.Node = call;
  while (ts.isAwaitExpression(value.parent) || ts.isParenthesizedExpression(value.parent)) value = value.parent;
  // `using` does not wait; whoever awaits the closing does.
  if (value !== call && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Using) return false;
  const statement = value.parent;
  const block = declaration.parent.parent.parent;
  if (!ts.isExpressionStatement(statement) || statement.parent !== block || !ts.isBlock(block)) return false;
  // What is closed early is closed for a reason: something comes after it.
  return block.statements.slice(block.statements.indexOf(statement) + 1).every((rest) => ts.isReturnStatement(rest) && (rest.expression === undefined || isStill(ts, unwrapped(ts, rest.expression))));
}

function isStill(ts: FileView["ts"], expression: ts.Expression): boolean {
  return ts.isIdentifier(expression) || ts.isPropertyAccessExpression(expression) || ts.isLiteralExpression(expression) || expression.kind === ts.SyntaxKind.TrueKeyword || expression.kind === ts.SyntaxKind.FalseKeyword;
}

/** Whether a parameter is closed that nobody has handed over, in a function that is not there to close things. */
function isBorrowed(view: FileView, { declaration, member }: Closing): boolean {
  const { ts } = view;
  if (!ts.isParameter(declaration) || isHelper(member) || halfClosers.has(member) || annotationOf(ts, declaration, "owns") !== undefined) return false;
  const fn = declaration.parent;
  const isCallback = ts.isArrowFunction(fn) || ts.isFunctionExpression(fn);
  // The name of the function around it says whether it is there to end things; where in it the call stands does not.
  return !isCallback && !isCleanup(view, declaration);
}
