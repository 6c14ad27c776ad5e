/** Promises kept in fields that nothing rejects: deferreds of which no code of the program calls `reject`. */
import type ts from "typescript";
import type { Callees } from "../language/callee.ts";
import type { Compiler } from "../language/compiler.ts";
import { isWriteTarget } from "../language/flow.ts";
import { indexOf } from "../language/nodes.ts";
import { isNullish, unwrapped } from "../language/syntax.ts";

export class Deferreds {
  readonly #compiler: Compiler;
  readonly #callees: Callees;
  /** By the name of a field: mentions of that name in the whole program that may reject a deferred, whosever it is. */
  readonly #doubtful = new Map<string, readonly ts.Node[]>();

  constructor(compiler: Compiler, callees: Callees) {
    this.#compiler = compiler;
    this.#callees = callees;
  }

  /** Whether an expression reads a field whose promise is settled from outside, and only ever with a result: `this.done` of `this.done.resolve()`. */
  neverReject(read: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const symbol = ts.isPropertyAccessExpression(read) ? this.#compiler.symbolOf(read.name) : undefined;
    if (symbol === undefined) return false;
    const fields = this.#fieldsOf(symbol);
    return fields.length > 0 && fields.every((field) => this.#holdsDeferred(field)) && this.#isSettledWell(symbol.name, fields);
  }

  /** The field itself, or those that stand behind a property which is only declared. */
  #fieldsOf(symbol: ts.Symbol): readonly ts.PropertyDeclaration[] {
    const { ts } = this.#compiler;
    const behind = this.#callees.implementers.of(symbol);
    const all = behind.length > 0 ? behind : [symbol.valueDeclaration].filter((one) => one !== undefined);
    const fields = all.filter((one) => ts.isPropertyDeclaration(one));
    return fields.length === all.length ? fields : [];
  }

  /** Whether a field is declared as a promise together with both of its resolvers; a promise alone may be anybody's. */
  #holdsDeferred(field: ts.PropertyDeclaration): boolean {
    if (field.getSourceFile().isDeclarationFile) return false;
    const type = this.#compiler.typeOf(field.name);
    const held = type === undefined ? undefined : this.#compiler.nonNullable(type);
    return held !== undefined && ["then", "resolve", "reject"].every((name) => this.#compiler.propertyOf(held, name) !== undefined);
  }

  /** Whether no mention of one of these fields may reject what it holds. */
  #isSettledWell(name: string, fields: readonly ts.Declaration[]): boolean {
    let doubtful = this.#doubtful.get(name);
    if (doubtful === undefined) {
      const { ts, program } = this.#compiler;
      const files = program.getSourceFiles().filter((file) => !file.isDeclarationFile && !this.#compiler.isFromPackage(file) && file.text.includes(name));
      doubtful = files.flatMap((file) => indexOf(ts, file).named(name).filter((mention) => !this.#isHarmless(mention)));
      this.#doubtful.set(name, doubtful);
    }
    return !doubtful.some((mention) => this.#mayMean(mention, fields));
  }

  #mayMean(mention: ts.Node, fields: readonly ts.Declaration[]): boolean {
    const symbol = this.#compiler.symbolOf(mention);
    const declarations = symbol === undefined ? [] : [...(symbol.declarations ?? []), ...this.#callees.implementers.of(symbol)];
    // What is not known may be anything.
    return declarations.length === 0 || declarations.some((one) => fields.includes(one));
  }

  /** Whether a mention of the name neither rejects the deferred, nor takes it apart, nor puts somebody else's promise in its place. */
  #isHarmless(mention: ts.Node): boolean {
    const { ts } = this.#compiler;
    const { parent: access } = mention;
    if (ts.isBindingElement(access)) return false;
    if (!ts.isPropertyAccessExpression(access) || access.name !== mention) return true;
    const { parent } = access;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === access) return parent.name.text !== "reject";
    if (!isWriteTarget(ts, access) || !ts.isBinaryExpression(parent)) return true;
    const value = unwrapped(ts, parent.right);
    return ts.isCallExpression(value) || ts.isNewExpression(value) || isNullish(ts, value);
  }
}
