/** Parameters of callbacks that are good until the callback has ended: the transaction of `db.transaction(async (tx) => …)`. */
import type ts from "typescript";
import { endingCalls, endingMembers, lenders, lendingNames, lentTypes, transactionNames } from "../catalog/lenders.ts";
import { endHooks } from "../catalog/registrars.ts";
import type { Callee } from "../language/callee.ts";
import { fateOf, outerCall } from "../language/flow.ts";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, inlineFunction, isAsync, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { isUsing } from "../tasks/tasks.ts";

/** How many functions hand a callback on to the next before nothing is known of it. */
const maxDepth = 4;
/** Callbacks of these are given data, which is nobody's to take back. */
const dataCallbacks: ReadonlySet<string> = new Set(["map", "forEach", "filter", "flatMap", "reduce", "find", "some", "every", "then", "catch", "finally", "on", "once", "addEventListener", "sort", "from", "spawn", "setTimeout", "setInterval", "it", "test", "describe", "use", "get", "post", "put", "delete"]);

/**
 * Positions of the parameters of a callback that the callee takes back when the callback has ended: its body shows that, the catalogue
 * says so, or its name and the types do.
 */
export function lentTo(view: FileView, call: ts.CallExpression, index: number, fn: FunctionNode): readonly number[] {
  const name = calledMember(view.ts, call)?.name ?? (view.ts.isIdentifier(call.expression) ? call.expression.text : "");
  if (name === "" || (dataCallbacks.has(name) && name !== "use") || !(isAsync(view.ts, fn) || lendingNames.test(name))) return [];
  const callee = view.callees.of(call);
  const entry = lenders.find((row) => row.names.some((one) => callee.names.includes(one)) && callee.origin !== undefined && row.origins.includes(callee.origin));
  if (entry !== undefined) return entry.lends ?? [0];
  const parameter = callee.implementation?.parameters[index];
  const byBody = callee.implementation !== undefined && parameter !== undefined ? lentByBody(view, callee.implementation, parameter, 0) : [];
  if (byBody.length > 0) return byBody;
  // A body that hands the callback to a library shows nothing: then a name that means just that is believed.
  return (callee.implementation === undefined || transactionNames.test(name)) && lentByShape(view, call, callee, fn) ? [0] : [];
}

/** Positions at which a function calls one of its parameters with something that it takes back afterwards, as far as its body shows. */
export function lendsTo(view: FileView, implementation: FunctionNode, parameter: ts.ParameterDeclaration): readonly number[] {
  return lentByBody(view, implementation, parameter, 0);
}

/** Positions at which a function calls its parameter with something that it ends afterwards. */
function lentByBody(view: FileView, implementation: FunctionNode, parameter: ts.ParameterDeclaration, depth: number): readonly number[] {
  const { ts, compiler } = view;
  if (!ts.isIdentifier(parameter.name) || depth > maxDepth) return [];
  const found = new Set<number>();
  for (const mention of referencesOf(compiler, parameter.name)) {
    const call = outerCall(compiler, mention);
    if (call !== undefined) {
      for (const [position, given] of call.arguments.entries()) if (isEndedAfter(view, implementation, call, given, depth)) found.add(position);
      continue;
    }
    // Handed on as it is: whoever calls it says.
    const { fate } = fateOf(compiler, mention);
    if (fate.kind !== "argument" || !ts.isCallExpression(fate.by)) continue;
    const next = view.callees.of(fate.by);
    const given = next.implementation?.parameters[fate.index];
    if (next.implementation !== undefined && given !== undefined) for (const position of lentByBody(view, next.implementation, given, depth + 1)) found.add(position);
  }
  return [...found];
}

/** Whether what a callback is called with is disposed, released or committed by the code around that call once it is done. */
function isEndedAfter(view: FileView, implementation: FunctionNode, call: ts.CallExpression, given: ts.Expression, depth: number): boolean {
  const { ts, compiler } = view;
  const value = unwrapped(ts, given);
  const declaration = ts.isIdentifier(value) ? compiler.declarationOf(value) : undefined;
  if (declaration === undefined || !isWaitedFor(view, call)) return false;
  if (ts.isParameter(declaration)) return isLentItself(view, implementation, declaration, depth);
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || !contains(implementation, declaration)) return false;
  if (isUsing(ts, declaration) || sourceParameters(view, declaration).some((parameter) => isLentItself(view, implementation, parameter, depth))) return true;
  return [declaration.name, ...sourcesOf(view, declaration)].some((name) => referencesOf(compiler, name).some((use) => use.pos > call.pos && isEnding(ts, use)));
}

function isWaitedFor(view: FileView, call: ts.CallExpression): boolean {
  const { fate } = fateOf(view.compiler, call);
  return fate.kind !== "dropped" && fate.kind !== "voided";
}

/** `pool.with((conn) => body(conn))`: a parameter that the function itself was lent. */
function isLentItself(view: FileView, implementation: FunctionNode, parameter: ts.ParameterDeclaration, depth: number): boolean {
  const { ts } = view;
  const fn = parameter.parent;
  const call = fn.parent;
  if (depth > maxDepth || fn === implementation || !ts.isCallExpression(call)) return false;
  const index = call.arguments.findIndex((argument) => inlineFunction(ts, argument) === fn);
  const outer = index < 0 ? undefined : view.callees.of(call);
  const slot = outer?.implementation?.parameters[index];
  const position = fn.parameters.indexOf(parameter);
  return outer?.implementation !== undefined && slot !== undefined ? lentByBody(view, outer.implementation, slot, depth + 1).includes(position) : index >= 0 && lentTo(view, call, index, fn as FunctionNode).includes(position);
}

