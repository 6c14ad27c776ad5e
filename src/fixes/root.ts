/** Yields what runs as a program of its own inside an operation, so that it belongs to the scope of that operation. */
import type ts from "typescript";
import type { NestedRoot } from "../analysis/tasks/spawns.ts";
import type { Fix } from "./edit.ts";
import { droppedExpression, withoutParens } from "./place.ts";
import { replace, type FixView } from "./view.ts";

/** What to yield in the place of a runner of Effect. */
interface Replacement {
  /** The function of `Effect` that the effect goes through, by the names that it has in the versions of the library; none for the effect itself. */
  readonly via: readonly string[];
  /** Whether the `yield*` gives what the runner returns; a promise it does not give. */
  readonly sameValue: boolean;
}

const effects: Readonly<Record<string, Replacement>> = {
  runSync: { via: [], sameValue: true },
  runSyncExit: { via: ["exit"], sameValue: true },
  runFork: { via: ["forkChild", "fork"], sameValue: true },
  runPromise: { via: [], sameValue: false },
  runPromiseExit: { via: ["exit"], sameValue: false },
};

/**
 * `Effect.runSync(x)` becomes `yield* x`, `Effect.runFork(x)` `yield* Effect.forkChild(x)`, and Effection's `run(op)` `yield* op()`.
 * @returns `undefined` in generators that are not known to be operations, and where the value that is used would be another.
 */
export function yieldInstead(view: FixView, { call, name, library, isInOperation }: NestedRoot): Fix | undefined {
  const { ts, file } = view;
  const [program, ...more] = call.arguments;
  if (!isInOperation || program === undefined || more.length > 0 || ts.isSpreadElement(program)) return undefined;
  const fix = { title: "Yield the operation, so that it belongs to this scope", applicability: "unsafe" } as const;
  const dropped = droppedExpression(ts, call);
  // `.then(…)` after the call has no place in an operation.
  const isDropped = dropped !== undefined && !ts.isPropertyAccessExpression(call.parent);
  const text = library === "effect" ? effectOf(view, call, name, program, isDropped) : operationOf(view, program);
  if (text === undefined) return undefined;
  if (isDropped) return { ...fix, edits: [replace(view, dropped.getStart(file), dropped.end, `yield* ${text}`)] };
  const up = call.parent;
  if (library === "effection") return ts.isYieldExpression(up) && up.asteriskToken !== undefined ? { ...fix, edits: [replace(view, call.getStart(file), call.end, text)] } : undefined;
  const standsAlone = ts.isVariableDeclaration(up) || ts.isReturnStatement(up) || (ts.isCallExpression(up) && up.expression !== call);
  return { ...fix, edits: [replace(view, call.getStart(file), call.end, standsAlone ? `yield* ${text}` : `(yield* ${text})`)] };
}

function effectOf(view: FixView, call: ts.CallExpression, name: string, program: ts.Expression, isDropped: boolean): string | undefined {
  const { ts, file } = view;
  const entry = effects[name];
  if (entry === undefined || !(entry.sameValue || isDropped)) return undefined;
  if (entry.via.length === 0) return program.getText(file);
  const callee = withoutParens(ts, call.expression);
  const module = ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
  const type = module === undefined ? undefined : view.compiler.typeOf(module);
  const via = type === undefined ? undefined : entry.via.find((one) => view.compiler.propertyOf(type, one) !== undefined);
  return module === undefined || via === undefined ? undefined : `${module.getText(file)}.${via}(${program.getText(file)})`;
}

/** The operation that a function makes which takes nothing: its call, or the body of an arrow function. */
function operationOf(view: FixView, program: ts.Expression): string | undefined {
  const { ts, file } = view;
  const fn = withoutParens(ts, program);
  if (ts.isArrowFunction(fn)) return ts.isBlock(fn.body) || fn.parameters.length > 0 ? undefined : fn.body.getText(file);
  const text = fn.getText(file);
  if (ts.isFunctionExpression(fn)) return fn.parameters.length > 0 ? undefined : `(${text})()`;
  return ts.isIdentifier(fn) || ts.isPropertyAccessExpression(fn) ? `${text}()` : undefined;
}
