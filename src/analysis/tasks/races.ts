/** State that two runs of a function share, and that one run reads before it is suspended and writes from that reading afterwards. */
import type ts from "typescript";
import { concurrentFunctions, type Concurrent } from "./concurrent.ts";
import { decides, isEmpty, isLatched, presence, readsIn } from "./places.ts";
import type { FileView } from "../index.ts";
import { isPrivateMember, memberAccesses, referencesOf } from "../language/references.ts";
import { calledMember, contains, hasModifier, unwrapped, walkOwn } from "../language/syntax.ts";

/** A write from a stale reading. */
export interface Race {
  /** `lostUpdate`: the new value is computed from the old one; `checkThenAct`: the old value decided that it is written. */
  readonly kind: "lostUpdate" | "checkThenAct";
  /** The write. */
  readonly at: ts.Node;
  /** The reading or test that is stale by then. */
  readonly read: ts.Node;
  /** What is shared, as written: `total`, `this.balance`. */
  readonly place: string;
  /** Who runs beside, in words. */
  readonly beside: string;
}

/** What one function does, in the order of the source, nested functions left out. */
interface Body {
  readonly concurrent: Concurrent;
  readonly awaits: readonly ts.Node[];
  readonly writes: readonly ts.BinaryExpression[];
  readonly calls: readonly ts.CallExpression[];
  readonly tests: readonly ts.IfStatement[];
  readonly declarations: readonly ts.VariableDeclaration[];
}

/** Words of code that lets one run at a time into a section. */
const exclusive = /lock|mutex|semaphore|exclusive|acquire|enqueue|serializ|queue/i;

/** What counts as shared, and who keeps other runs out. */
export interface RaceDemands {
  /** Whether members of shared objects count, beside variables and members of `this`. */
  readonly properties: boolean;
  /** Which fields may not be made twice: those that hold something to be closed, or all. */
  readonly memos: "resources" | "all";
  /** Whether a call lets one run at a time into what follows it. */
  readonly isGuard: (call: ts.CallExpression) => boolean;
  /** Names of decorators that let one call of a method run at a time. */
  readonly singleFlight: readonly string[];
}

/** The races of a file. */
export function* racesOf(view: FileView, demands: RaceDemands): Generator<Race> {
  if (view.nodes(view.ts.SyntaxKind.AwaitExpression).length === 0) return;
  for (const concurrent of concurrentFunctions(view)) {
    const body = bodyOf(view, concurrent);
    if (body === undefined || body.awaits.length === 0 || isGuarded(view, body, demands)) continue;
    for (const write of body.writes) {
      const place = unwrapped(view.ts, write.left);
      if (!isShared(view, place, concurrent, demands.properties)) continue;
      const race = lostUpdate(view, body, write, place) ?? staleTest(view, body, write, place, demands);
      if (race !== undefined) yield race;
    }
    for (const call of body.calls) {
      const race = staleLookup(view, body, call, demands);
      if (race !== undefined) yield race;
    }
  }
}

function bodyOf(view: FileView, concurrent: Concurrent): Body | undefined {
  const { ts } = view;
  const { body } = concurrent.fn;
  if (body === undefined) return undefined;
  const [awaits, writes, calls, tests, declarations]: [ts.Node[], ts.BinaryExpression[], ts.CallExpression[], ts.IfStatement[], ts.VariableDeclaration[]] = [[], [], [], [], []];
  walkOwn(ts, body, (node) => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) awaits.push(node);
    else if (ts.isBinaryExpression(node) && isAssignment(ts, node.operatorToken.kind)) writes.push(node);
    else if (ts.isCallExpression(node)) calls.push(node);
    else if (ts.isIfStatement(node)) tests.push(node);
    else if (ts.isVariableDeclaration(node)) declarations.push(node);
    return undefined;
  });
  return { concurrent, awaits, writes, calls, tests, declarations };
}

