/** Whether somebody besides the caller has started work in hand: a handler, a queue, a field, whoever made the promise. */
import type ts from "typescript";
import { totalTransforms } from "../catalog/calls.ts";
import { chainOf, readsOfField, readsOfVariable, startsAtCall, writesOf, type Chain } from "../language/flow.ts";
import { isCalledBack } from "../language/called-back.ts";
import { isEntrusted, isHandlingOf, mayHandOutRejection } from "../facts/handed.ts";
import type { Analysis } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { ownerNameOf } from "../language/origins.ts";
import { referencesOf } from "../language/references.ts";
import { parameterOf } from "../facts/reports.ts";
import { calledMember, contains, enclosingClass, enclosingFunction, inlineFunction, isAssignmentOperator, isAsync, isFallback, isNullish, returnsOf, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

/** How many functions may pass a promise on before we stop following it. */
const maxHands = 6;

export class Keepers {
  readonly #engine: Analysis;

  constructor(engine: Analysis) {
    this.#engine = engine;
  }

  /** Whether the outcome of a chain reaches somebody: it cannot fail unnoticed, or there is no work behind it at all. */
  isInGoodHands(chain: Chain): boolean {
    const { ts, callees, outcomes } = this.#engine;
    const { root, steps } = chain;
    if (outcomes.containmentOf(chain) === "reported") return true;
    if (!ts.isCallExpression(root)) return this.#isReportingExecutor(root);
    const callee = callees.of(root);
    if (callee.names.includes("PromiseConstructor.reject") || (callee.names.includes("PromiseConstructor.resolve") && this.#stepsAreSync(chain))) return true;
    if (this.#handsThrough(root) || this.#isKeptByCallee(root, outcomes.containmentOf(chain) !== "open")) return true;
    if (steps.length === 0 && (isCalledBack(this.#engine.compiler, this.#engine.types, root) || (this.#onlyWaits(root, 0) && !outcomes.mayReject(root)))) return true;
    if (callee.entry?.schedules === true && (outcomes.containmentOf(chain) !== "open" || this.#writesToTotalTransform(root))) return true;
    // Nobody is left to wait for what ends the process.
    if (callee.implementation !== undefined && outcomes.endsWithExit(callee.implementation)) return true;
    const outcome = outcomes.ofCallee(callee);
    const last = steps.at(-1)?.call ?? root;
    if (this.#isHandedOut(last, 0) && !mayHandOutRejection(this.#engine, last)) return true;
    if (!outcome.suspends && !outcome.throws && steps.length === 0) return true;
    // A loop that schedules itself and settles what its owner exposes.
    if (steps.length > 0 && !outcomes.mayReject(root) && outcomes.settlesInHandlers(chain)) return true;
    return !outcomes.mayReject(last) && (outcome.reports || (!outcome.suspends && this.#stepsAreSync(chain)) || outcomes.settlesInHandlers(chain));
  }

  /** `new Promise((resolve, reject) => …)` as a statement: its executor ran, and there is no other work in it. */
  #isReportingExecutor(root: ts.Expression): boolean {
    return this.#engine.ts.isNewExpression(root) && !this.#engine.outcomes.mayReject(root);
  }

  /** `Promise.resolve().then(f)` with a synchronous `f` is `queueMicrotask(f)`. */
  #stepsAreSync({ steps }: Chain): boolean {
    const { ts, compiler, types } = this.#engine;
    return steps.every((step) =>
      step.call.arguments.every((handler) => {
        const type = compiler.typeOf(handler);
        return type !== undefined && compiler.callSignaturesOf(type).every((signature) => {
          const result = compiler.returnTypeOf(signature);
          return result !== undefined && types.taskKind(result) === undefined && !((result.flags & ts.TypeFlags.Unknown) !== 0);
        });
      }),
    );
  }

  /** Whether a wrapper, a platform or a configured owner answers for what a call starts. */
  ownsItsResult(root: ts.CallExpression | ts.NewExpression): boolean {
    const { callees, settings } = this.#engine;
    const callee = callees.of(root);
    return callee.entry?.ownsResult === true || callee.entry?.owns === true || callees.isNamed(callee, settings.owners);
  }

  /**
   * Whether a call starts nothing because it gives back what it was given: `Object.defineProperties(promise, …)`, `tasks.pop()`.
   * Seen from a declared return type that is a bare type parameter, unless a callback among the arguments may be what makes the promise.
   */
  #handsThrough(root: ts.CallExpression): boolean {
    const { ts, callees, compiler, summaries, types } = this.#engine;
    const callee = callees.of(root);
    if (root.arguments.some((argument) => inlineFunction(ts, argument) !== undefined)) return false;
    const declaration = callee.declaration;
    const isTask = (argument: ts.Expression): boolean => {
      const type = compiler.typeOf(argument);
      return type !== undefined && types.taskKind(type) !== undefined;
    };
    if (declaration?.type !== undefined && callee.implementation === undefined && mentionsTypeParameter(ts, compiler, declaration.type)) {
      // `T` of the receiver's type names an element that was there before; `T` of the function itself is what an argument brings, or makes.
      const ofReceiver = ownerNameOf(ts, declaration) !== undefined && !mentionsOwnTypeParameter(ts, declaration, declaration.type);
      if (ofReceiver || root.arguments.some((argument) => isTask(argument) && !startsAtCall(this.#engine.compiler, argument))) return true;
    }
    return root.arguments.some((argument, index) => {
      if (!isTask(argument)) return false;
      const uses = summaries.useOfArgument(root, index).map((witness) => witness.use);
      // A promise that existed before is handed back; new work is in good hands only where the callee keeps it as well.
      return uses.includes("returned") && (uses.includes("retained") || uses.includes("owned") || !startsAtCall(this.#engine.compiler, argument));
    });
  }

  /** Whether all that a call does is to wait for work which somebody keeps: `async pause() { this.#paused = true; await this.#running; }`. */
  #onlyWaits(root: ts.CallExpression, depth: number): boolean {
    const { ts, callees } = this.#engine;
    const bodies = callees.bodiesOf(callees.of(root));
    return depth <= maxHands && bodies.length > 0 && bodies.every((fn) => (isAsync(ts, fn) ? this.#waitsAtItsEnd(fn, depth) : this.findsItsPromise(fn)));
  }

  #waitsAtItsEnd(fn: FunctionNode, depth: number): boolean {
    const { ts } = this.#engine;
    if (fn.body === undefined || !ts.isBlock(fn.body) || fn.asteriskToken !== undefined) return false;
    const waits: ts.Node[] = [];
    const works: ts.Node[] = [];
    walkOwn(ts, fn.body, (node) => {
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) waits.push(node);
      else if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isBinaryExpression(node)) works.push(node);
      return undefined;
    });
    const [first] = waits;
    const waitedFor = [...waits.map((node) => (ts.isAwaitExpression(node) ? node.expression : undefined)), ...returnsOf(ts, fn)];
    // What comes after a wait is work of its own, which begins when the other's is done.
    const goesOn = first !== undefined && works.some((node) => node.pos >= first.end);
    return waitedFor.length > 0 && !goesOn && waitedFor.every((one) => one !== undefined && this.#isWaitOnly(one, fn, depth));
  }

  /** Whether an expression is a promise that was there before, one of a call that only waits, or no promise. */
  #isWaitOnly(expression: ts.Expression, within: FunctionNode, depth: number): boolean {
    const { ts, compiler, types } = this.#engine;
    const value = unwrapped(ts, expression);
    if (ts.isAwaitExpression(value)) return this.#isWaitOnly(value.expression, within, depth);
    if (ts.isConditionalExpression(value)) return this.#isWaitOnly(value.whenTrue, within, depth) && this.#isWaitOnly(value.whenFalse, within, depth);
    if (isFallback(ts, value)) return this.#isWaitOnly(value.left, within, depth) && this.#isWaitOnly(value.right, within, depth);
    if (ts.isCallExpression(value)) return this.#onlyWaits(value, depth + 1);
    const type = compiler.typeOf(value);
    return type !== undefined && !compiler.isOpaque(type) && (types.taskKind(type) === undefined || this.#isFound(value, within));
  }

  /** Whether the callee is not async and only hands out promises that it finds: a field, or a variable of the code around it. */
  findsItsPromise(implementation: FunctionNode): boolean {
    const { ts } = this.#engine;
    const returned = returnsOf(ts, implementation);
    return !isAsync(ts, implementation) && returned.length > 0 && returned.every((expression) => this.#isFound(expression, implementation));
  }

  /** Whether an expression of a function is a promise that was there before, or a settled one. */
  #isFound(expression: ts.Expression, within: FunctionNode): boolean {
    const { ts, compiler, callees, outcomes } = this.#engine;
    const value = unwrapped(ts, expression);
    if (ts.isConditionalExpression(value)) return this.#isFound(value.whenTrue, within) && this.#isFound(value.whenFalse, within);
    if (isFallback(ts, value)) return this.#isFound(value.left, within) && this.#isFound(value.right, within);
    const chain = chainOf(compiler, value);
    const { root, steps } = chain;
    if (steps.length > 0) return outcomes.containmentOf(chain) !== "open" && this.#isFound(root, within);
    if (ts.isCallExpression(root)) return callees.of(root).names.includes("PromiseConstructor.resolve");
    // A memo makes the promise that it returns.
    if (assigns(ts, within, root)) return false;
    if (ts.isPropertyAccessExpression(root)) return true;
    const declaration = ts.isIdentifier(root) ? compiler.declarationOf(root) : undefined;
    if (declaration === undefined || parameterOf(ts, declaration) !== undefined) return false;
    if (!contains(within, declaration)) return true;
    const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    return initializer !== undefined && ts.isPropertyAccessExpression(unwrapped(ts, initializer));
  }

  /** Whether what an expression hands out is work that a callee keeps, also through functions that only pass it on: `prefetch() { return this.fetch().catch(ignore) }`. */
  #isHandedOut(expression: ts.Expression, depth: number): boolean {
    const { ts, compiler, callees } = this.#engine;
    const value = unwrapped(ts, expression);
    if (depth > maxHands) return false;
    if (ts.isConditionalExpression(value)) return this.#isHandedOut(value.whenTrue, depth) && this.#isHandedOut(value.whenFalse, depth);
    const chain = chainOf(compiler, value);
    const { root } = chain;
    if (!this.#stepsAreSync(chain)) return false;
    // `return false`: nothing was started.
    if (root.kind === ts.SyntaxKind.TrueKeyword || root.kind === ts.SyntaxKind.FalseKeyword || isNullish(ts, root)) return true;
    if (ts.isCallExpression(root)) {
      const { implementation, names } = callees.of(root);
      if (names.includes("PromiseConstructor.resolve") || this.#isKeptByCallee(root, true) || isEntrusted(this.#engine, root)) return true;
      const returned = implementation === undefined || isAsync(ts, implementation) ? [] : returnsOf(ts, implementation);
      return returned.length > 0 && returned.every((one) => this.#isHandedOut(one, depth + 1));
    }
    if (depth > 0 && this.#isPutAway(root)) return true;
    // `p = p.catch(ignore)` adds nothing to what `p` held before.
    const held = ts.isIdentifier(root) ? writesOf(compiler, root).filter((one) => !isHandlingOf(this.#engine, one, root)) : [];
    return held.length > 0 && held.every((one) => this.#isHandedOut(one, depth + 1));
  }

  /** What a function returns and leaves with somebody besides its caller: `memo ??= start()`, `this.pending.promise`, a variable that a field holds as well. */
  #isPutAway(returned: ts.Expression): boolean {
    const { ts, compiler } = this.#engine;
    const isOutside = (target: ts.Expression): boolean => {
      let holder = unwrapped(ts, target);
      while (ts.isPropertyAccessExpression(holder) || ts.isElementAccessExpression(holder)) holder = unwrapped(ts, holder.expression);
      if (holder.kind === ts.SyntaxKind.ThisKeyword) return true;
      const [declaration, fn] = [ts.isIdentifier(holder) ? compiler.declarationOf(holder) : undefined, enclosingFunction(ts, returned)];
      return declaration !== undefined && fn !== undefined && !contains(fn, declaration);
    };
    if (ts.isBinaryExpression(returned)) return isAssignmentOperator(ts, returned.operatorToken.kind) && isOutside(returned.left);
    if (ts.isPropertyAccessExpression(returned)) return isOutside(returned);
    const declaration = ts.isIdentifier(returned) ? compiler.declarationOf(returned) : undefined;
    if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return false;
    return readsOfVariable(compiler, declaration.name).some(({ flowed: { fate } }) => fate.kind === "assigned" && isOutside(fate.target));
  }

  /** Whether somebody keeps the work whose promise an expression is, and hands it out to whoever asks. */
  isKept(expression: ts.Expression): boolean {
    return this.#isHandedOut(expression, 0);
  }

  /** A writer of a transform in memory whose other end the same function reads. */
  #writesToTotalTransform(root: ts.CallExpression): boolean {
    const { ts, compiler } = this.#engine;
    const writer = calledMember(ts, root)?.receiver;
    const [taken, ...others] = writer === undefined ? [] : writesOf(compiler, writer);
    const lock = taken === undefined || others.length > 0 ? undefined : unwrapped(ts, taken);
    const writable = lock !== undefined && ts.isCallExpression(lock) ? calledMember(ts, lock)?.receiver : undefined;
    if (writable === undefined || !ts.isPropertyAccessExpression(writable) || !ts.isIdentifier(writable.expression)) return false;
    const transform = writable.expression;
    const declaration = compiler.declarationOf(transform);
    if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return false;
    const made = declaration.initializer === undefined ? undefined : unwrapped(ts, declaration.initializer);
    const isTotal = made !== undefined && ts.isNewExpression(made) && ts.isIdentifier(made.expression) && totalTransforms.has(made.expression.text);
    return isTotal && referencesOf(compiler, declaration.name).some(({ parent }) => ts.isPropertyAccessExpression(parent) && parent.name.text === "readable");
  }

  /** Whether the callee keeps its work in a field that somebody else waits on: `start() { return (this.#ready ??= …) }`, `this.#auth = …; await this.#auth`. */
  #isKeptByCallee(root: ts.CallExpression, handled: boolean): boolean {
    const { ts, callees, summaries } = this.#engine;
    const callee = callees.of(root);
    const bodies = callees.bodiesOf(callee);
    if (bodies.length > 0 && bodies.every((body) => this.findsItsPromise(body))) return true;
    const [implementation] = bodies.length === 1 ? bodies : [];
    const owner = implementation === undefined ? undefined : enclosingClass(ts, implementation);
    if (implementation === undefined || owner === undefined) return false;
    const returned = summaries.returnsFieldsOf(implementation);
    // A memo that is only looked at: whoever needs the result asks for it again.
    if (handled && returned.length > 0) return true;
    return [...returned, ...summaries.waitsForFieldsOf(implementation)].some((field) => this.#isFieldJoined(owner, field, implementation));
  }

  #isFieldJoined(owner: ts.ClassLikeDeclaration, field: string, except: FunctionNode | undefined): boolean {
    return readsOfField(this.#engine.compiler, owner, field).some(({ at, flowed }) => (except === undefined || enclosingFunction(this.#engine.ts, at) !== except) && this.#engine.ownership.isConsumed(flowed));
  }
}

/** Whether a function assigns the variable or member that an expression reads. */
function assigns(ts: Analysis["ts"], fn: FunctionNode, read: ts.Expression): boolean {
  const text = read.getText();
  return (indexOf(ts, fn.getSourceFile()).within(fn, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]).some(({ left, operatorToken }) => isAssignmentOperator(ts, operatorToken.kind) && left.getText() === text);
}

function mentionsTypeParameter(ts: Analysis["ts"], compiler: Analysis["compiler"], node: ts.TypeNode): boolean {
  const isParameter = (one: ts.TypeNode): boolean => {
    if (!ts.isTypeReferenceNode(one) || one.typeArguments !== undefined) return false;
    const type = compiler.typeFromAnnotation(one);
    return type !== undefined && (type.flags & ts.TypeFlags.TypeParameter) !== 0;
  };
  if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) return node.types.some(isParameter);
  return isParameter(node);
}

/** Whether a declared return type names a type parameter of the function itself. */
function mentionsOwnTypeParameter(ts: Analysis["ts"], declaration: ts.SignatureDeclaration, node: ts.TypeNode): boolean {
  const own = (declaration.typeParameters ?? []).map((parameter) => parameter.name.text);
  const parts = ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node) ? node.types : [node];
  return parts.some((part) => ts.isTypeReferenceNode(part) && own.includes(part.typeName.getText()));
}
