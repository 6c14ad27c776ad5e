/** Timers that nobody can stop: what becomes of the handle, and whether the callback starts work. */
import type ts from "typescript";
import { endsItsObject } from "../catalog/lifecycles.ts";
import { fateOf, outerCall, type Flowed } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { indexOf } from "../language/nodes.ts";
import { isExported } from "./ownership.ts";
import { isPrivateMember, referencesOf } from "../language/references.ts";
import { isUsing } from "./tasks.ts";
import { enclosingClass, enclosingFunction, inlineFunction, isPromiseExecutor, unwrapped } from "../language/syntax.ts";

/** A timer whose handle reaches nobody who could clear it. */
export interface LostTimer {
  readonly call: ts.CallExpression;
  /** What comes of it: it fires for ever, it sets itself again after its object has ended, it starts work that nobody waits for, or it fires once. */
  readonly reason: "repeats" | "rearms" | "startsTask" | "once";
  /** Whether its callback starts work and voids it away. */
  readonly startsTask: boolean;
  /** Whether it does not keep the process alive. */
  readonly unref: boolean;
}

/** Objects whose `setTimeout` is the platform's. */
const holders: ReadonlySet<string> = new Set(["window", "globalThis", "self", "global", "timers"]);

/** The timers of a file that nothing can clear. */
export function* lostTimers(view: FileView): Generator<LostTimer> {
  const { ts } = view;
  if (!view.mentions("setTimeout", "setInterval")) return;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const name = timerName(view, call);
    const callback = call.arguments[0];
    if (name === undefined || callback === undefined) continue;
    const holding = holdingOf(view, fateOf(view.compiler, call));
    if (holding === "held" || !isTimer(view, call, callback)) continue;
    const facts = { call, startsTask: startsTask(view, callback), unref: holding === "unref" };
    if (name === "setTimeout") {
      if (facts.startsTask) yield { ...facts, reason: "startsTask" };
      else if (rearms(view, call, callback)) yield { ...facts, reason: "rearms" };
      else if (!isInExecutor(view, call)) yield { ...facts, reason: "once" };
    } else if (!keepsAlive(view, callback) && !runsOnce(view, call)) yield { ...facts, reason: "repeats" };
  }
}

function timerName(view: FileView, call: ts.CallExpression): "setTimeout" | "setInterval" | undefined {
  const { ts } = view;
  const target = unwrapped(ts, call.expression);
  const member = ts.isPropertyAccessExpression(target) && ts.isIdentifier(target.expression) && holders.has(target.expression.text) ? target.name : target;
  return ts.isIdentifier(member) && (member.text === "setTimeout" || member.text === "setInterval") ? member.text : undefined;
}

/** The platform's timer: not a project's function of the same name, and not the promise version of `node:timers/promises`, which takes no callback. */
function isTimer(view: FileView, call: ts.CallExpression, callback: ts.Expression): boolean {
  const { origin } = view.callees.of(call);
  if (origin !== "lib" && origin !== "node") return false;
  if (inlineFunction(view.ts, callback) !== undefined) return true;
  const type = view.compiler.typeOf(callback);
  return type !== undefined && view.compiler.callSignaturesOf(view.compiler.nonNullable(type)).length > 0;
}

type Holding = "held" | "unref" | "lost";

/** How many variables and fields a handle is followed through; one that goes further is in somebody's hands. */
const maxHops = 3;

/** Whether one use of a handle lets somebody clear the timer. */
function holdingOf(view: FileView, { fate, inside }: Flowed, hops = 0): Holding {
  const { ts, compiler } = view;
  if (inside !== undefined || hops > maxHops) return "held";
  switch (fate.kind) {
    case "dropped":
    case "voided":
    case "read":
      return "lost";
    case "member": {
      const call = ts.isPropertyAccessExpression(fate.by) && fate.by.name.text === "unref" ? outerCall(compiler, fate.by) : undefined;
      if (call === undefined) return "held";
      return holdingOf(view, fateOf(compiler, call), hops) === "held" ? "held" : "unref";
    }
    case "variable":
      return isUsing(ts, fate.by) ? "held" : ofVariable(view, fate.name, hops);
    case "field":
      return ofField(view, fate.by, hops);
    case "assigned": {
      if (!ts.isExpressionStatement(fate.by.parent)) return "held";
      const target = unwrapped(ts, fate.target);
      const declaration = compiler.declarationOf(ts.isPropertyAccessExpression(target) ? target.name : target);
      if (declaration === undefined) return "held";
      if (ts.isPropertyDeclaration(declaration)) return ofField(view, declaration, hops);
      const local = ts.isIdentifier(target) && ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && declaration.getSourceFile() === view.file;
      return local ? ofVariable(view, declaration.name, hops) : "held";
    }
    default:
      return "held";
  }
}

