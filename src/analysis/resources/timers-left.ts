/** Timers that outlive what they were for: the loser of a race, and the fallback armed while something closes. */
import type ts from "typescript";
import type { Callee } from "../language/callee.ts";
import { isInEndingFunction } from "../cleanup/cleanup.ts";
import { fateOf, outerCall } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { calledMember, inlineFunction, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A timer without a handle that nobody needs any more when it fires. */
export interface LeftTimer {
  readonly call: ts.CallExpression;
  readonly reason: "raced" | "ending";
}

/** A timer this short, in milliseconds, holds up nobody. */
const brief = 1000;

/**
 * The timers that a file leaves behind.
 * @param hidden whether those count that a called function starts: `sleep(ms)` is a wait that one may lose interest in.
 */
export function* timersLeft(view: FileView, hidden: boolean): Generator<LeftTimer> {
  if (!view.mentions("setTimeout") && !view.mentions("race")) return;
  const raced = new Set(racedTimers(view, hidden));
  for (const call of raced) yield { call, reason: "raced" };
  for (const call of endingTimers(view)) if (!raced.has(call)) yield { call, reason: "ending" };
}

function* racedTimers(view: FileView, hidden: boolean): Generator<ts.CallExpression> {
  const { ts } = view;
  if (!view.mentions("race")) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const [operands] = call.arguments;
    if (member?.name !== "race" || !ts.isIdentifier(member.receiver) || member.receiver.text !== "Promise" || operands === undefined || !ts.isArrayLiteralExpression(operands)) continue;
    const timers = operands.elements.map((operand) => timerBehind(view, operand));
    // A race of timers with each other is a shorter wait.
    if (timers.every((timer) => timer !== undefined)) continue;
    for (const timer of timers) if (timer !== undefined && (hidden || isSetTimeout(view, timer))) yield timer;
  }
}

/** The call that starts the timer behind an operand: in the file, the timer itself; else the call of the function that hides it. */
function timerBehind(view: FileView, operand: ts.Expression): ts.CallExpression | undefined {
  const { ts, compiler, callees } = view;
  const value = unwrapped(ts, operand);
  if (ts.isNewExpression(value)) return timerIn(view, value);
  if (ts.isIdentifier(value)) {
    const declaration = compiler.declarationOf(value);
    const made = declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && view.functionOf(declaration) !== undefined ? unwrapped(ts, declaration.initializer) : undefined;
    return made === undefined || ts.isIdentifier(made) || ts.isAwaitExpression(made) ? undefined : timerBehind(view, made);
  }
  if (!ts.isCallExpression(value)) return undefined;
  const callee = callees.of(value);
  if (isPromiseTimer(callee)) return value.arguments.length > 2 || isBrief(view, value.arguments[0]) ? undefined : value;
  const { implementation } = callee;
  if (implementation === undefined || !hidesTimer(view, implementation) || value.arguments.some((argument) => isBrief(view, argument))) return undefined;
  return value;
}

/** `setTimeout` of `node:timers/promises`, which returns a promise. */
function isPromiseTimer({ origin, names }: Callee): boolean {
  return origin === "node" && names.some((name) => /^(?:node:)?timers\/promises\.setTimeout$/u.test(name));
}

/** Whether a function hands out a promise whose timer nobody can stop, whatever it is given. */
function hidesTimer(view: FileView, fn: FunctionNode): boolean {
  const { ts } = view;
  const returned = returnsOf(ts, fn);
  const [only] = returned;
  const value = only === undefined || returned.length !== 1 ? undefined : unwrapped(ts, only);
  return value !== undefined && ts.isNewExpression(value) && fn.body !== undefined && timerIn(view.analysis.view(fn.getSourceFile()), value) !== undefined;
}

/** The timer that the executor of a promise starts, and whose handle it drops. */
function timerIn(view: FileView, made: ts.NewExpression): ts.CallExpression | undefined {
  const { ts } = view;
  const [first] = made.arguments ?? [];
  const executor = first === undefined ? undefined : inlineFunction(ts, first);
  if (executor?.body === undefined || !ts.isIdentifier(made.expression) || made.expression.text !== "Promise") return undefined;
  const calls = view.within(executor, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
  return calls.find((call) => view.functionOf(call) === executor && isLostTimer(view, call, executor));
}

function isLostTimer(view: FileView, call: ts.CallExpression, executor: FunctionNode | undefined): boolean {
  if (!isSetTimeout(view, call) || isBrief(view, call.arguments[1])) return false;
  const { fate } = fateOf(view.compiler, call);
  if (fate.kind === "dropped" || fate.kind === "voided") return true;
  return fate.kind === "returned" && executor !== undefined && fate.from === executor;
}

function isSetTimeout(view: FileView, call: ts.CallExpression): boolean {
  const { ts } = view;
  const target = unwrapped(ts, call.expression);
  const name = ts.isPropertyAccessExpression(target) ? target.name : target;
  if (!ts.isIdentifier(name) || name.text !== "setTimeout" || call.arguments[1] === undefined) return false;
  const callee = view.callees.of(call);
  return (callee.origin === "lib" || callee.origin === "node") && !isPromiseTimer(callee);
}

/** Whether a delay is a constant that is over before anybody notices. */
export function isBrief(view: FileView, delay: ts.Expression | undefined): boolean {
  const { ts, compiler } = view;
  if (delay === undefined) return false;
  const value = unwrapped(ts, delay);
  if (ts.isNumericLiteral(value)) return Number(value.text) <= brief;
  // `Math.floor(0)`: rounding makes no wait of none.
  if (ts.isCallExpression(value) && value.arguments.length === 1 && ["floor", "ceil", "round", "trunc"].includes(calledMember(ts, value)?.name ?? "")) return isBrief(view, value.arguments[0]);
  const declaration = ts.isIdentifier(value) ? compiler.declarationOf(value) : ts.isPropertyAccessExpression(value) ? compiler.declarationOf(value.name) : undefined;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && ts.isNumericLiteral(declaration.initializer) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 && Number(declaration.initializer.text) <= brief;
}

/** Timers whose handle is dropped by a function that ends something: they keep the process alive after everything is closed. */
function* endingTimers(view: FileView): Generator<ts.CallExpression> {
  const { ts } = view;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    if (!isLostTimer(view, call, undefined) || view.functionOf(call) === undefined || !isInEndingFunction(view, call)) continue;
    // Whoever ends the process next needs no timer to be stopped.
    if (!endsProcess(view, call)) yield call;
  }
}

function endsProcess(view: FileView, timer: ts.CallExpression): boolean {
  const { ts } = view;
  const fn = view.functionOf(timer);
  return fn !== undefined && (view.within(fn, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => calledMember(ts, call)?.name === "exit" || (outerCall(view.compiler, call) !== undefined && ts.isIdentifier(call.expression) && call.expression.text === "exit"));
}
