/** A call resolved: the overload it picked, the body behind it if the program has one, and what the catalogue knows of it. */
import type ts from "typescript";
import { callCatalog, type CallEntry } from "../catalog/calls.ts";
import type { Compiler } from "./compiler.ts";
import { isWriteTarget, writesOf } from "./flow.ts";
import { Implementers } from "./implementers.ts";
import { indexOf } from "./nodes.ts";
import { matchesSpecifier, originOf, ownerNameOf, type Origin } from "./origins.ts";
import type { Specifier } from "../settings.ts";
import { calledMember, isAsync, isFunctionNode, isNullish, returnsOf, unwrapped, type FunctionNode } from "./syntax.ts";

export interface Callee {
  /** The last name of the call as written: `track` of `this.jobs.track(x)`; empty for a computed or immediate callee. */
  readonly name: string;
  readonly symbol: ts.Symbol | undefined;
  /** Spellings for specifiers, least specific first: `["on", "EventEmitter.on"]`. */
  readonly names: readonly string[];
  readonly origin: Origin | undefined;
  /** The overload that the call picked. Dear: the compiler checks all arguments to find it; ask for the declaration where that will do. */
  readonly signature: ts.Signature | undefined;
  /** Where that overload is declared; a question of overloads only where there are several. */
  readonly declaration: ts.SignatureDeclaration | undefined;
  /** Declarations of all overloads. */
  readonly overloads: readonly ts.SignatureDeclaration[];
  /** The function that runs, when its body is in the program and cannot be another one's. */
  readonly implementation: FunctionNode | undefined;
  readonly entry: CallEntry | undefined;
}

/** How many factories are looked through at once: one may be a method of what another made. */
const maxFactories = 4;

const catalogByName = new Map<string, CallEntry[]>();
for (const entry of callCatalog) {
  for (const name of entry.names) {
    const member = name.slice(name.lastIndexOf(".") + 1);
    const same = catalogByName.get(member);
    if (same === undefined) catalogByName.set(member, [entry]);
    else if (!same.includes(entry)) same.push(entry);
  }
}

