/** What may leave a function: can it reject, does it tell anybody, does it suspend, does it end? */
import type ts from "typescript";
import { totalConstructors } from "../catalog/calls.ts";
import type { Callee, Callees } from "../language/callee.ts";
import type { Compiler } from "../language/compiler.ts";
import { operandsMayReject } from "./combined.ts";
import { Deferreds } from "./deferreds.ts";
import { chainOf, membersRead, writesOf, type Chain } from "../language/flow.ts";
import { indexOf } from "../language/nodes.ts";
import { RecursiveMemo } from "../language/recursion.ts";
import type { Reports } from "./reports.ts";
import type { Outcome } from "./summary.ts";
import { inlineFunction, isAsync, isFallback, isNullish, returnsOf, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";
import { coveringCatch, handlerRethrows, isEndlessLoop, isUnderCatch, nearestFunction, rejectionHandlersIn } from "./throwing.ts";
import type { Types } from "../language/types.ts";

/** What a rejection handler does: lets errors through, keeps them to itself, or tells somebody. */
export type Containment = "open" | "contained" | "reported";

/** How deep calls into calls are followed before the answer is "unknown". */
const maxDepth = 64;
const unknownOutcome: Outcome = { rejects: true, throws: true, reports: false, suspends: true, endless: false };
/** A function that is being looked at already: its own failure is judged where it starts, so a recursive call adds nothing. */
const recursiveOutcome: Outcome = { rejects: false, throws: false, reports: false, suspends: true, endless: false };

export class Outcomes {
  readonly #compiler: Compiler;
  readonly #types: Types;
  readonly #callees: Callees;
  readonly #reports: Reports;
  readonly #deferreds: Deferreds;
  readonly #known = new RecursiveMemo<FunctionNode, Outcome>(recursiveOutcome, ({ rejects, suspends, endless }) => !rejects && suspends && !endless, unknownOutcome, maxDepth);
  /** `p = p.then(…)` rejects only if something else assigned to `p` does, or a handler. */
  readonly #values = new RecursiveMemo<ts.Expression, boolean>(false, (rejects) => !rejects, true, maxDepth);

  constructor(compiler: Compiler, types: Types, callees: Callees, reports: Reports) {
    this.#compiler = compiler;
    this.#types = types;
    this.#callees = callees;
    this.#reports = reports;
    this.#deferreds = new Deferreds(compiler, callees);
  }

  /** Outcome of a function with a body. */
  of(fn: FunctionNode): Outcome {
    const { body } = fn;
    return body === undefined ? unknownOutcome : this.#known.get(fn, () => this.#compute(fn, body));
  }

  /** Outcome of what a call runs, whichever of the possible bodies it is; an unknown callee may do anything. */
  ofCallee(callee: Callee): Outcome {
    const [only, ...others] = this.#callees.bodiesOf(callee).map((body) => this.of(body));
    if (only === undefined || others.length === 0) return only ?? unknownOutcome;
    const all = [only, ...others];
    const some = (key: "rejects" | "throws" | "suspends" | "endless"): boolean => all.some((outcome) => outcome[key]);
    return { rejects: some("rejects"), throws: some("throws"), suspends: some("suspends"), endless: some("endless"), reports: all.every(({ reports }) => reports) };
  }

  #compute(fn: FunctionNode, body: ts.ConciseBody): Outcome {
    const { ts } = this.#compiler;
    const async = isAsync(ts, fn);
    let rejects = false;
    let throws = false;
    let suspends = !async && this.#returnsTask(fn) && !returnsOf(ts, fn).every((expression) => this.#isSettled(expression));
    if (!async && this.#returnsAnything(fn)) suspends = returnsOf(ts, fn).some((expression) => ts.isCallExpression(unwrapped(ts, expression)));
    let endless = false;
    const catches = new Set<ts.CatchClause>();
    walkOwn(ts, body, (node) => {
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined) || ts.isYieldExpression(node)) suspends = true;
      if (ts.isReturnStatement(node) && async && node.expression !== undefined && this.#isStart(node.expression)) suspends = true;
      if (isEndlessLoop(ts, node)) endless = true;
      if ((!rejects || ts.isThrowStatement(node)) && this.#mayThrow(node, fn)) {
        const handler = coveringCatch(ts, node, body);
        if (handler !== undefined) catches.add(handler);
        else {
          rejects = true;
          throws ||= ts.isThrowStatement(node);
        }
      }
      return undefined;
    });
    if (!ts.isBlock(body) && async && this.#isStart(body)) suspends = true;
    const tells = (): boolean => [...catches].some((clause) => this.#reports.reach(clause.block)) || rejectionHandlersIn(ts, body).some((handler) => this.ofHandler(handler) === "reported") || this.#reports.settles(body);
    let reports: boolean | undefined;
    return {
      rejects,
      throws,
      // Looks through everything the function calls, and is asked only of work that cannot fail otherwise.
      get reports() {
        return (reports ??= tells());
      },
      suspends,
      endless,
    };
  }

  #resultOf(fn: FunctionNode): ts.Type | undefined {
    const signature = this.#compiler.signatureOfDeclaration(fn);
    return signature === undefined ? undefined : this.#compiler.returnTypeOf(signature);
  }

  #returnsTask(fn: FunctionNode): boolean {
    const result = this.#resultOf(fn);
    return result === undefined || this.#compiler.isOpaque(result) || this.#types.taskKind(result) !== undefined;
  }

  /** A result of a type that the caller chooses, so that it may well be a promise. */
  #returnsAnything(fn: FunctionNode): boolean {
    const result = this.#resultOf(fn);
    const constraint = result === undefined ? undefined : this.#compiler.constraintOf(result);
    return result !== undefined && (result.flags & this.#compiler.ts.TypeFlags.TypeParameter) !== 0 && (constraint === undefined || this.#compiler.isOpaque(constraint));
  }

  /** `Promise.resolve(x)`, `save()` of an async function that never waits: nothing is going on behind it. */
  #isSettled(expression: ts.Expression): boolean {
    const { root, steps } = chainOf(this.#compiler, expression);
    if (steps.length > 0 || !this.#compiler.ts.isCallExpression(root)) return false;
    const callee = this.#callees.of(root);
    return callee.names.includes("PromiseConstructor.resolve") || !this.ofCallee(callee).suspends;
  }

  #returnsPromise(fn: FunctionNode): boolean {
    const result = this.#resultOf(fn);
    return result !== undefined && this.#types.taskKind(result) === "promise";
  }

  #isStart(expression: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const inner = unwrapped(ts, expression);
    if (!ts.isCallExpression(inner) && !ts.isNewExpression(inner) && !ts.isConditionalExpression(inner) && !ts.isBinaryExpression(inner) && !ts.isIdentifier(inner) && !ts.isPropertyAccessExpression(inner)) return false;
    const type = this.#compiler.typeOf(inner);
    return type === undefined || this.#compiler.isOpaque(type) || this.#types.taskKind(type) !== undefined;
  }

  /** Whether evaluating this very node (not its children) can throw or reject. */
  #mayThrow(node: ts.Node, fn: FunctionNode): boolean {
    const { ts } = this.#compiler;
    // The body of `() => work()` is what it returns.
    if (node === fn.body && ts.isExpression(node) && this.#isStart(node) && this.mayReject(node)) return true;
    if (ts.isThrowStatement(node)) return true;
    if (ts.isAwaitExpression(node)) return this.mayReject(node.expression);
    if (ts.isForOfStatement(node)) return node.awaitModifier !== undefined;
    if (ts.isTaggedTemplateExpression(node)) return true;
    if (ts.isYieldExpression(node)) return true;
    if (ts.isReturnStatement(node)) return node.expression !== undefined && this.#isStart(node.expression) && this.mayReject(node.expression);
    if (ts.isCallExpression(node)) {
      if (isUnderCatch(ts, node, fn)) return false;
      return this.callMayThrow(node);
    }
    if (ts.isNewExpression(node)) return !isUnderCatch(ts, node, fn) && !(ts.isIdentifier(node.expression) && totalConstructors.has(node.expression.text));
    return false;
  }

  /** Whether the call itself can throw before any promise exists. */
  callMayThrow(call: ts.CallExpression): boolean {
    // Putting a handler on a promise does not throw; what the promise does is asked where it is awaited.
    if (chainOf(this.#compiler, call).steps.length > 0) return false;
    const callee = this.#callees.of(call);
    if (callee.entry?.total === "callbacks") return call.arguments.some((argument) => this.#callbackMayThrow(argument));
    if (callee.entry?.total === true || this.#reports.isResolver(call.expression, call)) return false;
    const { implementation } = callee;
    if (implementation === undefined) {
      // What a function without a body does wrong, it says through the promise it returns;
      // and one that only does something (logs, sets, adds) is taken to do it, unless it is there to check.
      const type = this.#compiler.typeOf(call);
      if (type === undefined) return true;
      return !this.#types.isAlwaysTask(type) && !this.#isPlainEffect(call, type, callee);
    }
    if (isAsync(this.#compiler.ts, implementation)) return false;
    const outcome = this.of(implementation);
    return this.#returnsPromise(implementation) ? outcome.throws : outcome.rejects;
  }

  #callbackMayThrow(argument: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const type = this.#compiler.typeOf(argument);
    if (type !== undefined && this.#compiler.callSignaturesOf(type).length === 0) return false;
    const fn = this.#callees.functionOf(argument);
    return fn === undefined || (!isAsync(ts, fn) && this.of(fn).rejects);
  }

  /** A statement such as `log(x);` or `headers.set(a, b);`: a call for its effect, of type `void`, that asserts nothing. */
  #isPlainEffect(call: ts.CallExpression, type: ts.Type, callee: Callee): boolean {
    const { ts } = this.#compiler;
    const declared = callee.declaration?.type;
    return ts.isExpressionStatement(call.parent) && (type.flags & ts.TypeFlags.Void) !== 0 && (declared === undefined || !ts.isTypePredicateNode(declared));
  }

  /** Whether a promise-valued expression may reject. */
  mayReject(expression: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const value = unwrapped(ts, expression);
    if (ts.isConditionalExpression(value)) return this.mayReject(value.whenTrue) || this.mayReject(value.whenFalse);
    if (isFallback(ts, value)) return this.mayReject(value.left) || this.mayReject(value.right);
    const chain = chainOf(this.#compiler, value);
    if (this.containmentOf(chain) !== "open") return false;
    const { root } = chain;
    if (ts.isNewExpression(root)) return this.#executorMayReject(root);
    if (ts.isCallExpression(root)) {
      const callee = this.#callees.of(root);
      const settles = callee.names.includes("PromiseConstructor.allSettled") || this.#tellsEachOutcome(root) || callee.names.includes("PromiseConstructor.resolve");
      const combines = callee.names.includes("PromiseConstructor.all") || callee.names.includes("PromiseConstructor.race");
      if (!settles && (combines ? operandsMayReject(this.#compiler, this.#callees, root, { mayReject: (operand) => this.mayReject(operand), rejects: (fn) => this.of(fn).rejects }) : this.ofCallee(callee).rejects)) return true;
      return chain.steps.some((step) => !this.#handlersAreTotal(step.call));
    }
    const made = this.#callees.valueMade(root);
    if (made !== undefined && made !== root) return this.#values.get(made, () => this.mayReject(made)) || chain.steps.some((step) => !this.#handlersAreTotal(step.call));
    const type = this.#compiler.typeOf(root);
    const writes = writesOf(this.#compiler, root);
    if (writes.length > 0 && writes.every((value) => value !== root && !this.#mayHoldRejection(value, root))) return chain.steps.some((step) => !this.#handlersAreTotal(step.call));
    if (this.#deferreds.neverReject(root)) return chain.steps.some((step) => !this.#handlersAreTotal(step.call));
    // Awaiting a plain value cannot fail.
    return type === undefined || this.#compiler.isOpaque(type) || this.#types.taskKind(type) !== undefined;
  }

  /** Whether a call that has no body in the program promises a `PromiseSettledResult` for each part: failures are among them. */
  #tellsEachOutcome(call: ts.CallExpression): boolean {
    const type = this.#callees.of(call).implementation === undefined ? this.#compiler.typeOf(call) : undefined;
    const list = type === undefined ? undefined : this.#compiler.awaited(type);
    if (list === undefined || !this.#compiler.isArrayLike(list)) return false;
    return this.#compiler.typeArgumentsOf(list).some((part) => this.#compiler.partsOf(part).some((one) => (one.symbol as ts.Symbol | undefined)?.name === "PromiseRejectedResult"));
  }

  /** Whether a value assigned to a variable or field can be a promise that rejects; a deferred does only where somebody calls its `reject`. */
  #mayHoldRejection(value: ts.Expression, read: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const created = unwrapped(ts, value);
    if (ts.isNewExpression(created) && (created.arguments?.length ?? 0) === 0) return membersRead(this.#compiler, read).has("reject") || !ts.isIdentifier(read);
    return this.#values.get(value, () => this.mayReject(value));
  }

  #handlersAreTotal(call: ts.CallExpression): boolean {
    return call.arguments.every((argument) => this.ofHandler(argument) !== "open");
  }

  /** `new Promise((resolve) => setTimeout(resolve, ms))`: no `reject`, and nothing in the executor throws. */
  #executorMayReject(creation: ts.NewExpression): boolean {
    const { ts } = this.#compiler;
    const argument = creation.arguments?.[0];
    const executor = argument === undefined ? undefined : inlineFunction(ts, argument);
    return executor === undefined || !ts.isIdentifier(creation.expression) || creation.expression.text !== "Promise" || executor.parameters.length > 1;
  }

  /** What the handlers of a chain do with a rejection of its root. */
  containmentOf(chain: Chain): Containment {
    let containment: Containment = "open";
    for (const { method, call } of chain.steps) {
      if (method === "finally") {
        if (call.arguments[0] !== undefined && this.#endsProcess(call.arguments[0])) containment = "reported";
        if (containment !== "open" && call.arguments[0] !== undefined && this.ofHandler(call.arguments[0]) === "open") containment = "open";
        continue;
      }
      const handler = method === "catch" ? call.arguments[0] : call.arguments[1];
      const own = this.ofHandler(handler);
      if (own !== "open") {
        // `.then(a, b)`: b does not see what a throws.
        const first = method === "then" ? call.arguments[0] : undefined;
        containment = first === undefined || this.ofHandler(first) !== "open" || isNullish(this.#compiler.ts, first) ? own : "open";
      } else if (method === "then" && call.arguments[0] !== undefined && this.ofHandler(call.arguments[0]) === "open") containment = "open";
    }
    return containment;
  }

  /** Whether a handler that returns a promise can fail in work of its own; without any, it fails no more than a sync one. */
  #losesErrors(fn: FunctionNode): boolean {
    const { rejects, suspends, throws } = this.of(fn);
    return rejects && (suspends || throws);
  }

  /** `.finally(() => process.exit())`: nobody is left to wait. */
  #endsProcess(handler: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const body = this.#callees.functionOf(handler)?.body;
    return body !== undefined && (indexOf(ts, body.getSourceFile()).within(body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => this.#isExit(call));
  }

  #isExit(call: ts.CallExpression): boolean {
    return this.#callees.of(call).names.some((name) => name === "Process.exit" || name === "process.exit");
  }

  /** Whether the last thing a function does is to end the process. */
  endsWithExit(fn: FunctionNode): boolean {
    const { ts } = this.#compiler;
    const last = fn.body !== undefined && ts.isBlock(fn.body) ? fn.body.statements.at(-1) : undefined;
    return last !== undefined && ts.isExpressionStatement(last) && ts.isCallExpression(last.expression) && this.#isExit(last.expression);
  }

  /** Whether each catch clause of a function tells somebody; one that does not leaves the promise of an executor pending for ever. */
  everyCatchReports(fn: FunctionNode): boolean {
    const { ts } = this.#compiler;
    const clauses = fn.body === undefined ? [] : (indexOf(ts, fn.getSourceFile()).within(fn.body, ts.SyntaxKind.CatchClause) as readonly ts.CatchClause[]);
    return clauses.every((clause) => nearestFunction(ts, clause) !== fn || this.#reports.reach(clause.block) || this.#settlesAfter(clause, fn));
  }

  /** Whether a function goes on after a catch clause, and settles its promise at the end whatever has happened. */
  #settlesAfter(clause: ts.CatchClause, { body }: FunctionNode): boolean {
    const { ts } = this.#compiler;
    if (body === undefined || !ts.isBlock(body)) return false;
    const index = indexOf(ts, clause.getSourceFile());
    const leaves = [ts.SyntaxKind.ReturnStatement, ts.SyntaxKind.ThrowStatement].some((kind) => index.within(clause, kind).length > 0);
    return !leaves && body.statements.some((statement) => statement.pos >= clause.end && ts.isExpressionStatement(statement) && this.#reports.settles(statement));
  }

  /** Whether a handler of a chain settles a promise that somebody else holds, however the work ends: `sleep(ms).then(() => { … resolve() … })`. */
  settlesInHandlers({ root, steps }: Chain): boolean {
    let fails = this.mayReject(root);
    for (const { method, call } of steps) {
      const [first, second] = call.arguments;
      const [onSuccess, onFailure] = method === "then" ? [first, second] : method === "catch" ? [undefined, first] : [first, first];
      if (this.#settlesIn(onFailure) || (!fails && this.#settlesIn(onSuccess))) return true;
      if (method !== "finally" && onFailure !== undefined) fails = this.ofHandler(onFailure) === "open";
    }
    return false;
  }

  #settlesIn(handler: ts.Expression | undefined): boolean {
    if (handler === undefined) return false;
    const body = this.#callees.functionOf(handler)?.body;
    return body === undefined ? this.#reports.isResolver(handler, handler) : this.#reports.settles(body);
  }

  /** What a handler does with what it gets. */
  ofHandler(handler: ts.Expression | undefined): Containment {
    const { ts } = this.#compiler;
    if (handler === undefined || isNullish(this.#compiler.ts, handler)) return "open";
    if (this.#reports.isCallbackFromOutside(handler, handler) || this.#reports.isListenerMethod(handler)) return "reported";
    const fn = this.#callees.functionOf(handler);
    if (fn?.body === undefined) return this.#reports.isResolver(handler, handler) ? "reported" : "contained";
    if (handlerRethrows(ts, fn) || ((isAsync(ts, fn) || this.#returnsPromise(fn)) && this.#losesErrors(fn))) return "open";
    return this.#reports.reach(fn.body) ? "reported" : "contained";
  }
}
