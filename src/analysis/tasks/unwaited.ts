/** Starts in places that cannot wait: constructors, field initialisers, the module level, the render of a component. */
import type ts from "typescript";
import { droppedValues, type Dropped } from "./dropped.ts";
import { chainOf, fateOf, readsOfVariable } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { isExported, type Loss } from "./ownership.ts";
import { isPrivateMember, referencesOf } from "../language/references.ts";
import { lostTimers } from "./timers.ts";
import { calledMember, enclosingClass, isAssignmentOperator, isAsync, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";

/** A start that nobody can wait for, and where it stands. */
export interface UnwaitedStart {
  readonly start: ts.Expression;
  /** The place in words: "constructor", "field `first`", "static block". */
  readonly place: string;
}

/** Work started while an object is made, whose error is handled on the spot; what is not handled is a floating task wherever it stands. */
export function* startsInConstruction(view: FileView): Generator<UnwaitedStart> {
  const { ts, ownership } = view;
  const constructors = view.nodes(ts.SyntaxKind.Constructor);
  const blocks = view.nodes(ts.SyntaxKind.ClassStaticBlockDeclaration);
  if (constructors.length + blocks.length > 0) {
    for (const dropped of droppedValues(view)) {
      const home = initialiserOf(view, dropped);
      const loss = home === undefined ? undefined : ownership.lossOf(dropped.expression, false);
      if (home !== undefined && loss?.kind === "detachedHandled") yield { start: loss.start, place: ts.isConstructorDeclaration(home) ? "a constructor" : "a static block" };
    }
  }
  yield* startsOfFields(view);
}

/** The constructor or static block that drops the promise of a method of its own class, as a statement without `void`. */
function initialiserOf(view: FileView, { expression, voidedBy }: Dropped): ReturnType<typeof initialiserAround> {
  const home = voidedBy === undefined ? initialiserAround(view, expression) : undefined;
  return home !== undefined && isOwnMethod(view, expression) ? home : undefined;
}

/**
 * Whether the place of lost work is what is wrong with it, so that `no-unscoped-spawn` reports it there: handled work of a constructor,
 * and work that the callback of a timer starts whose handle nobody keeps. One mistake is one report.
 */
export function isLostByPlace(view: FileView, dropped: Dropped, { kind }: Loss): boolean {
  const { ts } = view;
  if (kind === "detachedHandled" && initialiserOf(view, dropped) !== undefined) return true;
  const callback = view.functionOf(dropped.expression);
  const call = callback?.parent;
  if (callback === undefined || call === undefined || !ts.isCallExpression(call) || call.arguments[0] !== (callback as ts.Node) || isAsync(ts, callback)) return false;
  if (!call.expression.getText().endsWith("setTimeout") || view.isProgramRoot(call)) return false;
  return [...lostTimers(view)].some((timer) => timer.call === call && timer.reason === "startsTask" && !timer.unref);
}

/** Whether a chain starts with a method of the class itself, the half of the initialisation that `new` does not wait for, and a second call of it would not join the first. */
function isOwnMethod(view: FileView, expression: ts.Expression): boolean {
  const { ts } = view;
  const { root } = chainOf(view.compiler, expression);
  if (!ts.isCallExpression(root)) return false;
  const receiver = calledMember(ts, root)?.receiver;
  const isOwn = receiver !== undefined && (receiver.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(receiver) && enclosingClass(ts, expression)?.name?.text === receiver.text));
  const method = isOwn ? view.callees.of(root).implementation : undefined;
  return method?.body !== undefined && !isMemoised(view, method.body);
}

/** `this.#opening ??= …; await this.#opening`: whoever calls the method again waits for the same work. */
function isMemoised(view: FileView, body: ts.ConciseBody): boolean {
  const { ts } = view;
  const [assigned, waited] = [new Set<string>(), new Set<string>()];
  walkOwn(ts, body, (node) => {
    if (ts.isBinaryExpression(node) && isAssignmentOperator(ts, node.operatorToken.kind)) assigned.add(node.left.getText());
    if ((ts.isAwaitExpression(node) || ts.isReturnStatement(node)) && node.expression !== undefined) waited.add(unwrapped(ts, node.expression).getText());
    return undefined;
  });
  return [...waited].some((text) => text.startsWith("this.") && assigned.has(text));
}

