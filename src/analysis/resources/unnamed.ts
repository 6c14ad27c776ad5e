/** Resources that are used where they are made and never get a name: nobody can give them back, although the same function's are given back elsewhere. */
import type ts from "typescript";
import { finalMembers } from "../catalog/releases.ts";
import type { FileView } from "../index.ts";
import { calledMember, unwrapped } from "../language/syntax.ts";
import type { Acquisition } from "./resources.ts";
import { nameOfCall } from "./releases.ts";

/** `await this.createRunner().query(sql)`, in a file that elsewhere calls `runner.release()` on what `createRunner` returns. */
export function* unnamedResources(view: FileView): Generator<Acquisition> {
  const makers = releasedMakers(view);
  if (makers.size === 0) return;
  const { ts, compiler, callees, resources } = view;
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const makersOfName = makers.get(nameOfCall(ts, call));
    if (makersOfName === undefined || !isUsedUp(view, call)) continue;
    const { symbol } = callees.of(call);
    const type = compiler.typeOf(call);
    const release = type === undefined ? undefined : resources.releaseOf(compiler.nonNullable(compiler.awaited(type)));
    if (symbol === undefined || !makersOfName.has(symbol) || release === undefined || type === undefined) continue;
    const what = (compiler.nonNullable(compiler.awaited(type)).symbol as ts.Symbol | undefined)?.name ?? nameOfCall(ts, call);
    yield { call, what: `\`${what}\``, release, demand: "always", entry: undefined };
  }
}

/** Functions whose results this file gives back, by name. */
function releasedMakers(view: FileView): ReadonlyMap<string, ReadonlySet<ts.Symbol>> {
  const { ts, compiler, callees } = view;
  const makers = new Map<string, Set<ts.Symbol>>();
  for (const member of finalMembers) {
    for (const name of view.named(member)) {
      const access = name.parent;
      if (!ts.isPropertyAccessExpression(access) || access.name !== name || !ts.isCallExpression(access.parent) || access.parent.arguments.length > 0) continue;
      const receiver = unwrapped(ts, access.expression);
      const declaration = ts.isIdentifier(receiver) ? compiler.declarationOf(receiver) : undefined;
      const made = declaration !== undefined && ts.isVariableDeclaration(declaration) && declaration.getSourceFile() === view.file ? declaration.initializer : undefined;
      const call = made === undefined ? undefined : rootOf(ts, made);
      const symbol = call === undefined ? undefined : callees.of(call).symbol;
      if (call === undefined || symbol === undefined) continue;
      const known = makers.get(nameOfCall(ts, call)) ?? new Set();
      makers.set(nameOfCall(ts, call), known.add(symbol));
    }
  }
  return makers;
}

/** The call that a chain of calls begins with: `this.find(x)` of `await this.find(x).limit(1)`. */
function rootOf(ts: FileView["ts"], expression: ts.Expression): ts.CallExpression | undefined {
  let value = unwrapped(ts, expression);
  if (ts.isAwaitExpression(value)) value = unwrapped(ts, value.expression);
  for (;;) {
    if (!ts.isCallExpression(value)) return undefined;
    const receiver = calledMember(ts, value)?.receiver;
    const inner = receiver === undefined ? undefined : unwrapped(ts, receiver);
    if (inner === undefined || !ts.isCallExpression(inner)) return value;
    value = inner;
  }
}

/** Whether a value is only the receiver of a call that gives something else, which is awaited: whatever it is of is out of reach after that. */
function isUsedUp(view: FileView, made: ts.CallExpression): boolean {
  const { ts, compiler, resources } = view;
  const symbolOf = (node: ts.Expression): ts.Symbol | undefined => {
    const type = compiler.typeOf(node);
    return type === undefined ? undefined : (compiler.nonNullable(compiler.awaited(type)).symbol);
  };
  let value: ts.Expression = made;
  for (let links = 0; links < 8; links++) {
    let up: ts.Node = value.parent;
    while (ts.isAwaitExpression(up) || ts.isParenthesizedExpression(up) || ts.isNonNullExpression(up)) up = up.parent;
    if (!ts.isPropertyAccessExpression(up) || !ts.isCallExpression(up.parent) || up.parent.expression !== up) return false;
    const type = compiler.typeOf(up.expression);
    if (type !== undefined && resources.releaseOf(compiler.nonNullable(type))?.members.has(up.name.text) === true) return false;
    value = up.parent;
    if (symbolOf(value) !== symbolOf(made)) return ts.isAwaitExpression(value.parent) || ts.isReturnStatement(value.parent);
  }
  return false;
}
