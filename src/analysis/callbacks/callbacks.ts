/** The callbacks of a file that return a promise, each with the slot that does not wait for it. */
import type ts from "typescript";
import { functionsOf } from "../language/functions.ts";
import type { FileView } from "../index.ts";
import type { Slot } from "./slots.ts";
import { nameOf } from "../facts/summaries.ts";
import { hasModifier, inlineFunction, isAsync, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** Where a callback can stand; the names are those of typescript-eslint's `checksVoidReturn`. */
export type SlotPlace = "arguments" | "attributes" | "inheritedMethods" | "properties" | "returns" | "variables";

/** A callback whose promise is dropped. */
export interface DroppedCallback {
  readonly place: SlotPlace;
  /** The function, or the expression or member that names it. */
  readonly at: ts.Node;
  readonly slot: Slot;
  readonly call: ts.CallExpression | ts.NewExpression | undefined;
  /** The function that runs, when its body is known. */
  readonly fn: FunctionNode | undefined;
  /** Base class or interface of an implemented member. */
  readonly base?: string;
}

/** Callbacks given to a call or constructor. */
export function* droppedArguments(view: FileView): Generator<DroppedCallback> {
  const { ts, slots } = view;
  for (const kind of [ts.SyntaxKind.CallExpression, ts.SyntaxKind.NewExpression]) {
    for (const call of view.nodes(kind) as readonly (ts.CallExpression | ts.NewExpression)[]) {
      for (const [index, argument] of (call.arguments ?? []).entries()) {
        for (const callback of alternativesOf(ts, argument)) {
          if (!mayReturnTask(view, callback)) continue;
          const slot = slots.ofArgument(call, index);
          // What a function returns may depend on the overload that takes it: the dearest question comes last.
          if (slot !== undefined && slots.returnsTask(callback)) yield { place: "arguments", at: callback, slot, call, fn: view.callees.functionOf(callback) };
        }
      }
    }
  }
}

/** The values an expression may have: both branches of `?:`, the right of `&&`, both sides of `??` and `||`. */
export function* alternativesOf(ts: FileView["ts"], expression: ts.Expression): Generator<ts.Expression> {
  const inner = unwrapped(ts, expression);
  if (ts.isConditionalExpression(inner)) {
    yield* alternativesOf(ts, inner.whenTrue);
    yield* alternativesOf(ts, inner.whenFalse);
  } else if (ts.isBinaryExpression(inner)) {
    if (inner.operatorToken.kind !== ts.SyntaxKind.AmpersandAmpersandToken) yield* alternativesOf(ts, inner.left);
    yield* alternativesOf(ts, inner.right);
  } else yield inner;
}

/** Callbacks in object properties, variables, assignments, JSX attributes and return statements whose type is a `void` function. */
export function* droppedValuesOfFunctions(view: FileView): Generator<DroppedCallback> {
  const { ts, slots } = view;
  const functions = [ts.SyntaxKind.ArrowFunction, ts.SyntaxKind.FunctionExpression].flatMap((kind) => view.nodes(kind) as readonly (ts.ArrowFunction | ts.FunctionExpression)[]);
  for (const fn of functions) {
    const place = placeOf(view, fn);
    if (place === undefined || !mayReturnTask(view, fn)) continue;
    if (!(isHandler(view, fn) || slots.isVoidContext(fn)) || !slots.returnsTask(fn)) continue;
    yield { place, at: fn, slot: voidSlot, call: undefined, fn };
  }
  for (const reference of referencesToAsync(view)) {
    const place = placeOf(view, reference);
    if (place === undefined || !(slots.isVoidContext(reference) || isHandler(view, reference)) || !slots.returnsTask(reference)) continue;
    yield { place, at: reference, slot: voidSlot, call: undefined, fn: view.callees.functionOf(reference) };
  }
  for (const method of view.nodes(ts.SyntaxKind.MethodDeclaration) as readonly ts.MethodDeclaration[]) {
    if (!ts.isObjectLiteralExpression(method.parent) || !isAsync(ts, method) || method.asteriskToken !== undefined || !ts.isIdentifier(method.name)) continue;
    const context = view.compiler.contextualTypeOf(method.parent);
    const property = context === undefined ? undefined : view.compiler.propertyOf(view.compiler.nonNullable(context), method.name.text);
    const type = property === undefined ? undefined : view.compiler.typeOfSymbol(property, method);
    if (type !== undefined && slots.isVoidFunction(type)) yield { place: "properties", at: method.name, slot: voidSlot, call: undefined, fn: method };
  }
}

/** `socket.onmessage = f`. */
function isHandler(view: FileView, callback: ts.Node): boolean {
  const { parent } = callback;
  return view.ts.isBinaryExpression(parent) && parent.right === callback && view.slots.isEventHandlerProperty(parent.left);
}

/** Mentions, as plain values, of the async functions that the file declares; those of other files would cost a question of type for every name. */
function* referencesToAsync(view: FileView): Generator<ts.Expression> {
  const { ts } = view;
  const names = new Set<string>();
  for (const fn of functionsOf(view)) if (isAsync(ts, fn)) names.add(nameOf(ts, fn));
  for (const name of names) {
    for (const id of view.named(name)) {
      const reference = ts.isPropertyAccessExpression(id.parent) && id.parent.name === id ? id.parent : id;
      if (ts.isPrivateIdentifier(reference) || isDeclarationName(ts, reference)) continue;
      yield reference;
    }
  }
}

function isDeclarationName(ts: FileView["ts"], node: ts.Node): boolean {
  const { parent } = node;
  return ts.isIdentifier(node) && "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent) && !ts.isPropertyAccessExpression(parent);
}

const voidSlot: Slot = { kind: "void", callee: "", repeats: false };

/** Members of a class that return a promise where the base class or interface says `void`. */
export function* droppedMembers(view: FileView): Generator<DroppedCallback> {
  const { ts, slots } = view;
  const members = [...(view.nodes(ts.SyntaxKind.MethodDeclaration) as readonly ts.MethodDeclaration[]), ...(view.nodes(ts.SyntaxKind.PropertyDeclaration) as readonly ts.PropertyDeclaration[])];
  for (const member of members) {
    if (!ts.isClassLike(member.parent) || member.parent.heritageClauses === undefined || hasModifier(ts, member, ts.SyntaxKind.StaticKeyword)) continue;
    const fn = ts.isMethodDeclaration(member) ? member : member.initializer === undefined ? undefined : inlineFunction(ts, member.initializer);
    if (fn === undefined || !mayReturnTask(view, fn)) continue;
    const inherited = slots.inheritedVoid(member);
    if (inherited === undefined || !returnsTaskOf(view, fn)) continue;
    yield { place: "inheritedMethods", at: member.name, slot: voidSlot, call: undefined, fn, base: inherited.base };
  }
  for (const accessor of view.nodes(ts.SyntaxKind.GetAccessor) as readonly ts.GetAccessorDeclaration[]) {
    if (!ts.isClassLike(accessor.parent) || accessor.parent.heritageClauses === undefined || accessor.type !== undefined) continue;
    for (const returned of returnsOf(ts, accessor)) {
      const fn = inlineFunction(ts, returned);
      const inherited = fn === undefined || !mayReturnTask(view, fn) ? undefined : slots.inheritedVoid(accessor);
      if (fn !== undefined && inherited !== undefined && returnsTaskOf(view, fn)) yield { place: "inheritedMethods", at: fn, slot: voidSlot, call: undefined, fn, base: inherited.base };
    }
  }
}

function returnsTaskOf(view: FileView, fn: FunctionNode): boolean {
  const signature = view.compiler.signatureOfDeclaration(fn);
  const result = signature === undefined ? undefined : view.compiler.returnTypeOf(signature);
  return result !== undefined && view.types.isAlwaysTask(result) && view.types.taskKind(result) === "promise";
}

/** Whether the callback is a member that the program's own code calls, and waits for, though its type says `void`. */
export function isAwaitedMember(view: FileView, { place, at }: DroppedCallback): boolean {
  const { ts, slots } = view;
  if (place === "inheritedMethods") return (ts.isMethodDeclaration(at.parent) || ts.isPropertyDeclaration(at.parent)) && slots.isAwaitedByCallers(at.parent.name.getText());
  const member = place === "properties" || place === "variables" ? memberOf(view, at) : undefined;
  return member?.valueDeclaration !== undefined && slots.isAwaitedByCallers(member.name, member.valueDeclaration);
}

/** The member that a callback becomes: of the type that an object literal is made for, or by an assignment such as `this.onClose = …`. */
function memberOf({ ts, compiler }: FileView, at: ts.Node): ts.Symbol | undefined {
  const { parent } = at;
  if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent) || (ts.isMethodDeclaration(parent) && ts.isObjectLiteralExpression(parent.parent))) {
    const context = compiler.contextualTypeOf(parent.parent as ts.Expression);
    return context === undefined ? undefined : compiler.propertyOf(compiler.nonNullable(context), parent.name.getText());
  }
  const target = ts.isBinaryExpression(parent) && parent.right === at ? parent.left : undefined;
  return target !== undefined && ts.isPropertyAccessExpression(target) ? compiler.symbolOf(target.name) : undefined;
}

