/** Where an AbortSignal comes from and where a callee takes one: facts only, spelled so that a fix can write them. */
import type ts from "typescript";
import type { Compiler, TypeScript } from "../language/compiler.ts";
import type { Types } from "../language/types.ts";

/** The place in a call's argument list where a callee takes a signal. */
export interface SignalSlot {
  /** `argument`: the signal itself; `option`: the property `signal` of an options object. */
  readonly kind: "argument" | "option";
  /** Index of the argument. */
  readonly index: number;
  /** What the call passes there: the expression of the signal; `unknown` when it cannot be seen, e.g. inside a spread or a variable. */
  readonly given: ts.Expression | "nothing" | "unknown";
}

/** A signal that a piece of code can use. */
export interface SignalInScope {
  /** How to spell it: `signal`, `options?.signal`, `this.signal`. */
  readonly text: string;
  /** The name whose declaration provides it: `signal`, `options`, or `this`. */
  readonly root: string;
  /** Whether there may be none at run time. */
  readonly optional: boolean;
}

/** Methods of arrays, promises and task groups that call their argument within the life of the call. */
const callsAtOnce = new Set(["map", "flatMap", "forEach", "filter", "reduce", "some", "every", "find", "from", "then", "catch", "finally", "run", "spawn", "all", "allSettled", "race", "any", "stream"]);

export class Signals {
  readonly #ts: TypeScript;
  readonly #compiler: Compiler;
  readonly #types: Types;

  constructor(compiler: Compiler, types: Types) {
    this.#ts = compiler.ts;
    this.#compiler = compiler;
    this.#types = types;
  }

