/** Timer fields that are emptied while the timer may still be armed. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { memberAccesses } from "../language/references.ts";
import { contains, enclosingClass, enclosingFunction, unwrapped } from "../language/syntax.ts";

/** `this.timer = null` without a `clearTimeout` before it. */
export interface NulledTimer {
  readonly at: ts.BinaryExpression;
  /** What starts the timer. */
  readonly start: ts.CallExpression;
  /** The field, as written. */
  readonly field: string;
  readonly clearer: string;
}

const clearers: ReadonlyMap<string, string> = new Map([["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"]]);

/** The fields of a file that forget a timer which other code of the class takes care to clear. */
export function* nulledTimers(view: FileView): Generator<NulledTimer> {
  const { ts, compiler } = view;
  for (const [starter, clearer] of clearers) {
    if (!view.mentions(clearer)) continue;
    const seen = new Set<ts.Node>();
    for (const id of view.named(starter)) {
      const start = id.parent;
      const target = ts.isCallExpression(start) && start.expression === id && ts.isBinaryExpression(start.parent) && start.parent.right === start ? unwrapped(ts, start.parent.left) : undefined;
      if (target === undefined || !ts.isCallExpression(start) || !ts.isPropertyAccessExpression(target) || target.expression.kind !== ts.SyntaxKind.ThisKeyword) continue;
      const owner = enclosingClass(ts, target);
      const field = owner === undefined ? undefined : compiler.declarationOf(target.name);
      if (owner === undefined || field === undefined || seen.has(field)) continue;
      seen.add(field);
      const accesses = memberAccesses(compiler, owner, target.name.text);
      const clears = accesses.filter((access) => isGivenTo(ts, access, clearer));
      const starts = accesses.flatMap((access) => startOf(ts, access, starter));
      if (clears.length === 0) continue;
      for (const access of accesses) {
        const write = access.parent;
        if (!ts.isBinaryExpression(write) || write.left !== access || write.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !isNothing(ts, write.right)) continue;
        const fn = enclosingFunction(ts, write);
        if (fn === undefined || ts.isConstructorDeclaration(fn) || clears.some((clear) => enclosingFunction(ts, clear) === fn)) continue;
        // The callback itself, and what it calls, know that the timer has fired.
        if (starts.some((one) => isOfCallback(view, one, write) || isWaitedFor(view, one, write))) continue;
        yield { at: write, start, field: access.getText(view.file), clearer };
      }
    }
  }
}

/** `clearTimeout(this.timer)`, also behind a cast. */
function isGivenTo(ts: FileView["ts"], access: ts.Expression, callee: string): boolean {
  let up: ts.Node = access.parent;
  while (ts.isParenthesizedExpression(up) || ts.isAsExpression(up) || ts.isNonNullExpression(up) || ts.isSatisfiesExpression(up)) up = up.parent;
  return ts.isCallExpression(up) && up.expression.getText() === callee;
}

function startOf(ts: FileView["ts"], access: ts.PropertyAccessExpression, starter: string): readonly ts.CallExpression[] {
  const { parent } = access;
  if (!ts.isBinaryExpression(parent) || parent.left !== access) return [];
  const value = unwrapped(ts, parent.right);
  return ts.isCallExpression(value) && value.expression.getText() === starter ? [value] : [];
}

function isNothing(ts: FileView["ts"], value: ts.Expression): boolean {
  const inner = unwrapped(ts, value);
  return inner.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(inner) && inner.text === "undefined");
}

/** Whether a function has waited for the timer by then: `await new Promise((done) => { this.timer = setTimeout(done, ms); }); this.timer = undefined;`. */
function isWaitedFor({ ts }: FileView, start: ts.CallExpression, node: ts.Node): boolean {
  const fn = enclosingFunction(ts, node);
  for (let up: ts.Node = start.parent; up !== fn && !ts.isSourceFile(up); up = up.parent) if (ts.isAwaitExpression(up) && enclosingFunction(ts, up) === fn) return up.end <= node.pos;
  return false;
}

/** Whether a node runs when the timer has fired: it stands in the callback, or in a method that the callback calls or is, or that one of those calls. */
function isOfCallback(view: FileView, start: ts.CallExpression, node: ts.Node): boolean {
  const { ts } = view;
  const [given] = start.arguments;
  const callback = given === undefined ? undefined : (view.callees.functionOf(given) ?? given);
  if (callback === undefined || contains(callback, node)) return callback !== undefined;
  const seen = new Set<string>();
  const queue: ts.Node[] = [callback];
  for (let root = queue.pop(); root !== undefined; root = queue.pop()) {
    for (const self of view.within(root, ts.SyntaxKind.ThisKeyword)) {
      const name = ts.isPropertyAccessExpression(self.parent) ? self.parent.name.text : undefined;
      if (name === undefined || seen.has(name)) continue;
      seen.add(name);
      const member = enclosingClass(ts, start)?.members.find((one) => one.name?.getText(view.file) === name);
      if (member !== undefined && contains(member, node)) return true;
      if (member !== undefined) queue.push(member);
    }
  }
  return false;
}