/** The constructor or static block that runs a statement itself. */
function initialiserAround(view: FileView, node: ts.Node): ts.ConstructorDeclaration | ts.ClassStaticBlockDeclaration | undefined {
  const { ts } = view;
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent) {
    if (ts.isConstructorDeclaration(up) || ts.isClassStaticBlockDeclaration(up)) return up;
    if (ts.isFunctionLike(up)) return undefined;
  }
  return undefined;
}

/** Fields that hold new work and that no code of the program reads. Private ones are variables without a reader: `no-floating-task`. */
function* startsOfFields(view: FileView): Generator<UnwaitedStart> {
  const { ts } = view;
  for (const field of view.nodes(ts.SyntaxKind.PropertyDeclaration) as readonly ts.PropertyDeclaration[]) {
    if (field.initializer !== undefined && isUnreadField(view, field) && mayFailUnseen(view, field.initializer)) yield { start: field.initializer, place: `the field \`${field.name.getText()}\`` };
  }
  for (const assignment of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isCallExpression(unwrapped(ts, assignment.right))) continue;
    const target = unwrapped(ts, assignment.left);
    if (!ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
    const home = initialiserAround(view, assignment);
    const field = home === undefined || !ts.isConstructorDeclaration(home) ? undefined : home.parent.members.find((member) => ts.isPropertyDeclaration(member) && member.name.getText() === target.name.text);
    if (field !== undefined && ts.isPropertyDeclaration(field) && isUnreadField(view, field) && mayFailUnseen(view, assignment.right)) yield { start: assignment.right, place: `the field \`${field.name.getText()}\`` };
  }
}

