/** The narrow slice of the TypeScript API that the analysis asks; everything here answers `undefined` instead of throwing. */
import type ts from "typescript";

/** The compiler module of the host (ESLint's parser or ts-morph); never imported as a value, since mixing two copies corrupts silently. */
export type TypeScript = typeof ts;

/**
 * Facts of one Program. The checker can throw on odd cross-module symbols (typescript-eslint #11947), so every question is guarded:
 * no answer means "unknown" to the callers. Stays inside the subset that the TypeScript 7 native backend offers as well.
 */
export class Compiler {
  readonly ts: TypeScript;
  readonly program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #signatures = new WeakMap<ts.Node, { readonly value: ts.Signature | undefined }>();
  readonly #symbols = new WeakMap<ts.Node, { readonly value: ts.Symbol | undefined }>();
  readonly #types = new WeakMap<ts.Node, { readonly value: ts.Type | undefined }>();

  constructor(typescript: TypeScript, program: ts.Program) {
    this.ts = typescript;
    this.program = program;
    this.#checker = program.getTypeChecker();
  }

  #ask<T>(question: (checker: ts.TypeChecker) => T): T | undefined {
    try {
      return question(this.#checker);
    } catch {
      return undefined;
    }
  }

  /** Type of an expression or declaration. */
  typeOf(node: ts.Node): ts.Type | undefined {
    let known = this.#types.get(node);
    if (known === undefined) {
      known = { value: this.#ask((checker) => checker.getTypeAtLocation(node)) };
      this.#types.set(node, known);
    }
    return known.value;
  }

  /** Type that a type annotation denotes. */
  typeFromAnnotation(node: ts.TypeNode): ts.Type | undefined {
    return this.#ask((checker) => checker.getTypeFromTypeNode(node));
  }

  /** The type a place expects of the expression that stands in it. */
  contextualTypeOf(node: ts.Expression): ts.Type | undefined {
    return this.#ask((checker) => checker.getContextualType(node));
  }

  /** What a name refers to, import aliases and shorthand properties resolved. */
  symbolOf(node: ts.Node): ts.Symbol | undefined {
    let known = this.#symbols.get(node);
    if (known === undefined) {
      known = { value: this.#resolve(node) };
      this.#symbols.set(node, known);
    }
    return known.value;
  }

  #resolve(node: ts.Node): ts.Symbol | undefined {
    const { ts } = this;
    return this.#ask((checker) => {
      const shorthand = ts.isIdentifier(node) && ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
      const symbol = shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
      return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    });
  }

  /** First value declaration of what a name refers to. */
  declarationOf(node: ts.Node): ts.Declaration | undefined {
    const symbol = this.symbolOf(node);
    return symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  }

  /** The overload that a call picked. */
  signatureOf(call: ts.CallLikeExpression): ts.Signature | undefined {
    let known = this.#signatures.get(call);
    if (known === undefined) {
      known = { value: this.#ask((checker) => checker.getResolvedSignature(call)) };
      this.#signatures.set(call, known);
    }
    return known.value;
  }

  callSignaturesOf(type: ts.Type): readonly ts.Signature[] {
    return this.#ask((checker) => checker.getSignaturesOfType(type, this.ts.SignatureKind.Call)) ?? [];
  }

  constructSignaturesOf(type: ts.Type): readonly ts.Signature[] {
    return this.#ask((checker) => checker.getSignaturesOfType(type, this.ts.SignatureKind.Construct)) ?? [];
  }

  returnTypeOf(signature: ts.Signature): ts.Type | undefined {
    return this.#ask((checker) => checker.getReturnTypeOfSignature(signature));
  }

  /**
   * Types that the calls of a callee can have, whichever overload they pick and whatever they are given; `undefined` where that decides.
   * To resolve one call, the compiler checks all of its arguments, callbacks included.
   */
  resultsOf(callee: ts.Type): readonly ts.Type[] | undefined {
    const signatures = this.callSignaturesOf(this.apparentTypeOf(this.nonNullable(callee)));
    const results: ts.Type[] = [];
    for (const signature of signatures) {
      const result = this.returnTypeOf(signature);
      const isPlain = result !== undefined && (result.flags & (this.ts.TypeFlags.Object | this.ts.TypeFlags.UnionOrIntersection | this.ts.TypeFlags.Instantiable)) === 0;
      if (result === undefined || (signature.typeParameters !== undefined && !isPlain)) return undefined;
      results.push(result);
    }
    return results.length === 0 ? undefined : results;
  }

  signatureOfDeclaration(declaration: ts.SignatureDeclaration): ts.Signature | undefined {
    return this.#ask((checker) => checker.getSignatureFromDeclaration(declaration));
  }

  typeOfSymbol(symbol: ts.Symbol, at: ts.Node): ts.Type | undefined {
    return this.#ask((checker) => checker.getTypeOfSymbolAtLocation(symbol, at));
  }

  propertyOf(type: ts.Type, name: string): ts.Symbol | undefined {
    return this.#ask((checker) => checker.getPropertyOfType(type, name));
  }

  propertiesOf(type: ts.Type): readonly ts.Symbol[] {
    return this.#ask((checker) => checker.getPropertiesOfType(type)) ?? [];
  }

  /** The type behind a type parameter or a primitive. */
  apparentTypeOf(type: ts.Type): ts.Type {
    return this.#ask((checker) => checker.getApparentType(type)) ?? type;
  }

  /** What `await` makes of a type. */
  awaited(type: ts.Type): ts.Type {
    return this.#ask((checker) => checker.getAwaitedType(type)) ?? type;
  }

  constraintOf(type: ts.Type): ts.Type | undefined {
    return this.#ask((checker) => checker.getBaseConstraintOfType(type));
  }

  baseTypesOf(type: ts.Type): readonly ts.Type[] {
    return type.isClassOrInterface() ? (this.#ask((checker) => checker.getBaseTypes(type)) ?? []) : [];
  }

  typeArgumentsOf(type: ts.Type): readonly ts.Type[] {
    return this.#ask((checker) => checker.getTypeArguments(type as ts.TypeReference)) ?? [];
  }

  isArrayLike(type: ts.Type): boolean {
    return this.#ask((checker) => checker.isArrayType(type) || checker.isTupleType(type)) ?? false;
  }

  nonNullable(type: ts.Type): ts.Type {
    return this.#ask((checker) => checker.getNonNullableType(type)) ?? type;
  }

  isLibrary(file: ts.SourceFile): boolean {
    return this.program.isSourceFileDefaultLibrary(file);
  }

  /** Whether a file came into the program through an import from a package. */
  isFromPackage(file: ts.SourceFile): boolean {
    return this.program.isSourceFileFromExternalLibrary(file);
  }

  /** Members of a union, or the type itself. */
  partsOf(type: ts.Type): readonly ts.Type[] {
    return type.isUnion() ? type.types : [type];
  }

  /** Whether a type says nothing: `any`, `unknown`, or an error. */
  isOpaque(type: ts.Type): boolean {
    return (type.flags & (this.ts.TypeFlags.Any | this.ts.TypeFlags.Unknown)) !== 0;
  }
}
