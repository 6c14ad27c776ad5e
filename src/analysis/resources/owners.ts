/** Classes that own resources, and what their disposers forget, leave to nobody, or do in the wrong order. */
import type ts from "typescript";
import { endsItsObject, renewals } from "../catalog/lifecycles.ts";
import { disposalOf } from "../cleanup/cleanup.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { missedByReturn, type FieldWithFate } from "./half-disposed.ts";
import { fateOfField, isReleasedOutside, ownedFieldsOf, type ClassNode, type FieldFate, type FieldRelease, type FieldWrite, type OwnedField } from "./owned-fields.ts";
import { calledMember, contains, hasModifier, isFunctionNode, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

/** What a project says of its classes. */
export interface OwnerTerms {
  /** Further methods that end the life of an object, and those that begin it. */
  readonly lifecycles: readonly { readonly acquire: readonly string[]; readonly release: readonly string[] }[];
  /** Functions that keep what they are given and give it back when the object ends. */
  readonly registerMethods: readonly string[];
  /** Whether a class with a disposer must say that it implements the interface. */
  readonly checkImplements: boolean;
}

/** A fault of a class that owns something. */
export type OwnerFault =
  | { readonly kind: "notDisposable" | "fieldNotDisposed" | "syncDisposerForAsync"; readonly owner: ClassNode; readonly field: OwnedField; readonly write: FieldWrite; readonly disposer: ts.ClassElement | undefined; readonly at?: ts.Node }
  | { readonly kind: "overwriteWithoutDispose"; readonly field: OwnedField; readonly write: FieldWrite }
  | { readonly kind: "mixedOwnership"; readonly field: OwnedField; readonly write: FieldWrite; readonly release: ts.CallExpression }
  | { readonly kind: "noSuper" | "missingImplements"; readonly owner: ClassNode; readonly disposer: ts.MethodDeclaration }
  | { readonly kind: "wrongOrder"; readonly at: ts.CallExpression; readonly resource: string; readonly group: string; readonly later: ts.CallExpression };

/** Everything wrong with the owners of a file. */
export function* ownerFaults(view: FileView, terms: OwnerTerms): Generator<OwnerFault> {
  const { ts } = view;
  for (const kind of [ts.SyntaxKind.ClassDeclaration, ts.SyntaxKind.ClassExpression]) {
    for (const owner of view.nodes(kind) as readonly ClassNode[]) {
      if (hasModifier(ts, owner, ts.SyntaxKind.DeclareKeyword)) continue;
      const disposers = disposersOf(view, owner, terms);
      yield* inheritedDisposers(view, owner, disposers, terms);
      const fields = ownedFieldsOf(view, owner).filter(({ writes }) => !writes.every(({ acquisition }) => terms.registerMethods.includes(nameOf(ts, acquisition.call))));
      const fates = fields.map((field) => ({ field, fate: fateOfField(view, owner, field) }));
      for (const one of fates) {
        yield* fieldFaults(view, owner, one, disposers);
        yield* leftHalfWay(view, owner, one, fates, disposers);
      }
      for (const disposer of disposers) yield* ordersIn(view, owner, disposer);
    }
  }
}

function nameOf(ts: FileView["ts"], call: ts.CallExpression | ts.NewExpression): string {
  return ts.isCallExpression(call) ? (calledMember(ts, call)?.name ?? call.expression.getText()) : "";
}

/** The members that end the life of an object of a class: methods, or properties that hold functions. */
function disposersOf(view: FileView, owner: ClassNode, { lifecycles }: OwnerTerms): readonly ts.ClassElement[] {
  const { ts } = view;
  return owner.members.filter((member) => {
    if (member.name === undefined || hasModifier(ts, member, ts.SyntaxKind.StaticKeyword) || bodyOf(ts, member) === undefined) return false;
    const name = member.name.getText(view.file).replace(/^#?_?/u, "");
    return disposalOf(ts, member) !== undefined || endsItsObject(name) || lifecycles.some(({ release }) => release.includes(name));
  });
}

function bodyOf(ts: FileView["ts"], member: ts.ClassElement): FunctionNode | undefined {
  if (ts.isMethodDeclaration(member)) return member.body === undefined ? undefined : member;
  const value = ts.isPropertyDeclaration(member) && member.initializer !== undefined ? unwrapped(ts, member.initializer) : undefined;
  return value !== undefined && isFunctionNode(ts, value) ? value : undefined;
}

/** Fields that a disposer gives back, but not on every way out of it. */
function* leftHalfWay(view: FileView, owner: ClassNode, one: FieldWithFate, all: readonly FieldWithFate[], disposers: readonly ts.ClassElement[]): Generator<OwnerFault> {
  const [write] = one.field.writes;
  if (write === undefined || one.fate.handedOn) return;
  for (const disposer of disposers) {
    const fn = bodyOf(view.ts, disposer);
    const at = fn === undefined ? undefined : missedByReturn(view, fn, one, all);
    if (at !== undefined) yield { kind: "fieldNotDisposed", owner, field: one.field, write, disposer, at };
  }
}

function* fieldFaults(view: FileView, owner: ClassNode, { field, fate }: FieldWithFate, disposers: readonly ts.ClassElement[]): Generator<OwnerFault> {
  const { ts } = view;
  const [write] = field.writes;
  if (write === undefined) return;
  // A timer whose handle nobody reads is lost where it is set.
  if (fate.handedOn || (fate.unread && write.acquisition.entry?.what === "interval")) return;
  if (fate.releases.length === 0) {
    // What a framework makes lives as long as the framework says.
    const isManaged = ts.canHaveDecorators(owner) && (ts.getDecorators(owner)?.length ?? 0) > 0;
    const isAbstract = hasModifier(ts, owner, ts.SyntaxKind.AbstractKeyword);
    const inherited = disposers.length === 0 && inheritsDisposer(view, owner);
    // A timer ends by itself; only who is over before it has something to take back.
    if (disposers.length === 0 && write.acquisition.entry?.what === "timer") return;
    if (disposers.length === 0 && !inherited && (isManaged || isAbstract || isMadeAtModuleLevel(view, owner))) return;
    if (isReleasedOutside(view, owner, field)) return;
    const [disposer] = disposers;
    const symbols = disposers.map((member) => disposalOf(ts, member));
    const isSyncOnly = symbols.includes("sync") && !symbols.includes("async") && write.acquisition.release.async;
    yield { kind: disposers.length === 0 && !inherited ? "notDisposable" : isSyncOnly ? "syncDisposerForAsync" : "fieldNotDisposed", owner, field, write, disposer };
    return;
  }
  for (const one of field.writes) {
    if (isOverwriting(view, field, one, fate)) yield { kind: "overwriteWithoutDispose", field, write: one };
    const release = one.mixed ? fate.releases.find((other) => isUnconditional(view, field, other)) : undefined;
    if (release !== undefined) yield { kind: "mixedOwnership", field, write: one, release: release.call };
  }
}

/** Whether the base class ends the life of its objects in some way that the class itself does not mention. */
function inheritsDisposer(view: FileView, owner: ClassNode): boolean {
  const base = baseOf(view, owner);
  return base !== undefined && view.resources.releaseOf(base) !== undefined;
}

function baseOf(view: FileView, owner: ClassNode): ts.Type | undefined {
  const { ts, compiler } = view;
  const clause = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  return clause === undefined ? undefined : compiler.typeOf(clause);
}

/** Whether every object of a class that the project makes is made once, at the module level: it lives as long as the process. */
function isMadeAtModuleLevel(view: FileView, owner: ClassNode): boolean {
  const { ts, compiler, program } = view;
  const name = owner.name?.text;
  if (name === undefined) return false;
  let found = false;
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || compiler.isFromPackage(file) || !file.text.includes(`new ${name}`)) continue;
    for (const id of indexOf(ts, file).named(name)) {
      if (!ts.isNewExpression(id.parent) || id.parent.expression !== id || compiler.declarationOf(id) !== owner) continue;
      for (let up: ts.Node = id; !ts.isSourceFile(up); up = up.parent) if (ts.isFunctionLike(up) || ts.isClassLike(up)) return false;
      found = true;
    }
  }
  return found;
}