function ofVariable(view: FileView, name: ts.Identifier, hops: number): Holding {
  if (isExported(view.ts, name)) return "held";
  return bestOf(referencesOf(view.compiler, name).map((mention) => holdingOfMention(view, mention, hops)));
}

/** A private field is looked for in its class, any other in the whole program; where the class has a base, members of the same name count for its own. */
function ofField(view: FileView, field: ts.PropertyDeclaration, hops: number): Holding {
  const { ts, compiler, program } = view;
  const owner = field.parent;
  if ((!ts.isIdentifier(field.name) && !ts.isPrivateIdentifier(field.name)) || !ts.isClassLike(owner)) return "held";
  const name = field.name.text;
  const inClass = isPrivateMember(ts, field);
  const files = inClass ? [field.getSourceFile()] : program.getSourceFiles().filter((file) => !file.isDeclarationFile);
  const mentions = files.flatMap((file) => (inClass ? indexOf(ts, file).namedWithin(owner, name) : indexOf(ts, file).named(name)));
  const byName = inClass || owner.heritageClauses !== undefined;
  return bestOf(
    mentions.map((mention) => {
      const access = mention.parent;
      if (ts.isBindingElement(access)) return "held";
      const isOther = !ts.isPropertyAccessExpression(access) || access.name !== mention || (!byName && compiler.declarationOf(mention) !== field);
      return isOther ? "lost" : holdingOfMention(view, access, hops);
    }),
  );
}

function holdingOfMention(view: FileView, mention: ts.Expression, hops: number): Holding {
  const { ts } = view;
  const { parent } = mention;
  if (ts.isBinaryExpression(parent) && parent.left === mention && parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment && parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment) return "lost";
  return holdingOf(view, fateOf(view.compiler, mention), hops + 1);
}

function bestOf(all: readonly Holding[]): Holding {
  return all.includes("held") ? "held" : all.includes("unref") ? "unref" : "lost";
}

/** Whether the callback runs the method again that sets the timer, in a class whose objects come to an end: the end cannot stop it. Arguments that change with each turn make it a retry. */
function rearms(view: FileView, call: ts.CallExpression, callback: ts.Expression): boolean {
  const { ts } = view;
  const method = view.functionOf(call);
  if (method === undefined || !ts.isMethodDeclaration(method) || !ts.isClassLike(method.parent)) return false;
  const name = method.name.getText(view.file);
  const isAgain = (self: ts.Node): boolean => ts.isPropertyAccessExpression(self.parent) && self.parent.name.text === name && (!ts.isCallExpression(self.parent.parent) || self.parent.parent.arguments.length === 0 || self.parent.parent.arguments.includes(self as ts.Expression));
  if (!view.within(callback, ts.SyntaxKind.ThisKeyword).some(isAgain)) return false;
  return method.parent.members.some((member) => ts.isMethodDeclaration(member) && endsItsObject(member.name.getText(view.file)));
}

/** `setInterval(() => {}, …)` is there to keep the process alive. */
function keepsAlive(view: FileView, callback: ts.Expression): boolean {
  const body = inlineFunction(view.ts, callback)?.body;
  return body !== undefined && view.ts.isBlock(body) && body.statements.length === 0;
}

/** Whether a call runs at most once per process: at the module level, or in a function that only the module level of its file calls. */
export function runsOnce(view: FileView, node: ts.Node): boolean {
  const { ts } = view;
  const fn = view.functionOf(node);
  if (fn === undefined) return enclosingClass(ts, node) === undefined;
  if (!ts.isFunctionDeclaration(fn) || fn.name === undefined || !ts.isSourceFile(fn.parent) || ts.getModifiers(fn)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return false;
  const calls = referencesOf(view.compiler, fn.name);
  return calls.length > 0 && calls.every((mention) => outerCall(view.compiler, mention) !== undefined && view.functionOf(mention) === undefined && !isInLoop(ts, mention));
}

function isInLoop(ts: FileView["ts"], node: ts.Node): boolean {
  for (let up = node.parent; !ts.isSourceFile(up); up = up.parent) if (ts.isIterationStatement(up, false)) return true;
  return false;
}

/** Whether the callback itself starts work and `void`s it away. */
function startsTask(view: FileView, callback: ts.Expression): boolean {
  const { ts, ownership } = view;
  const body = inlineFunction(ts, callback)?.body;
  if (body === undefined) return false;
  return (view.within(body, ts.SyntaxKind.VoidExpression) as readonly ts.VoidExpression[]).some((node) => enclosingFunction(ts, node) === body.parent && ownership.lossOf(node.expression, true) !== undefined);
}

/** In the executor of a promise, the timer belongs to that promise. */
function isInExecutor(view: FileView, node: ts.Node): boolean {
  const { ts } = view;
  for (let fn = view.functionOf(node); fn !== undefined; fn = view.functionOf(fn)) if (isPromiseExecutor(ts, fn)) return true;
  return false;
}