/** A field that others could read, of a class that other modules cannot reach, and that nobody does read. */
function isUnreadField(view: FileView, field: ts.PropertyDeclaration): boolean {
  const { ts } = view;
  const owner = field.parent;
  if (!ts.isIdentifier(field.name) || isPrivateMember(ts, field) || ts.getModifiers(owner)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return false;
  if (!ts.isClassDeclaration(owner) || owner.name === undefined || isReExported(view, owner.name)) return false;
  return indexOf(ts, view.file).named(field.name.text).every((mention) => mention === field.name || isAssigned(ts, mention));
}

function isReExported(view: FileView, name: ts.Identifier): boolean {
  const { ts } = view;
  return referencesOf(view.compiler, name).some((mention) => ts.isExportSpecifier(mention.parent) || ts.isExportAssignment(mention.parent));
}

function isAssigned(ts: FileView["ts"], mention: ts.Node): boolean {
  const access = mention.parent;
  return ts.isPropertyAccessExpression(access) && ts.isBinaryExpression(access.parent) && access.parent.left === access && access.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** Whether an expression starts work whose rejection has no handler until somebody takes the promise. */
function mayFailUnseen(view: FileView, expression: ts.Expression): boolean {
  const { ts, ownership } = view;
  const value = unwrapped(ts, expression);
  // `import()` shares the work of the module loader.
  if (!ts.isCallExpression(value) || value.expression.kind === ts.SyntaxKind.ImportKeyword) return false;
  const loss = ownership.lossOf(value, false);
  return loss?.kind === "floating" && loss.task === "promise" && !loss.maybe;
}

/** A start at the module level. */
export interface ModuleStart {
  readonly start: ts.Expression;
  /** Whether its module says nothing else of it, no type and no mention, so that it may become a value where it stands. */
  readonly isOnlyDeclared: boolean;
}

/** Promises that a module starts when it is imported and hands out, without ever waiting for them itself. */
export function* startsAtModuleLevel(view: FileView): Generator<ModuleStart> {
  const { ts, compiler, ownership } = view;
  for (const statement of view.file.statements) {
    if (!ts.isVariableStatement(statement) || view.isProgramRoot(statement)) continue;
    for (const { name, initializer, type } of statement.declarationList.declarations) {
      if (initializer === undefined || !ts.isIdentifier(name) || !isExported(ts, name) || !mayFailUnseen(view, initializer)) continue;
      const isTaken = readsOfVariable(compiler, name).some(({ flowed }) => flowed.fate.kind === "chained" || ownership.isConsumed(flowed));
      if (!isTaken && !isImported(view, name)) yield { start: initializer, isOnlyDeclared: type === undefined && referencesOf(compiler, name).length === 0 };
    }
  }
}

/** Whether another file of the program names an export. */
function isImported(view: FileView, binding: ts.Identifier): boolean {
  const { ts, program, compiler } = view;
  const others = program.getSourceFiles().filter((file) => !file.isDeclarationFile && file !== view.file);
  return others.some((file) => indexOf(ts, file).named(binding.text).some((mention) => compiler.declarationOf(mention) === binding.parent));
}

/** Hooks that only a component in the browser can call; a server component starts its queries in its body on purpose. */
const clientHooks: ReadonlySet<string> = new Set(["useState", "useReducer", "useEffect", "useLayoutEffect", "useInsertionEffect", "useRef", "useMemo", "useCallback", "useSyncExternalStore", "useImperativeHandle", "useTransition", "useDeferredValue", "useOptimistic", "useActionState"]);

/**
 * Work that a component or a hook starts anew each time it is rendered, and keeps the promise of.
 * @param renders names of further functions that render.
 */
export function* startsInRender(view: FileView, renders: readonly string[]): Generator<UnwaitedStart> {
  const { ts } = view;
  if (!view.mentions(...clientHooks, ...renders)) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const fn = view.functionOf(call);
    if (fn === undefined || isAsync(ts, fn)) continue;
    const place = renderOf(view, fn, renders);
    if (place !== undefined && !isConditional(view, call, fn) && isNewWork(view, call)) yield { start: call, place };
  }
}

/** How a function takes part in rendering: as the component or hook itself, or as the callback of `useMemo`. */
function renderOf(view: FileView, fn: FunctionNode, renders: readonly string[]): string | undefined {
  const { ts } = view;
  const { parent } = fn;
  if (ts.isCallExpression(parent) && parent.arguments[0] === fn && hookName(ts, parent) === "useMemo") return "`useMemo`";
  const holder = ts.isCallExpression(parent) ? parent.parent : parent;
  const name = fn.name ?? (ts.isVariableDeclaration(holder) ? holder.name : undefined);
  if (name === undefined || !ts.isIdentifier(name)) return undefined;
  if (renders.includes(name.text)) return `\`${name.text}\``;
  return /^(?:[A-Z]|use[A-Z])/.test(name.text) && callsHook(ts, fn) ? `\`${name.text}\`` : undefined;
}

function hookName(ts: FileView["ts"], call: ts.CallExpression): string | undefined {
  const target = unwrapped(ts, call.expression);
  const name = ts.isPropertyAccessExpression(target) ? target.name : target;
  return ts.isIdentifier(name) && clientHooks.has(name.text) ? name.text : undefined;
}

function callsHook(ts: FileView["ts"], fn: FunctionNode): boolean {
  let calls = false;
  if (fn.body !== undefined) walkOwn(ts, fn.body, (node) => {
    if (ts.isCallExpression(node) && hookName(ts, node) !== undefined) calls = true;
    return !calls;
  });
  return calls;
}

/** Whether a call is made only under a condition: `cache.get(id) ?? load(id)`, `if (ref.current === null) …`. */
function isConditional(view: FileView, call: ts.Node, fn: FunctionNode): boolean {
  const { ts } = view;
  for (let child = call, up = call.parent; child !== fn; child = up, up = up.parent) {
    if (ts.isIfStatement(up) || ts.isConditionalExpression(up) || ts.isSwitchStatement(up)) return true;
    if (ts.isBinaryExpression(up) && up.right === child && up.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return true;
  }
  return false;
}

/** An async function of the project, or `fetch`: each call is new work, while other callees may answer from a cache. Dropped promises are floating tasks. */
function isNewWork(view: FileView, call: ts.CallExpression): boolean {
  const { ts, compiler, types, callees } = view;
  const type = compiler.typeOf(call);
  if (type === undefined || !types.isAlwaysTask(type) || types.taskKind(type) !== "promise") return false;
  const callee = callees.of(call);
  const isNew = callee.implementation === undefined ? callee.name === "fetch" && (callee.origin === "lib" || callee.origin === "node") : isAsync(ts, callee.implementation);
  const { fate } = fateOf(compiler, call);
  return isNew && fate.kind !== "dropped" && fate.kind !== "voided" && fate.kind !== "chained";
}
