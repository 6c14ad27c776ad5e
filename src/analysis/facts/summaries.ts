/** Summaries of functions across files: computed when a finding depends on them, kept per Program, cycles broken, unknown kept unknown. */
import type ts from "typescript";
import type { Callee, Callees } from "../language/callee.ts";
import { releaseFunctions, releaseMembers } from "../catalog/releases.ts";
import type { Compiler } from "../language/compiler.ts";
import { chainOf, fateOf, outerCall, readsOfVariable, type Fate, type Flowed } from "../language/flow.ts";
import type { Outcomes } from "./outcomes.ts";
import { RecursiveMemo } from "../language/recursion.ts";
import { referencesOf } from "../language/references.ts";
import type { ParameterUse, Summary } from "./summary.ts";
import { isUsing } from "../tasks/tasks.ts";
import { calledMember, contains, isAssignmentOperator, isAsync, returnsOf, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";
import type { Types } from "../language/types.ts";

/** Where in a function a parameter went, for the "because …" of a message. */
export interface Witness {
  readonly use: ParameterUse;
  readonly at: ts.Node;
}

/** What a call does with the result of a callback argument, as far as its type or the catalogue tells. */
type SlotOf = (call: ts.CallExpression | ts.NewExpression, index: number) => "void" | "predicate" | "discards" | undefined;

/** How many calls a parameter is followed through; beyond that nothing is known of it. */
const maxDepth = 64;

const adders: ReadonlySet<string> = new Set(["push", "unshift", "add", "set", "enqueue", "splice"]);

export class Summaries {
  readonly #compiler: Compiler;
  readonly #types: Types;
  readonly #callees: Callees;
  readonly #outcomes: Outcomes;
  /** A parameter that is being looked at already adds nothing new on a recursive call. */
  readonly #uses = new RecursiveMemo<ts.ParameterDeclaration, readonly Witness[]>([], (uses) => uses.length === 0, [], maxDepth);
  readonly #known = new Map<FunctionNode, Summary>();
  readonly #slotOf: SlotOf;

  constructor(compiler: Compiler, types: Types, callees: Callees, outcomes: Outcomes, slotOf: SlotOf) {
    this.#slotOf = slotOf;
    this.#compiler = compiler;
    this.#types = types;
    this.#callees = callees;
    this.#outcomes = outcomes;
  }

  /** Everything known of a function; the rules ask the parts they need instead. */
  of(fn: FunctionNode): Summary {
    let known = this.#known.get(fn);
    if (known === undefined) {
      const parameters = fn.parameters.map((parameter): readonly ParameterUse[] => {
        const uses = new Set(this.usesOf(parameter).map((witness) => witness.use));
        return uses.size > 0 ? [...uses].sort() : ["unused"];
      });
      known = { name: nameOf(this.#compiler.ts, fn), parameters, outcome: this.#outcomes.of(fn), returnsFields: this.returnsFieldsOf(fn) };
      this.#known.set(fn, known);
    }
    return known;
  }

  /** What a function with a body does with one of its parameters. */
  usesOf(parameter: ts.ParameterDeclaration): readonly Witness[] {
    return this.#uses.get(parameter, () => this.#computeUses(parameter));
  }

  #computeUses(parameter: ts.ParameterDeclaration): readonly Witness[] {
    const { ts } = this.#compiler;
    const unknown: readonly Witness[] = [{ use: "unknown", at: parameter }];
    if (!ts.isIdentifier(parameter.name) || parameter.dotDotDotToken !== undefined) return unknown;
    // A parameter property is a field of the object.
    if (ts.isParameterPropertyDeclaration(parameter, parameter.parent)) return [{ use: "retained", at: parameter }];
    const references = referencesOf(this.#compiler, parameter.name).filter((reference) => contains(parameter.parent, reference));
    // Inside a cycle a mention may add nothing yet; that is not the same as no mention.
    return references.length > 0 ? references.flatMap((reference) => this.#usesAt(reference)) : [{ use: "unused", at: parameter }];
  }

  #usesAt(reference: ts.Identifier): readonly Witness[] {
    const { ts } = this.#compiler;
    const call = this.#invocationOf(reference);
    if (call !== undefined) return [{ use: this.#useOfResult(call), at: call }];
    const { parent } = reference;
    if (ts.isBinaryExpression(parent) && parent.left === reference && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) return [{ use: "read", at: reference }];
    return this.#usesOfValue(reference, fateOf(this.#compiler, reference));
  }

  /** `f(…)`, `f?.(…)`, `f.call(…)`, `f.apply(…)`. */
  #invocationOf(reference: ts.Identifier): ts.CallExpression | undefined {
    const { ts } = this.#compiler;
    const direct = outerCall(this.#compiler, reference);
    if (direct !== undefined) return direct;
    const { parent } = reference;
    if (!ts.isPropertyAccessExpression(parent) || parent.expression !== reference || (parent.name.text !== "call" && parent.name.text !== "apply")) return undefined;
    return outerCall(this.#compiler, parent);
  }

  #useOfResult(call: ts.CallExpression): ParameterUse {
    const { fate } = fateOf(this.#compiler, call);
    switch (fate.kind) {
      case "dropped":
      case "voided":
        return "calls-drops";
      case "read":
        return isCondition(this.#compiler.ts, fate.by) ? "calls-reads" : "calls-keeps";
      case "chained":
        return this.#endOfChain(fate.by) === "discarded" ? "calls-drops" : "calls-keeps";
      case "variable":
        return readsOfVariable(this.#compiler, fate.name).length === 0 ? "calls-drops" : "calls-keeps";
      case "returned":
        return this.#useOfReturned(fate.from);
      default:
        return "calls-keeps";
    }
  }

  /** What becomes of the result of a function that is itself given to a call: `items.forEach((item) => f(item))`. */
  #useOfReturned(fn: FunctionNode | undefined): ParameterUse {
    const { ts } = this.#compiler;
    if (fn === undefined || (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn))) return "calls-keeps";
    const { fate } = fateOf(this.#compiler, fn);
    return fate.kind === "argument" ? (useInSlot(this.#slotOf(fate.by, fate.index)) ?? "calls-keeps") : "calls-keeps";
  }

  #usesOfValue(at: ts.Node, { fate, inside }: Flowed): readonly Witness[] {
    const { ts } = this.#compiler;
    const one = (use: ParameterUse): readonly Witness[] => [{ use, at: fate.by }];
    if (inside !== undefined && fate.kind !== "argument" && fate.kind !== "awaited") return one(fate.kind === "returned" ? "returned" : fate.kind === "assigned" ? "retained" : "unknown");
    switch (fate.kind) {
      case "awaited":
        return one("awaited");
      case "returned":
        return one("returned");
      case "dropped":
      case "voided":
        return one("discarded");
      case "read":
        return one("read");
      case "member":
        return one(this.#isReleased(fate.by) ? "disposed" : "member");
      case "assigned":
      case "field":
        return one("retained");
      case "chained":
        return one(this.#endOfChain(fate.by));
      case "variable":
        if (isUsing(ts, fate.by)) return one("disposed");
        return readsOfVariable(this.#compiler, fate.name).flatMap((read) => this.#usesOfValue(read.at, read.flowed));
      case "argument":
        return this.#usesOfArgument(fate, at);
      case "iterated":
      case "passed":
        return one("unknown");
    }
  }

  /** `x.close()`, `x[Symbol.dispose]()`. */
  #isReleased(access: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
    const { ts } = this.#compiler;
    const call = outerCall(this.#compiler, access);
    if (call === undefined) return false;
    return ts.isPropertyAccessExpression(access) ? releaseMembers.has(access.name.text) : /^Symbol\.(?:dispose|asyncDispose)$/u.test(access.argumentExpression.getText());
  }

  /** What becomes of a promise that handlers were put on: the last link decides. */
  #endOfChain(call: ts.CallExpression): ParameterUse {
    const { fate } = fateOf(this.#compiler, call);
    switch (fate.kind) {
      case "chained":
        return this.#endOfChain(fate.by);
      case "awaited":
        return "awaited";
      case "returned":
        return "returned";
      case "dropped":
      case "voided": {
        // Work that reports how it ended to somebody is in that somebody's hands.
        return this.#outcomes.containmentOf(chainOf(this.#compiler, call)) === "reported" ? "awaited" : "discarded";
      }
      case "assigned":
      case "field":
        return "retained";
      default:
        return "unknown";
    }
  }

  #usesOfArgument(fate: Extract<Fate, { kind: "argument" }>, at: ts.Node): readonly Witness[] {
    const { ts } = this.#compiler;
    const callee = this.#callees.of(fate.by);
    if (callee.entry?.owns === true) return [{ use: "owned", at }];
    if (callee.origin !== "file" && releaseFunctions.has(callee.name)) return [{ use: "disposed", at }];
    const byCatalog = callee.entry?.callbacks?.[fate.index];
    if (byCatalog !== undefined) return [{ use: byCatalog === "discards" ? "calls-drops" : byCatalog === "predicate" ? "calls-reads" : "calls-keeps", at }];
    const member = ts.isCallExpression(fate.by) ? calledMember(ts, fate.by) : undefined;
    if (member !== undefined) {
      const receiver = this.#compiler.typeOf(member.receiver);
      if (member.name === "spawn" && receiver !== undefined && this.#types.isScope(receiver)) return [{ use: "owned", at }];
      if (adders.has(member.name) && callee.origin === "lib") return [{ use: "retained", at }];
    }
    const parameter = parameterAt(callee.implementation, fate.index);
    if (parameter === undefined && this.#handsThrough(callee, fate.index)) return [{ use: "returned", at }];
    if (parameter === undefined) return [{ use: useInSlot(this.#slotOf(fate.by, fate.index)) ?? "unknown", at }];
    return this.usesOf(parameter).map((witness) => ({ use: witness.use, at }));
  }

  /** Whether a library function declares to return the very type of an argument: `Object.assign(target, …)`. */
  #handsThrough(callee: Callee, index: number): boolean {
    const { ts } = this.#compiler;
    const declaration = callee.declaration;
    const type = declaration?.parameters[index]?.type;
    const result = declaration?.type;
    if (type === undefined || result === undefined || !ts.isTypeReferenceNode(type) || type.typeArguments !== undefined) return false;
    const name = type.typeName.getText();
    if (!(declaration?.typeParameters ?? []).some((parameter) => parameter.name.text === name)) return false;
    const parts = ts.isIntersectionTypeNode(result) || ts.isUnionTypeNode(result) ? result.types : [result];
    return parts.some((part) => ts.isTypeReferenceNode(part) && part.typeName.getText() === name);
  }

  /** Fields whose promise a function hands out: `return (this.#ready ??= this.#open())`. */
  returnsFieldsOf(fn: FunctionNode): readonly string[] {
    const { ts } = this.#compiler;
    const fields = new Set<string>();
    const visit = (expression: ts.Expression): void => {
      const returned = unwrapped(ts, expression);
      const inner = ts.isAwaitExpression(returned) ? unwrapped(ts, returned.expression) : returned;
      const target = ts.isBinaryExpression(inner) && isAssignmentOperator(ts, inner.operatorToken.kind) ? unwrapped(ts, inner.left) : inner;
      if (ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword) fields.add(target.name.text);
    };
    for (const expression of returnsOf(ts, fn)) visit(expression);
    // What else the function waits for has no owner but its caller.
    if (isAsync(ts, fn) && !this.#awaitsOnly(fn, fields)) return [];
    return [...fields];
  }

  /** Fields that a function gives its own work and then waits for: `this.#auth = this.#ask(); … await this.#auth`. */
  waitsForFieldsOf(fn: FunctionNode): readonly string[] {
    const { ts } = this.#compiler;
    const given = new Set<string>();
    const awaited = new Set<string>();
    const field = (node: ts.Expression): string | undefined => (ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword ? node.name.text : undefined);
    if (fn.body === undefined) return [];
    walkOwn(ts, fn.body, (node) => {
      const assigned = ts.isBinaryExpression(node) && isAssignmentOperator(ts, node.operatorToken.kind) && ts.isCallExpression(unwrapped(ts, node.right)) ? field(unwrapped(ts, node.left)) : undefined;
      const waited = ts.isAwaitExpression(node) ? field(unwrapped(ts, node.expression)) : undefined;
      if (assigned !== undefined) given.add(assigned);
      if (waited !== undefined) awaited.add(waited);
      return undefined;
    });
    const kept = [...given].filter((name) => awaited.has(name));
    return this.#awaitsOnly(fn, new Set(kept)) ? kept : [];
  }

  #awaitsOnly(fn: FunctionNode, fields: ReadonlySet<string>): boolean {
    const { ts } = this.#compiler;
    let only = true;
    if (fn.body !== undefined)
      walkOwn(ts, fn.body, (node) => {
        const waited = ts.isAwaitExpression(node) ? unwrapped(ts, node.expression) : undefined;
        if (waited !== undefined && !(ts.isPropertyAccessExpression(waited) && fields.has(waited.name.text))) only = false;
        return undefined;
      });
    return only;
  }

  /** What a call does with an argument, when the callee's body or the catalogue tells. */
  useOfArgument(call: ts.CallExpression | ts.NewExpression, index: number): readonly Witness[] {
    const argument = call.arguments?.[index];
    if (argument === undefined) return [];
    const parameter = parameterAt(this.#callees.of(call).implementation, index);
    return parameter === undefined ? this.#usesOfArgument({ kind: "argument", by: call, index }, argument) : this.usesOf(parameter);
  }
}

/** The parameter that an argument at a position binds; `undefined` for rest parameters and beyond. */
export function parameterAt(fn: FunctionNode | undefined, index: number): ts.ParameterDeclaration | undefined {
  const parameter = fn?.parameters[index];
  return parameter?.dotDotDotToken === undefined ? parameter : undefined;
}

function useInSlot(slot: ReturnType<SlotOf>): ParameterUse | undefined {
  return slot === undefined ? undefined : slot === "predicate" ? "calls-reads" : "calls-drops";
}

/** Whether a place reads a value as true or false. */
function isCondition(ts: Compiler["ts"], by: ts.Node): boolean {
  return ts.isIfStatement(by) || ts.isWhileStatement(by) || ts.isDoStatement(by) || ts.isForStatement(by) || ts.isConditionalExpression(by) || ts.isPrefixUnaryExpression(by) || (ts.isBinaryExpression(by) && by.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken);
}

/** Name of a function for people: its own, or that of the variable or member that holds it. */
export function nameOf(ts: Compiler["ts"], fn: FunctionNode): string {
  if (ts.isConstructorDeclaration(fn)) return "constructor";
  if (fn.name !== undefined) return fn.name.getText();
  const { parent } = fn;
  return (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.initializer === fn ? parent.name.getText() : "<anonymous>";
}