/** Whether a write puts something new in the place of what the field may hold, and nothing in the method has seen to that. */
function isOverwriting(view: FileView, field: OwnedField, write: FieldWrite, { releases }: FieldFate): boolean {
  const { ts } = view;
  const fn = view.functionOf(write.acquisition.call);
  // A timer that has fired is none any more, and what sets it again is as a rule what it fires.
  if (write.keeps || fn === undefined || !ts.isMethodDeclaration(write.member) || write.acquisition.entry?.what === "timer") return false;
  const isHeldFromTheStart = field.writes.some(({ member }) => ts.isPropertyDeclaration(member) || ts.isConstructorDeclaration(member));
  if (!isHeldFromTheStart && !renewals.test(write.member.name.getText(view.file))) return false;
  const { member } = write;
  if (releases.some(({ call }) => contains(member, call))) return false;
  // `await this.close()` before.
  const releasing = new Set(releases.map((release) => memberNameOf(ts, release.fn)));
  let isSeenTo = false;
  walkOwn(ts, member.body ?? member, (node) => {
    if (ts.isCallExpression(node)) {
      const called = calledMember(ts, node);
      if (called !== undefined && (called.receiver.kind === ts.SyntaxKind.ThisKeyword || called.receiver.kind === ts.SyntaxKind.SuperKeyword) && releasing.has(called.name)) isSeenTo = true;
    }
    const condition = ts.isIfStatement(node) ? node.expression : ts.isConditionalExpression(node) ? node.condition : ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ? node.left : undefined;
    if (condition?.getText(view.file).includes(`this.${field.name}`) === true) isSeenTo = true;
    return undefined;
  });
  return !isSeenTo;
}

