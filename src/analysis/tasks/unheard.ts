/** Promises that may be rejected while nobody listens: whoever waits for them does so in a function that runs later, if at all. */
import type ts from "typescript";
import { endings } from "../catalog/endings.ts";
import type { FileView } from "../index.ts";
import { chainOf, fateOf, isWriteTarget } from "../language/flow.ts";
import { isPrivateMember, memberAccesses, referencesOf } from "../language/references.ts";
import { enclosingFunction, hasModifier, inlineFunction, isFunctionNode, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isDeferredExecutor, isDeferredType } from "./resolvers.ts";
import { isDetached, isUsing, mayStart } from "./tasks.ts";

/** A promise without a listener, from where it is made to whoever comes for it. */
export interface Unheard {
  /** `started`: work of which a closure gets hold; `deferred`: a promise that other code rejects. */
  readonly kind: "started" | "deferred";
  /** What makes the promise. */
  readonly at: ts.Expression;
  /** The variable or field that holds it, as written. */
  readonly name: string;
  /** The first wait. */
  readonly waiter: ts.Node;
}

/** The promises of a file that are left to functions that run later. */
export function* unheardPromises(view: FileView): Generator<Unheard> {
  const { ts } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const found = leftToClosures(view, declaration);
    if (found !== undefined) yield found;
  }
  for (const kind of [ts.SyntaxKind.ClassDeclaration, ts.SyntaxKind.ClassExpression] as const) {
    for (const owner of view.nodes(kind) as readonly ts.ClassLikeDeclaration[]) yield* rejectedFields(view, owner);
  }
}

/** `const ready = open(); return { read: async () => (await ready).read() };` */
function leftToClosures(view: FileView, { name, initializer, parent }: ts.VariableDeclaration): Unheard | undefined {
  const { ts, compiler, types, keepers, outcomes } = view;
  if (initializer === undefined || !ts.isIdentifier(name) || !mayStart(ts, initializer) || (parent.flags & ts.NodeFlags.Const) === 0 || isUsing(ts, name.parent as ts.VariableDeclaration)) return undefined;
  const fn = view.functionOf(name);
  if (fn === undefined) return undefined;
  const mentions = referencesOf(compiler, name);
  const [waiter] = mentions;
  if (waiter === undefined || mentions.some((mention) => enclosingFunction(ts, mention) === fn)) return undefined;
  const closures = mentions.map((mention) => closureIn(view, mention, fn));
  if (closures.some((closure) => closure === undefined || endings.has(nameOf(closure)) || !runsLater(view, closure, fn, new Set()))) return undefined;
  if (!mentions.some((mention) => isWait(view, mention)) || !types.mayBeTask(initializer)) return undefined;
  const type = compiler.typeOf(initializer);
  if (type === undefined || types.taskKind(type) !== "promise" || !types.isAlwaysTask(type) || isDetached(view, initializer)) return undefined;
  return keepers.isInGoodHands(chainOf(compiler, initializer)) || !outcomes.mayReject(initializer) ? undefined : { kind: "started", at: initializer, name: name.text, waiter };
}

/** The outermost function around a node inside another function; `undefined` for members of classes. */
function closureIn(view: FileView, node: ts.Node, fn: FunctionNode): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  for (let up = node.parent; up !== fn; up = up.parent) {
    if (view.ts.isClassLike(up)) return undefined;
    if (isFunctionNode(view.ts, up)) found = up;
  }
  return found;
}

function nameOf(fn: FunctionNode): string {
  const { name } = fn.name !== undefined ? fn : (fn.parent as { readonly name?: ts.Node });
  return name?.getText() ?? "";
}

/** Whether a closure only leaves the function that makes it: returned, or kept in an object that is there already, and not called on the way. */
function runsLater(view: FileView, closure: FunctionNode, fn: FunctionNode, seen: Set<ts.Node>): boolean {
  const { ts, compiler } = view;
  if (seen.has(closure)) return true;
  seen.add(closure);
  if (ts.isFunctionDeclaration(closure)) return closure.name !== undefined && isOnlyHandedOut(view, closure.name, fn, seen);
  const value = ts.isMethodDeclaration(closure) || ts.isAccessor(closure) ? closure.parent : closure;
  if (!ts.isExpression(value)) return false;
  const { fate } = fateOf(compiler, value);
  switch (fate.kind) {
    case "returned":
      return fate.from === fn;
    case "assigned": {
      const target = unwrapped(ts, fate.target);
      return ts.isPropertyAccessExpression(target) && target.expression.kind === ts.SyntaxKind.ThisKeyword;
    }
    case "variable":
      return isOnlyHandedOut(view, fate.name, fn, seen);
    default:
      return false;
  }
}

function isOnlyHandedOut(view: FileView, name: ts.Identifier, fn: FunctionNode, seen: Set<ts.Node>): boolean {
  const { ts, compiler } = view;
  const mentions = referencesOf(compiler, name);
  return mentions.length > 0 && mentions.every((mention) => {
    if (enclosingFunction(ts, mention) === fn) {
      const { fate } = fateOf(compiler, mention);
      return fate.kind === "returned" && fate.from === fn;
    }
    const closure = closureIn(view, mention, fn);
    return closure !== undefined && runsLater(view, closure, fn, seen);
  });
}

