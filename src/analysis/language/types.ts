/** The only place that says what a type is: promise, thenable, task handle, scope, signal, or a container of tasks. */
import type ts from "typescript";
import type { Compiler } from "./compiler.ts";
import { isLazyThenable } from "../catalog/thenables.ts";
import { matchesSpecifier, originOf } from "./origins.ts";
import type { Settings, Specifier } from "../settings.ts";
import { unwrapped } from "./syntax.ts";

/**
 * What waits behind a value: `promise` (a Promise or a subclass), `handle` (a task that its group owns),
 * `lazy` (a query builder: nothing runs until it is awaited), `thenable` (any other object with a callable `then`).
 */
export type TaskKind = "promise" | "handle" | "lazy" | "thenable";

export class Types {
  readonly #compiler: Compiler;
  readonly #settings: Settings;
  readonly #kinds = new Map<ts.Type, TaskKind | null>();
  readonly #scopes = new Map<ts.Type, boolean>();
  /** By the type of a callee: whether its calls may be tasks. */
  readonly #callables = new Map<ts.Type, boolean>();

  constructor(compiler: Compiler, settings: Settings) {
    this.#compiler = compiler;
    this.#settings = settings;
  }

  /** What kind of task a value of this type is, if any part of the type is one. */
  taskKind(type: ts.Type): TaskKind | undefined {
    let kind = this.#kinds.get(type);
    if (kind === undefined) {
      kind = this.#computeKind(type) ?? null;
      this.#kinds.set(type, kind);
    }
    return kind ?? undefined;
  }