function isAssignment(ts: FileView["ts"], kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** A run that holds a lock is alone. */
function isGuarded(view: FileView, { concurrent, calls, declarations }: Body, { isGuard, singleFlight }: RaceDemands): boolean {
  const { ts } = view;
  if (isSharedRun(view, concurrent)) return true;
  const decorators = ts.canHaveDecorators(concurrent.fn) ? (ts.getDecorators(concurrent.fn) ?? []) : [];
  if (decorators.some(({ expression }) => singleFlight.includes((ts.isCallExpression(expression) ? expression.expression : expression).getText()))) return true;
  if (calls.some((call) => isGuard(call) || exclusive.test(call.expression.getText()))) return true;
  return declarations.some((declaration) => exclusive.test(declaration.getText())) || exclusive.test(concurrent.fn.name?.getText() ?? "");
}

/** `this.opening = this.open()`: a private method whose every call is kept in a field, for the next caller to find and wait for. */
function isSharedRun({ ts, compiler }: FileView, { fn, isMethod }: Concurrent): boolean {
  if (!isMethod || fn.name === undefined || !ts.isClassLike(fn.parent) || !isPrivateMember(ts, fn)) return false;
  const calls = memberAccesses(compiler, fn.parent, fn.name.getText()).map((access) => access.parent);
  return calls.length > 0 && calls.every((call) => ts.isCallExpression(call) && ts.isBinaryExpression(call.parent) && call.parent.right === call && unwrapped(ts, call.parent.left).getText().startsWith("this."));
}

/** Whether other runs see what is written here: a variable from outside, a member of `this`, and where wanted a member of an object from outside. */
function isShared(view: FileView, place: ts.Expression, { region, isMethod }: Concurrent, properties: boolean): boolean {
  const { ts, compiler } = view;
  let root = place;
  while (ts.isPropertyAccessExpression(root)) root = unwrapped(ts, root.expression);
  if (root.kind === ts.SyntaxKind.ThisKeyword) return ts.isPropertyAccessExpression(place) && place.expression === root;
  if (!ts.isIdentifier(root) || (root !== place && !properties) || isMethod) return false;
  const declaration = compiler.declarationOf(root);
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && !contains(region, declaration);
}

function lostUpdate(view: FileView, body: Body, write: ts.BinaryExpression, place: ts.Expression): Race | undefined {
  const { ts } = view;
  const { concurrent, awaits } = body;
  const race = (read: ts.Node): Race => ({ kind: "lostUpdate", at: write, read, place: place.getText(), beside: concurrent.why });
  if (!writtenBeside(view, concurrent, place) || (concurrent.isMethod && !isPublic(view, concurrent.fn))) return undefined;
  const within = awaits.filter((node) => contains(write.right, node) && isNewWork(ts, node));
  const isPlain = write.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  const isLogical = write.operatorToken.kind === ts.SyntaxKind.QuestionQuestionEqualsToken || write.operatorToken.kind === ts.SyntaxKind.BarBarEqualsToken || write.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
  // `x += await f()` takes the old value of `x` before it waits.
  if (!isPlain && !isLogical && within.length > 0) return race(write.left);
  if (!isPlain) return undefined;
  const reads = readsIn(view, write.right, place);
  const early = reads.find((read) => within.some((node) => read.pos < node.end));
  if (early !== undefined) return race(early);
  if (reads.length > 0) return undefined;
  return staleCopy(view, body, write, place, race);
}

/** What only its own class, a subclass or a base class calls, they may call in turn. */
function isPublic(view: FileView, method: ts.Node): boolean {
  const { ts, compiler } = view;
  if (!ts.isMethodDeclaration(method) || !ts.isIdentifier(method.name) || isHidden(ts, method) || !ts.isClassLike(method.parent)) return false;
  const name = method.name.text;
  const base = method.parent.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const type = base === undefined ? undefined : compiler.typeOf(base);
  const inherited = type === undefined ? undefined : compiler.propertyOf(type, name)?.valueDeclaration;
  return inherited === undefined || !isHidden(ts, inherited);
}

function isHidden(ts: FileView["ts"], member: ts.Node): boolean {
  return hasModifier(ts, member, ts.SyntaxKind.PrivateKeyword) || hasModifier(ts, member, ts.SyntaxKind.ProtectedKeyword);
}

/** Whether an await waits for something that starts here: all who wait for a promise that is there already get the same value. */
function isNewWork(ts: FileView["ts"], node: ts.Node): boolean {
  if (!ts.isAwaitExpression(node)) return true;
  const value = unwrapped(ts, node.expression);
  return !ts.isIdentifier(value) && !ts.isPropertyAccessExpression(value);
}

/** `const old = this.x; await …; this.x = old + 1;` */
function staleCopy(view: FileView, { concurrent, awaits, declarations }: Body, write: ts.BinaryExpression, place: ts.Expression, race: (read: ts.Node) => Race): Race | undefined {
  const { ts, paths, compiler } = view;
  for (const declaration of declarations) {
    const { name, initializer } = declaration;
    if (initializer === undefined || !ts.isIdentifier(name) || declaration.end > write.pos || !referencesOf(compiler, name).some((mention) => contains(write.right, mention))) continue;
    const [read] = readsIn(view, initializer, place);
    if (read === undefined || !isValue(ts, initializer, read)) continue;
    const between = awaits.find((node) => node.pos >= declaration.end && node.end <= write.right.end && paths.reached(concurrent.fn, declaration, new Set([node]), () => false) !== undefined && (contains(write, node) || paths.reached(concurrent.fn, node, new Set([write]), (other) => other === declaration) !== undefined));
    if (between === undefined || isLookedAtAgain(view, concurrent, between, write, place)) continue;
    return race(read);
  }
  return undefined;
}

/** Whether a copy is of the value itself, or of arithmetic on it, not of something else that is asked of it. */
function isValue(ts: FileView["ts"], initializer: ts.Expression, read: ts.Node): boolean {
  for (let node = read; node !== initializer; node = node.parent) {
    const { parent } = node;
    const passes = ts.isBinaryExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent) || ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent) || ts.isNonNullExpression(parent) || ts.isAsExpression(parent);
    if (!passes) return false;
  }
  return true;
}

