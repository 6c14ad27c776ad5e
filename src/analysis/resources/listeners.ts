/** Listeners that stay on an emitter, a target or a signal when the code that put them there is done. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import type { PathQuery } from "../paths/paths.ts";
import { isRacedByTimer, settlesByTimer, targetOfOnce } from "./outraced.ts";
import { emitters, holdsItsObject, tellsOfTheEnd } from "./shared-emitters.ts";
import { calledMember, contains, inlineFunction, isPromiseExecutor, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A listener that nobody takes off. */
export interface LeftListener {
  readonly call: ts.CallExpression;
  /** Why it matters: it was there for one promise; it holds an object that lives shorter; it is on a signal that lives longer; it was taken off on the straight way only; the function taken off is another one; a timer came first. */
  readonly reason: "outraced" | "waited" | "constructed" | "signal" | "thrown" | "identity";
  /** What may fail before it is taken off. */
  readonly at?: ts.Node;
}

const adding: ReadonlySet<string> = new Set(["on", "addListener", "addEventListener"]);
const removing: ReadonlySet<string> = new Set(["off", "removeListener", "removeEventListener"]);
/** Emitters that come to an end by themselves, and their listeners with them. */
const ending: ReadonlySet<string> = new Set(["Stream", "Readable", "Writable", "Duplex", "ReadableStream", "WritableStream", "ReadWriteStream", "Socket", "ChildProcess", "Worker", "IncomingMessage", "ClientRequest", "ServerResponse", "Server", "Interface", "FSWatcher", "XMLHttpRequest", "FileReader", "IDBRequest", "IDBTransaction", "IDBOpenDBRequest", "Process", "MessagePort", "Cluster", "WebSocket", "EventSource", "BroadcastChannel", "RTCPeerConnection", "RTCDataChannel", "MediaRecorder", "MediaStreamTrack", "Request"]);

/** Objects that come and go with one request or event, and their signals with them. */
const passing: ReadonlySet<string> = new Set(["Request", "Event", "IncomingMessage", "FastifyRequest"]);

/** A registration: `emitter.on("x", listener)`. */
interface Registration {
  readonly call: ts.CallExpression;
  readonly target: ts.Expression;
  readonly listener: ts.Expression;
  readonly isSignal: boolean;
  readonly once: boolean;
}

/** The listeners that a file leaves behind. */
export function* listenersLeft(view: FileView): Generator<LeftListener> {
  if (view.mentions("once")) yield* outraced(view);
  if (!view.mentions(...adding, ...removing)) return;
  for (const registration of registrationsOf(view)) {
    const left = judge(view, registration);
    if (left !== undefined) yield { call: registration.call, ...left };
  }
  yield* misses(view);
}

function* registrationsOf(view: FileView): Generator<Registration> {
  const { ts, compiler, types } = view;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const [event, listener, options] = call.arguments;
    if (member === undefined || !adding.has(member.name) || event === undefined || listener === undefined || view.functionOf(call) === undefined) continue;
    const { once, bounded } = optionsOf(ts, options);
    if (bounded) continue;
    const type = compiler.typeOf(member.receiver);
    if (type === undefined || compiler.isOpaque(type)) continue;
    yield { call, target: member.receiver, listener, once, isSignal: types.isSignal(type) };
  }
}

/** Listeners for one event, of a promise that a timer settles when the event does not come. */
function* outraced(view: FileView): Generator<LeftListener> {
  const { ts, compiler, types } = view;
  for (const id of view.named("once")) {
    const call = ts.isPropertyAccessExpression(id.parent) ? id.parent.parent : id.parent;
    const target = ts.isCallExpression(call) ? targetOfOnce(view, call) : undefined;
    const fn = view.functionOf(id);
    if (target === undefined || fn === undefined || !ts.isCallExpression(call)) continue;
    const type = compiler.typeOf(target);
    if (type === undefined || !types.lineageOf(type).some((name) => emitters.has(name)) || isEnding(view, target) || tellsOfTheEnd(ts, call)) continue;
    if (isRacedByTimer(view, call) ? homeOf(view, target, fn) !== "own" : losesToTimer(view, call, target, fn)) yield { call, reason: "outraced" };
  }
}

