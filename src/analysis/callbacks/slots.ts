/** What becomes of a callback's result in the place where the callback stands: kept, read as a plain value, or dropped. */
import type ts from "typescript";
import { areAwaitedByCallers } from "./callers.ts";
import type { Callee } from "../language/callee.ts";
import type { Analysis } from "../index.ts";
import { originOf } from "../language/origins.ts";
import { calledMember, inlineFunction, isAsync, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A place that does not wait for the promise a callback returns. */
export interface Slot {
  readonly kind: "void" | "predicate" | "discards";
  /** The callee as written; empty where the slot is not an argument. */
  readonly callee: string;
  /** Where the callee drops the result, when its body was looked at. */
  readonly at?: ts.Node;
  /** Runs the callback again whether or not the last run has ended. */
  readonly repeats: boolean;
}

/** What the type of a slot says about the result of the function in it; `none`: it takes no functions. */
type Expectation = "void" | "kept" | "open" | "function" | "none";

/** Methods that take a listener away, and those that may have added it. */
const removers: ReadonlySet<string> = new Set(["off", "removeListener", "removeEventListener"]);
const adders: readonly string[] = ["on", "once", "addListener", "addEventListener"];

export class Slots {
  readonly #engine: Analysis;
  /** By the type of the callee and the place of the argument: a program has few types and many calls. */
  readonly #expectations = new WeakMap<ts.Type, Map<number, Expectation>>();
  readonly #awaited = new Map<string | ts.Declaration, boolean>();

  constructor(engine: Analysis) {
    this.#engine = engine;
  }

  /** The slot of an argument, if the promise of a callback in it would be dropped. `undefined`: kept, or not known. */
  ofArgument(call: ts.CallExpression | ts.NewExpression, index: number): Slot | undefined {
    const { ts, callees, settings } = this.#engine;
    const args = call.arguments ?? [];
    if (args.slice(0, index + 1).some((argument) => ts.isSpreadElement(argument))) return undefined;
    const expectation = this.#expectationAt(call, index);
    if (expectation === "kept" || expectation === "none") return undefined;
    const callee = callees.of(call);
    // An owner runs the task functions it is given.
    if (callee.entry?.owns === true || callees.isNamed(callee, settings.owners)) return undefined;
    const byCatalog = callee.entry?.callbacks?.[index];
    const name = calleeText(ts, call, callee);
    const repeats = callee.entry?.repeats === true;
    if (byCatalog === "keeps" || this.#removesListener(call)) return undefined;
    if (byCatalog === "predicate") return { kind: "predicate", callee: name, repeats };
    if (byCatalog === "discards" || callees.isNamed(callee, settings.registrars)) return { kind: "void", callee: name, repeats };
    const byBody = this.#byBody(callee, index, name);
    if (byBody !== undefined) return byBody === "kept" ? undefined : byBody;
    if (expectation === "void") return { kind: "void", callee: name, repeats };
    if (expectation === "function" && callee.implementation === undefined && this.#returnsVoid(callee)) return { kind: "discards", callee: name, repeats };
    return undefined;
  }

  /** `emitter.off("x", f)` of any type that also has `on` or the like: removing a listener does not call it. */
  #removesListener(call: ts.CallExpression | ts.NewExpression): boolean {
    const { ts, compiler } = this.#engine;
    const member = ts.isCallExpression(call) ? calledMember(ts, call) : undefined;
    const type = member === undefined || !removers.has(member.name) ? undefined : compiler.typeOf(member.receiver);
    return type !== undefined && adders.some((name) => compiler.propertyOf(compiler.nonNullable(type), name) !== undefined);
  }

  /** What the body of the callee does with the callback; a type that says `void` is believed where the body does not tell. */
  #byBody(callee: Callee, index: number, name: string): Slot | "kept" | undefined {
    const parameter = callee.implementation?.parameters[index];
    if (parameter === undefined || parameter.dotDotDotToken !== undefined) return undefined;
    const witnesses = this.#engine.summaries.usesOf(parameter);
    const uses = new Set(witnesses.map((witness) => witness.use));
    if (uses.has("calls-keeps") || uses.has("owned")) return "kept";
    if (uses.has("unknown") || uses.has("retained") || uses.has("returned")) return undefined;
    const reads = witnesses.find((witness) => witness.use === "calls-reads");
    if (reads !== undefined) return { kind: "predicate", callee: name, at: reads.at, repeats: false };
    const drops = witnesses.find((witness) => witness.use === "calls-drops");
    return drops === undefined ? undefined : { kind: "discards", callee: name, at: drops.at, repeats: false };
  }

  #returnsVoid(callee: Callee): boolean {
    const result = callee.signature === undefined ? undefined : this.#engine.compiler.returnTypeOf(callee.signature);
    return result !== undefined && (result.flags & this.#engine.ts.TypeFlags.Void) !== 0;
  }

  /** All overloads together: a position that accepts a promise in any of them keeps it (TypeScript #48077: the picked one need not be the meant one). */
  #expectationAt(call: ts.CallExpression | ts.NewExpression, index: number): Expectation {
    const { ts, compiler } = this.#engine;
    const type = compiler.typeOf(call.expression);
    if (type === undefined) return "open";
    let known = this.#expectations.get(type);
    if (known === undefined) {
      known = new Map();
      this.#expectations.set(type, known);
    }
    // A class can be called in one way and constructed in another.
    const key = ts.isNewExpression(call) ? -1 - index : index;
    let expectation = known.get(key);
    if (expectation === undefined) {
      expectation = this.#computeExpectation(type, call, index);
      known.set(key, expectation);
    }
    return expectation;
  }

  #computeExpectation(calleeType: ts.Type, call: ts.CallExpression | ts.NewExpression, index: number): Expectation {
    const { ts, compiler } = this.#engine;
    const found = new Set<Expectation>();
    let typed = false;
    for (const part of compiler.partsOf(compiler.nonNullable(calleeType))) {
      const signatures = ts.isNewExpression(call) ? compiler.constructSignaturesOf(part) : compiler.callSignaturesOf(part);
      for (const signature of signatures) {
        const type = this.#parameterType(signature, index, call);
        if (type === undefined) continue;
        typed = true;
        for (const expectation of this.expectationsOf(type)) found.add(expectation);
      }
    }
    if (found.has("kept")) return "kept";
    if (found.has("open")) return "open";
    if (found.size === 0 && typed) return "none";
    return found.has("void") ? "void" : found.has("function") ? "function" : "open";
  }

  #parameterType(signature: ts.Signature, index: number, at: ts.Node): ts.Type | undefined {
    const { ts, compiler } = this.#engine;
    const last = signature.parameters.at(-1);
    const parameter = signature.parameters[index] ?? last;
    if (parameter === undefined) return undefined;
    const declaration = parameter.valueDeclaration;
    const rest = declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
    if (signature.parameters[index] === undefined && !rest) return undefined;
    const type = compiler.typeOfSymbol(parameter, at);
    if (type === undefined || !rest) return type;
    if (!compiler.isArrayLike(type)) return undefined;
    const elements = compiler.typeArgumentsOf(type);
    return elements[elements.length === 1 ? 0 : index - signature.parameters.length + 1];
  }

  /** What each function type in a slot's type expects of the result. */
  expectationsOf(type: ts.Type): readonly Expectation[] {
    const { ts, compiler, types } = this.#engine;
    const expectations: Expectation[] = [];
    for (const part of compiler.partsOf(type)) {
      if ((part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0) continue;
      const signatures = compiler.callSignaturesOf(part);
      if (signatures.length === 0) {
        const name = (part.symbol as ts.Symbol | undefined)?.name;
        if (name === "Function") expectations.push("function");
        else if (compiler.isOpaque(part) || (part.flags & ts.TypeFlags.Instantiable) !== 0) expectations.push("open");
        continue;
      }
      for (const signature of signatures) {
        const result = compiler.returnTypeOf(signature);
        if (result === undefined) expectations.push("open");
        else if ((result.flags & ts.TypeFlags.Void) !== 0) expectations.push("void");
        else if (types.taskKind(result) !== undefined) expectations.push("kept");
        else expectations.push("open");
      }
    }
    return expectations;
  }

  /** Whether every function type that a place expects returns `void`: an object property, a variable, a JSX attribute, a returned function. */
  isVoidContext(expression: ts.Expression): boolean {
    const type = this.#engine.compiler.contextualTypeOf(expression);
    return type !== undefined && this.isVoidFunction(type);
  }

  /** `socket.onmessage = …`: the DOM's types say `any`, and the platform drops the result. */
  isEventHandlerProperty(target: ts.Expression): boolean {
    const { ts, compiler } = this.#engine;
    if (!ts.isPropertyAccessExpression(target) || !/^on[a-z]+$/.test(target.name.text)) return false;
    const symbol = compiler.symbolOf(target.name);
    return symbol !== undefined && originOf(compiler, symbol) === "lib";
  }

  /** Whether a type is a function whose result nobody looks at. */
  isVoidFunction(type: ts.Type): boolean {
    const expectations = this.expectationsOf(type);
    return expectations.length > 0 && expectations.every((expectation) => expectation === "void");
  }

  /** The member of a base class or interface that a method implements, if its result is `void`. */
  inheritedVoid(member: ts.MethodDeclaration | ts.PropertyDeclaration | ts.GetAccessorDeclaration): { readonly base: string } | undefined {
    const { ts } = this.#engine;
    const owner = member.parent;
    const name = memberName(ts, member.name);
    if (!ts.isClassLike(owner) || name === undefined) return undefined;
    const found = this.inheritedTypes(owner, name).find(({ type }) => this.isVoidFunction(type));
    return found === undefined ? undefined : { base: found.base };
  }

  /** Whether those who call the project's members of a name wait for them, whatever the types say; of one member, where its declaration is given. */
  isAwaitedByCallers(name: string, declaration?: ts.Declaration): boolean {
    const key = declaration ?? name;
    let known = this.#awaited.get(key);
    if (known === undefined) {
      known = areAwaitedByCallers(this.#engine, name, declaration);
      this.#awaited.set(key, known);
    }
    return known;
  }

  /** Types that the base classes and interfaces of a class give to a member. */
  inheritedTypes(owner: ts.ClassLikeDeclaration, member: string): readonly { readonly base: string; readonly type: ts.Type }[] {
    const { compiler } = this.#engine;
    return (owner.heritageClauses ?? []).flatMap((clause) =>
      clause.types.flatMap((heritage) => {
        const base = compiler.typeOf(heritage);
        const inherited = base === undefined ? undefined : member.startsWith("__@") ? compiler.propertiesOf(base).find((property) => property.name.startsWith(member)) : compiler.propertyOf(base, member);
        const type = inherited === undefined ? undefined : compiler.typeOfSymbol(inherited, heritage);
        return type === undefined ? [] : [{ base: heritage.expression.getText(), type }];
      }),
    );
  }

  /** Whether a function expression or reference always returns a promise when it returns anything. */
  returnsTask(callback: ts.Expression): boolean {
    const { ts, compiler, types } = this.#engine;
    const inline = inlineFunction(ts, callback);
    if (inline !== undefined && isAsync(ts, inline)) return inline.asteriskToken === undefined;
    const type = compiler.typeOf(callback);
    if (type === undefined) return false;
    return compiler.partsOf(compiler.nonNullable(type)).some((part) =>
      compiler.callSignaturesOf(part).some((signature) => {
        const result = compiler.returnTypeOf(signature);
        if (result === undefined || (result.flags & ts.TypeFlags.Any) !== 0) return false;
        return types.isAlwaysTask(result) && types.taskKind(result) === "promise";
      }),
    );
  }

  /** Whether a function makes the promise it returns; `(task) => task` in a `filter` only looks for the empty places of a list. */
  makesTask(fn: FunctionNode): boolean {
    const { ts } = this.#engine;
    return isAsync(ts, fn) || returnsOf(ts, fn).some((expression) => !ts.isIdentifier(unwrapped(ts, expression)));
  }

  /** Whether dropping the result of a function loses nothing: it cannot fail unnoticed, and where it is called again and again it guards itself. */
  isSafeToDrop(fn: FunctionNode, repeats: boolean): boolean {
    const outcome = this.#engine.outcomes.of(fn);
    // Whose promise was there before, somebody else has it.
    if (!repeats && this.#engine.keepers.findsItsPromise(fn)) return true;
    // Without an `await` there is no work to wait for; only an error raised on purpose could get lost.
    if (!outcome.suspends) return !outcome.throws;
    return !outcome.rejects && (!repeats || startsWithGuard(this.#engine.ts, fn));
  }
}

function calleeText(ts: Analysis["ts"], call: ts.CallExpression | ts.NewExpression, callee: Callee): string {
  const member = ts.isCallExpression(call) ? calledMember(ts, call) : undefined;
  if (member === undefined) return ts.isNewExpression(call) ? `new ${callee.name}` : callee.name;
  const receiver = member.receiver.getText().replaceAll(/\s+/g, " ");
  return receiver.length > 24 ? `….${member.name}` : `${receiver}.${member.name}`;
}

/** Name under which the type of a class knows a member; `__@dispose@` for `[Symbol.dispose]`. */
function memberName(ts: Analysis["ts"], name: ts.PropertyName): string | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  const symbol = ts.isComputedPropertyName(name) ? /^Symbol\.(\w+)$/.exec(name.expression.getText()) : null;
  return symbol?.[1] === undefined ? undefined : `__@${symbol[1]}@`;
}

/** `if (this.busy) return;` before anything is done: the function does not overlap itself. */
function startsWithGuard(ts: Analysis["ts"], fn: FunctionNode): boolean {
  let first: ts.Node | undefined = fn.body;
  while (first !== undefined && ts.isBlock(first)) first = first.statements.find((statement) => !isPlainDeclaration(ts, statement));
  if (first === undefined || !ts.isIfStatement(first)) return false;
  const then = ts.isBlock(first.thenStatement) ? first.thenStatement.statements[0] : first.thenStatement;
  return then !== undefined && ts.isReturnStatement(then);
}

/** `const limit = 10;`, `const { busy } = this;`: nothing is called. */
function isPlainDeclaration(ts: Analysis["ts"], statement: ts.Statement): boolean {
  return ts.isVariableStatement(statement) && statement.declarationList.declarations.every(({ initializer }) => initializer === undefined || ts.isLiteralExpression(initializer) || ts.isIdentifier(initializer) || initializer.kind === ts.SyntaxKind.ThisKeyword);
}
