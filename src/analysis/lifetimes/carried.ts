/** The ways a scoped reference takes inside its function: through variables, closures, containers and views of it, to whatever consumes them. */
import type ts from "typescript";
import { fateOf, isWriteTarget, outerCall, type Fate } from "../language/flow.ts";
import { resultHolds } from "../facts/holders.ts";
import type { FileView } from "../index.ts";
import type { Region } from "./regions.ts";
import { referencesOf } from "../language/references.ts";
import { contains, isFunctionNode, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isDisposable, isStreamLock, isUnbegun } from "./views.ts";

/** What stands for the reference: itself, a function that mentions it, something that contains one of these, or what it handed out: a view, the handle of a task, the signal of a group. */
export type Form = "itself" | "closure" | "container" | "view" | "handle" | "signal";

/** One value by which a scoped reference is reached, and where that value goes. */
export interface Carried {
  readonly value: ts.Expression;
  readonly form: Form;
  /** The mention by which it is reached. */
  readonly at: ts.Node;
  readonly fate: Fate;
  /** Put into a literal on the way. */
  readonly inside: "array" | "object" | undefined;
}

/** Functions that return their argument in type, but a copy of it in fact. */
const copies: ReadonlySet<string> = new Set(["structuredClone"]);

/** What counts as handing out a view. */
export interface Views {
  /** Names of methods whose result is of no use once the reference is closed. */
  readonly derive: readonly string[];
  /** Names of methods whose result stands on its own, whatever its type. */
  readonly copyMethods: readonly string[];
  /** Whether the handles of a group's tasks count, and its signal; or that of anything, a controller. */
  readonly handles?: boolean;
  readonly signals?: boolean | "any";
}

/** Methods that hand out a part of what they are called on. */
export const defaultViews: Views = { derive: ["getReader", "getWriter", "readLines", "createReadStream", "createWriteStream", "readableWebStream", "iterate", "cursor", "newPage", "newContext", "createCDPSession", "createChannel", "createConfirmChannel"], copyMethods: [] };

/** A reference and its extent: all that following it takes. */
export type Followed = Pick<Region, "name" | "extent" | "body" | "isScope">;

/** Every value inside its extent by which a reference is reached, closures included. */
export function* carriedBy(view: FileView, region: Followed, views: Views = defaultViews): Generator<Carried> {
  const walk = new Walk(view, region, views);
  yield* walk.binding(region.name, "itself");
}

class Walk {
  readonly #view: FileView;
  readonly #region: Followed;
  readonly #views: Views;
  readonly #seen = new Set<ts.Node>();

  constructor(view: FileView, region: Followed, views: Views) {
    this.#view = view;
    this.#region = region;
    this.#views = views;
  }

