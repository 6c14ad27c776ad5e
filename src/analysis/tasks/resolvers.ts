/** Promises that are settled from outside: `Promise.withResolvers()`, deferred objects, executors that only put their resolvers away. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { fateOf } from "../language/flow.ts";
import { referencesOf } from "../language/references.ts";
import { enclosingFunction, inlineFunction, unwrapped } from "../language/syntax.ts";

/** Whether a promise is made without an executor, or with one that only puts its resolvers away: it starts nothing. */
export function isDeferredExecutor(ts: FileView["ts"], creation: ts.NewExpression): boolean {
  const [argument] = creation.arguments ?? [];
  if (argument === undefined) return true;
  const executor = inlineFunction(ts, argument);
  if (executor?.body === undefined) return false;
  const parameters = executor.parameters.map(({ name }) => name.getText());
  const steps = ts.isBlock(executor.body) ? executor.body.statements.map((statement) => (ts.isExpressionStatement(statement) ? statement.expression : undefined)) : [executor.body];
  return steps.every((step) => step !== undefined && ts.isBinaryExpression(step) && step.operatorToken.kind === ts.SyntaxKind.EqualsToken && parameters.includes(unwrapped(ts, step.right).getText()));
}

/** Whether an expression is an object that holds a promise beside the functions that settle it. */
export function isDeferredType({ compiler, types }: FileView, at: ts.Expression): boolean {
  const type = compiler.typeOf(at);
  if (type === undefined) return false;
  const promise = compiler.propertyOf(type, "promise");
  const reject = compiler.propertyOf(type, "reject");
  const promiseType = promise === undefined || reject === undefined ? undefined : compiler.typeOfSymbol(promise, at);
  return promiseType !== undefined && types.taskKind(promiseType) === "promise";
}

/**
 * Names of the local variables by which a promise that starts nothing can be settled, besides its own name: none for a promise with resolvers on it.
 * @returns `undefined` for any other promise, and where a resolver goes further than a local variable.
 */
export function localResolversOf({ ts, compiler }: FileView, start: ts.Expression): readonly string[] | undefined {
  const creation = unwrapped(ts, start);
  const executor = ts.isNewExpression(creation) && creation.arguments?.[0] !== undefined && isDeferredExecutor(ts, creation) ? inlineFunction(ts, creation.arguments[0]) : undefined;
  if (executor?.body !== undefined) {
    const steps = ts.isBlock(executor.body) ? executor.body.statements.map((statement) => (ts.isExpressionStatement(statement) ? statement.expression : undefined)) : [executor.body];
    const targets = steps.map((step) => (step !== undefined && ts.isBinaryExpression(step) && ts.isIdentifier(step.left) ? step.left.text : undefined));
    return targets.every((target) => target !== undefined) ? targets : undefined;
  }
  const type = compiler.typeOf(creation);
  return type !== undefined && ["then", "resolve", "reject"].every((name) => compiler.propertyOf(type, name) !== undefined) ? [] : undefined;
}

/** A deferred promise in a local variable. */
export interface LocalDeferred {
  /** The variable of the promise, or of the object that holds it. */
  readonly name: ts.Identifier;
  /** Whether the variable holds the object. */
  readonly isObject: boolean;
  readonly start: ts.CallExpression | ts.NewExpression;
}

/** `const { promise, reject } = defer();` and `const d = defer();`, where other code may reject it at any time: a listener, or whoever was given `reject`. */
export function localDeferred(view: FileView, { name, initializer }: ts.VariableDeclaration): LocalDeferred | undefined {
  const { ts, compiler } = view;
  const start = initializer === undefined ? undefined : unwrapped(ts, initializer);
  if (start === undefined || (!ts.isCallExpression(start) && !ts.isNewExpression(start)) || ts.isArrayBindingPattern(name)) return undefined;
  const isObject = ts.isIdentifier(name);
  const [promise, rejections] = isObject ? [name, objectRejections(view, name)] : patternRejections(view, name);
  const fn = promise === undefined ? undefined : view.functionOf(promise);
  if (promise === undefined || fn === undefined || rejections === undefined) return undefined;
  // Where the function itself rejects it, it does so at that point and no sooner.
  if (!rejections.some((rejection) => enclosingFunction(ts, rejection) !== fn || fateOf(compiler, rejection).fate.kind === "argument")) return undefined;
  return isDeferredType(view, start) ? { name: promise, isObject, start } : undefined;
}

/** Mentions of `d.reject`; `undefined` when somebody else gets hold of the object. */
function objectRejections({ ts, compiler }: FileView, name: ts.Identifier): readonly ts.Expression[] | undefined {
  const rejections: ts.Expression[] = [];
  let hasPromise = false;
  for (const mention of referencesOf(compiler, name)) {
    const access = mention.parent;
    if (!ts.isPropertyAccessExpression(access) || access.expression !== mention) return undefined;
    if (access.name.text === "reject") rejections.push(access);
    hasPromise ||= access.name.text === "promise";
  }
  return hasPromise ? rejections : undefined;
}

function patternRejections({ ts, compiler }: FileView, pattern: ts.ObjectBindingPattern): readonly [ts.Identifier | undefined, readonly ts.Expression[] | undefined] {
  const bound = (property: string): ts.Identifier | undefined => {
    const element = pattern.elements.find(({ name, propertyName }) => (propertyName ?? name).getText() === property);
    return element !== undefined && ts.isIdentifier(element.name) ? element.name : undefined;
  };
  const reject = bound("reject");
  return [bound("promise"), reject === undefined ? undefined : referencesOf(compiler, reject)];
}