/** `emitter.once("x", resolve)` in the executor of a promise that a `setTimeout` settles as well, where nothing takes it off. */
function losesToTimer(view: FileView, call: ts.CallExpression, target: ts.Expression, fn: FunctionNode): boolean {
  const executor = executorAround(view, fn);
  const [, listener] = call.arguments;
  if (executor === undefined || listener === undefined || !settles(view, executor, listener) || removalsOf(view, listener, target).length > 0) return false;
  return homeOf(view, target, view.functionOf(executor) ?? executor) !== "own" && settlesByTimer(view, executor, (callback) => settles(view, executor, callback));
}

/** What the third argument says: `{ once: true }`, `{ signal }`; anything else that is not written out may say so too. */
function optionsOf(ts: FileView["ts"], options: ts.Expression | undefined): { readonly once: boolean; readonly bounded: boolean } {
  if (options === undefined || options.kind === ts.SyntaxKind.TrueKeyword || options.kind === ts.SyntaxKind.FalseKeyword) return { once: false, bounded: false };
  const value = unwrapped(ts, options);
  if (!ts.isObjectLiteralExpression(value)) return { once: false, bounded: true };
  const has = (name: string): boolean => value.properties.some((property) => property.name?.getText() === name);
  return { once: has("once"), bounded: has("signal") || value.properties.some((property) => ts.isSpreadAssignment(property)) };
}

function judge(view: FileView, registration: Registration): Omit<LeftListener, "call"> | undefined {
  const { call, target, listener } = registration;
  const fn = view.functionOf(call);
  if (fn === undefined) return undefined;
  const home = homeOf(view, target, fn);
  if (home === "own") return undefined;
  const removals = removalsOf(view, listener, target);
  if (removals === "all") return undefined;
  if (removals.length > 0) return missedRemoval(view, registration, fn, removals);
  if (lastsAsLong(view, target, fn) || isOncePerTarget(view, registration, fn)) return undefined;
  if (registration.isSignal) return !registration.once || (home === "caller" && endsBefore(view, registration, fn)) ? { reason: "signal" } : undefined;
  if (registration.once || isEnding(view, target)) return undefined;
  const executor = executorAround(view, fn);
  if (executor !== undefined && settles(view, executor, listener) && homeOf(view, target, view.functionOf(executor) ?? executor) !== "own") return { reason: "waited" };
  return holdsItsObject(view, fn, call, target, listener) ? { reason: "constructed" } : undefined;
}

/** Whether the function, or one around it, goes on until the signal aborts: `while (!signal.aborted) …`. */
function lastsAsLong(view: FileView, target: ts.Expression, fn: FunctionNode): boolean {
  const { ts } = view;
  const test = `${target.getText(view.file)}.aborted`;
  for (let around: FunctionNode | undefined = fn; around !== undefined; around = view.functionOf(around)) {
    const loops = [ts.SyntaxKind.WhileStatement, ts.SyntaxKind.DoStatement].flatMap((kind) => view.within(around, kind) as readonly (ts.WhileStatement | ts.DoStatement)[]);
    if (loops.some(({ expression }) => expression.getText(view.file).includes(test))) return true;
  }
  return false;
}