  *binding(name: ts.Identifier, form: Form): Generator<Carried> {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const { ts, compiler } = this.#view;
    for (const mention of referencesOf(compiler, name)) {
      if (isWriteTarget(ts, mention) || !contains(this.#region.extent, mention)) continue;
      const closure = closureAround(ts, mention, this.#region.body);
      if (closure === undefined) yield* this.#value(mention, form, mention);
      else yield* this.#closure(closure, mention);
    }
  }

  *#closure(fn: FunctionNode, mention: ts.Node): Generator<Carried> {
    const { ts } = this.#view;
    if (ts.isFunctionDeclaration(fn)) {
      if (fn.name !== undefined) yield* this.binding(fn.name, "closure");
    } else if (ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) yield* this.#value(fn, "closure", mention);
    else if (ts.isObjectLiteralExpression(fn.parent)) yield* this.#value(fn.parent, "closure", mention);
  }

  *#value(value: ts.Expression, form: Form, at: ts.Node): Generator<Carried> {
    if (this.#seen.has(value)) return;
    this.#seen.add(value);
    const { fate, inside } = fateOf(this.#view.compiler, value);
    yield { value, form, at, fate, inside };
    // A shallow copy is data of its own.
    if (this.#view.ts.isSpreadAssignment(value.parent)) return;
    const next: Form = inside === undefined ? form : "container";
    switch (fate.kind) {
      case "variable":
        yield* this.binding(fate.name, next);
        return;
      case "assigned":
        yield* this.#assigned(fate.target, next);
        return;
      case "argument":
        yield* this.#argument(fate, next, at);
        return;
      case "member":
        yield* this.#member(fate.by, at, form === "itself" && this.#region.isScope);
        return;
      case "passed":
        yield* this.#destructured(fate.by);
        return;
      default:
    }
  }

  /** `inner = c`, `box.c = c` for a variable of the extent. */
  *#assigned(target: ts.Expression, form: Form): Generator<Carried> {
    const { ts } = this.#view;
    const into = ts.isIdentifier(target) ? target : rootOf(ts, target);
    const holder = into === undefined ? undefined : localOf(this.#view, into, this.#region);
    if (holder !== undefined) yield* this.binding(holder, ts.isIdentifier(target) ? form : "container");
  }

  *#argument(fate: Extract<Fate, { kind: "argument" }>, form: Form, at: ts.Node): Generator<Carried> {
    const { ts, summaries } = this.#view;
    const { by, index } = fate;
    const called = ts.isCallExpression(by) && ts.isPropertyAccessExpression(by.expression) ? by.expression : undefined;
    if (called?.name.text === "bind") {
      yield* this.#value(by, "closure", at);
      return;
    }
    if (copies.has(ts.isIdentifier(by.expression) ? by.expression.text : "")) return;
    const uses = summaries.useOfArgument(by, index).map(({ use }) => use);
    if (resultHolds(this.#view, by, index)) yield* this.#value(by, "container", at);
    else if (isUnbegun(this.#view, by)) yield* this.#value(by, "view", at);
    if (called === undefined || !uses.includes("retained")) return;
    const root = rootOf(ts, called);
    const holder = root === undefined ? undefined : localOf(this.#view, root, this.#region);
    if (holder !== undefined && holder !== this.#region.name) yield* this.binding(holder, form === "itself" ? "container" : form);
  }

  /** `c.getReader()`, `c.reader`: what is of no use without the reference. */
  *#member(access: ts.PropertyAccessExpression | ts.ElementAccessExpression, at: ts.Node, isGroup: boolean): Generator<Carried> {
    const { ts } = this.#view;
    const call = outerCall(this.#view.compiler, access);
    const name = ts.isPropertyAccessExpression(access) ? access.name.text : access.argumentExpression.getText();
    if (this.#views.copyMethods.includes(name)) return;
    if (name === "signal" && call === undefined && this.#views.signals === "any") yield* this.#value(access, "signal", at);
    if (isGroup) {
      if (name === "spawn" && call !== undefined && this.#views.handles === true) yield* this.#value(call, "handle", at);
      if (name === "signal" && call === undefined && this.#views.signals === true) yield* this.#value(access, "signal", at);
      return;
    }
    if (call === undefined) {
      if (this.#isView(access)) yield* this.#value(access, "view", at);
      return;
    }
    let result: ts.Expression = call;
    while (ts.isAwaitExpression(result.parent) || ts.isParenthesizedExpression(result.parent)) result = result.parent;
    if (this.#views.derive.includes(name) || name === "Symbol.asyncIterator" || name === "Symbol.iterator" || this.#isLock(result) || (result === call && isUnbegun(this.#view, call))) yield* this.#value(result, "view", at);
  }

  /** `const { reader } = c`. */
  *#destructured(by: ts.Node): Generator<Carried> {
    const { ts } = this.#view;
    if (!ts.isVariableDeclaration(by) || !ts.isObjectBindingPattern(by.name)) return;
    for (const { name } of by.name.elements) if (ts.isIdentifier(name) && this.#isView(name)) yield* this.binding(name, "view");
  }

  #isView(node: ts.Expression): boolean {
    const type = this.#view.compiler.typeOf(node);
    return type !== undefined && (isStreamLock(this.#view, type) || isDisposable(this.#view, type));
  }

  #isLock(node: ts.Expression): boolean {
    const type = this.#view.compiler.typeOf(node);
    return type !== undefined && isStreamLock(this.#view, type);
  }
}

/** The outermost function between a node and the function it is looked at from. */
export function closureAround(ts: FileView["ts"], node: ts.Node, body: ts.Node): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  for (let up = node.parent; up !== body && !ts.isSourceFile(up); up = up.parent) if (isFunctionNode(ts, up)) found = up;
  return found;
}

/** The variable at the root of `a.b.c`. */
export function rootOf(ts: FileView["ts"], expression: ts.Expression): ts.Identifier | undefined {
  let at = unwrapped(ts, expression);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = unwrapped(ts, at.expression);
  return ts.isIdentifier(at) ? at : undefined;
}

/** The binding of a variable that is declared inside an extent. */
export function localOf(view: FileView, name: ts.Identifier, { extent }: Pick<Region, "extent">): ts.Identifier | undefined {
  const { ts } = view;
  const declaration = view.compiler.declarationOf(name);
  return declaration !== undefined && (ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration) || ts.isParameter(declaration)) && ts.isIdentifier(declaration.name) && contains(extent, declaration) ? declaration.name : undefined;
}