export class Callees {
  /** Classes behind interfaces and abstract members. */
  readonly implementers: Implementers;
  readonly #compiler: Compiler;
  readonly #known = new WeakMap<ts.Node, Callee>();
  /** Factories being looked through at the moment. */
  #factories = 0;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
    this.implementers = new Implementers(compiler);
  }

  of(call: ts.CallExpression | ts.NewExpression): Callee {
    let known = this.#known.get(call);
    if (known === undefined) {
      known = this.#resolve(call);
      this.#known.set(call, known);
    }
    return known;
  }

  #resolve(call: ts.CallExpression | ts.NewExpression): Callee {
    const compiler = this.#compiler;
    const { ts } = compiler;
    const name = calleeName(ts, call);
    const target = unwrapped(ts, call.expression);
    const symbol = compiler.symbolOf(ts.isPropertyAccessExpression(target) ? target.name : target);
    const origin = symbol === undefined ? undefined : originOf(compiler, symbol);
    // An import under another name is still the same function.
    const declared = symbol === undefined || symbol.name === "default" || symbol.name.startsWith("__") ? name : symbol.name;
    const overloads = this.#overloadsOf(call);
    const names = namesOf(ts, declared, symbol, overloads);
    const picked = (): ts.SignatureDeclaration | undefined => declarationIn(ts, compiler.signatureOf(call));
    const only = overloads.length === 1 ? overloads[0] : undefined;
    return {
      name,
      symbol,
      names,
      origin,
      overloads,
      get signature() {
        return compiler.signatureOf(call);
      },
      get declaration() {
        return overloads.length > 1 ? picked() : only;
      },
      implementation: this.#implementationOf(target, symbol, only) ?? (overloads.length > 1 && overloads.some((one) => isFunctionNode(ts, one) && hasBody(one)) ? this.#implementationOf(target, symbol, picked()) : undefined),
      entry: entryOf(declared, names, origin),
    };
  }

  /** Declarations of all overloads that a call can pick from, without the question which of them it does. */
  #overloadsOf(call: ts.CallExpression | ts.NewExpression): readonly ts.SignatureDeclaration[] {
    const compiler = this.#compiler;
    const { ts } = compiler;
    // The type of `super` is the base class, whatever it is called as.
    const isSuper = call.expression.kind === ts.SyntaxKind.SuperKeyword;
    const type = compiler.typeOf(call.expression);
    if (type === undefined) return [];
    const callable = compiler.apparentTypeOf(compiler.nonNullable(type));
    const signatures = isSuper || ts.isNewExpression(call) ? compiler.constructSignaturesOf(callable) : compiler.callSignaturesOf(callable);
    return signatures.flatMap((signature) => declarationIn(ts, signature) ?? []);
  }

  /** The functions that may run: the one that does for certain, or those of all classes that implement the interface the callee belongs to. */
  bodiesOf({ implementation, symbol }: Callee): readonly FunctionNode[] {
    const { ts } = this.#compiler;
    if (implementation !== undefined) return [implementation];
    const members = symbol === undefined ? [] : this.implementers.of(symbol);
    const bodies = members.flatMap((member) => {
      const fn = ts.isPropertyDeclaration(member) && member.initializer !== undefined ? unwrapped(ts, member.initializer) : member;
      return isFunctionNode(ts, fn) && hasBody(fn) ? [fn] : [];
    });
    return bodies.length === members.length ? bodies : [];
  }

  /** The function an expression denotes, through variables and class fields that are never re-assigned. */
  functionOf(expression: ts.Expression): FunctionNode | undefined {
    const { ts } = this.#compiler;
    const target = unwrapped(ts, expression);
    if (isFunctionNode(ts, target)) return target;
    // `this.m.bind(this)` runs the same body.
    if (ts.isCallExpression(target)) {
      const member = calledMember(ts, target);
      return member?.name === "bind" ? this.functionOf(member.receiver) : this.#functionMade(target);
    }
    if (!ts.isIdentifier(target) && !ts.isPropertyAccessExpression(target)) return undefined;
    const symbol = this.#compiler.symbolOf(ts.isPropertyAccessExpression(target) ? target.name : target);
    return this.#implementationOf(target, symbol, undefined);
  }

  /** The function that a call makes: `handlerFor(request)` of `const handlerFor = (request) => (error) => { … }`. */
  #functionMade(call: ts.CallExpression): FunctionNode | undefined {
    const { ts } = this.#compiler;
    if (this.#factories >= maxFactories) return undefined;
    this.#factories++;
    const factory = this.of(call).implementation;
    this.#factories--;
    const [made, ...others] = factory === undefined || isAsync(ts, factory) ? [] : returnsOf(ts, factory).map((value) => unwrapped(ts, value));
    return made !== undefined && others.length === 0 && (ts.isArrowFunction(made) || ts.isFunctionExpression(made)) ? made : undefined;
  }

  #implementationOf(target: ts.Expression, symbol: ts.Symbol | undefined, declaration: ts.SignatureDeclaration | undefined): FunctionNode | undefined {
    const { ts } = this.#compiler;
    if (isFunctionNode(ts, target)) return hasBody(target) ? target : undefined;
    if (declaration !== undefined && isFunctionNode(ts, declaration) && hasBody(declaration)) return declaration;
    for (const one of symbol?.declarations ?? []) {
      if (isFunctionNode(ts, one)) {
        if (hasBody(one)) return one;
        continue;
      }
      const initializer = this.#fixedValue(one);
      if (initializer === undefined) continue;
      const value = unwrapped(ts, initializer);
      if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return value;
    }
    const declared = symbol?.declarations?.[0];
    const isSigned = declared !== undefined && (ts.isPropertySignature(declared) || ts.isMethodSignature(declared)) && !declared.getSourceFile().isDeclarationFile;
    return isSigned ? this.#throughFactory(target) : undefined;
  }

  /** What a constant, field or property holds for good: nothing in its file assigns it again. */
  #fixedValue(declaration: ts.Declaration): ts.Expression | undefined {
    const { ts } = this.#compiler;
    if (ts.isVariableDeclaration(declaration)) return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 ? declaration.initializer : undefined;
    if (!ts.isPropertyDeclaration(declaration) && !ts.isPropertyAssignment(declaration)) return undefined;
    const written = indexOf(ts, declaration.getSourceFile())
      .named(declaration.name.getText())
      .some(({ parent }) => ts.isPropertyAccessExpression(parent) && isWriteTarget(ts, parent));
    return written ? undefined : declaration.initializer;
  }

  /** A method of the object that a factory returns: `this.#job = createJob(); this.#job.run()`. */
  #throughFactory(target: ts.Expression): FunctionNode | undefined {
    const { ts } = this.#compiler;
    const property = this.#propertyMade(target);
    if (property === undefined || ts.isMethodDeclaration(property)) return property;
    return ts.isPropertyAssignment(property) ? this.functionOf(property.initializer) : this.functionOf(property.name);
  }

  /** The value of a member of the object that a factory returns: `settled` of `const watch = observe(body); watch.settled`. */
  valueMade(target: ts.Expression): ts.Expression | undefined {
    const { ts } = this.#compiler;
    const property = this.#propertyMade(target);
    if (property === undefined || ts.isMethodDeclaration(property)) return undefined;
    return ts.isPropertyAssignment(property) ? property.initializer : property.name;
  }

  /** A property of the object literal that a factory returns, seen through the variable, private field or pattern that holds it. */
  #propertyMade(target: ts.Expression): ts.MethodDeclaration | ts.PropertyAssignment | ts.ShorthandPropertyAssignment | undefined {
    const { ts } = this.#compiler;
    const member = this.#memberRead(target);
    if (member === undefined || this.#factories >= maxFactories) return undefined;
    const [made, ...more] = member.holders.flatMap((value) => somethingOf(ts, value));
    if (made === undefined || more.length > 0 || !ts.isCallExpression(made)) return undefined;
    this.#factories++;
    const factory = this.of(made).implementation;
    this.#factories--;
    const [object, ...others] = factory === undefined || isAsync(ts, factory) ? [] : returnsOf(ts, factory).flatMap((value) => somethingOf(ts, value));
    if (object === undefined || others.length > 0 || !ts.isObjectLiteralExpression(object)) return undefined;
    for (const property of object.properties) {
      if (property.name?.getText() === member.name && (ts.isMethodDeclaration(property) || ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property))) return property;
    }
    return undefined;
  }

  /** The member that an expression reads, with what may have been given to its holder: of `made.x`, and of `x` in `const { x } = make()`. */
  #memberRead(target: ts.Expression): { readonly holders: readonly ts.Expression[]; readonly name: string } | undefined {
    const { ts } = this.#compiler;
    if (ts.isPropertyAccessExpression(target)) return { holders: writesOf(this.#compiler, unwrapped(ts, target.expression)), name: target.name.text };
    const element = ts.isIdentifier(target) ? this.#compiler.declarationOf(target) : undefined;
    if (element === undefined || !ts.isBindingElement(element) || element.initializer !== undefined || element.dotDotDotToken !== undefined) return undefined;
    const declaration = element.parent.parent;
    const isConstant = ts.isVariableDeclaration(declaration) && ts.isObjectBindingPattern(element.parent) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
    return isConstant && declaration.initializer !== undefined ? { holders: [declaration.initializer], name: (element.propertyName ?? element.name).getText() } : undefined;
  }

  /** Whether one of the specifiers names the callee. */
  isNamed(callee: Callee, specifiers: readonly Specifier[]): boolean {
    const { symbol } = callee;
    return specifiers.some((specifier) => (symbol === undefined ? typeof specifier === "string" && callee.names.includes(specifier) : matchesSpecifier(this.#compiler, specifier, symbol, callee.names)));
  }
}

function hasBody(node: FunctionNode): boolean {
  return node.body !== undefined;
}

/** What an expression may be besides nothing: `make()` of `ok ? make() : null` and of `this.#made = make()`. */
function somethingOf(ts: Compiler["ts"], expression: ts.Expression): readonly ts.Expression[] {
  const value = unwrapped(ts, expression);
  if (isNullish(ts, value)) return [];
  if (ts.isConditionalExpression(value)) return [...somethingOf(ts, value.whenTrue), ...somethingOf(ts, value.whenFalse)];
  return ts.isBinaryExpression(value) && value.operatorToken.kind === ts.SyntaxKind.EqualsToken ? somethingOf(ts, value.right) : [value];
}

function calleeName(ts: Compiler["ts"], call: ts.CallExpression | ts.NewExpression): string {
  const target = unwrapped(ts, call.expression);
  if (ts.isIdentifier(target)) return target.text;
  if (ts.isPropertyAccessExpression(target)) return target.name.text;
  if (ts.isElementAccessExpression(target) && ts.isStringLiteralLike(target.argumentExpression)) return target.argumentExpression.text;
  return "";
}

/** Where a signature is declared; a class without a constructor has one that stands nowhere. */
function declarationIn(ts: Compiler["ts"], signature: ts.Signature | undefined): ts.SignatureDeclaration | undefined {
  const declaration = signature?.declaration as ts.Node | undefined;
  return declaration !== undefined && ts.isFunctionLike(declaration) ? declaration : undefined;
}

function namesOf(ts: Compiler["ts"], name: string, symbol: ts.Symbol | undefined, overloads: readonly ts.SignatureDeclaration[]): readonly string[] {
  const names = [name];
  const [first] = symbol?.declarations ?? [];
  for (const one of first === undefined ? overloads : [...overloads, first]) {
    const owner = ownerNameOf(ts, one);
    if (owner === undefined) continue;
    const spelled = `${owner}.${name}`;
    if (!names.includes(spelled)) names.push(spelled);
  }
  return names;
}

function entryOf(name: string, names: readonly string[], origin: Origin | undefined): CallEntry | undefined {
  if (origin === undefined) return undefined;
  return catalogByName.get(name)?.find((entry) => entry.names.some((one) => names.includes(one)) && (entry.origins.includes(origin) || (entry.origins.includes("any-package") && origin.startsWith("package:"))));
}
