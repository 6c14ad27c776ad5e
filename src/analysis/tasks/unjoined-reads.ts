/** Variables that only tasks write, and that the function which spawned them reads before it has waited for them. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { spawnsOf, type Spawn } from "./spawns.ts";
import { contains, inlineFunction, type FunctionNode } from "../language/syntax.ts";

/** A reading that comes before the join of the task that writes. */
export interface UnjoinedRead {
  readonly at: ts.Identifier;
  readonly name: string;
  readonly spawn: ts.CallExpression;
}

/** The first such reading of each variable. */
export function* unjoinedReads(view: FileView): Generator<UnjoinedRead> {
  const { ts, compiler } = view;
  const spawns = [...spawnsOf(view)].filter(({ home }) => home === "own" || home === "given");
  const seen = new Set<ts.Declaration>();
  for (const spawn of spawns) {
    const thunk = spawn.call.arguments[0] === undefined ? undefined : inlineFunction(ts, spawn.call.arguments[0]);
    if (thunk?.body === undefined) continue;
    for (const write of view.within(thunk.body, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
      if (write.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isIdentifier(write.left)) continue;
      const declaration = compiler.declarationOf(write.left);
      if (declaration === undefined || seen.has(declaration) || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) continue;
      seen.add(declaration);
      const read = firstReading(view, declaration.name, spawn, spawns, thunk);
      if (read !== undefined) yield { at: read, name: declaration.name.text, spawn: spawn.call };
    }
  }
}

function firstReading(view: FileView, name: ts.Identifier, spawn: Spawn, spawns: readonly Spawn[], thunk: FunctionNode): ts.Identifier | undefined {
  const { ts, compiler, paths } = view;
  const home = view.functionOf(spawn.call);
  const declaration = name.parent as ts.VariableDeclaration;
  // A variable with a value of its own may be read at any time; one of another function is not this function's to wait for.
  if (declaration.initializer !== undefined || home === undefined || view.functionOf(declaration) !== home) return undefined;
  const isInTask = (mention: ts.Node): boolean => spawns.some(({ call }) => contains(call, mention));
  const mentions = referencesOf(compiler, name).filter((mention) => !isInTask(mention));
  const isWrite = (mention: ts.Node): boolean => ts.isBinaryExpression(mention.parent) && mention.parent.left === mention;
  if (mentions.some(isWrite) || contains(thunk, name)) return undefined;
  const region = blockOfGroup(view, spawn) ?? home;
  const targets = mentions.filter((mention) => view.functionOf(mention) === home && contains(region, mention));
  const group = spawn.group.getText();
  const handle = handleOf(view, spawn.call);
  // Any await that has to do with the group or the handle may be the join.
  const joins = (node: ts.Node): boolean => ts.isAwaitExpression(node) && [group, handle].some((text) => text !== undefined && node.expression.getText().includes(text));
  return paths.reached(home, spawn.call, new Set<ts.Node>(targets), joins) as ts.Identifier | undefined;
}

function handleOf(view: FileView, call: ts.CallExpression): string | undefined {
  const { parent } = call;
  return view.ts.isVariableDeclaration(parent) && view.ts.isIdentifier(parent.name) ? parent.name.text : undefined;
}

/** The block that `await using` closes with the group: what stands after it comes after the tasks. */
function blockOfGroup(view: FileView, { declaration, home }: Spawn): ts.Node | undefined {
  if (home !== "own" || declaration === undefined) return undefined;
  for (let up: ts.Node = declaration; !view.ts.isSourceFile(up); up = up.parent) if (view.ts.isBlock(up)) return up;
  return undefined;
}
