/** Clean-up that does not do its work to the end: it is called off, stops at its first failure, or hides the error it was to leave alone. */
import type ts from "typescript";
import { fragileAwait, isRelease, releasesIn } from "./cleanup-order.ts";
import { cleanupsOf, disposalOf, guardOf, throwsOf, type Cleanup } from "./cleanup.ts";
import { droppedValues } from "../tasks/dropped.ts";
import { chainOf } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { isFromParameter, referencesOf } from "../language/references.ts";
import type { Specifier } from "../settings.ts";
import { calledMember, contains, enclosingFunction, isAsync, isFunctionNode, unwrapped } from "../language/syntax.ts";

/** What a project says of its clean-up. */
export interface CleanupTerms {
  /** Calls that may be awaited in clean-up without fear: they do not fail, or their failure is of no account. */
  readonly safeCalls: readonly Specifier[];
  /** Functions that run clean-up apart from what cancels its caller, and keep its errors to themselves. */
  readonly shieldFunctions: readonly Specifier[];
  /** Methods that end their object, besides `[Symbol.asyncDispose]` and `[Symbol.dispose]`. */
  readonly disposerMethods: readonly string[];
  /** Which awaits count as hiding an error: those that end something in a handler before it throws again, every one there, or also a single one in a `finally`. */
  readonly masksError: "release" | "sequence" | "any" | "off";
  /** Whether clean-up that could take a deadline must have one. */
  readonly unbounded: boolean;
}

/** A fault of clean-up code. */
export type CleanupFault =
  | { readonly kind: "abortedSignal"; readonly at: ts.Expression; readonly call: ts.CallExpression; readonly cleanup: Cleanup }
  | { readonly kind: "fragileSequence"; readonly at: ts.AwaitExpression; readonly skipped: ts.CallExpression; readonly cleanup: Cleanup }
  | { readonly kind: "masksError"; readonly at: ts.AwaitExpression; readonly cleanup: Cleanup }
  | { readonly kind: "asyncInSyncDispose"; readonly at: ts.Node; readonly method: ts.MethodDeclaration }
  | { readonly kind: "notAwaited" | "unbounded"; readonly at: ts.CallExpression; readonly cleanup: Cleanup }
  | { readonly kind: "exitSkipsCleanup"; readonly at: ts.CallExpression; readonly pending: ts.Node };

/** Everything unsound in the clean-up of a file. */
export function* unsoundCleanups(view: FileView, terms: CleanupTerms): Generator<CleanupFault> {
  yield* exitsPastCleanup(view);
  yield* syncDisposers(view);
  for (const cleanup of cleanupsOf(view, new Set(terms.disposerMethods))) {
    const awaits = awaitsOf(view, cleanup);
    yield* lostReleases(view, cleanup);
    if (awaits.length === 0) continue;
    yield* calledOff(view, cleanup, awaits);
    const fragile = fragileAwait(view, cleanup, awaits, (at) => mayFail(view, at, terms));
    if (fragile !== undefined) yield { kind: "fragileSequence", ...fragile, cleanup };
    else yield* masking(view, cleanup, awaits, terms);
    if (terms.unbounded) for (const { expression } of awaits) yield* withoutDeadline(view, cleanup, unwrapped(view.ts, expression));
  }
}

/** The awaits that run as part of a block, in source order. */
function awaitsIn(view: FileView, body: ts.Block): readonly ts.AwaitExpression[] {
  const fn = enclosingFunction(view.ts, body);
  return (view.within(body, view.ts.SyntaxKind.AwaitExpression) as readonly ts.AwaitExpression[]).filter((node) => view.functionOf(node) === fn);
}

/** The awaits that clean up: in a handler, those after which it throws what it caught; the others are attempts to do without. */
function awaitsOf(view: FileView, { kind, body }: Cleanup): readonly ts.AwaitExpression[] {
  const awaits = awaitsIn(view, body);
  if (kind !== "rethrow" || awaits.length === 0) return awaits;
  const fn = view.functionOf(body) ?? view.file;
  const throws = new Set<ts.Node>(rethrowsIn(view, body));
  return awaits.filter((at) => view.paths.reached(fn, at, throws, (node) => !contains(body, node)) !== undefined);
}

/** Awaited calls that get a signal which has aborted, or may have, when the clean-up runs. */
function* calledOff(view: FileView, cleanup: Cleanup, awaits: readonly ts.AwaitExpression[]): Generator<CleanupFault> {
  const { ts } = view;
  for (const { expression } of awaits) {
    const call = chainOf(view.compiler, expression).root;
    if (!ts.isCallExpression(call) || call.arguments.length === 0) continue;
    const given = view.signals.slotOf(call)?.given;
    if (given === undefined || typeof given === "string" || !isOfTheCaller(view, given, cleanup) || isTested(view, call, given, cleanup.body)) continue;
    yield { kind: "abortedSignal", at: given, call, cleanup };
  }
}

