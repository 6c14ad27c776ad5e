/** What has to be given back: which calls make their caller an owner. */
import type ts from "typescript";
import type { Callees } from "../language/callee.ts";
import { borrowingVerbs, boundMembers, finalMembers, lockVerbs, makingVerbs, strongMembers } from "../catalog/releases.ts";
import { resourceCatalog, type Demand, type ResourceEntry } from "../catalog/resources.ts";
import { isCalledBack } from "../language/called-back.ts";
import type { Compiler } from "../language/compiler.ts";
import { fateOf } from "../language/flow.ts";
import { indexOf } from "../language/nodes.ts";
import { originOf } from "../language/origins.ts";
import { RecursiveMemo } from "../language/recursion.ts";
import { referencesOf } from "../language/references.ts";
import { nameOfCall, Releases, type Release } from "./releases.ts";
import type { ResourceSetting, Settings } from "../settings.ts";
import { calledMember, contains, enclosingFunction, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";
import type { Types } from "../language/types.ts";

/** A call that makes its caller the owner of something. */
export interface Acquisition {
  readonly call: ts.CallExpression | ts.NewExpression;
  /** What is acquired, for messages: "file handle", "`Scheduler`". */
  readonly what: string;
  readonly release: Release;
  readonly demand: Demand;
  /** The row of the catalogue, if one names the call. */
  readonly entry: ResourceEntry | undefined;
}

/** How deep a factory is followed into the functions it calls. */
const maxDepth = 32;

/** Rows by the last name of what acquires, so that one look at the syntax decides whether to ask anything. */
const rowsByName = new Map<string, { readonly entry: ResourceEntry; readonly name: string; readonly isNew: boolean }[]>();
for (const entry of resourceCatalog) {
  for (const spelled of entry.acquire) {
    const isNew = spelled.startsWith("new ");
    const name = isNew ? spelled.slice("new ".length) : spelled;
    const last = name.slice(name.lastIndexOf(".") + 1);
    const rows = rowsByName.get(last) ?? [];
    rows.push({ entry, name, isNew });
    rowsByName.set(last, rows);
  }
}

/** What acquires, on top of what releases. */
export class Resources extends Releases {
  readonly #compiler: Compiler;
  readonly #types: Types;
  readonly #callees: Callees;
  readonly #settings: Settings;
  readonly #acquisitions = new WeakMap<ts.Node, { readonly value: Acquisition | undefined }>();
  /** A factory that is being looked at already adds nothing that another one of its returns does not. */
  readonly #factories = new RecursiveMemo<FunctionNode, boolean>(true, (fresh) => fresh, false, maxDepth);
  readonly #made = new RecursiveMemo<FunctionNode, { readonly made: Acquisition | undefined }>({ made: undefined }, ({ made }) => made === undefined, { made: undefined }, maxDepth);

  constructor(compiler: Compiler, types: Types, callees: Callees, settings: Settings) {
    super(compiler, types, callees);
    this.#compiler = compiler;
    this.#types = types;
    this.#callees = callees;
    this.#settings = settings;
  }

  /** What a call or `new` acquires, if it makes its caller an owner. The promise of a resource counts as the resource. */
  acquisitionOf(call: ts.CallExpression | ts.NewExpression): Acquisition | undefined {
    let known = this.#acquisitions.get(call);
    if (known === undefined) {
      known = { value: this.#byRow(call) ?? this.#byType(call) ?? this.#byFactory(call) ?? this.#byLock(call) };
      this.#acquisitions.set(call, known);
    }
    return known.value;
  }

  #byRow(call: ts.CallExpression | ts.NewExpression): Acquisition | undefined {
    const { ts } = this.#compiler;
    const bySetting = this.#settings.resources.length === 0 ? undefined : this.bySetting(call, this.#settings.resources);
    if (bySetting !== undefined) return bySetting;
    const written = nameOfCall(ts, call);
    const isNew = ts.isNewExpression(call);
    // An import may have given it another name; that is what the callee is resolved for.
    if (!rowsByName.has(written) && !(ts.isIdentifier(call.expression) && isImported(this.#compiler, call.expression))) return undefined;
    const callee = this.#callees.of(call);
    const declared = lastOf(callee.names[0] ?? "");
    const row = rowsByName.get(declared)?.find((one) => one.isNew === isNew && callee.origin !== undefined && one.entry.origins.includes(callee.origin) && (one.entry.standalone !== true || calledMember(ts, call as ts.CallExpression) === undefined) && (one.name === declared || callee.names.some((name) => name.replace(/^node:/u, "") === one.name)));
    if (row === undefined || isExempted(ts, call, row.entry) || (row.entry.what === "timer" && firesAtOnce(ts, call))) return undefined;
    // Who is called back with it has it: `pool.connect((error, client, done) => …)`.
    if (row.entry.demand === "always" && isCalledBack(this.#compiler, this.#types, call)) return undefined;
    const type = this.#resultOf(call);
    const byType = type === undefined ? undefined : this.releaseOf(type);
    const { entry } = row;
    return {
      call,
      what: entry.what,
      entry,
      demand: entry.demand,
      release: {
        members: new Set([...entry.release, ...(byType === undefined ? [] : [...byType.members].filter((member) => member.startsWith("[")))]),
        functions: new Set((entry.releasedBy ?? []).map(lastOf)),
        byCall: entry.callToRelease !== undefined,
        async: entry.async === true,
        using: byType?.using,
      },
    };
  }

  /** What a call acquires by one of these settings. */
  bySetting(call: ts.CallExpression | ts.NewExpression, settings: readonly ResourceSetting[]): Acquisition | undefined {
    const setting = settings.find((one) => this.#callees.isNamed(this.#callees.of(call), [one.acquire].flat()));
    return setting === undefined ? undefined : { call, what: `\`${nameOfCall(this.#compiler.ts, call)}\``, release: this.#releaseOfSetting(setting, call), demand: "always", entry: undefined };
  }

  #releaseOfSetting(setting: ResourceSetting, call: ts.CallExpression | ts.NewExpression): Release {
    const type = this.#resultOf(call);
    return { members: new Set([setting.release].flat()), functions: new Set([setting.release].flat()), byCall: false, async: setting.async ?? false, using: type === undefined ? undefined : this.releaseOf(type)?.using };
  }

  #byType(call: ts.CallExpression | ts.NewExpression): Acquisition | undefined {
    const { ts } = this.#compiler;
    if (ts.isCallExpression(call) && !this.#mayGiveResource(call)) return undefined;
    const type = this.#resultOf(call);
    const release = type === undefined ? undefined : this.releaseOf(type);
    const symbol = type === undefined ? undefined : (type.symbol as ts.Symbol | undefined);
    if (type === undefined || release === undefined || symbol === undefined) return undefined;
    const isScope = this.#types.isScope(type);
    // What the platform declares disposable has a row, or is cheap.
    const origin = originOf(this.#compiler, symbol);
    if (!isScope && (origin === "lib" || origin === "node") && !isBareDisposable(symbol)) return undefined;
    const what = symbol.name.startsWith("__") || isBareDisposable(symbol) ? `\`${nameOfCall(ts, call)}\`` : `\`${symbol.name}\``;
    const acquisition: Acquisition = { call, what, release, demand: "always", entry: undefined };
    const isNew = ts.isNewExpression(call);
    if ((isNew && this.#registersItself(call)) || this.#goesWithAnother(call)) return undefined;
    const isSure = isNew || this.#makes(call, makingVerbs.test(nameOfCall(ts, call)));
    if (isSure && (release.using !== undefined || [...release.members].some((member) => strongMembers.has(member)))) return acquisition;
    if (isSure && [...release.members].some((member) => finalMembers.has(member) && this.isReleasedInProject(symbol, member))) return acquisition;
    // A phase of an object's life, such as a cancellation, is not its end.
    if (![...release.members].some((member) => boundMembers.has(member))) return undefined;
    // What is released goes back to where it came from, whatever the call that took it is called.
    const isLent = release.members.has("release") && this.#callees.of(call).implementation === undefined;
    return isSure || isLent || this.#makes(call, true) ? { ...acquisition, demand: "bracketed" } : undefined;
  }

  /** Whether what is made ends with something else that the same function ends: the connection that made a channel, or an exchange held by `using` that it is a view of. */
  #goesWithAnother(call: ts.CallExpression | ts.NewExpression): boolean {
    const { ts } = this.#compiler;
    const variableOf = (expression: ts.Expression | undefined): ts.VariableDeclaration | undefined => {
      const declaration = expression !== undefined && ts.isIdentifier(expression) ? this.#compiler.declarationOf(expression) : undefined;
      return declaration !== undefined && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) ? declaration : undefined;
    };
    if (ts.isNewExpression(call)) return (call.arguments ?? []).some((argument) => ((variableOf(argument)?.parent.flags ?? 0) & ts.NodeFlags.Using) !== 0);
    const maker = variableOf(calledMember(ts, call)?.receiver);
    const made = maker?.initializer === undefined ? undefined : unwrapped(ts, maker.initializer);
    if (maker === undefined || made === undefined || !ts.isNewExpression(made)) return false;
    return referencesOf(this.#compiler, maker.name as ts.Identifier).some(({ parent }) => ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent) && this.releasedBy(parent.parent) === parent.expression && enclosingFunction(ts, parent) === enclosingFunction(ts, call));
  }

  /** `const release = await mutex.acquire()`: the function that comes back gives back what was taken. */
  #byLock(call: ts.CallExpression | ts.NewExpression): Acquisition | undefined {
    const { ts } = this.#compiler;
    if (!ts.isCallExpression(call) || !lockVerbs.has(nameOfCall(ts, call)) || calledMember(ts, call) === undefined) return undefined;
    const type = this.#resultOf(call);
    const [signature, ...others] = type === undefined ? [] : this.#compiler.callSignaturesOf(type);
    if (type === undefined || signature === undefined || others.length > 0 || signature.parameters.length > 0 || this.#compiler.propertiesOf(type).length > 0) return undefined;
    const result = this.#compiler.returnTypeOf(signature);
    const async = result !== undefined && this.#types.taskKind(result) !== undefined;
    return { call, what: "lock", release: { members: new Set(), functions: new Set(), byCall: true, async, using: undefined }, demand: "bracketed", entry: undefined };
  }

  /** What a function of the project makes by a row of the catalogue, and hands to its caller whichever way it returns. */
  #byFactory(call: ts.CallExpression | ts.NewExpression): Acquisition | undefined {
    const { ts } = this.#compiler;
    const { implementation } = this.#callees.of(call);
    if (!ts.isCallExpression(call) || implementation === undefined || implementation.asteriskToken !== undefined) return undefined;
    const { made } = this.#made.get(implementation, () => {
      const all = returnsOf(ts, implementation).map((value) => this.#rowOf(value));
      return { made: all.every((one) => one !== undefined) ? all[0] : undefined };
    });
    return made === undefined ? undefined : { ...made, call };
  }

  #rowOf(returned: ts.Expression): Acquisition | undefined {
    const { ts } = this.#compiler;
    let value = unwrapped(ts, returned);
    if (ts.isIdentifier(value)) {
      const declaration = this.#compiler.declarationOf(value);
      if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || declaration.getSourceFile() !== value.getSourceFile() || this.#isKept(declaration)) return undefined;
      value = unwrapped(ts, declaration.initializer);
    }
    if (ts.isAwaitExpression(value)) value = unwrapped(ts, value.expression);
    return ts.isCallExpression(value) || ts.isNewExpression(value) ? (this.#byRow(value) ?? this.#byFactory(value)) : undefined;
  }

  /** Whether a class gives its objects to somebody who may look after them: `owner.add(this)` in the constructor, `entry.context = this` anywhere. */
  #registersItself(call: ts.NewExpression): boolean {
    const { ts } = this.#compiler;
    const owner = this.#callees.of(call).symbol?.valueDeclaration;
    if (owner === undefined || !ts.isClassLike(owner) || owner.getSourceFile().isDeclarationFile) return false;
    const constructor = owner.members.find((member) => ts.isConstructorDeclaration(member));
    const mentions = indexOf(ts, owner.getSourceFile()).within(owner, ts.SyntaxKind.ThisKeyword) as readonly ts.Expression[];
    return mentions.some((self) => {
      const { parent } = self;
      if (ts.isCallExpression(parent)) return parent.arguments.includes(self) && constructor !== undefined && contains(constructor, self);
      return ts.isBinaryExpression(parent) && parent.right === self && ts.isPropertyAccessExpression(parent.left);
    });
  }

  /** Whether a call hands out something new: by its body, or, where that is not in the program, by what its name says. */
  #makes(call: ts.CallExpression, byName: boolean): boolean {
    const { implementation } = this.#callees.of(call);
    if (implementation !== undefined) return this.#isFactory(implementation);
    return byName && !borrowingVerbs.test(nameOfCall(this.#compiler.ts, call));
  }

  /** Whether a function hands its caller something new that has to be given back. */
  returnsFresh(fn: FunctionNode): boolean {
    const signature = this.#compiler.signatureOfDeclaration(fn);
    const result = signature === undefined ? undefined : this.#compiler.returnTypeOf(signature);
    return result !== undefined && this.releaseOf(this.#compiler.awaited(result)) !== undefined && this.#isFactory(fn);
  }

  #isFactory(fn: FunctionNode): boolean {
    return this.#factories.get(fn, () => {
      const returned = returnsOf(this.#compiler.ts, fn);
      return fn.asteriskToken === undefined && returned.length > 0 && returned.every((value) => this.#isFresh(value, fn));
    });
  }

  #isFresh(expression: ts.Expression, fn: FunctionNode): boolean {
    const { ts } = this.#compiler;
    const value = unwrapped(ts, expression);
    if (ts.isAwaitExpression(value)) return this.#isFresh(value.expression, fn);
    if (ts.isNewExpression(value)) return !this.#registersItself(value);
    if (ts.isConditionalExpression(value)) return this.#isFresh(value.whenTrue, fn) && this.#isFresh(value.whenFalse, fn);
    if (ts.isCallExpression(value)) return this.#makes(value, makingVerbs.test(nameOfCall(ts, value)));
    if (ts.isObjectLiteralExpression(value)) return true;
    if (!ts.isIdentifier(value)) return false;
    const declaration = this.#compiler.declarationOf(value);
    if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
    const isLocal = declaration.pos > fn.pos && declaration.end < fn.end && declaration.getSourceFile() === fn.getSourceFile();
    return isLocal && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0 && this.#isFresh(declaration.initializer, fn) && !this.#isKept(declaration);
  }

  /** Whether a factory also puts what it makes somewhere: into a registry, a field, a list. Then that is the owner. */
  #isKept(declaration: ts.VariableDeclaration): boolean {
    if (!this.#compiler.ts.isIdentifier(declaration.name)) return true;
    return referencesOf(this.#compiler, declaration.name).some((mention) => {
      const { fate, inside } = fateOf(this.#compiler, mention);
      return fate.kind === "argument" || fate.kind === "assigned" || fate.kind === "field" || (inside !== undefined && fate.kind !== "returned");
    });
  }

  /** Type of the value that a call gives, once it is awaited. */
  /** Whether a callee may give something that has to be given back, as far as can be told without a look at the arguments. */
  #mayGiveResource(call: ts.CallExpression): boolean {
    const callee = this.#compiler.typeOf(call.expression);
    const results = callee === undefined ? undefined : this.#compiler.resultsOf(callee);
    return results === undefined || results.some((type) => this.releaseOf(this.#compiler.nonNullable(this.#compiler.awaited(type))) !== undefined);
  }

  #resultOf(call: ts.CallExpression | ts.NewExpression): ts.Type | undefined {
    const type = this.#compiler.typeOf(call);
    if (type === undefined) return undefined;
    // A deferred that is made here brings what others put into it.
    return this.#compiler.nonNullable(this.#compiler.ts.isNewExpression(call) ? type : this.#compiler.awaited(type));
  }
}

/** `{ signal }` and the like among the arguments: somebody else ends it. */
function isExempted(ts: Compiler["ts"], call: ts.CallExpression | ts.NewExpression, entry: ResourceEntry): boolean {
  const { exemptedBy } = entry;
  if (exemptedBy === undefined) return false;
  return (call.arguments ?? []).some((argument) => {
    const value = unwrapped(ts, argument);
    return ts.isObjectLiteralExpression(value) && value.properties.some((property) => ts.isSpreadAssignment(property) || exemptedBy.includes(property.name.getText()));
  });
}

/** `setTimeout(f, 0)`: over before anybody could take it back. */
function firesAtOnce(ts: Compiler["ts"], call: ts.CallExpression | ts.NewExpression): boolean {
  const delay = call.arguments?.[1];
  return delay === undefined ? (call.arguments?.length ?? 0) === 1 : ts.isNumericLiteral(delay) && Number(delay.text) === 0;
}

/** `Disposable` itself: all that is known of the value is that it has to be disposed. */
function isBareDisposable(symbol: ts.Symbol): boolean {
  return symbol.name === "Disposable" || symbol.name === "AsyncDisposable";
}

function isImported(compiler: Compiler, name: ts.Identifier): boolean {
  const { ts } = compiler;
  return indexOf(ts, name.getSourceFile())
    .named(name.text)
    .some(({ parent }) => ts.isImportSpecifier(parent) && parent.propertyName !== undefined);
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
