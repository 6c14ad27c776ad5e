/** How values are given back: by their type, and by what the project does with others of that type. */
import type ts from "typescript";
import type { Callees } from "../language/callee.ts";
import { abruptMembers, cheapDisposables, releaseFunctions, releaseMembers, takenBy } from "../catalog/releases.ts";
import type { Compiler } from "../language/compiler.ts";
import { indexOf } from "../language/nodes.ts";
import { calledMember, unwrapped } from "../language/syntax.ts";
import type { Types } from "../language/types.ts";

/** How a value is given back. */
export interface Release {
  /** Methods of the value, any of which does it: `close`, `[Symbol.asyncDispose]`. */
  readonly members: ReadonlySet<string>;
  /** Functions that take the value: `clearTimeout`. */
  readonly functions: ReadonlySet<string>;
  /** The value is a function that gives the resource back when it is called. */
  readonly byCall: boolean;
  /** Whether it takes time. */
  readonly async: boolean;
  /** The declaration that does it by itself, where the type has the well-known symbol. */
  readonly using: "using" | "await using" | undefined;
}

export class Releases {
  readonly #compiler: Compiler;
  readonly #types: Types;
  readonly #callees: Callees;
  readonly #releases = new Map<ts.Type, Release | null>();
  /** Classes whose objects the project gives back somewhere, by method. */
  readonly #released = new Map<string, ReadonlySet<ts.Symbol>>();

  constructor(compiler: Compiler, types: Types, callees: Callees) {
    this.#compiler = compiler;
    this.#types = types;
    this.#callees = callees;
  }

  /** How a value of a type is given back; `undefined` for types that nobody has to give back, and for unions that differ. */
  releaseOf(type: ts.Type): Release | undefined {
    const known = this.#releases.get(type);
    if (known !== undefined) return known ?? undefined;
    const release = this.#computeRelease(this.#compiler.nonNullable(type));
    this.#releases.set(type, release ?? null);
    return release;
  }