  /** Where the callee of a call takes a signal, by the overload that the call picked. */
  slotOf(call: ts.CallExpression | ts.NewExpression): SignalSlot | undefined {
    const signature = this.#compiler.signatureOf(call);
    if (signature === undefined) return undefined;
    const given = call.arguments ?? this.#ts.factory.createNodeArray<ts.Expression>();
    if (given.some((argument) => this.#ts.isSpreadElement(argument))) return undefined;
    // The last parameters first: a signal comes after what it cancels.
    for (let index = signature.parameters.length - 1; index >= 0; index--) {
      const parameter = signature.parameters[index] as ts.Symbol;
      if (isRest(this.#ts, parameter)) continue;
      const type = this.#compiler.typeOfSymbol(parameter, call);
      if (type === undefined || this.#compiler.isOpaque(type)) continue;
      const argument = given[index];
      if (this.#types.isSignal(type)) return { kind: "argument", index, given: argument ?? "nothing" };
      if (this.#hasSignalOption(type, call)) return { kind: "option", index, given: this.#givenOption(argument) };
    }
    return undefined;
  }

  /** Whether arguments may be left out up to `index`, so that `undefined` can fill the gap before it. */
  gapIsOptional(call: ts.CallExpression | ts.NewExpression, from: number, index: number): boolean {
    const parameters = this.#compiler.signatureOf(call)?.parameters ?? [];
    return parameters.slice(from, index).every((parameter) => isOptional(this.#ts, parameter));
  }

  #hasSignalOption(type: ts.Type, at: ts.Node): boolean {
    return this.#compiler.partsOf(type).some((part) => {
      // An event or a controller also has a `signal`; an options object is one that a caller can write down.
      if ((part.flags & this.#ts.TypeFlags.Object) === 0 && !part.isIntersection()) return false;
      const property = this.#compiler.propertyOf(part, "signal");
      if (property === undefined || !isOptional(this.#ts, property)) return false;
      const signal = this.#compiler.typeOfSymbol(property, at);
      return signal !== undefined && this.#types.isSignal(signal);
    });
  }

  #givenOption(argument: ts.Expression | undefined): ts.Expression | "nothing" | "unknown" {
    const ts = this.#ts;
    if (argument === undefined || (ts.isIdentifier(argument) && argument.text === "undefined")) return "nothing";
    if (!ts.isObjectLiteralExpression(argument)) return "unknown";
    let answer: ts.Expression | "nothing" | "unknown" = "nothing";
    for (const property of argument.properties) {
      if (ts.isSpreadAssignment(property)) answer = "unknown";
      else if ((ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)) && property.name.text === "signal") {
        if (ts.isPropertyAssignment(property)) return property.initializer;
        if (ts.isShorthandPropertyAssignment(property)) return property.name;
        return "unknown";
      }
    }
    return answer;
  }

  /** The nearest signal that code at a node may pass on: a parameter or a part of one, a local, or `this.signal`. */
  nearest(node: ts.Node): SignalInScope | undefined {
    const ts = this.#ts;
    let ownThis = true;
    for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
      const up = at.parent;
      if (ts.isBlock(up) || ts.isSourceFile(up) || ts.isModuleBlock(up) || ts.isCaseOrDefaultClause(up)) {
        const found = this.#inStatementsBefore(up.statements, at);
        if (found !== undefined) return found;
      }
      if (ts.isFunctionLike(up) && "body" in up && up.body === at) {
        const found = this.#inParameters(up.parameters) ?? (ownThis ? this.#inThis(up) : undefined);
        if (found !== undefined) return found;
        if (!this.#runsAtOnce(up)) return undefined;
        ownThis &&= ts.isArrowFunction(up);
      }
    }
    return undefined;
  }

  /**
   * Whether a function runs while the code around it does, so that a signal of that code is still its own:
   * called on the spot, or given to a method that calls it before it settles. Any other closure may run under another lifetime.
   */
  #runsAtOnce(node: ts.SignatureDeclaration): boolean {
    const ts = this.#ts;
    if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
    let outer: ts.Node = node;
    while (ts.isParenthesizedExpression(outer.parent)) outer = outer.parent;
    const call = outer.parent;
    if (!ts.isCallExpression(call)) return false;
    if (call.expression === outer) return true;
    return ts.isPropertyAccessExpression(call.expression) && callsAtOnce.has(call.expression.name.text);
  }

  #inStatementsBefore(statements: ts.NodeArray<ts.Statement>, before: ts.Node): SignalInScope | undefined {
    const ts = this.#ts;
    for (let index = statements.length - 1; index >= 0; index--) {
      const statement = statements[index] as ts.Statement;
      if (statement.pos >= before.pos || !ts.isVariableStatement(statement)) continue;
      for (const declaration of statement.declarationList.declarations) {
        const found = this.#inName(declaration.name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #inParameters(parameters: readonly ts.ParameterDeclaration[]): SignalInScope | undefined {
    for (const parameter of parameters) {
      const found = this.#inName(parameter.name);
      if (found !== undefined) return found;
    }
    for (const { name } of parameters) {
      const found = this.#ts.isIdentifier(name) ? this.#inProperty(name) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A binding that is a signal itself. Names come first: only one that says "signal", or is annotated so, is worth asking for its type. */
  #inName(name: ts.BindingName): SignalInScope | undefined {
    const ts = this.#ts;
    if (!ts.isIdentifier(name)) {
      for (const element of name.elements) {
        const found = ts.isBindingElement(element) ? this.#inName(element.name) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    }
    const declared = ts.isParameter(name.parent) || ts.isVariableDeclaration(name.parent) ? name.parent.type : undefined;
    if (!/signal/iu.test(name.text) && declared?.getText().includes("AbortSignal") !== true) return undefined;
    const type = this.#compiler.typeOf(name);
    return type !== undefined && this.#types.isSignal(type) ? { text: name.text, root: name.text, optional: this.#isNullable(type) } : undefined;
  }

  /** A signal that hangs on a parameter: `options.signal`, `task.signal`, `request.signal`. */
  #inProperty(name: ts.Identifier): SignalInScope | undefined {
    const type = this.#compiler.typeOf(name);
    if (type === undefined || this.#compiler.isOpaque(type)) return undefined;
    const present = this.#compiler.nonNullable(type);
    const property = this.#compiler.propertyOf(present, "signal");
    const signal = property === undefined ? undefined : this.#compiler.typeOfSymbol(property, name);
    if (signal === undefined || !this.#types.isSignal(signal)) return undefined;
    const optional = this.#isNullable(type);
    return { text: `${name.text}${optional ? "?" : ""}.signal`, root: name.text, optional: optional || this.#isNullable(signal) };
  }

  #isNullable(type: ts.Type): boolean {
    const { TypeFlags } = this.#ts;
    return this.#compiler.partsOf(type).some((part) => (part.flags & (TypeFlags.Undefined | TypeFlags.Null)) !== 0);
  }

  #inThis(method: ts.SignatureDeclaration): SignalInScope | undefined {
    const ts = this.#ts;
    if (!(ts.isMethodDeclaration(method) || ts.isAccessor(method)) || !ts.isClassLike(method.parent)) return undefined;
    if (ts.getModifiers(method)?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) === true) return undefined;
    const { members } = method.parent;
    const properties = members.filter((one) => ts.isConstructorDeclaration(one)).flatMap(({ parameters }) => parameters.filter((one) => ts.isParameterPropertyDeclaration(one, one.parent)));
    for (const name of ["signal", "#signal"]) {
      const member = [...members, ...properties].find((one) => one.name !== undefined && (ts.isIdentifier(one.name) || ts.isPrivateIdentifier(one.name)) && one.name.text === name);
      const type = member === undefined ? undefined : this.#compiler.typeOf(member);
      if (type !== undefined && this.#types.isSignal(type)) return { text: `this.${name}`, root: "this", optional: this.#isNullable(type) };
    }
    return undefined;
  }
}

function isRest(ts: TypeScript, parameter: ts.Symbol): boolean {
  const declaration = parameter.valueDeclaration;
  return declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
}

/** Whether a parameter or property may be left out. */
function isOptional(ts: TypeScript, symbol: ts.Symbol): boolean {
  if ((symbol.flags & ts.SymbolFlags.Optional) !== 0) return true;
  const declaration = symbol.valueDeclaration;
  return declaration !== undefined && ts.isParameter(declaration) && (declaration.questionToken !== undefined || declaration.initializer !== undefined);
}