/** Whether a sibling, or another run of the function itself, writes the same place. */
function writtenBeside(view: FileView, { fn, beside }: Concurrent, place: ts.Expression): boolean {
  const { ts } = view;
  const text = place.getText();
  return beside.some((other) => {
    if (other === fn) return true;
    let writes = false;
    if (other.body !== undefined) walkOwn(ts, other.body, (node) => {
      if (ts.isBinaryExpression(node) && isAssignment(ts, node.operatorToken.kind) && node.left.getText() === text) writes = true;
      if ((ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) && node.operand.getText() === text) writes = true;
      return !writes;
    });
    return writes;
  });
}

/** Whether a place is read again after the await and before the write: whoever does that has thought of it. */
function isLookedAtAgain(view: FileView, { fn }: Concurrent, from: ts.Node, write: ts.Node, place: ts.Expression): boolean {
  return fn.body !== undefined && readsIn(view, fn.body, place).some((read) => read.pos >= from.end && read.end <= write.pos);
}

/** `if (!this.x) { …await…; this.x = … }` and `if (this.x) return; …await…; this.x = …`. */
function staleTest(view: FileView, body: Body, write: ts.BinaryExpression, place: ts.Expression, { memos }: RaceDemands): Race | undefined {
  const { ts } = view;
  const { concurrent, tests } = body;
  if (write.operatorToken.kind !== ts.SyntaxKind.EqualsToken || isEmpty(ts, write.right) || !writtenBeside(view, concurrent, place)) return undefined;
  for (const test of tests) {
    const [read] = readsIn(view, test.expression, place);
    if (read === undefined || test.pos > write.pos) continue;
    const present = presence(ts, test.expression, read);
    if (present === undefined || !decides(ts, test, write, present)) continue;
    if (isLatched(view, body, read) || !waitsBetween(view, body, read, write, place) || (memos === "resources" && !isResource(view, write.right))) continue;
    return { kind: "checkThenAct", at: write, read: test.expression, place: place.getText(), beside: concurrent.why };
  }
  return undefined;
}

const closers: readonly string[] = ["close", "dispose", "destroy", "disconnect", "end", "release", "stop", "terminate", "kill", "unsubscribe"];

/** Whether a value has to be closed by somebody: the one that is overwritten never will be. Anything else is merely made twice. */
function isResource(view: FileView, expression: ts.Expression): boolean {
  const type = view.compiler.typeOf(expression);
  if (type === undefined || view.compiler.isOpaque(type)) return false;
  return view.compiler.partsOf(view.compiler.nonNullable(type)).some((part) => closers.some((name) => view.compiler.propertyOf(part, name) !== undefined));
}

