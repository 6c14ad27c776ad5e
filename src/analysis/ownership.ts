/** Who waits for a started task: the judgement that separates work in good hands from work nobody joins. */
import type ts from "typescript";
import { annotationOf } from "./annotations.ts";
import { chainOf, fateOf, isWriteTarget, readsOfField, readsOfVariable, type Chain, type Flowed } from "./flow.ts";
import type { Analysis } from "./index.ts";
import { indexOf } from "./nodes.ts";
import { ownerNameOf } from "./origins.ts";
import { isPrivateMember, memberAccesses, referencesOf } from "./references.ts";
import { parameterOf } from "./reports.ts";
import { calledMember, contains, enclosingClass, enclosingFunction, inlineFunction, isAssignmentOperator, isAsync, returnsOf, unwrapped, type FunctionNode } from "./syntax.ts";
import type { TaskKind } from "./types.ts";

/** Why nobody waits for a task, and where that shows. */
export interface Loss {
  readonly kind: "floating" | "detachedHandled" | "voided" | "neverExecuted" | "droppedCollection";
  /** The call that starts the work. */
  readonly start: ts.Expression;
  /** Whether the work goes on for ever by design. */
  readonly endless: boolean;
  /** What waits behind the value. */
  readonly task: TaskKind;
  /** The reason of a `@detached` comment, if there is one. */
  readonly detached: string | undefined;
  /** Whether the value need not be a task at all: `void | Promise<void>`. */
  readonly maybe: boolean;
}

/** Array methods whose promises are new work, made by their callback. */
export const makers: ReadonlySet<string> = new Set(["map", "flatMap", "from"]);
/** Members of a collection that do not hand its elements to anybody. */
export const bookkeeping: ReadonlySet<string> = new Set(["length", "size", "push", "unshift", "add", "set", "delete", "clear", "has"]);

export class Ownership {
  readonly #engine: Analysis;

  constructor(engine: Analysis) {
    this.#engine = engine;
  }