function memberNameOf(ts: FileView["ts"], fn: FunctionNode | undefined): string | undefined {
  const named = fn === undefined ? undefined : ts.isMethodDeclaration(fn) ? fn : ts.isPropertyDeclaration(fn.parent) ? fn.parent : undefined;
  return named?.name.getText();
}

/** Whether a release asks about nothing but the field itself: no flag says that somebody else owns what it holds. */
function isUnconditional(view: FileView, field: OwnedField, { call, fn }: FieldRelease): boolean {
  const { ts } = view;
  if (fn?.body === undefined) return false;
  const conditions: ts.Expression[] = [];
  walkOwn(ts, fn.body, (node) => {
    if (ts.isIfStatement(node)) conditions.push(node.expression);
    return undefined;
  });
  for (let child: ts.Node = call, up = call.parent; child !== fn; child = up, up = up.parent) {
    if (ts.isConditionalExpression(up) && up.condition !== child) conditions.push(up.condition);
    else if (ts.isBinaryExpression(up) && up.right === child) conditions.push(up.left);
  }
  return conditions.every((condition) => condition.getText(view.file).includes(`this.${field.name}`));
}

/** Disposers that replace the one of the base class and do not call it. */
function* inheritedDisposers(view: FileView, owner: ClassNode, disposers: readonly ts.ClassElement[], { checkImplements }: OwnerTerms): Generator<OwnerFault> {
  const { ts } = view;
  for (const disposer of disposers) {
    if (!ts.isMethodDeclaration(disposer)) continue;
    if (replacesDisposer(view, owner, disposer) && !view.within(disposer, ts.SyntaxKind.SuperKeyword).some(({ parent }) => ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))) yield { kind: "noSuper", owner, disposer };
    if (checkImplements && disposalOf(ts, disposer) !== undefined && owner.heritageClauses === undefined) yield { kind: "missingImplements", owner, disposer };
  }
}