  #computeRelease(type: ts.Type): Release | undefined {
    const { ts } = this.#compiler;
    if (type.isUnion() || (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0 || this.#compiler.isArrayLike(type)) return undefined;
    const symbol = type.symbol as ts.Symbol | undefined;
    if (symbol !== undefined && (cheapDisposables.has(symbol.name) || symbol.name === "Promise")) return undefined;
    if (this.#types.taskKind(type) !== undefined) return undefined;
    const members = new Set<string>();
    let using: Release["using"];
    let async = false;
    for (const property of this.#compiler.propertiesOf(type)) {
      if (property.name.startsWith("__@asyncDispose")) {
        members.add("[Symbol.asyncDispose]");
        for (const member of this.#calledBy(property)) members.add(member);
        using = "await using";
        async = true;
      } else if (property.name.startsWith("__@dispose")) {
        members.add("[Symbol.dispose]");
        for (const member of this.#calledBy(property)) members.add(member);
        using ??= "using";
      } else if (releaseMembers.has(property.name) && !this.#undoesAnother(type, property.name) && this.#isReleaseMethod(property)) {
        members.add(property.name);
        if (using !== "using") async ||= this.#returnsTask(property);
      }
    }
    // What has a gentle end may have an abrupt one that takes the reason: `stream.close()`, `stream.abort(error)`.
    if (members.size > 0) for (const { name } of this.#compiler.propertiesOf(type)) if (abruptMembers.has(name)) members.add(name);
    return members.size === 0 ? undefined : { members, functions: new Set(), byCall: false, async, using };
  }

  /** Whether a method takes back what another method of the object has taken, and not the object itself: `release` beside `acquire`. */
  #undoesAnother(type: ts.Type, member: string): boolean {
    return (takenBy.get(member) ?? []).some((other) => this.#compiler.propertyOf(type, other) !== undefined);
  }

  /** Methods of the object by which its disposer does the work, where its body is in the program. */
  #calledBy(disposer: ts.Symbol): readonly string[] {
    const { ts } = this.#compiler;
    const declaration = disposer.valueDeclaration;
    if (declaration === undefined || !ts.isMethodDeclaration(declaration) || declaration.body === undefined) return [];
    const calls = indexOf(ts, declaration.getSourceFile()).within(declaration.body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
    return calls.flatMap((call) => (ts.isPropertyAccessExpression(call.expression) && call.expression.expression.kind === ts.SyntaxKind.ThisKeyword ? [call.expression.name.text] : []));
  }

  /** Whether a member can be called without arguments; an `end()` that answers yes or no only asks. */
  #isReleaseMethod(property: ts.Symbol): boolean {
    const at = property.valueDeclaration ?? property.declarations?.[0];
    if (at !== undefined && this.#onlyMarks(at)) return false;
    const type = at === undefined ? undefined : this.#compiler.typeOfSymbol(property, at);
    return type !== undefined && this.#compiler.callSignaturesOf(this.#compiler.nonNullable(type)).some((signature) => signature.parameters.every((parameter) => isOptional(this.#compiler.ts, parameter)) && !(property.name === "end" && this.#isAnswer(signature)));
  }

  /** Whether a method does no more than to note that it was called: `dispose() { this.#disposed = true; }`. */
  #onlyMarks(method: ts.Declaration): boolean {
    const { ts } = this.#compiler;
    if (!ts.isMethodDeclaration(method) || method.body === undefined || !ts.isClassLike(method.parent)) return false;
    const { statements } = method.body;
    return statements.length > 0 && statements.every((statement) => {
      const mark = ts.isExpressionStatement(statement) ? statement.expression : undefined;
      return mark !== undefined && ts.isBinaryExpression(mark) && mark.operatorToken.kind === ts.SyntaxKind.EqualsToken && mark.right.kind === ts.SyntaxKind.TrueKeyword && ts.isPropertyAccessExpression(mark.left) && mark.left.expression.kind === ts.SyntaxKind.ThisKeyword;
    });
  }

  #isAnswer(signature: ts.Signature): boolean {
    const result = this.#compiler.returnTypeOf(signature);
    return result !== undefined && (result.flags & this.#compiler.ts.TypeFlags.BooleanLike) !== 0;
  }

  #returnsTask(property: ts.Symbol): boolean {
    const at = property.valueDeclaration ?? property.declarations?.[0];
    const type = at === undefined ? undefined : this.#compiler.typeOfSymbol(property, at);
    const result = type === undefined ? undefined : this.#compiler.callSignaturesOf(type)[0];
    const returned = result === undefined ? undefined : this.#compiler.returnTypeOf(result);
    return returned !== undefined && this.#types.taskKind(returned) !== undefined;
  }

  /** Whether code of the project calls a method on some object of a class: then objects of that class are given back by it. */
  isReleasedInProject(symbol: ts.Symbol, member: string): boolean {
    let symbols = this.#released.get(member);
    if (symbols === undefined) {
      symbols = new Set(this.#receiversOf(member));
      this.#released.set(member, symbols);
    }
    return symbols.has(symbol);
  }

  *#receiversOf(member: string): Generator<ts.Symbol> {
    const { ts, program } = this.#compiler;
    for (const file of program.getSourceFiles()) {
      // The text is a cheap probe: most files close nothing.
      if (file.isDeclarationFile || this.#compiler.isFromPackage(file) || !file.text.includes(`.${member}(`)) continue;
      for (const name of indexOf(ts, file).named(member)) {
        const access = name.parent;
        if (!ts.isPropertyAccessExpression(access) || access.name !== name || !ts.isCallExpression(access.parent) || access.expression.kind === ts.SyntaxKind.ThisKeyword) continue;
        const type = this.#compiler.typeOf(access.expression);
        const symbol = type === undefined ? undefined : (this.#compiler.nonNullable(type).symbol as ts.Symbol | undefined);
        if (symbol !== undefined) yield symbol;
      }
    }
  }

  /** The expression that a call gives back: `c` of `c.close()`, `t` of `clearTimeout(t)`. */
  releasedBy(call: ts.CallExpression): ts.Expression | undefined {
    const { ts } = this.#compiler;
    const member = releasingMember(ts, call);
    if (member !== undefined && (member.name.startsWith("[") || releaseMembers.has(member.name))) {
      const type = this.#compiler.typeOf(member.receiver);
      if (type !== undefined && this.releaseOf(type)?.members.has(member.name) === true) return member.receiver;
    }
    const [argument] = call.arguments;
    if (argument === undefined || !releaseFunctions.has(nameOfCall(ts, call))) return undefined;
    const { origin } = this.#callees.of(call);
    return origin === "lib" || origin === "node" ? argument : undefined;
  }
}

/** The member that a call is made on; a well-known symbol is spelled `[Symbol.dispose]`. */
export function releasingMember(ts: Compiler["ts"], call: ts.CallExpression): { readonly receiver: ts.Expression; readonly name: string } | undefined {
  const callee = unwrapped(ts, call.expression);
  if (ts.isElementAccessExpression(callee) && /^Symbol\.(?:dispose|asyncDispose)$/u.test(callee.argumentExpression.getText())) return { receiver: callee.expression, name: `[${callee.argumentExpression.getText()}]` };
  return calledMember(ts, call);
}

/** The last name of what a call calls: `open` of `fs.promises.open(…)`. */
export function nameOfCall(ts: Compiler["ts"], call: ts.CallExpression | ts.NewExpression): string {
  const target = unwrapped(ts, call.expression);
  return ts.isIdentifier(target) ? target.text : ts.isPropertyAccessExpression(target) ? target.name.text : "";
}

/** Whether a parameter may be left out. */
function isOptional(ts: Compiler["ts"], parameter: ts.Symbol): boolean {
  const declaration = parameter.valueDeclaration;
  return declaration === undefined || !ts.isParameter(declaration) || declaration.questionToken !== undefined || declaration.initializer !== undefined || declaration.dotDotDotToken !== undefined;
}