/** Variables that the value of a variable was made from: `conn` of `const tx = new Tx(conn)`. */
function sourcesOf(view: FileView, declaration: ts.VariableDeclaration): readonly ts.Identifier[] {
  const { ts } = view;
  return originsOf(view, declaration).flatMap((source) => (ts.isVariableDeclaration(source) && ts.isIdentifier(source.name) && view.functionOf(source) !== undefined ? [source.name] : []));
}

/** Parameters that the value of a variable was made from. */
function sourceParameters(view: FileView, declaration: ts.VariableDeclaration): readonly ts.ParameterDeclaration[] {
  return originsOf(view, declaration).filter((source) => view.ts.isParameter(source));
}

function originsOf(view: FileView, declaration: ts.VariableDeclaration): readonly ts.Declaration[] {
  const { ts, compiler } = view;
  if (declaration.initializer === undefined) return [];
  let made = unwrapped(ts, declaration.initializer);
  if (ts.isAwaitExpression(made)) made = unwrapped(ts, made.expression);
  if (!ts.isCallExpression(made) && !ts.isNewExpression(made)) return [];
  const receiver = ts.isCallExpression(made) ? calledMember(ts, made)?.receiver : undefined;
  return [...(receiver === undefined ? [] : [receiver]), ...(made.arguments ?? [])].flatMap((one) => {
    const source = ts.isIdentifier(one) ? compiler.declarationOf(one) : undefined;
    return source === undefined ? [] : [source];
  });
}

/** `x.release()`, `pool.release(x)`. */
function isEnding(ts: FileView["ts"], use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isPropertyAccessExpression(parent)) return ts.isCallExpression(parent.parent) && parent.parent.expression === parent && endingMembers.test(parent.name.text);
  if (ts.isElementAccessExpression(parent)) return /^Symbol\.(?:asyncDispose|dispose)$/u.test(parent.argumentExpression.getText());
  if (!ts.isCallExpression(parent) || !parent.arguments.includes(use)) return false;
  const name = calledMember(ts, parent)?.name ?? parent.expression.getText();
  return endingMembers.test(name) || endingCalls.test(name);
}

/**
 * A function that waits for its callback, named for lending or with a parameter of a type that is lent,
 * and what it gives the callback can do work.
 */
function lentByShape(view: FileView, call: ts.CallExpression, callee: Callee, fn: FunctionNode): boolean {
  const { ts, compiler, types } = view;
  const [first] = fn.parameters;
  if (first === undefined || !ts.isIdentifier(first.name)) return false;
  const given = compiler.typeOf(first.name);
  const result = compiler.typeOf(call);
  if (given === undefined || result === undefined || types.taskKind(result) === undefined || types.isScope(given)) return false;
  const typeName = nameOfType(given);
  if (!lendingNames.test(callee.name) && !(lentTypes.test(typeName) && returnsItsResult(ts, callee))) return false;
  return canWork(view, given);
}

function nameOfType(type: ts.Type): string {
  const symbols: readonly (ts.Symbol | undefined)[] = [type.aliasSymbol, type.symbol];
  return symbols.find((symbol) => symbol !== undefined)?.name ?? "";
}

/** `<T>(body: (x: X) => Promise<T>): Promise<T>`: what the callback brings is what the call brings. */
function returnsItsResult(ts: FileView["ts"], callee: Callee): boolean {
  const declaration = callee.declaration;
  const result = declaration?.type;
  if (result === undefined || !ts.isTypeReferenceNode(result) || !/^Promise(?:Like)?$/u.test(result.typeName.getText())) return false;
  const [brought] = result.typeArguments ?? [];
  return brought !== undefined && (declaration?.typeParameters ?? []).some((parameter) => parameter.name.text === brought.getText());
}

const workers = new WeakMap<ts.Type, boolean>();
/** How many calls a builder may take to the one that starts: `tx.insertInto("t").values(row).execute()`. */
const maxCalls = 3;
/** Types with more members than this are no builders; to look through them takes too long. */
const maxMembers = 30;

/** Whether a value of this type has a method that takes time, at the end of a chain of calls maybe, or runs something when it has ended. */
function canWork(view: FileView, type: ts.Type, calls = maxCalls): boolean {
  const { compiler, types } = view;
  const known = workers.get(type);
  if (known !== undefined) return known;
  // What a chain comes back to adds nothing.
  workers.set(type, false);
  const isStart = (signature: ts.Signature): boolean => {
    const result = compiler.returnTypeOf(signature);
    if (result === undefined) return false;
    return types.taskKind(result) !== undefined || (calls > 1 && (result.flags & view.ts.TypeFlags.Object) !== 0 && compiler.propertiesOf(result).length <= maxMembers && canWork(view, result, calls - 1));
  };
  const can = types.taskKind(type) === undefined && !types.isSignal(type) && (compiler.callSignaturesOf(type).some(isStart) || compiler.propertiesOf(type).some((property) => {
    if (endHooks.has(property.name)) return true;
    const at = property.valueDeclaration;
    const member = at === undefined ? undefined : compiler.typeOfSymbol(property, at);
    return member !== undefined && compiler.callSignaturesOf(member).some(isStart);
  }));
  // Seen from deeper in a chain, fewer calls are left: a no from there is none for others.
  if (can || calls === maxCalls) workers.set(type, can);
  else workers.delete(type);
  return can;
}
