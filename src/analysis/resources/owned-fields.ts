/** What a class acquires and keeps in its fields, and whether anybody gives it back. */
import type ts from "typescript";
import { endings } from "../catalog/endings.ts";
import { isWriteTarget } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { isFromParameter, isPrivateMember, memberAccesses, referencesOf } from "../language/references.ts";
import type { Acquisition } from "./resources.ts";
import { adders } from "../catalog/registrars.ts";
import { calledMember, contains, enclosingClass, hasModifier, isAssignmentOperator, isFunctionNode, unwrapped, type FunctionNode } from "../language/syntax.ts";

export type ClassNode = ts.ClassDeclaration | ts.ClassExpression;

/** A write of a field with something that its class has acquired for it. */
export interface FieldWrite {
  readonly acquisition: Acquisition;
  /** The member in which it happens: a property, a constructor, a method. */
  readonly member: ts.ClassElement;
  /** Whether the field may also get what somebody else has made: `this.c = c ?? new C()`. */
  readonly mixed: boolean;
  /** `??=` and `||=` keep what is there. */
  readonly keeps: boolean;
  /** Whether the field is a list, set or map, into which it goes beside others. */
  readonly collected: boolean;
}

/** A field that its class owns. */
export interface OwnedField {
  /** As it is written after the dot: `conn`, `#conn`. */
  readonly name: string;
  readonly declaration: ts.PropertyDeclaration | undefined;
  readonly writes: readonly FieldWrite[];
}

