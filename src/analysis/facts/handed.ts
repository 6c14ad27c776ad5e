/** Whether a promise that a function hands out can reject, given what the options of the call switch on: `if (!options?.throwOnError) p = p.catch(ignore)`. */
import type ts from "typescript";
import { chainOf, writesOf } from "../language/flow.ts";
import type { Analysis } from "../index.ts";
import { enclosingFunction, isAssignmentOperator, isAsync, isNullish, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** How many functions a promise is followed back through. */
const maxDepth = 6;

/** What is known of a value: whether it is true as a condition, and the same of its members. `undefined`: not known. */
interface Shape {
  readonly truth: boolean | undefined;
  readonly member: (name: string) => boolean | undefined;
}

const absent: Shape = { truth: false, member: () => false };
const unknown: Shape = { truth: undefined, member: () => undefined };

/** What is known of the parameters of the function that is looked at, by their declarations. */
type Given = ReadonlyMap<ts.Node, Shape>;

/** Whether the promise that an expression hands out may reject; what is thrown before there is a promise is not asked. */
export function mayHandOutRejection(engine: Analysis, expression: ts.Expression, given: Given = new Map(), depth = 0): boolean {
  const { ts, compiler, callees, outcomes } = engine;
  const value = unwrapped(ts, expression);
  if (ts.isConditionalExpression(value)) {
    const truth = shapeOf(engine, value.condition, given).truth;
    return (truth !== false && mayHandOutRejection(engine, value.whenTrue, given, depth)) || (truth !== true && mayHandOutRejection(engine, value.whenFalse, given, depth));
  }
  if (ts.isBinaryExpression(value) && isAssignmentOperator(ts, value.operatorToken.kind)) return mayHandOutRejection(engine, value.right, given, depth);
  const chain = chainOf(compiler, value);
  const { root, steps } = chain;
  if (outcomes.containmentOf(chain) !== "open") return false;
  if (steps.some(({ call }) => call.arguments.some((handler) => outcomes.ofHandler(handler) === "open"))) return true;
  if (ts.isIdentifier(root)) return steps.length === 0 ? mayVariableReject(engine, root, given, depth) : outcomes.mayReject(value);
  if (!ts.isCallExpression(root)) return outcomes.mayReject(root);
  const { implementation } = callees.of(root);
  if (isEntrusted(engine, root)) return root.arguments.some((argument) => mayHandOutRejection(engine, argument, given, depth + 1));
  if (implementation === undefined || depth >= maxDepth || isAsync(ts, implementation)) return outcomes.mayReject(root);
  const bound = bind(engine, implementation, root, given);
  return returnsOf(ts, implementation).some((returned) => mayHandOutRejection(engine, returned, bound, depth + 1));
}

/**
 * Whether a call gives its one promise to a function without a body that declares to give the same back: `track<T>(task: Promise<T>): Promise<T>`.
 * What it does with the promise is not known; that nobody has it cannot be said.
 */
export function isEntrusted({ ts, callees }: Analysis, call: ts.CallExpression): boolean {
  const { implementation, declaration } = callees.of(call);
  const [parameter, ...others] = declaration?.parameters ?? [];
  if (implementation !== undefined || declaration === undefined || parameter?.type === undefined || others.length > 0 || call.arguments.length !== 1) return false;
  const { type } = parameter;
  const isGeneric = ts.isTypeReferenceNode(type) && type.typeArguments?.some((argument) => declaration.typeParameters?.some(({ name }) => name.text === argument.getText()));
  return isGeneric === true && type.getText() === declaration.type?.getText();
}

/** A local variable whose promise is given a handler on the way to where it is read. */
function mayVariableReject(engine: Analysis, read: ts.Identifier, given: Given, depth: number): boolean {
  const { compiler, outcomes } = engine;
  const writes = writesOf(compiler, read);
  const others = writes.filter((value) => !isHandlingOf(engine, value, read));
  if (others.length === 0 || depth >= maxDepth) return outcomes.mayReject(read);
  const handled = writes.some((value) => {
    const isLast = others.every((other) => other.end <= value.pos) && value.end <= read.pos;
    return isLast && outcomes.containmentOf(chainOf(compiler, value)) !== "open" && isCertain(engine, value, read, given);
  });
  // `p = p.then(more)` hands out other work than `p` held.
  return !handled && others.some((value) => mayHandOutRejection(engine, value, given, depth + 1));
}

/** Whether a value is what a variable held before, with handlers of its failure: `p.catch(ignore)`. */
export function isHandlingOf({ compiler }: Analysis, value: ts.Expression, variable: ts.Identifier): boolean {
  const { root, steps } = chainOf(compiler, value);
  return steps.length > 0 && root.getText() === variable.text && steps.every(({ method }) => method !== "then");
}

/** Whether an assignment happens on every way to a later read of the same function, as far as the conditions around it are known. */
function isCertain(engine: Analysis, assigned: ts.Node, read: ts.Node, given: Given): boolean {
  const { ts } = engine;
  const fn = enclosingFunction(ts, assigned);
  if (fn === undefined || enclosingFunction(ts, read) !== fn) return false;
  for (let child = assigned, up = assigned.parent; up !== fn; child = up, up = up.parent) {
    if (ts.isIfStatement(up)) {
      if (shapeOf(engine, up.expression, given).truth !== (up.thenStatement === child)) return false;
    } else if (!ts.isBlock(up) && !ts.isExpressionStatement(up) && !ts.isBinaryExpression(up) && !ts.isParenthesizedExpression(up)) return false;
  }
  return true;
}

/** What a call says of the parameters of its callee. */
function bind(engine: Analysis, fn: FunctionNode, call: ts.CallExpression, given: Given): Given {
  const { ts } = engine;
  const bound = new Map<ts.Node, Shape>();
  for (const [index, parameter] of fn.parameters.entries()) {
    if (parameter.dotDotDotToken !== undefined || call.arguments.slice(0, index + 1).some((argument) => ts.isSpreadElement(argument))) break;
    const argument = call.arguments[index];
    const shape = argument === undefined || isNullish(ts, argument) ? (parameter.initializer === undefined ? absent : shapeOf(engine, parameter.initializer, bound)) : shapeOf(engine, argument, given);
    if (ts.isIdentifier(parameter.name)) bound.set(parameter, shape);
    else if (ts.isObjectBindingPattern(parameter.name)) for (const element of parameter.name.elements) bound.set(element, shapeOfElement(engine, element, shape));
  }
  return bound;
}

function shapeOfElement({ ts }: Analysis, element: ts.BindingElement, whole: Shape): Shape {
  if (element.dotDotDotToken !== undefined) return whole;
  const name = element.propertyName ?? element.name;
  // A default stands in for what is missing; what it is then is not worth following.
  if (!ts.isIdentifier(name) || element.initializer !== undefined) return unknown;
  return { truth: whole.member(name.text), member: unknown.member };
}

function shapeOf(engine: Analysis, expression: ts.Expression, given: Given): Shape {
  const { ts, compiler } = engine;
  const value = unwrapped(ts, expression);
  if (isNullish(ts, value)) return absent;
  if (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword) return { truth: value.kind === ts.SyntaxKind.TrueKeyword, member: () => false };
  if (ts.isPrefixUnaryExpression(value) && value.operator === ts.SyntaxKind.ExclamationToken) {
    const { truth } = shapeOf(engine, value.operand, given);
    return truth === undefined ? unknown : { truth: !truth, member: () => false };
  }
  if (ts.isPropertyAccessExpression(value)) return { truth: shapeOf(engine, value.expression, given).member(value.name.text), member: unknown.member };
  if (ts.isObjectLiteralExpression(value)) return { truth: true, member: (name) => memberOf(engine, value, name, given) };
  const declaration = ts.isIdentifier(value) && given.size > 0 ? compiler.declarationOf(value) : undefined;
  return (declaration === undefined ? undefined : given.get(declaration)) ?? unknown;
}

/** Whether a member of an object literal is true; one that nothing mentions is not. */
function memberOf(engine: Analysis, literal: ts.ObjectLiteralExpression, name: string, given: Given): boolean | undefined {
  const { ts } = engine;
  for (const property of literal.properties.toReversed()) {
    if (ts.isSpreadAssignment(property)) {
      const inSpread = shapeOf(engine, property.expression, given).member(name);
      if (inSpread !== false) return inSpread;
    } else if (ts.isComputedPropertyName(property.name)) return undefined;
    else if (property.name.text === name) {
      if (ts.isPropertyAssignment(property)) return shapeOf(engine, property.initializer, given).truth;
      return ts.isShorthandPropertyAssignment(property) ? shapeOf(engine, property.name, given).truth : true;
    }
  }
  return false;
}