/** Whether the function is suspended between a test and a write, claims nothing before that, and does not look again after it. */
function waitsBetween(view: FileView, { concurrent, awaits, writes, calls }: Body, read: ts.Node, write: ts.Node, place: ts.Expression): boolean {
  const { paths } = view;
  const between = awaits.filter((node) => node.pos >= read.end && (contains(write, node) || (node.end <= write.pos && paths.reached(concurrent.fn, read, new Set([node]), () => false) !== undefined && paths.reached(concurrent.fn, node, new Set([write]), () => false) !== undefined)));
  const [first] = between;
  if (first === undefined || !between.some((node) => isNewWork(view.ts, node))) return false;
  // A flag, field or entry that is set before the first await keeps the next run out, or tells it.
  const isEarly = (other: ts.Node): boolean => other !== write && other.pos >= read.end && other.end <= first.end;
  if (writes.some((other) => isEarly(other) && view.ts.isPropertyAccessExpression(unwrapped(view.ts, other.left)))) return false;
  if (calls.some((call) => isEarly(call) && adders.has(calledMember(view.ts, call)?.name ?? ""))) return false;
  return !isLookedAtAgain(view, concurrent, first, write, place);
}

const adders: ReadonlySet<string> = new Set(["set", "add", "push"]);

/** `if (!this.map.has(k)) this.map.set(k, await …)`, and `const hit = this.map.get(k); if (hit) return hit; … this.map.set(k, …)` after an await. */
function staleLookup(view: FileView, body: Body, call: ts.CallExpression, { properties, memos }: RaceDemands): Race | undefined {
  const { ts } = view;
  const { concurrent, tests, declarations } = body;
  const member = calledMember(ts, call);
  const key = call.arguments[0];
  if (member === undefined || key === undefined || (member.name !== "set" && member.name !== "add")) return undefined;
  const place = unwrapped(ts, member.receiver);
  if (!isShared(view, place, concurrent, properties) || view.callees.of(call).origin !== "lib") return undefined;
  const value = call.arguments[1];
  // Work in the very call, or something to be closed; to look a thing up twice does no harm.
  const matters = memos === "all" || (value !== undefined && (body.awaits.some((node) => contains(value, node)) || isResource(view, value)));
  if (!matters) return undefined;
  for (const test of tests) {
    const lookup = lookupIn(view, test.expression, declarations, place, key);
    if (lookup === undefined || test.pos > call.pos || !decides(ts, test, call, lookup.present) || isLatched(view, body, lookup.read) || !waitsBetween(view, body, lookup.read, call, place)) continue;
    return { kind: "checkThenAct", at: call, read: test.expression, place: place.getText(), beside: concurrent.why };
  }
  return undefined;
}

function lookupIn(view: FileView, condition: ts.Expression, declarations: readonly ts.VariableDeclaration[], place: ts.Expression, key: ts.Expression): { readonly read: ts.Node; readonly present: boolean } | undefined {
  const { ts } = view;
  const test = unwrapped(ts, condition);
  if (ts.isPrefixUnaryExpression(test) && test.operator === ts.SyntaxKind.ExclamationToken) {
    const inner = lookupIn(view, test.operand, declarations, place, key);
    return inner === undefined ? undefined : { read: inner.read, present: !inner.present };
  }
  const isLookup = (expression: ts.Expression | undefined): boolean => {
    const value = expression === undefined ? undefined : unwrapped(ts, expression);
    const member = value !== undefined && ts.isCallExpression(value) ? calledMember(ts, value) : undefined;
    return member !== undefined && (member.name === "has" || member.name === "get") && unwrapped(ts, member.receiver).getText() === place.getText() && value !== undefined && ts.isCallExpression(value) && value.arguments[0]?.getText() === key.getText();
  };
  if (ts.isCallExpression(test)) return isLookup(test) ? { read: test, present: true } : undefined;
  const tested = ts.isBinaryExpression(test) ? unwrapped(ts, test.left) : test;
  if (!ts.isIdentifier(tested)) return undefined;
  const present = presence(ts, condition, tested);
  const declaration = declarations.find(({ name }) => ts.isIdentifier(name) && name.text === tested.text);
  return present === undefined || declaration === undefined || !isLookup(declaration.initializer) ? undefined : { read: declaration, present };
}