/** The fields of a class that hold what it has acquired itself, in the order in which they are declared or first written. */
export function ownedFieldsOf(view: FileView, owner: ClassNode): readonly OwnedField[] {
  const { ts } = view;
  const fields = new Map<string, { declaration: ts.PropertyDeclaration | undefined; writes: FieldWrite[] }>();
  const add = (name: string, member: ts.ClassElement, value: ts.Expression, keeps: boolean, collected = false): void => {
    for (const { acquisition, mixed } of acquiredIn(view, value, false)) {
      // Objects of the project's own classes often take themselves out of such a collection, and see to their end.
      if (collected && acquisition.entry === undefined) continue;
      const field = fields.get(name) ?? { declaration: undefined, writes: [] };
      fields.set(name, field);
      field.writes.push({ acquisition, member, mixed, keeps, collected });
    }
  };
  for (const member of owner.members) {
    if (hasModifier(ts, member, ts.SyntaxKind.StaticKeyword)) continue;
    if (ts.isPropertyDeclaration(member) && member.initializer !== undefined && !isFunctionNode(ts, unwrapped(ts, member.initializer)) && !ts.isComputedPropertyName(member.name)) add(member.name.getText(view.file), member, member.initializer, false);
  }
  for (const write of view.within(owner, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (!isAssignmentOperator(ts, write.operatorToken.kind)) continue;
    const target = unwrapped(ts, write.left);
    if (!ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword || enclosingClass(ts, write) !== owner) continue;
    const member = memberAround(owner, write);
    if (member !== undefined && !hasModifier(ts, member, ts.SyntaxKind.StaticKeyword)) add(target.name.text, member, write.right, write.operatorToken.kind !== ts.SyntaxKind.EqualsToken);
  }
  for (const call of view.within(owner, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const collection = collectionOf(view, call);
    const member = collection === undefined || enclosingClass(ts, call) !== owner ? undefined : memberAround(owner, call);
    if (collection === undefined || member === undefined || hasModifier(ts, member, ts.SyntaxKind.StaticKeyword)) continue;
    for (const added of call.arguments) add(collection.name.text, member, added, true, true);
  }
  for (const member of owner.members) {
    const field = ts.isPropertyDeclaration(member) ? fields.get(member.name.getText(view.file)) : undefined;
    if (field !== undefined) field.declaration = member as ts.PropertyDeclaration;
  }
  return [...fields].map(([name, field]) => ({ name, ...field }));
}

/** `this.workers` of `this.workers.push(…)`. */
function collectionOf(view: FileView, call: ts.CallExpression): ts.PropertyAccessExpression | undefined {
  const { ts, compiler } = view;
  const member = calledMember(ts, call);
  const target = member === undefined || !adders.has(member.name) ? undefined : unwrapped(ts, member.receiver);
  if (target === undefined || !ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
  const type = compiler.typeOf(target);
  const isPlain = type !== undefined && (compiler.isArrayLike(type) || ["Set", "Map"].includes((type.symbol as ts.Symbol | undefined)?.name ?? ""));
  return isPlain ? target : undefined;
}

/** Whether an access to a collection puts something in, or asks how much there is; everything else may take something out. */
function isOnlyFilled(ts: FileView["ts"], access: ts.Expression): boolean {
  const up = access.parent;
  if (!ts.isPropertyAccessExpression(up) || up.expression !== access) return false;
  return ["length", "size"].includes(up.name.text) || ((adders.has(up.name.text) || up.name.text === "has") && callOf(ts, up) !== undefined);
}

function memberAround(owner: ClassNode, node: ts.Node): ts.ClassElement | undefined {
  return owner.members.find((member) => contains(member, node));
}

/** What an expression may acquire; `mixed` where another branch brings something that came from outside. */
function* acquiredIn(view: FileView, expression: ts.Expression, mixed: boolean): Generator<{ readonly acquisition: Acquisition; readonly mixed: boolean }> {
  const { ts } = view;
  const value = unwrapped(ts, expression);
  if (ts.isAwaitExpression(value)) yield* acquiredIn(view, value.expression, mixed);
  else if (ts.isConditionalExpression(value)) {
    yield* acquiredIn(view, value.whenTrue, mixed || isFromParameter(view.compiler, value.whenFalse));
    yield* acquiredIn(view, value.whenFalse, mixed || isFromParameter(view.compiler, value.whenTrue));
  } else if (ts.isBinaryExpression(value) && (value.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken || value.operatorToken.kind === ts.SyntaxKind.BarBarToken)) {
    yield* acquiredIn(view, value.left, mixed);
    yield* acquiredIn(view, value.right, mixed || isFromParameter(view.compiler, value.left));
  } else if (ts.isCallExpression(value) || ts.isNewExpression(value)) {
    const acquisition = view.resources.acquisitionOf(value);
    // A frame comes at once or never. A lock on a stream that the class keeps ends with the stream.
    if (acquisition !== undefined && (acquisition.demand === "always" || acquisition.entry !== undefined) && acquisition.entry?.what !== "frame request" && !acquisition.release.members.has("releaseLock") && !isPassage(view, acquisition)) yield { acquisition, mixed };
  }
}

/** A stream of the project that holds memory only, since it adds nothing to how streams end: `class Packets extends Transform`. It ends with what is piped through it. */
function isPassage({ ts, callees, compiler, types }: FileView, { call, entry }: Acquisition): boolean {
  const made = entry === undefined && ts.isNewExpression(call) ? callees.of(call).symbol?.valueDeclaration : undefined;
  const type = compiler.typeOf(call);
  if (made === undefined || type === undefined || !ts.isClassLike(made) || made.getSourceFile().isDeclarationFile) return false;
  const lineage = types.lineageOf(type);
  return lineage.some((name) => name === "Transform" || name === "Duplex") && !lineage.includes("Socket") && !made.members.some((member) => ["_destroy", "_final", "destroy", "close"].includes(member.name?.getText() ?? ""));
}

/** A call that gives back what a field holds. */
export interface FieldRelease {
  readonly call: ts.CallExpression;
  readonly fn: FunctionNode | undefined;
}

/** What becomes of a field: the calls of its class that give it back, and whether somebody else may do so. */
export interface FieldFate {
  readonly releases: readonly FieldRelease[];
  /** The field is handed on, returned or kept somewhere else, so that anybody may give it back. */
  readonly handedOn: boolean;
  /** Nothing in the class reads it. */
  readonly unread: boolean;
}

/** What the class of a field does with it. */
export function fateOfField(view: FileView, owner: ClassNode, { name, writes }: OwnedField): FieldFate {
  const { ts } = view;
  const releases: FieldRelease[] = [];
  const members = releasingMembers(writes);
  let handedOn = isDestructured(view, owner, name);
  let unread = true;
  for (const access of memberAccesses(view.compiler, owner, name)) {
    if (isWriteTarget(ts, access)) continue;
    unread = false;
    if (writes.some(({ collected }) => collected)) {
      handedOn ||= !isOnlyFilled(ts, access);
      continue;
    }
    const found = usesOf(view, access, members, 0);
    releases.push(...found.releases.map((call) => ({ call, fn: view.functionOf(call) })));
    handedOn ||= found.handedOn || endsByItself(view, access, writes);
  }
  return { releases, handedOn, unread };
}

/** Whether the class listens for the end of what a field holds, or closes the part of it that keeps it going: `this.child.stdin.end()`. */
function endsByItself(view: FileView, access: ts.Expression, writes: readonly FieldWrite[]): boolean {
  const { ts } = view;
  const events = writes.flatMap(({ acquisition }) => acquisition.entry?.endsWith ?? []);
  if (events.length === 0) return false;
  let at: ts.Expression = access;
  while (ts.isNonNullExpression(at.parent) || (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at)) at = at.parent;
  const call = at.parent;
  const name = ts.isPropertyAccessExpression(at) ? at.name.text : "";
  if (!ts.isCallExpression(call) || call.expression !== at) return false;
  const [event] = call.arguments;
  const isPart = ts.isPropertyAccessExpression(at) && unwrapped(ts, at.expression) !== access;
  return (isPart && endings.has(name)) || (event !== undefined && ts.isStringLiteralLike(event) && events.includes(event.text));
}

/** Methods by which one of the things that a field may hold is given back. */
function releasingMembers(writes: readonly FieldWrite[]): ReadonlySet<string> {
  return new Set(writes.flatMap(({ acquisition }) => [...acquisition.release.members]));
}

/** How many local variables a value is followed through. */
const maxAliases = 3;

function usesOf(view: FileView, use: ts.Expression, members: ReadonlySet<string>, depth: number): { readonly releases: readonly ts.CallExpression[]; readonly handedOn: boolean } {
  const { ts } = view;
  let at: ts.Expression = use;
  for (;;) {
    const up = at.parent;
    if (ts.isParenthesizedExpression(up) || ts.isNonNullExpression(up) || ts.isAsExpression(up) || ts.isSatisfiesExpression(up) || ts.isAwaitExpression(up)) at = up;
    else break;
  }
  const up = at.parent;
  if ((ts.isPropertyAccessExpression(up) || ts.isElementAccessExpression(up)) && up.expression === at) {
    const call = callOf(ts, up);
    if (call === undefined) return { releases: [], handedOn: ts.isElementAccessExpression(up) };
    const method = ts.isPropertyAccessExpression(up) ? up.name.text : "";
    // The promise of a resource hands it to its callback, or brings it; an `unref`ed timer is not meant to end.
    if (method === "then" || method === "unref") return { releases: [], handedOn: true };
    if (method === "catch" || method === "finally") return usesOf(view, call, members, depth);
    // The type of the field may be wider than what it holds.
    if (members.has(method)) return { releases: [call], handedOn: false };
    const given = view.resources.releasedBy(call);
    return { releases: given !== undefined && unwrappedAwait(ts, given) === unwrappedAwait(ts, at) ? [call] : [], handedOn: false };
  }
  if (ts.isCallExpression(up)) {
    if (up.expression === at) return { releases: [up], handedOn: false };
    const given = view.resources.releasedBy(up);
    return given !== undefined && unwrappedAwait(ts, given) === unwrappedAwait(ts, at) ? { releases: [up], handedOn: false } : { releases: [], handedOn: true };
  }
  if (ts.isVariableDeclaration(up) && ts.isIdentifier(up.name) && depth < maxAliases) {
    const found = referencesOf(view.compiler, up.name).map((mention) => usesOf(view, mention, members, depth + 1));
    return { releases: found.flatMap((one) => one.releases), handedOn: found.some((one) => one.handedOn) };
  }
  return { releases: [], handedOn: !isLookedAt(ts, up, at) };
}

/** `x.close()`, `x[Symbol.dispose]()`, also behind `?.`. */
function callOf(ts: FileView["ts"], callee: ts.Expression): ts.CallExpression | undefined {
  return ts.isCallExpression(callee.parent) && callee.parent.expression === callee ? callee.parent : undefined;
}

function unwrappedAwait(ts: FileView["ts"], node: ts.Expression): ts.Expression {
  const inner = unwrapped(ts, node);
  return ts.isAwaitExpression(inner) ? unwrappedAwait(ts, inner.expression) : inner;
}

/** Whether a place only looks at a value, as a condition or in a comparison. */
function isLookedAt(ts: FileView["ts"], up: ts.Node, at: ts.Expression): boolean {
  if (ts.isBinaryExpression(up)) return up.operatorToken.kind !== ts.SyntaxKind.EqualsToken && up.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken && up.operatorToken.kind !== ts.SyntaxKind.BarBarToken;
  return ts.isIfStatement(up) || ts.isWhileStatement(up) || ts.isDoStatement(up) || ts.isPrefixUnaryExpression(up) || ts.isTypeOfExpression(up) || ts.isExpressionStatement(up) || ts.isTemplateSpan(up) || (ts.isConditionalExpression(up) && up.condition === at);
}

/** `const { conn } = this;` */
function isDestructured(view: FileView, owner: ClassNode, name: string): boolean {
  const { ts } = view;
  return view.named(name).some((id) => contains(owner, id) && ts.isBindingElement(id.parent) && ts.isVariableDeclaration(id.parent.parent.parent) && id.parent.parent.parent.initializer?.kind === ts.SyntaxKind.ThisKeyword);
}

/** Whether code outside of the class gives a field back, or takes it away from the class: `server.socket.close()`, `register(server.socket)`. */
export function isReleasedOutside(view: FileView, owner: ClassNode, field: OwnedField): boolean {
  const { ts, compiler, program } = view;
  const { declaration, name } = field;
  if (name.startsWith("#") || (declaration !== undefined && isPrivateMember(ts, declaration))) return false;
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || compiler.isFromPackage(file) || !file.text.includes(`.${name}`)) continue;
    for (const id of indexOf(ts, file).named(name)) {
      const access = id.parent;
      if (!ts.isPropertyAccessExpression(access) || access.name !== id || contains(owner, access) || isWriteTarget(ts, access)) continue;
      if (declaration !== undefined && compiler.declarationOf(id) !== declaration) continue;
      const found = usesOf(view.analysis.view(file), access, releasingMembers(field.writes), 0);
      if (found.handedOn || found.releases.length > 0) return true;
    }
  }
  return false;
}