/** Whether a signal is one that cancels the code being cleaned up after: a parameter's, a scope's, or that of a controller aborted just before. */
function isOfTheCaller(view: FileView, signal: ts.Expression, { kind, body }: Cleanup): boolean {
  const { ts, compiler } = view;
  const value = unwrapped(ts, signal);
  if (ts.isPropertyAccessExpression(value)) {
    const type = compiler.typeOf(value.expression);
    if (type !== undefined && view.types.isScope(type)) return true;
    const text = value.expression.getText(view.file);
    const abort = (view.within(body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).find((call) => {
      const member = calledMember(ts, call);
      return member?.name === "abort" && member.receiver.getText(view.file) === text && call.end <= signal.pos;
    });
    if (abort !== undefined) return true;
  }
  // Who closes an object with a signal of his own says how long it may take.
  return kind !== "disposer" && kind !== "abort" && isFromParameter(view.compiler, value);
}

/** Whether code runs only after a look at whether the signal has aborted. */
function isTested(view: FileView, call: ts.Node, signal: ts.Expression, body: ts.Block): boolean {
  const { ts } = view;
  const test = `${signal.getText(view.file).replaceAll("?.", ".")}.aborted`;
  for (let child = call, up = call.parent; child !== body; child = up, up = up.parent) {
    const condition = ts.isIfStatement(up) ? up.expression : ts.isConditionalExpression(up) ? up.condition : ts.isBinaryExpression(up) && up.right === child ? up.left : undefined;
    if (condition?.getText(view.file).replaceAll("?.", ".").includes(test) === true) return true;
    // `if (signal.aborted) return;` before.
    if (ts.isBlock(up) && up.statements.some((one) => one.pos < child.pos && ts.isIfStatement(one) && one.expression.getText(view.file).replaceAll("?.", ".").includes(test) && leaves(ts, one.thenStatement))) return true;
  }
  return false;
}

/** Whether a statement ends in a `return` or `throw`. */
function leaves(ts: FileView["ts"], statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}

/** Whether an awaited expression may fail, and nothing keeps the failure to itself. */
function mayFail(view: FileView, { expression }: ts.AwaitExpression, { safeCalls, shieldFunctions }: CleanupTerms): boolean {
  const { ts } = view;
  const value = unwrapped(ts, expression);
  if (!ts.isCallExpression(value) || !view.outcomes.mayReject(value)) return false;
  const callee = view.callees.of(value);
  return !view.callees.isNamed(callee, safeCalls) && !view.callees.isNamed(callee, shieldFunctions);
}

/** Awaits that fail in place of the error that is on its way out. */
function* masking(view: FileView, cleanup: Cleanup, awaits: readonly ts.AwaitExpression[], terms: CleanupTerms): Generator<CleanupFault> {
  const { ts } = view;
  if (terms.masksError === "off" || (cleanup.kind !== "rethrow" && (cleanup.kind !== "finally" || terms.masksError !== "any"))) return;
  const caught = caughtBy(ts, cleanup.body);
  const mentions = caught === undefined ? [] : referencesOf(view.compiler, caught);
  for (const at of awaits) {
    if (mentions.some((mention) => contains(at, mention) && isPassedOn(view, at, mention))) continue;
    // A handler that tells or tidies is as likely to work as any other code; what ends something broken is not.
    if (terms.masksError === "release" && !isRelease(view, unwrapped(ts, at.expression))) continue;
    // What is awaited for the sake of its value is part of making the error.
    if (!ts.isExpressionStatement(at.parent) || guardOf(ts, at, cleanup.body) !== undefined || !mayFail(view, at, terms)) continue;
    yield { kind: "masksError", at, cleanup };
  }
}

/** The throws of a handler that pass on the error it caught, as it is or as the cause of another. */
function rethrowsIn(view: FileView, body: ts.Block): readonly ts.ThrowStatement[] {
  const { ts } = view;
  const caught = caughtBy(ts, body);
  const mentions = caught === undefined ? [] : referencesOf(view.compiler, caught);
  return throwsOf(ts, body).filter((statement) => mentions.some((mention) => contains(statement, mention)));
}

/** Whether a call is handed the error and passes it on in what it throws itself: `explain(e)` of `function explain(cause) { throw new Failure({ cause }) }`. */
function isPassedOn(view: FileView, { expression }: ts.AwaitExpression, error: ts.Identifier): boolean {
  const { ts } = view;
  const call = unwrapped(ts, expression);
  const implementation = ts.isCallExpression(call) ? view.callees.of(call).implementation : undefined;
  const parameter = ts.isCallExpression(call) ? implementation?.parameters[call.arguments.indexOf(error)] : undefined;
  if (implementation?.body === undefined || !ts.isBlock(implementation.body) || parameter === undefined || !ts.isIdentifier(parameter.name)) return false;
  const handed = referencesOf(view.compiler, parameter.name);
  return throwsOf(ts, implementation.body).some((statement) => handed.some((mention) => contains(statement, mention)));
}

/** The name that a handler gives to what it has caught. */
function caughtBy(ts: FileView["ts"], body: ts.Block): ts.Identifier | undefined {
  const name = ts.isCatchClause(body.parent) ? body.parent.variableDeclaration?.name : undefined;
  return name !== undefined && ts.isIdentifier(name) ? name : undefined;
}

/** Releases whose promise is dropped: the clean-up is over before they are. */
function* lostReleases(view: FileView, cleanup: Cleanup): Generator<CleanupFault> {
  if (cleanup.kind === "abort") return;
  const { ts } = view;
  const ends = releasesIn(view, cleanup.body).filter((call) => !ts.isAwaitExpression(call.parent) && isStatement(ts, call));
  if (ends.length === 0) return;
  const fn = view.functionOf(cleanup.body);
  // Where nobody can wait, the fault is that of whoever calls clean-up from there.
  if (fn === undefined || !isAsync(ts, fn)) return;
  for (const at of ends) {
    const loss = view.ownership.lossOf(at, false);
    if (loss?.kind === "floating" && loss.task === "promise" && !loss.maybe && loss.detached === undefined) yield { kind: "notAwaited", at, cleanup };
  }
}

function isStatement(ts: FileView["ts"], call: ts.Expression): boolean {
  let up: ts.Node = call.parent;
  while (ts.isParenthesizedExpression(up) || ts.isVoidExpression(up)) up = up.parent;
  return ts.isExpressionStatement(up);
}

/** `[Symbol.dispose]` that is async, returns a promise, or starts work: `using` does not wait for any of these. Beside an async disposer it is the lesser choice, and known to be. */
function* syncDisposers(view: FileView): Generator<CleanupFault> {
  const { ts } = view;
  if (!view.mentions("dispose")) return;
  const methods = (view.nodes(ts.SyntaxKind.MethodDeclaration) as readonly ts.MethodDeclaration[]).filter((method) => disposalOf(ts, method) === "sync" && method.body !== undefined && !hasAsyncDisposer(ts, method));
  if (methods.length === 0) return;
  const dropped = [...droppedValues(view)];
  for (const method of methods) {
    const signature = view.compiler.signatureOfDeclaration(method);
    const result = signature === undefined ? undefined : view.compiler.returnTypeOf(signature);
    if (isAsync(ts, method) || (result !== undefined && view.types.taskKind(result) === "promise")) yield { kind: "asyncInSyncDispose", at: method.name, method };
    else {
      const started = dropped.find(({ expression, voidedBy }) => contains(method, expression) && view.functionOf(expression) === method && view.ownership.lossOf(expression, voidedBy !== undefined)?.task === "promise");
      if (started !== undefined) yield { kind: "asyncInSyncDispose", at: started.expression, method };
    }
  }
}

function hasAsyncDisposer(ts: FileView["ts"], { parent }: ts.MethodDeclaration): boolean {
  const members: readonly ts.Node[] = ts.isObjectLiteralExpression(parent) ? parent.properties : parent.members;
  return members.some((member) => disposalOf(ts, member) === "async");
}

/** `process.exit()` where the way out would have closed something. */
function* exitsPastCleanup(view: FileView): Generator<CleanupFault> {
  const { ts } = view;
  if (!view.mentions("exit")) return;
  for (const at of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    if (calledMember(ts, at)?.name !== "exit") continue;
    const pending = pendingCleanup(view, at);
    if (pending !== undefined && view.callees.of(at).names.some((name) => name === "process.exit" || name === "Process.exit")) yield { kind: "exitSkipsCleanup", at, pending };
  }
}

/** The nearest `using` or awaiting `finally` that control would pass on its way out of the function. */
function pendingCleanup(view: FileView, node: ts.Node): ts.Node | undefined {
  const { ts } = view;
  for (let child = node, up = node.parent; !isFunctionNode(ts, child) && !ts.isSourceFile(child); child = up, up = up.parent) {
    if (ts.isTryStatement(up) && up.finallyBlock !== undefined && up.finallyBlock !== child && awaitsIn(view, up.finallyBlock).length > 0) return up.finallyBlock;
    if (!ts.isBlock(up) && !ts.isSourceFile(up) && !ts.isCaseOrDefaultClause(up)) continue;
    const resource = up.statements.find((statement) => statement.pos < child.pos && ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Using) !== 0);
    if (resource !== undefined) return resource;
  }
  return undefined;
}

/** Calls that take a signal and get none. */
function* withoutDeadline(view: FileView, cleanup: Cleanup, value: ts.Expression): Generator<CleanupFault> {
  const { ts } = view;
  if (ts.isCallExpression(value) && view.signals.slotOf(value)?.given === "nothing") yield { kind: "unbounded", at: value, cleanup };
}