/** Whether a mention waits for the promise, or hands it to somebody who does. */
function isWait(view: FileView, mention: ts.Expression): boolean {
  const { fate } = fateOf(view.compiler, mention);
  return fate.kind === "awaited" || fate.kind === "returned" || fate.kind === "chained";
}

/** `#ready = new Deferred()`, which one method awaits and another rejects: nobody need have called the first. */
function* rejectedFields(view: FileView, owner: ts.ClassLikeDeclaration): Generator<Unheard> {
  const { ts, compiler } = view;
  for (const member of owner.members) {
    if (!ts.isPropertyDeclaration(member) || !isPrivateMember(ts, member) || hasModifier(ts, member, ts.SyntaxKind.StaticKeyword)) continue;
    const name = member.name.getText();
    const accesses = memberAccesses(compiler, owner, name);
    const writes = accesses.filter((access) => isWriteTarget(ts, access));
    const made = [...(member.initializer === undefined ? [] : [member.initializer]), ...writes.map((write) => (write.parent as ts.BinaryExpression).right)];
    const at = made.find((value) => isMadeOnce(view, value) && (ts.isNewExpression(unwrapped(ts, value)) || ts.isCallExpression(unwrapped(ts, value))));
    if (at === undefined) continue;
    const reads = accesses.filter((access) => !writes.includes(access));
    const { waits, rejections, escapes } = usesOfDeferred(view, owner, at, reads);
    const [waiter] = waits;
    if (waiter === undefined || escapes || rejections.length === 0) continue;
    const waiting = new Set(waits.map((wait) => memberAround(view, wait, owner)));
    if (![...waiting].every((one) => one !== undefined && isCalledFromOutside(ts, one)) || rejections.some((one) => waiting.has(memberAround(view, one, owner)))) continue;
    yield { kind: "deferred", at, name: `this.${name}`, waiter };
  }
}

/** Whether a value is made with the object: by a field or the constructor itself. */
function isMadeOnce(view: FileView, value: ts.Node): boolean {
  const fn = enclosingFunction(view.ts, value);
  return fn === undefined || view.ts.isConstructorDeclaration(fn) || view.ts.isPropertyDeclaration(value.parent);
}

interface DeferredUses {
  readonly waits: readonly ts.Node[];
  /** Where it is rejected, or handed to those who may. */
  readonly rejections: readonly ts.Node[];
  /** Whether somebody else gets hold of it, or listens already. */
  readonly escapes: boolean;
}

function usesOfDeferred(view: FileView, owner: ts.ClassLikeDeclaration, made: ts.Expression, reads: readonly ts.PropertyAccessExpression[]): DeferredUses {
  const { ts, compiler } = view;
  const value = unwrapped(ts, made);
  const isWaiting = (read: ts.Expression): boolean => ["awaited", "returned", "argument"].includes(fateOf(compiler, read).fate.kind) && !isMadeOnce(view, read);
  if (ts.isNewExpression(value) && isDeferredExecutor(ts, value)) {
    return { waits: reads, rejections: storedRejections(view, owner, value), escapes: !reads.every(isWaiting) };
  }
  const waits: ts.Expression[] = [];
  const rejections: ts.Node[] = [];
  for (const read of reads) {
    const access = read.parent;
    if (!ts.isPropertyAccessExpression(access) || access.expression !== read) return { waits, rejections, escapes: true };
    if (access.name.text === "promise") waits.push(access);
    else if (access.name.text === "reject") rejections.push(access);
  }
  return { waits, rejections, escapes: waits.length === 0 || rejections.length === 0 || !waits.every(isWaiting) || !isDeferredType(view, value) };
}

/** Calls of the field in which an executor has put its `reject`; the executor itself, where others than the class may call that field. */
function storedRejections(view: FileView, owner: ts.ClassLikeDeclaration, creation: ts.NewExpression): readonly ts.Node[] {
  const { ts, compiler } = view;
  const executor = inlineFunction(ts, creation.arguments?.[0] ?? creation);
  const reject = executor?.parameters[1]?.name;
  if (executor === undefined || reject === undefined || !ts.isIdentifier(reject)) return [];
  for (const mention of referencesOf(compiler, reject)) {
    const { fate } = fateOf(compiler, mention);
    const target = fate.kind === "assigned" ? unwrapped(ts, fate.target) : undefined;
    if (target === undefined || !(ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
    const field = ts.isPropertyAccessExpression(target) ? compiler.declarationOf(target.name) : undefined;
    if (!ts.isPropertyAccessExpression(target) || (field !== undefined && !isPrivateMember(ts, field))) return [executor];
    return memberAccesses(compiler, owner, target.name.text).filter((access) => access !== target && !isWriteTarget(ts, access));
  }
  return [];
}

function memberAround({ ts }: FileView, node: ts.Node, owner: ts.ClassLikeDeclaration): ts.ClassElement | undefined {
  for (let up = node; up !== owner; up = up.parent) if (up.parent === owner && ts.isClassElement(up)) return up;
  return undefined;
}

/** A method that somebody may call or not. Who waits in the clean-up owns the promise, and what an accessor shows anybody may listen to from the start. */
function isCalledFromOutside(ts: FileView["ts"], member: ts.ClassElement): boolean {
  if (!ts.isMethodDeclaration(member)) return false;
  return !isPrivateMember(ts, member) && !hasModifier(ts, member, ts.SyntaxKind.ProtectedKeyword) && !endings.has(member.name.getText()) && !member.name.getText().startsWith("[");
}