/** `new Promise(async (resolve, reject) => …)`. */
export function isExecutor(view: FileView, call: ts.CallExpression | ts.NewExpression | undefined): boolean {
  return call !== undefined && view.ts.isNewExpression(call) && view.ts.isIdentifier(call.expression) && call.expression.text === "Promise";
}

/** The kind of place in which a function expression stands, for places other than arguments and class members. */
function placeOf(view: FileView, fn: ts.Expression): SlotPlace | undefined {
  const { ts } = view;
  let node: ts.Node = fn;
  while (ts.isParenthesizedExpression(node.parent) || (ts.isConditionalExpression(node.parent) && node.parent.condition !== node)) node = node.parent;
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node ? "properties" : undefined;
  if (ts.isShorthandPropertyAssignment(parent)) return "properties";
  if (ts.isVariableDeclaration(parent)) return parent.type === undefined || parent.initializer !== node ? undefined : "variables";
  if (ts.isPropertyDeclaration(parent)) return parent.type === undefined || parent.initializer !== node ? undefined : "properties";
  if (ts.isArrayLiteralExpression(parent) || ((ts.isParameter(parent) || ts.isBindingElement(parent)) && parent.initializer === node)) return "variables";
  if (ts.isYieldExpression(parent)) return "returns";
  if (ts.isBinaryExpression(parent)) return parent.right === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? "variables" : undefined;
  if (ts.isReturnStatement(parent)) return "returns";
  if (ts.isArrowFunction(parent)) return parent.body === node ? "returns" : undefined;
  return ts.isJsxExpression(parent) && ts.isJsxAttribute(parent.parent) ? "attributes" : undefined;
}