  #computeKind(type: ts.Type): TaskKind | undefined {
    const { ts } = this.#compiler;
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection | ts.TypeFlags.Instantiable)) === 0) return undefined;
    if (type.isUnion()) return firstDefined(type.types, (part) => this.taskKind(part));
    if (type.isIntersection()) return firstDefined(type.types, (part) => this.taskKind(part));
    if ((type.flags & ts.TypeFlags.Instantiable) !== 0) {
      const constraint = this.#compiler.constraintOf(type);
      return constraint === undefined || constraint === type ? undefined : this.taskKind(constraint);
    }
    const symbol = type.symbol as ts.Symbol | undefined;
    if (symbol === undefined) return undefined;
    if (symbol.name === "Promise") return "promise";
    if (symbol.name === "Array" || symbol.name === "ReadonlyArray") return undefined;
    if (this.#compiler.propertyOf(type, "then") === undefined) return undefined;
    if (isLazyThenable(this.#compiler, symbol) || this.#settings.lazyThenables.some((specifier) => matchesSpecifier(this.#compiler, specifier, symbol, [symbol.name]))) return "lazy";
    if (symbol.name === "Task" && this.#compiler.propertyOf(type, "settled") !== undefined && this.#compiler.propertyOf(type, "cancel") !== undefined) return "handle";
    if (symbol.name === "Task" && originOf(this.#compiler, symbol) === "package:asr-runtime") return "handle";
    if (this.#extendsPromise(type, 0)) return "promise";
    return this.#isThenable(type) ? "thenable" : undefined;
  }

  #extendsPromise(type: ts.Type, depth: number): boolean {
    if (depth > 8) return false;
    // A reference such as `Sub<string>` keeps its bases on the declaration it instantiates.
    const target = (type as ts.TypeReference).target as ts.Type | undefined;
    const bases = this.#compiler.baseTypesOf(target ?? type);
    return bases.some((base) => (base.symbol as ts.Symbol | undefined)?.name === "Promise" || this.#extendsPromise(base, depth + 1));
  }

  #isThenable(type: ts.Type): boolean {
    const then = this.#compiler.propertyOf(type, "then");
    const at = then?.valueDeclaration ?? then?.declarations?.[0];
    if (then === undefined || at === undefined) return false;
    const thenType = this.#compiler.typeOfSymbol(then, at);
    if (thenType === undefined) return false;
    return this.#compiler.callSignaturesOf(thenType).some((signature) => {
      const first = signature.parameters[0];
      const firstType = first === undefined ? undefined : this.#compiler.typeOfSymbol(first, at);
      return firstType !== undefined && this.#compiler.partsOf(firstType).some((part) => this.#compiler.callSignaturesOf(part).length > 0);
    });
  }

  /** Whether an expression can be a task, or a collection of them, as far as can be told without a look at the arguments of a call: the probe before its type. */
  mayBeTask(expression: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const call = unwrapped(ts, expression);
    const callee = ts.isCallExpression(call) ? this.#compiler.typeOf(call.expression) : undefined;
    if (callee === undefined) return true;
    let known = this.#callables.get(callee);
    if (known === undefined) {
      const results = this.#compiler.resultsOf(callee);
      known = results === undefined || results.some((type) => this.taskKind(type) !== undefined || this.isCollectionOfTasks(type));
      this.#callables.set(callee, known);
    }
    return known;
  }

  /** Whether every part of a type that is not nullish is a promise: `Promise<T> | undefined` is, `void | Promise<void>` is not. */
  isAlwaysTask(type: ts.Type): boolean {
    const { ts } = this.#compiler;
    const parts = this.#compiler.partsOf(type).filter((part) => (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) === 0);
    return parts.length > 0 && parts.every((part) => this.taskKind(part) !== undefined);
  }

  /** Kind of task in the elements of an array or tuple type, e.g. of `Promise<T>[]`. */
  elementTaskKind(type: ts.Type): TaskKind | undefined {
    return firstDefined(this.#compiler.partsOf(type), (part) => (this.#compiler.isArrayLike(part) ? firstDefined(this.#compiler.typeArgumentsOf(part), (element) => this.taskKind(element)) : undefined));
  }

  /** Whether a value of this type is, or directly holds, a promise: itself, an array of them, or a set or map of them. */
  isCollectionOfTasks(type: ts.Type): boolean {
    const name = (type.symbol as ts.Symbol | undefined)?.name;
    if (name === "Set" || name === "Map" || name === "WeakMap" || name === "WeakSet") return this.#compiler.typeArgumentsOf(type).some((argument) => this.taskKind(argument) === "promise");
    return this.elementTaskKind(type) !== undefined;
  }

  /** Whether a type owns the tasks spawned on it: our `TaskGroup` (also vendored into a project), or one named in `settings.asr.scopeTypes`. */
  isScope(type: ts.Type): boolean {
    let known = this.#scopes.get(type);
    if (known === undefined) {
      const symbol = type.symbol as ts.Symbol | undefined;
      known =
        symbol !== undefined &&
        ((symbol.name === "TaskGroup" && this.#compiler.propertyOf(type, "spawn") !== undefined && this.#compiler.propertyOf(type, "join") !== undefined) ||
          this.#settings.scopeTypes.some((specifier) => matchesSpecifier(this.#compiler, specifier, symbol, [symbol.name])));
      this.#scopes.set(type, known);
    }
    return known;
  }

  /** Whether the type of an expression is one that a specifier names. */
  isNamed(node: ts.Expression, specifiers: readonly Specifier[]): boolean {
    const type = this.#compiler.typeOf(node);
    return (
      type !== undefined &&
      this.#compiler.partsOf(type).some((part) =>
        [part.aliasSymbol, part.symbol as ts.Symbol | undefined].some((symbol) => symbol !== undefined && specifiers.some((specifier) => matchesSpecifier(this.#compiler, specifier, symbol, [symbol.name]))),
      )
    );
  }

  /** Whether a type is, or may be, an AbortSignal. */
  isSignal(type: ts.Type): boolean {
    return this.#compiler.partsOf(type).some((part) => (part.symbol as ts.Symbol | undefined)?.name === "AbortSignal" || (part.isIntersection() && part.types.some((inner) => this.isSignal(inner))));
  }

  /** Names of a type and of the classes and interfaces it extends, nearest first; used to recognise streams, emitters and the like. */
  lineageOf(type: ts.Type): readonly string[] {
    const names: string[] = [];
    const visit = (one: ts.Type, depth: number): void => {
      if (depth > 8) return;
      if (one.isUnionOrIntersection()) {
        for (const part of one.types) visit(part, depth + 1);
        return;
      }
      const name = (one.symbol as ts.Symbol | undefined)?.name;
      if (name !== undefined && !names.includes(name)) names.push(name);
      const target = (one as ts.TypeReference).target as ts.Type | undefined;
      for (const base of this.#compiler.baseTypesOf(target ?? one)) visit(base, depth + 1);
    };
    visit(this.#compiler.constraintOf(type) ?? type, 0);
    return names;
  }
}

function firstDefined<T, R>(items: readonly T[], pick: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = pick(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
