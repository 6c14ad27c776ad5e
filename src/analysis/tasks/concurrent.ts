/** Functions that run side by side: tasks of one scope, operands of one combinator, callbacks that are called for every element without waiting. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { calledMember, hasModifier, inlineFunction, isAsync, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A function, what it shares its variables with, and why others run at the same time. */
export interface Concurrent {
  readonly fn: FunctionNode;
  /** What is declared in here belongs to one run alone. */
  readonly region: ts.Node;
  /** Functions that may run between two of its steps; itself among them when it is started more than once. */
  readonly beside: readonly FunctionNode[];
  /** In words: "the tasks of `tasks`", "the callbacks of `map`", "calls of `add`". */
  readonly why: string;
  /** Whether `this` is all that the runs share: a method, called by whoever has the object. */
  readonly isMethod: boolean;
}

const combinators: ReadonlySet<string> = new Set(["all", "allSettled", "any", "race"]);
const mappers: ReadonlySet<string> = new Set(["map", "flatMap", "forEach"]);

/** The functions of a file that may run while another run of them, or of a sibling, is suspended. */
export function* concurrentFunctions(view: FileView): Generator<Concurrent> {
  const { ts } = view;
  const spawned = new Map<string, { readonly fn: FunctionNode; readonly region: ts.Node; readonly many: boolean; readonly group: string }[]>();
  for (const call of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    if (member === undefined) continue;
    if (member.name === "spawn") {
      const fn = asyncArgument(view, call, 0);
      if (fn === undefined || !isScope(view, member.receiver)) continue;
      const region = repeatedRegion(view, call);
      const group = member.receiver.getText();
      const key = `${String(view.functionOf(call)?.pos ?? -1)} ${group}`;
      const tasks = spawned.get(key) ?? [];
      spawned.set(key, tasks);
      tasks.push({ fn, region: region ?? fn, many: region !== undefined, group });
    } else if (combinators.has(member.name)) yield* operands(view, call, member.receiver, member.name);
    else if (mappers.has(member.name) || member.name === "from") {
      const fn = asyncArgument(view, call, mappers.has(member.name) ? 0 : 1);
      const isTaskMap = fn === undefined && member.name === "map" && isTaskGroupClass(view, member.receiver);
      const callback = isTaskMap ? asyncArgument(view, call, 1) : fn;
      if (callback === undefined || (!isTaskMap && view.callees.of(call).origin !== "lib")) continue;
      yield { fn: callback, region: callback, beside: [callback], why: `the callbacks of \`${member.name}\``, isMethod: false };
    }
  }
  for (const tasks of spawned.values()) {
    for (const { fn, region, many, group } of tasks) {
      const beside = tasks.filter((task) => task.fn !== fn || many).map((task) => task.fn);
      if (beside.length > 0) yield { fn, region, beside, why: `the tasks of \`${group}\``, isMethod: false };
    }
  }
  yield* methods(view);
}

/** `Promise.all([(async () => …)(), …])` and `TaskGroup.all([async () => …, …])`. */
function* operands(view: FileView, call: ts.CallExpression, receiver: ts.Expression, name: string): Generator<Concurrent> {
  const { ts } = view;
  const list = call.arguments[0];
  const inner = list === undefined ? undefined : unwrapped(ts, list);
  if (inner === undefined || !ts.isArrayLiteralExpression(inner)) return;
  const thunks = isTaskGroupClass(view, receiver);
  if (!thunks && !view.callees.of(call).names.includes(`PromiseConstructor.${name}`)) return;
  const functions = inner.elements.map((element) => {
    const value = unwrapped(ts, element);
    const fn = thunks ? inlineFunction(ts, value) : ts.isCallExpression(value) ? inlineFunction(ts, value.expression) : undefined;
    return fn !== undefined && isAsync(ts, fn) ? fn : undefined;
  });
  const all = functions.filter((fn) => fn !== undefined);
  for (const fn of all) if (all.length > 1) yield { fn, region: fn, beside: all.filter((other) => other !== fn), why: `the operands of \`${receiver.getText()}.${name}\``, isMethod: false };
}

/** Async methods that anybody who holds the object may call while another call is under way. */
function* methods(view: FileView): Generator<Concurrent> {
  const { ts } = view;
  for (const method of view.nodes(ts.SyntaxKind.MethodDeclaration) as readonly ts.MethodDeclaration[]) {
    if (method.body === undefined || !isAsync(ts, method) || method.asteriskToken !== undefined || !ts.isClassLike(method.parent)) continue;
    if (hasModifier(ts, method, ts.SyntaxKind.StaticKeyword)) continue;
    yield { fn: method, region: method, beside: [method], why: `calls of \`${method.name.getText()}\``, isMethod: true };
  }
}

function asyncArgument(view: FileView, call: ts.CallExpression, index: number): FunctionNode | undefined {
  const argument = call.arguments[index];
  const fn = argument === undefined ? undefined : inlineFunction(view.ts, argument);
  return fn !== undefined && isAsync(view.ts, fn) ? fn : undefined;
}

function isScope(view: FileView, receiver: ts.Expression): boolean {
  const type = view.compiler.typeOf(receiver);
  return type !== undefined && view.types.isScope(type);
}

function isTaskGroupClass(view: FileView, receiver: ts.Expression): boolean {
  const target = unwrapped(view.ts, receiver);
  return view.ts.isIdentifier(target) && target.text === "TaskGroup";
}

/** The body of the loop, or the callback of an array method, that makes a call happen more than once within its function. */
function repeatedRegion(view: FileView, call: ts.CallExpression): ts.Node | undefined {
  const { ts } = view;
  for (let child: ts.Node = call, up = call.parent; !ts.isSourceFile(up); child = up, up = up.parent) {
    if (ts.isIterationStatement(up, false)) return up.statement === child ? up : undefined;
    if (!ts.isFunctionLike(up)) continue;
    const outer = up.parent;
    return ts.isCallExpression(outer) && mappers.has(calledMember(ts, outer)?.name ?? "") ? up : undefined;
  }
  return undefined;
}