/** Whether the base class has a disposer of the same name with a body that ends something. */
function replacesDisposer(view: FileView, owner: ClassNode, disposer: ts.MethodDeclaration): boolean {
  const { ts, compiler } = view;
  const base = owner.heritageClauses === undefined ? undefined : baseOf(view, owner);
  if (base === undefined) return false;
  const disposal = disposalOf(ts, disposer);
  const member = disposal === undefined ? compiler.propertyOf(base, disposer.name.getText(view.file)) : compiler.propertiesOf(base).find(({ name }) => name.startsWith(disposal === "sync" ? "__@dispose" : "__@asyncDispose"));
  const declaration = member?.valueDeclaration ?? member?.declarations?.[0];
  if (declaration === undefined || !ts.isMethodDeclaration(declaration) || hasModifier(ts, declaration, ts.SyntaxKind.AbstractKeyword)) return false;
  if (declaration.body === undefined) return disposal !== undefined || disposer.name.getText(view.file) === "dispose";
  const released = releasedFields(view, declaration);
  // It may do the base class's work itself.
  const own = new Set(releasedFields(view, disposer));
  return released.length > 0 && !released.some((name) => own.has(name));
}

/** Names of the fields that a disposer gives back, itself or by handing them on. */
function releasedFields(view: FileView, disposer: ts.MethodDeclaration): readonly string[] {
  const { ts } = view;
  const calls = indexOf(ts, disposer.getSourceFile()).within(disposer, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[];
  return calls.flatMap((call) => {
    const given = view.resources.releasedBy(call);
    const target = given === undefined ? undefined : unwrapped(ts, given);
    return target !== undefined && ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword ? [target.name.text] : [];
  });
}

/** What a disposer closes although tasks of a group that ends only later still use it. */
function* ordersIn(view: FileView, owner: ClassNode, disposer: ts.ClassElement): Generator<OwnerFault> {
  const { ts, compiler, types } = view;
  const fn = bodyOf(ts, disposer);
  if (fn?.body === undefined || !view.mentions("spawn")) return;
  const released: { readonly name: string; readonly call: ts.CallExpression; readonly isScope: boolean }[] = [];
  for (const call of view.within(fn.body, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const given = view.resources.releasedBy(call);
    const target = given === undefined ? undefined : unwrapped(ts, given);
    if (target === undefined || !ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
    const type = compiler.typeOf(target);
    released.push({ name: target.name.text, call, isScope: type !== undefined && types.isScope(type) });
  }
  for (const later of released) {
    if (!later.isScope) continue;
    const used = usedByTasks(view, owner, later.name);
    for (const earlier of released) if (!earlier.isScope && earlier.call.end <= later.call.pos && used.has(earlier.name)) yield { kind: "wrongOrder", at: earlier.call, resource: earlier.name, group: later.name, later: later.call };
  }
}

/** Fields that the tasks of a group use: in the functions given to `spawn`, and in methods that these call. */
function usedByTasks(view: FileView, owner: ClassNode, group: string): ReadonlySet<string> {
  const { ts } = view;
  const used = new Set<string>();
  const bodies: ts.Node[] = [];
  for (const call of view.within(owner, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const receiver = member?.name === "spawn" ? unwrapped(ts, member.receiver) : undefined;
    const [task] = call.arguments;
    if (receiver === undefined || task === undefined || !ts.isPropertyAccessExpression(receiver) || receiver.name.text !== group) continue;
    bodies.push(view.callees.functionOf(task) ?? task);
  }
  const seen = new Set<ts.Node>();
  for (const body of bodies) {
    if (seen.has(body) || body.getSourceFile() !== view.file) continue;
    seen.add(body);
    for (const access of view.within(body, ts.SyntaxKind.PropertyAccessExpression) as readonly ts.PropertyAccessExpression[]) {
      if (access.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
      used.add(access.name.text);
      const method = owner.members.find((member) => member.name?.getText(view.file) === access.name.text);
      if (method !== undefined && bodyOf(ts, method) !== undefined) bodies.push(method);
    }
  }
  return used;
}
