/** Who waits for a started task: the judgement that separates work in good hands from work nobody joins. */
import type ts from "typescript";
import { annotationOf } from "../language/annotations.ts";
import { chainOf, fateOf, isWriteTarget, readsOfVariable, startsAtCall, type Chain, type Flowed } from "../language/flow.ts";
import type { Analysis } from "../index.ts";
import { isPrivateMember, memberAccesses, referencesOf } from "../language/references.ts";
import { parameterOf } from "../facts/reports.ts";
import { calledMember, enclosingFunction, unwrapped } from "../language/syntax.ts";
import type { TaskKind } from "../language/types.ts";

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
  /** The promise that others have as well, of which the lost one is a branch: `p` of `p.finally(f)`. */
  readonly branchOf?: ts.Expression;
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
    if (isObviouslySync(ts, root) || !this.#engine.types.mayBeTask(expression)) return undefined;
    const type = compiler.typeOf(expression);
    if (type === undefined) return undefined;
    const kind = this.#engine.types.taskKind(type);
    if (kind === undefined) return this.#lossOfCollection(root, type);
    if (kind === "handle" || (ts.isCallExpression(root) && this.isJoinOfScope(root))) return undefined;
    if (!ts.isCallExpression(root) && !ts.isNewExpression(root) && !ts.isTaggedTemplateExpression(root)) return this.#lossOfReference(chain);
    if ((!ts.isTaggedTemplateExpression(root) && this.#engine.keepers.ownsItsResult(root)) || this.#engine.keepers.isInGoodHands(chain)) return undefined;
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
      if (binding?.initializer === undefined || !startsAtCall(this.#engine.compiler, binding.initializer) || this.isVariableConsumed(binding.name as ts.Identifier) || this.#engine.keepers.isKept(binding.initializer)) return undefined;
      return { kind: "detachedHandled", start: binding.initializer, detached, endless: this.#endless(unwrapped(ts, binding.initializer)), task: "promise", maybe: false };
    }
    const rootRejects = outcomes.mayReject(root);
    const derivedRejects = steps.some((step) => step.call.arguments.some((handler) => outcomes.ofHandler(handler) === "open"));
    if (!rootRejects && !derivedRejects) return undefined;
    return { kind: "floating", start: last, branchOf: root, detached, endless: false, task: "promise", maybe: false };
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
    if (!call.arguments.some((argument) => startsAtCall(this.#engine.compiler, argument))) return undefined;
    if (callees.of(call).implementation === undefined) return undefined;
    for (const [index, argument] of call.arguments.entries()) {
      const inner = unwrapped(ts, argument);
      if (!ts.isCallExpression(inner) && !ts.isNewExpression(inner)) continue;
      const type = compiler.typeOf(inner);
      if (type === undefined || types.taskKind(type) !== "promise") continue;
      const uses = summaries.useOfArgument(call, index);
      const [witness] = uses;
      if (witness === undefined || !uses.every(({ use }) => use === "discarded" || use === "unused" || use === "read")) continue;
      if (this.#engine.keepers.isInGoodHands(chainOf(compiler, inner)) || annotationOf(ts, inner, "detached")) continue;
      return { argument, at: witness.at };
    }
    return undefined;
  }
}

/** Calls that need no type: `console.log(…)`, `super(…)`, plain literals. */
function isObviouslySync(ts: Analysis["ts"], root: ts.Expression): boolean {
  if (!ts.isCallExpression(root)) return !ts.isNewExpression(root) && !ts.isIdentifier(root) && !ts.isPropertyAccessExpression(root) && !ts.isElementAccessExpression(root) && !ts.isTaggedTemplateExpression(root);
  if (root.expression.kind === ts.SyntaxKind.SuperKeyword) return true;
  const member = calledMember(ts, root);
  return member !== undefined && ts.isIdentifier(member.receiver) && member.receiver.text === "console";
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