/** Whether syntax leaves open that a callback returns a promise; comes before any question of type. */
export function mayReturnTask(view: FileView, callback: ts.Node): boolean {
  const { ts } = view;
  const value = ts.isExpression(callback) ? unwrapped(ts, callback) : callback;
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isMethodDeclaration(value)) {
    if (value.asteriskToken !== undefined) return false;
    if (isAsync(ts, value) || value.type !== undefined) return isAsync(ts, value) || !isPlainType(ts, value.type);
    if (value.body === undefined) return false;
    return ts.isBlock(value.body) ? returnsCall(view, value, value.body) : mayBeTask(ts, value.body);
  }
  // Names in lower case, members and bound methods may be functions; literals, objects and arithmetic are not.
  if (ts.isCallExpression(value)) return ts.isPropertyAccessExpression(value.expression) && value.expression.name.text === "bind";
  return ts.isIdentifier(value) || ts.isPropertyAccessExpression(value);
}

function isPlainType(ts: FileView["ts"], type: ts.TypeNode | undefined): boolean {
  return type !== undefined && (type.kind === ts.SyntaxKind.VoidKeyword || type.kind === ts.SyntaxKind.BooleanKeyword || type.kind === ts.SyntaxKind.StringKeyword || type.kind === ts.SyntaxKind.NumberKeyword);
}

function mayBeTask(ts: FileView["ts"], expression: ts.Expression): boolean {
  const value = unwrapped(ts, expression);
  if (ts.isConditionalExpression(value)) return mayBeTask(ts, value.whenTrue) || mayBeTask(ts, value.whenFalse);
  if (ts.isBinaryExpression(value)) return mayBeTask(ts, value.right);
  return ts.isCallExpression(value) || ts.isNewExpression(value) || ts.isPropertyAccessExpression(value) || ts.isIdentifier(value);
}

function returnsCall(view: FileView, fn: FunctionNode, body: ts.Block): boolean {
  const { ts } = view;
  return (view.within(body, ts.SyntaxKind.ReturnStatement) as readonly ts.ReturnStatement[]).some((statement) => statement.expression !== undefined && mayBeTask(ts, statement.expression) && view.functionOf(statement) === fn);
}