/** Whether a registration is made once for each target, since a map remembers it: `if (!known.has(signal)) { signal.addEventListener(…); known.set(signal, …); }`. */
function isOncePerTarget(view: FileView, { call, target }: Registration, fn: FunctionNode): boolean {
  const { ts } = view;
  const text = target.getText(view.file);
  const remembers = (root: ts.Node, names: readonly string[]): boolean =>
    (view.within(root, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((one) => names.includes(calledMember(ts, one)?.name ?? "") && one.arguments[0]?.getText(view.file) === text);
  for (let up: ts.Node = call.parent; up !== fn; up = up.parent) if (ts.isIfStatement(up) && contains(up.thenStatement, call) && remembers(up.expression, ["has", "get"]) && remembers(up.thenStatement, ["set", "add"])) return true;
  return false;
}

/** Whether the work that a listener is for ends before the signal does: it is awaited behind the registration, or belongs to a promise that the listener settles. */
function endsBefore(view: FileView, { call, listener }: Registration, fn: FunctionNode): boolean {
  const { ts } = view;
  const executor = executorAround(view, fn);
  if (executor !== undefined && settles(view, executor, listener)) return true;
  const waits = [...view.within(fn, ts.SyntaxKind.AwaitExpression), ...(view.within(fn, ts.SyntaxKind.ForOfStatement) as readonly ts.ForOfStatement[]).filter((loop) => loop.awaitModifier !== undefined)];
  return waits.some((node) => node.pos >= call.end && view.functionOf(node) === fn);
}

/** Calls that take the listener off again; `all` when something takes every listener off. */
function removalsOf(view: FileView, listener: ts.Expression, target: ts.Expression): readonly ts.CallExpression[] | "all" {
  const { ts } = view;
  if (view.named("removeAllListeners").length > 0) return "all";
  const value = unwrapped(ts, listener);
  if (!ts.isIdentifier(value) && !ts.isPropertyAccessExpression(value)) return [];
  const text = value.getText(view.file);
  const found: ts.CallExpression[] = [];
  for (const name of removing) {
    for (const id of view.named(name)) {
      const call = id.parent.parent;
      if (ts.isCallExpression(call) && call.expression === id.parent && call.arguments[1] !== undefined && unwrapped(ts, call.arguments[1]).getText(view.file) === text) found.push(call);
    }
  }
  // Where the listener goes elsewhere as well, somebody else may take it off.
  if (found.length === 0 && ts.isIdentifier(value) && view.named(value.text).some((id) => id !== value && ts.isCallExpression(id.parent) && id.parent.arguments.includes(id) && !adding.has(calledMember(ts, id.parent)?.name ?? "") && calledMember(ts, id.parent)?.name !== "once" && target.pos !== id.pos)) return "all";
  return found;
}

/** A listener that the function takes off itself, but not when something in between fails. */
function missedRemoval(view: FileView, { call }: Registration, fn: FunctionNode, removals: readonly ts.CallExpression[]): Omit<LeftListener, "call"> | undefined {
  const { ts, outcomes } = view;
  // One that stands before only sees to it that the listener is not there twice.
  const own = removals.filter((removal) => view.functionOf(removal) === fn && removal.pos >= call.end);
  const passed = new Set<ts.Node>(own.flatMap((removal) => [removal, rootOf(ts, removal)]));
  if (own.length === 0 || own.length < removals.length || !own.some((removal) => isStraight(ts, removal, call))) return undefined;
  const query: PathQuery = { through: (node) => passed.has(node), failures: "none", harmless: (node) => ts.isAwaitExpression(node) && !outcomes.mayReject(node.expression), again: false, facts: view.paths.factsAt(call, fn) };
  // Where a way without an error leaves it on, that is meant.
  const escape = view.paths.escape(fn, call, query) === undefined ? view.paths.escape(fn, call, { ...query, failures: "await" }) : undefined;
  return escape === undefined ? undefined : { reason: "thrown", at: escape.after ?? escape.node };
}

/** The leftmost name of a chain: where a `?.` skips the rest, there was no listener either. */
function rootOf(ts: FileView["ts"], expression: ts.Expression): ts.Expression {
  let root = unwrapped(ts, expression);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root) || ts.isCallExpression(root)) root = unwrapped(ts, root.expression);
  return root;
}

/** Whether a node stands in the block of another one, or in a block that is left with it. */
function isStraight(ts: FileView["ts"], node: ts.Node, other: ts.Node): boolean {
  for (let up = node.parent; !contains(up, other); up = up.parent) if (ts.isIfStatement(up) || ts.isIterationStatement(up, false) || ts.isCatchClause(up) || ts.isConditionalExpression(up) || ts.isFunctionLike(up)) return false;
  return true;
}