  /** What is lost when the value of an expression is thrown away, if it starts work that nobody else waits for. */
  lossOf(expression: ts.Expression, voided: boolean): Loss | undefined {
    const { ts, compiler } = this.#engine;
    const chain = chainOf(compiler, expression);
    const { root } = chain;
    if (isObviouslySync(ts, root)) return undefined;
    const type = compiler.typeOf(expression);
    if (type === undefined) return undefined;
    const kind = this.#engine.types.taskKind(type);
    if (kind === undefined) return this.#lossOfCollection(root, type);
    if (kind === "handle" || (ts.isCallExpression(root) && this.isJoinOfScope(root))) return undefined;
    if (!ts.isCallExpression(root) && !ts.isNewExpression(root) && !ts.isTaggedTemplateExpression(root)) return this.#lossOfReference(chain);
    if ((!ts.isTaggedTemplateExpression(root) && this.#ownsItsResult(root)) || this.isInGoodHands(chain)) return undefined;
    const facts = { detached: annotationOf(ts, root, "detached"), start: root, endless: this.#endless(root), task: kind, maybe: !this.#engine.types.isAlwaysTask(type) };
    if (kind === "lazy") return chain.steps.length === 0 ? { kind: "neverExecuted", ...facts } : undefined;
    // Nothing can reject unseen where a handler takes it, or where the work itself catches everything.
    const handled = !this.#engine.outcomes.mayReject(expression);
    return { kind: voided ? "voided" : handled ? "detachedHandled" : "floating", ...facts };
  }

  /** `tasks.join()`: what it leaves undone is said by the rule about joins. */
  isJoinOfScope(call: ts.CallExpression): boolean {
    const member = calledMember(this.#engine.ts, call);
    const type = member?.name === "join" ? this.#engine.compiler.typeOf(member.receiver) : undefined;
    return type !== undefined && this.#engine.types.isScope(type);
  }

  #endless(root: ts.Expression): boolean {
    const { ts, callees, outcomes } = this.#engine;
    return ts.isCallExpression(root) && outcomes.ofCallee(callees.of(root)).endless;
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
    if (callee.entry?.schedules === true && outcomes.containmentOf(chain) !== "open") return true;
    const outcome = outcomes.ofCallee(callee);
    const last = steps.at(-1)?.call ?? root;
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

  #ownsItsResult(root: ts.CallExpression | ts.NewExpression): boolean {
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
    const declaration = callee.signature?.declaration as ts.SignatureDeclaration | undefined;
    const isTask = (argument: ts.Expression): boolean => {
      const type = compiler.typeOf(argument);
      return type !== undefined && types.taskKind(type) !== undefined;
    };
    if (declaration?.type !== undefined && callee.implementation === undefined && mentionsTypeParameter(ts, compiler, declaration.type)) {
      // `T` of the receiver's type names an element that was there before; `T` of the function itself is what an argument brings, or makes.
      const ofReceiver = ownerNameOf(ts, declaration) !== undefined && !mentionsOwnTypeParameter(ts, declaration, declaration.type);
      if (ofReceiver || root.arguments.some((argument) => isTask(argument) && !this.#isStart(argument))) return true;
    }
    return root.arguments.some((argument, index) => {
      if (!isTask(argument)) return false;
      const uses = summaries.useOfArgument(root, index).map((witness) => witness.use);
      // A promise that existed before is handed back; new work is in good hands only where the callee keeps it as well.
      return uses.includes("returned") && (uses.includes("retained") || uses.includes("owned") || !this.#isStart(argument));
    });
  }

  /** Whether the callee is not async and only hands out promises that it finds: a field, or a variable of the code around it. */
  #findsItsPromise(implementation: FunctionNode): boolean {
    const { ts } = this.#engine;
    const returned = returnsOf(ts, implementation);
    return !isAsync(ts, implementation) && returned.length > 0 && returned.every((expression) => this.#isFound(expression, implementation));
  }

  /** Whether an expression of a function is a promise that was there before, or a settled one. */
  #isFound(expression: ts.Expression, within: FunctionNode): boolean {
    const { ts, compiler, callees, outcomes } = this.#engine;
    const value = unwrapped(ts, expression);
    if (ts.isConditionalExpression(value)) return this.#isFound(value.whenTrue, within) && this.#isFound(value.whenFalse, within);
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

  /** Whether the callee keeps its work in a field that somebody else waits on: `start() { return (this.#ready ??= …) }`, `this.#auth = …; await this.#auth`. */
  #isKeptByCallee(root: ts.CallExpression, handled: boolean): boolean {
    const { ts, callees, summaries } = this.#engine;
    const { implementation } = callees.of(root);
    if (implementation !== undefined && this.#findsItsPromise(implementation)) return true;
    const owner = implementation === undefined ? undefined : enclosingClass(ts, implementation);
    if (implementation === undefined || owner === undefined) return false;
    const returned = summaries.returnsFieldsOf(implementation);
    // A memo that is only looked at: whoever needs the result asks for it again.
    if (handled && returned.length > 0) return true;
    return [...returned, ...summaries.waitsForFieldsOf(implementation)].some((field) => this.#isFieldJoined(owner, field, implementation));
  }

  #isFieldJoined(owner: ts.ClassLikeDeclaration, field: string, except: FunctionNode | undefined): boolean {
    return readsOfField(this.#engine.compiler, owner, field).some(({ at, flowed }) => (except === undefined || enclosingFunction(this.#engine.ts, at) !== except) && this.isConsumed(flowed));
  }

  /** A statement on a promise that exists already: `p.catch(log)`, `this.ready.then(next)`. */
  #lossOfReference(chain: Chain): Loss | undefined {
    const { ts, compiler, outcomes } = this.#engine;
    const { root, steps } = chain;
    const last = steps.at(-1)?.call;
    if (last === undefined) return undefined;
    const detached = annotationOf(ts, last, "detached");
    const containment = outcomes.containmentOf(chain);
    if (containment === "reported") return undefined;
    const declaration = ts.isIdentifier(root) ? compiler.declarationOf(root) : undefined;
    const binding = declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && declaration.getSourceFile() === root.getSourceFile() ? declaration : undefined;
    if (containment === "contained") {
      // A mark on a promise that somebody waits for is the accepted way to keep an early rejection from crashing the process.
      if (binding?.initializer === undefined || !this.#isStart(binding.initializer) || this.isVariableConsumed(binding.name as ts.Identifier)) return undefined;
      return { kind: "detachedHandled", start: binding.initializer, detached, endless: this.#endless(unwrapped(ts, binding.initializer)), task: "promise", maybe: false };
    }
    const rootRejects = outcomes.mayReject(root);
    const derivedRejects = steps.some((step) => step.call.arguments.some((handler) => outcomes.ofHandler(handler) === "open"));
    if (!rootRejects && !derivedRejects) return undefined;
    return { kind: "floating", start: last, detached, endless: false, task: "promise", maybe: false };
  }

  #isStart(expression: ts.Expression): boolean {
    const { ts, compiler } = this.#engine;
    const { root } = chainOf(compiler, expression);
    return ts.isCallExpression(root) || ts.isNewExpression(root);
  }

  /** `ids.map(async …);` as a statement, and calls of the project's functions that return an array of tasks. */
  #lossOfCollection(root: ts.Expression, type: ts.Type): Loss | undefined {
    const { ts, callees, types } = this.#engine;
    if (!ts.isCallExpression(root) || types.elementTaskKind(type) !== "promise") return undefined;
    const callee = callees.of(root);
    const makes = callee.origin === "lib" ? makers.has(callee.name) : callee.implementation !== undefined;
    if (!makes) return undefined;
    const made = root.arguments.map((argument) => callees.functionOf(argument)).find((fn) => fn !== undefined);
    if (made !== undefined) {
      const outcome = this.#engine.outcomes.of(made);
      if (outcome.suspends ? !outcome.rejects && outcome.reports : !outcome.throws) return undefined;
    }
    return { kind: "droppedCollection", start: root, detached: annotationOf(ts, root, "detached"), endless: false, task: "promise", maybe: false };
  }

  /** Whether somebody takes over a value of which this is one use. */
  isConsumed({ fate, inside }: Flowed): boolean {
    const { compiler, summaries } = this.#engine;
    switch (fate.kind) {
      case "dropped":
      case "voided":
      case "read":
        return false;
      case "chained":
        return this.isConsumed(fateOf(compiler, fate.by));
      case "variable":
        return this.isVariableConsumed(fate.name);
      case "argument": {
        const uses = summaries.useOfArgument(fate.by, fate.index);
        return uses.length === 0 || inside !== undefined || uses.some(({ use }) => use !== "discarded" && use !== "unused" && use !== "read");
      }
      default:
        return true;
    }
  }

  /** Whether some mention of a variable takes it over for certain, without a question of type: the probe before {@link isVariableConsumed}. */
  isObviouslyConsumed(binding: ts.Identifier): boolean {
    return readsOfVariable(this.#engine.compiler, binding).some(({ flowed: { fate } }) => !["dropped", "voided", "read", "chained", "variable", "argument", "member"].includes(fate.kind));
  }

  /** Whether some mention of a variable takes its promise over. */
  isVariableConsumed(binding: ts.Identifier): boolean {
    return isExported(this.#engine.ts, binding) || readsOfVariable(this.#engine.compiler, binding).some(({ flowed }) => this.isConsumed(flowed));
  }

  /** Whether some mention of a variable takes the tasks out of the collection it holds. */
  isCollectionConsumed(binding: ts.Identifier): boolean {
    return isExported(this.#engine.ts, binding) || readsOfVariable(this.#engine.compiler, binding).some(({ flowed }) => this.#takesElements(flowed));
  }

  #takesElements(flowed: Flowed): boolean {
    const { ts } = this.#engine;
    const { fate } = flowed;
    if (fate.kind !== "member") return fate.kind === "argument" || this.isConsumed(flowed);
    return !ts.isPropertyAccessExpression(fate.by) || !bookkeeping.has(fate.by.name.text);
  }

  /** Whether a field that only its class can read is ever used as more than a mark: awaited, passed on, or tested as a flag. */
  isFieldUsed(declaration: ts.PropertyDeclaration): boolean {
    const { ts, compiler } = this.#engine;
    const owner = declaration.parent;
    if (!isPrivateMember(ts, declaration) || !ts.isClassLike(owner)) return true;
    const name = declaration.name.getText();
    if (indirectlyRead(ts, owner, name)) return true;
    const accesses = memberAccesses(compiler, owner, name).filter((access) => !isWriteTarget(ts, access));
    return accesses.some((access) => {
      const { fate, inside } = fateOf(compiler, access);
      // `if (this.#opening) return` uses the promise as a flag on purpose.
      return fate.kind === "read" || this.isConsumed({ fate, inside });
    });
  }

  /** Whether a value is overwritten before anybody could have read it: a later statement of the same block assigns the variable again. */
  overwriteOf(binding: ts.Identifier, from: ts.Node): ts.Expression | undefined {
    const { ts, compiler } = this.#engine;
    const statement = statementOf(ts, from);
    if (statement === undefined) return undefined;
    const references = referencesOf(compiler, binding);
    const home = enclosingFunction(ts, binding);
    if (references.some((reference) => enclosingFunction(ts, reference) !== home)) return undefined;
    const next = references.find((reference) => reference.pos >= statement.end);
    if (next === undefined || !isWriteTarget(ts, next) || !ts.isBinaryExpression(next.parent) || !ts.isExpressionStatement(next.parent.parent)) return undefined;
    if (next.parent.parent.parent !== statement.parent || references.some((reference) => reference !== next && next.parent.pos <= reference.pos && reference.end <= next.parent.end)) return undefined;
    return next.parent;
  }

  /** Functions and values that the statement `f(x)` hands a task to, when the callee drops it: the position of the argument and the reason. */
  discardedArgument(call: ts.CallExpression): { readonly argument: ts.Expression; readonly at: ts.Node } | undefined {
    const { ts, compiler, types, callees, summaries } = this.#engine;
    if (!call.arguments.some((argument) => this.#isStart(argument))) return undefined;
    if (callees.of(call).implementation === undefined) return undefined;
    for (const [index, argument] of call.arguments.entries()) {
      const inner = unwrapped(ts, argument);
      if (!ts.isCallExpression(inner) && !ts.isNewExpression(inner)) continue;
      const type = compiler.typeOf(inner);
      if (type === undefined || types.taskKind(type) !== "promise") continue;
      const uses = summaries.useOfArgument(call, index);
      const [witness] = uses;
      if (witness === undefined || !uses.every(({ use }) => use === "discarded" || use === "unused" || use === "read")) continue;
      if (this.isInGoodHands(chainOf(compiler, inner)) || annotationOf(ts, inner, "detached")) continue;
      return { argument, at: witness.at };
    }
    return undefined;
  }
}

/** Whether a function assigns the variable or member that an expression reads. */
function assigns(ts: Analysis["ts"], fn: FunctionNode, read: ts.Expression): boolean {
  const text = read.getText();
  return (indexOf(ts, fn.getSourceFile()).within(fn, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]).some(({ left, operatorToken }) => isAssignmentOperator(ts, operatorToken.kind) && left.getText() === text);
}

/** Calls that need no type: `console.log(…)`, `super(…)`, plain literals. */
function isObviouslySync(ts: Analysis["ts"], root: ts.Expression): boolean {
  if (!ts.isCallExpression(root)) return !ts.isNewExpression(root) && !ts.isIdentifier(root) && !ts.isPropertyAccessExpression(root) && !ts.isElementAccessExpression(root) && !ts.isTaggedTemplateExpression(root);
  if (root.expression.kind === ts.SyntaxKind.SuperKeyword) return true;
  const member = calledMember(ts, root);
  return member !== undefined && ts.isIdentifier(member.receiver) && member.receiver.text === "console";
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

/** The statement that an expression belongs to, if that statement stands in a list. */
function statementOf(ts: Analysis["ts"], node: ts.Node): ts.Statement | undefined {
  for (let up: ts.Node = node; !ts.isSourceFile(up); up = up.parent) {
    if (ts.isFunctionLike(up)) return undefined;
    if (ts.isStatement(up)) return ts.isBlock(up.parent) || ts.isSourceFile(up.parent) || ts.isCaseOrDefaultClause(up.parent) || ts.isModuleBlock(up.parent) ? up : undefined;
  }
  return undefined;
}

/** Whether other modules can read a variable: an export, or a script's global. */
export function isExported(ts: Analysis["ts"], binding: ts.Identifier): boolean {
  let declaration: ts.Node = binding.parent;
  if (parameterOf(ts, declaration) !== undefined) return false;
  while (!ts.isStatement(declaration) && !ts.isSourceFile(declaration)) declaration = declaration.parent;
  if (!ts.isVariableStatement(declaration)) return false;
  return ts.getModifiers(declaration)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword || modifier.kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

/** `this["x"]`, `const { x } = this`: reads that do not look like `this.x`. */
function indirectlyRead(ts: Analysis["ts"], owner: ts.ClassLikeDeclaration, name: string): boolean {
  const text = owner.getText();
  return text.includes(`"${name}"`) || text.includes(`'${name}'`) || new RegExp(`\\{[^{}]*\\b${name.replace("#", "")}\\b[^{}]*\\}\\s*=\\s*this\\b`).test(text);
}

