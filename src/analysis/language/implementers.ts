/** Which classes of the program stand behind the members of an interface or abstract class. */
import type ts from "typescript";
import type { Compiler } from "./compiler.ts";
import { indexOf } from "./nodes.ts";
import { hasModifier } from "./syntax.ts";

/** How many interfaces and base classes are followed from a class. */
const maxBases = 16;

export class Implementers {
  readonly #compiler: Compiler;
  /** Classes by the symbol of each interface and class they implement or extend; made at the first question. */
  #classes: ReadonlyMap<ts.Symbol, readonly ts.ClassLikeDeclaration[]> | undefined;
  readonly #members = new WeakMap<ts.Declaration, readonly ts.ClassElement[]>();

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  /**
   * What runs, or is read, behind a member that is only declared: the members of the same name in the classes of the program that implement
   * its interface or extend its abstract class. Empty where some such class has none in the program, or where the member is no mere declaration.
   */
  of(symbol: ts.Symbol): readonly ts.ClassElement[] {
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    if (declaration === undefined) return [];
    let known = this.#members.get(declaration);
    if (known === undefined) {
      known = this.#compute(declaration, symbol.name);
      this.#members.set(declaration, known);
    }
    return known;
  }

  #compute(declaration: ts.Declaration, name: string): readonly ts.ClassElement[] {
    const { ts } = this.#compiler;
    const isSigned = ts.isMethodSignature(declaration) || ts.isPropertySignature(declaration);
    const isAbstract = (ts.isMethodDeclaration(declaration) || ts.isPropertyDeclaration(declaration)) && hasModifier(ts, declaration, ts.SyntaxKind.AbstractKeyword);
    const { parent } = declaration;
    if ((!isSigned && !isAbstract) || !(ts.isInterfaceDeclaration(parent) || ts.isClassLike(parent)) || parent.name === undefined) return [];
    const owner = this.#compiler.symbolOf(parent.name);
    const classes = owner === undefined ? [] : (this.#known().get(owner) ?? []);
    const members = classes.flatMap((one) => this.#memberOf(one, name) ?? [undefined]);
    // A class that leaves the member to its own subclasses is not asked, one whose member stands outside of the program is not known.
    return members.every((member) => member !== undefined) ? members.filter((member) => !hasModifier(ts, member, ts.SyntaxKind.AbstractKeyword)) : [];
  }

  /** The member of a class, its own or the nearest inherited one; `undefined` where it has none that the program shows. */
  #memberOf(owner: ts.ClassLikeDeclaration, name: string): ts.ClassElement | undefined {
    const { ts } = this.#compiler;
    const named = owner.members.filter((member) => member.name?.getText() === name && !hasModifier(ts, member, ts.SyntaxKind.StaticKeyword));
    // Overloads come before the member that has the body.
    const own = named.find((member) => !ts.isMethodDeclaration(member) || member.body !== undefined) ?? named[0];
    if (own !== undefined) return own;
    const base = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const type = base === undefined ? undefined : this.#compiler.typeOf(base);
    const inherited = type === undefined ? undefined : this.#compiler.propertyOf(type, name)?.valueDeclaration;
    if (inherited === undefined || inherited.getSourceFile().isDeclarationFile || !ts.isClassElement(inherited)) return undefined;
    return inherited;
  }

  #known(): ReadonlyMap<ts.Symbol, readonly ts.ClassLikeDeclaration[]> {
    if (this.#classes !== undefined) return this.#classes;
    const { ts, program } = this.#compiler;
    const classes = new Map<ts.Symbol, ts.ClassLikeDeclaration[]>();
    for (const file of program.getSourceFiles()) {
      if (file.isDeclarationFile || this.#compiler.isFromPackage(file)) continue;
      for (const kind of [ts.SyntaxKind.ClassDeclaration, ts.SyntaxKind.ClassExpression]) {
        for (const owner of indexOf(ts, file).ofKind(kind) as readonly ts.ClassLikeDeclaration[]) {
          for (const base of this.#basesOf(owner)) {
            const same = classes.get(base);
            if (same === undefined) classes.set(base, [owner]);
            else same.push(owner);
          }
        }
      }
    }
    this.#classes = classes;
    return classes;
  }

  /** Interfaces and classes that a class declares to be, and what these extend. */
  #basesOf(owner: ts.ClassLikeDeclaration): ReadonlySet<ts.Symbol> {
    const { ts } = this.#compiler;
    const found = new Set<ts.Symbol>();
    const visit = (type: ts.Type | undefined): void => {
      const symbol = type?.symbol;
      if (type === undefined || symbol === undefined || found.has(symbol) || found.size >= maxBases) return;
      found.add(symbol);
      const target = (type as ts.TypeReference).target as ts.Type | undefined;
      for (const base of this.#compiler.baseTypesOf(target ?? type)) visit(base);
      // What a base class implements, its subclasses do.
      if (symbol.valueDeclaration !== undefined && ts.isClassLike(symbol.valueDeclaration)) visitHeritage(symbol.valueDeclaration);
    };
    const visitHeritage = ({ heritageClauses }: ts.ClassLikeDeclaration): void => {
      for (const clause of heritageClauses ?? []) for (const heritage of clause.types) visit(this.#compiler.typeOf(heritage));
    };
    visitHeritage(owner);
    return found;
  }
}