/** Where a target comes from, seen from a function: made by it, given by its caller, a field, or a variable of the code around. */
function homeOf(view: FileView, target: ts.Expression, fn: FunctionNode, depth = 0): "own" | "caller" | "field" | "outer" {
  const { ts, compiler } = view;
  let root = unwrapped(ts, target);
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) {
    root = unwrapped(ts, root.expression);
    // What belongs to one request or event goes with it; whoever has the controller has the signal in hand.
    const type = compiler.typeOf(root);
    if (type !== undefined && view.types.lineageOf(type).some((name) => passing.has(name) || name === "AbortController")) return "own";
  }
  if (root.kind === ts.SyntaxKind.ThisKeyword) return isMadeHere(view, target, fn) ? "own" : "field";
  if (ts.isCallExpression(root) || ts.isNewExpression(root)) return "own";
  const declaration = ts.isIdentifier(root) ? compiler.declarationOf(root) : undefined;
  if (declaration === undefined) return "outer";
  let up: ts.Node = declaration;
  while (ts.isBindingElement(up) || ts.isObjectBindingPattern(up) || ts.isArrayBindingPattern(up)) up = up.parent;
  if (ts.isParameter(up)) return up.parent !== fn && contains(fn, up) ? "own" : "caller";
  if (!ts.isVariableDeclaration(up) || view.functionOf(up) === undefined) return "outer";
  const made = up.initializer === undefined ? undefined : unwrapped(ts, up.initializer);
  if (made === undefined || depth > 3) return "own";
  if (ts.isBinaryExpression(made)) return homeOf(view, made.left, fn, depth + 1) === "own" && !ts.isCallExpression(unwrapped(ts, made.left)) ? "own" : "outer";
  return ts.isIdentifier(made) || ts.isPropertyAccessExpression(made) || made.kind === ts.SyntaxKind.ThisKeyword ? homeOf(view, made, fn, depth + 1) : "own";
}

/** Whether the function has put something new into a field before: `this.source = new EventSource(url); this.source.addEventListener(…)`. */
function isMadeHere(view: FileView, target: ts.Expression, fn: FunctionNode): boolean {
  const { ts } = view;
  const text = target.getText(view.file);
  return (view.within(fn, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]).some(
    ({ left, operatorToken, right, end }) => operatorToken.kind === ts.SyntaxKind.EqualsToken && end <= target.pos && left.getText(view.file) === text && ts.isNewExpression(unwrapped(ts, right)),
  );
}

function isEnding(view: FileView, target: ts.Expression): boolean {
  const type = view.compiler.typeOf(target);
  return type === undefined || view.types.lineageOf(type).some((name) => ending.has(name));
}

/** The executor of the promise that a function belongs to. */
function executorAround(view: FileView, fn: FunctionNode): FunctionNode | undefined {
  return isPromiseExecutor(view.ts, fn) ? fn : undefined;
}

/** Whether a listener settles the promise of an executor: after that it has no more to do. */
function settles(view: FileView, executor: FunctionNode, listener: ts.Expression): boolean {
  const { ts } = view;
  const names = executor.parameters.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  const value = unwrapped(ts, listener);
  if (ts.isIdentifier(value)) {
    if (names.includes(value.text)) return true;
    const fn = view.callees.functionOf(value);
    return fn !== undefined && contains(executor, fn) && names.some((name) => view.named(name).some((id) => contains(fn, id)));
  }
  return names.some((name) => view.named(name).some((id) => contains(value, id)));
}

/** `off("x", () => …)`, `off("x", this.m.bind(this))`: a function made on the spot was never put on. */
function* misses(view: FileView): Generator<LeftListener> {
  const { ts } = view;
  for (const name of removing) {
    for (const id of view.named(name)) {
      const call = id.parent.parent;
      if (!ts.isCallExpression(call) || call.expression !== id.parent || call.arguments[1] === undefined) continue;
      const value = unwrapped(ts, call.arguments[1]);
      if (inlineFunction(ts, value) !== undefined || (ts.isCallExpression(value) && calledMember(ts, value)?.name === "bind")) yield { call, reason: "identity" };
    }
  }
}
