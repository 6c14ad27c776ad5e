/** Whether a piece of code tells somebody about a failure: a callback, a resolver, a stream, an event, a field; logging does not count. */
import type ts from "typescript";
import type { Callees } from "../language/callee.ts";
import { errorSinks, errorSinkShapes, severities } from "../catalog/calls.ts";
import type { Compiler } from "../language/compiler.ts";
import { indexOf } from "../language/nodes.ts";
import { originOf } from "../language/origins.ts";
import { calledMember, contains, isNullish, isPromiseExecutor, returnsOf, unwrapped, type FunctionNode } from "../language/syntax.ts";
import { coveringCatch } from "./throwing.ts";
import type { Types } from "../language/types.ts";

/** How many calls into project code we follow to find out who is told. */
const maxDepth = 3;

export class Reports {
  readonly #compiler: Compiler;
  readonly #types: Types;
  readonly #callees: Callees;
  /** Answers by how many calls were followed already. */
  readonly #settling = Array.from({ length: maxDepth + 1 }, () => new WeakMap<ts.Node, boolean>());

  constructor(compiler: Compiler, types: Types, callees: Callees) {
    this.#compiler = compiler;
    this.#types = types;
    this.#callees = callees;
  }

  /** Whether some call or assignment in `code` reaches a listener outside of it. */
  reach(code: ts.Node, depth = 0): boolean {
    const { ts } = this.#compiler;
    const index = indexOf(ts, code.getSourceFile());
    return (
      (index.within(code, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => this.#callReports(call, code, depth)) ||
      (index.within(code, ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]).some((assignment) => this.#assignmentReports(assignment, code))
    );
  }

  /**
   * Whether some call in `code` settles a promise that somebody outside holds: a resolver of an executor, or a deferred.
   * One that a failure would skip, in a `try` that is caught, does not count: on that way nobody is told.
   */
  settles(code: ts.Node, depth = 0): boolean {
    const known = this.#settling[depth]?.get(code);
    if (known !== undefined) return known;
    const answer = this.#computeSettles(code, depth);
    this.#settling[depth]?.set(code, answer);
    return answer;
  }

  #computeSettles(code: ts.Node, depth: number): boolean {
    const { ts } = this.#compiler;
    return (indexOf(ts, code.getSourceFile()).within(code, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]).some((call) => {
      if (coveringCatch(ts, call, code) !== undefined) return false;
      if (this.isResolver(call.expression, code)) return true;
      const body = depth < maxDepth ? this.#callees.of(call).implementation?.body : undefined;
      return body !== undefined && !contains(body, code) && !contains(code, body) && this.settles(body, depth + 1);
    });
  }

  #callReports(call: ts.CallExpression, code: ts.Node, depth: number): boolean {
    const { ts } = this.#compiler;
    if (this.isCallbackFromOutside(call.expression, code) || this.isResolver(call.expression, code)) return true;
    const member = calledMember(ts, call);
    if (member !== undefined && ((member.name === "call" || member.name === "apply") ? this.isCallbackFromOutside(member.receiver, code) : this.#isErrorSink(member))) return true;
    const error = caughtName(ts, code);
    if (error !== undefined && this.isListenerMethod(call.expression) && call.arguments.some((argument) => mentions(ts, argument, error))) return true;
    if (depth >= maxDepth) return false;
    const body = this.#callees.of(call).implementation?.body;
    return body !== undefined && !contains(body, code) && !contains(code, body) && this.reach(body, depth + 1);
  }

  /** Whether a member is a method that an interface of the project prescribes, of an object that is no logger: `this.observer.failed`. */
  isListenerMethod(expression: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const target = unwrapped(ts, expression);
    const symbol = ts.isPropertyAccessExpression(target) ? this.#compiler.symbolOf(target.name) : undefined;
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined || !ts.isMethodSignature(declaration) || originOf(this.#compiler, symbol) !== "file") return false;
    const members = ts.isInterfaceDeclaration(declaration.parent) || ts.isTypeLiteralNode(declaration.parent) ? declaration.parent.members : [];
    const others = members.filter(({ name }) => name !== undefined && ts.isIdentifier(name) && name.text !== symbol.name);
    return !severities.has(symbol.name) || (others.length > 0 && !others.some(({ name }) => name !== undefined && severities.has(name.getText())));
  }

  #isErrorSink(member: { readonly receiver: ts.Expression; readonly name: string }): boolean {
    const candidates = errorSinks.filter((sink) => sink.members.includes(member.name));
    const shapes = errorSinkShapes.filter((shape) => shape.member === member.name);
    if (candidates.length === 0 && shapes.length === 0) return false;
    const type = this.#compiler.typeOf(member.receiver);
    if (type === undefined) return false;
    const receiver = this.#compiler.nonNullable(type);
    if (shapes.some((shape) => shape.beside.some((name) => this.#compiler.propertyOf(receiver, name) !== undefined))) return true;
    const lineage = this.#types.lineageOf(type);
    return candidates.some((sink) => sink.owners.some((owner) => lineage.includes(owner)));
  }

  /**
   * Whether an expression is a function that the code was given: a parameter of an enclosing function (`next`, `reject`, `callback`),
   * or a callback kept in the project's own options or fields (`this.options.onError`).
   */
  isCallbackFromOutside(expression: ts.Expression, code: ts.Node): boolean {
    const { ts } = this.#compiler;
    const target = unwrapped(ts, expression);
    if (ts.isIdentifier(target)) {
      const declaration = this.#compiler.declarationOf(target);
      if (declaration === undefined) return false;
      // A listener taken from a list: `for (const listener of this.#listeners) listener(error)`.
      if (contains(code, declaration)) return isElementOfLoop(ts, declaration);
      // `const [, setError] = useState()`: a setter given in a tuple.
      return parameterOf(ts, declaration) !== undefined || this.#isTakenFromArguments(declaration) || (ts.isBindingElement(declaration) && (ts.isArrayBindingPattern(declaration.parent) || this.#isTakenCallback(declaration)));
    }
    return ts.isPropertyAccessExpression(target) && this.#isCallbackProperty(this.#compiler.symbolOf(target.name));
  }

  /** `const done = typeof rest.at(-1) === "function" ? rest.pop() : () => {}`: the last of the arguments, or a stand-in. */
  #isTakenFromArguments(declaration: ts.Declaration): boolean {
    const { ts } = this.#compiler;
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
    const value = unwrapped(ts, declaration.initializer);
    const taken = ts.isConditionalExpression(value) ? [value.whenTrue, value.whenFalse] : [value];
    return taken.some((one) => {
      const member = ts.isCallExpression(unwrapped(ts, one)) ? calledMember(ts, unwrapped(ts, one) as ts.CallExpression) : undefined;
      return member !== undefined && (member.name === "pop" || member.name === "at") && this.#isListOfArguments(member.receiver);
    });
  }

  /** A list that is a parameter, or a copy of one. */
  #isListOfArguments(expression: ts.Expression): boolean {
    const { ts } = this.#compiler;
    const list = unwrapped(ts, expression);
    const declaration = ts.isIdentifier(list) ? this.#compiler.declarationOf(list) : undefined;
    if (declaration === undefined) return false;
    if (ts.isParameter(declaration)) return this.#isArray(list);
    const copied = ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined ? unwrapped(ts, declaration.initializer) : undefined;
    const member = copied !== undefined && ts.isCallExpression(copied) ? calledMember(ts, copied) : undefined;
    return member?.name === "slice" && this.#isListOfArguments(member.receiver);
  }

  #isArray(expression: ts.Expression): boolean {
    const type = this.#compiler.typeOf(expression);
    return type !== undefined && this.#compiler.isArrayLike(type);
  }

  /** `const { onError } = options`, `const { onError } = this.options`. */
  #isTakenCallback(element: ts.BindingElement): boolean {
    const { ts } = this.#compiler;
    const { parent: declaration } = element.parent;
    const source = ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined ? unwrapped(ts, declaration.initializer) : undefined;
    if (source === undefined || (!ts.isIdentifier(source) && !ts.isPropertyAccessExpression(source))) return false;
    const type = this.#compiler.typeOf(source);
    return type !== undefined && this.#isCallbackProperty(this.#compiler.propertyOf(this.#compiler.nonNullable(type), (element.propertyName ?? element.name).getText()));
  }

  /** Whether a member of the project's own holds a function that somebody put there. */
  #isCallbackProperty(symbol: ts.Symbol | undefined): boolean {
    const { ts } = this.#compiler;
    const declaration = symbol?.valueDeclaration;
    if (symbol === undefined || declaration === undefined) return false;
    // `observe({ onError }, (emit) => emit.onError(error))`: the type is made of what was put in.
    if (ts.isShorthandPropertyAssignment(declaration)) return this.isCallbackFromOutside(declaration.name, declaration.name);
    const holdsFunction = (ts.isPropertySignature(declaration) && declaration.type !== undefined) || ts.isParameter(declaration) || (ts.isPropertyDeclaration(declaration) && (declaration.initializer === undefined || isNullish(ts, declaration.initializer)));
    return holdsFunction && originOf(this.#compiler, symbol) === "file";
  }

  /** `resolve`/`reject` captured from an executor or `withResolvers`, or a member of a deferred (an object with both, or with the promise). */
  isResolver(expression: ts.Expression, code: ts.Node): boolean {
    const { ts } = this.#compiler;
    const target = unwrapped(ts, expression);
    if (ts.isIdentifier(target)) {
      const declaration = this.#compiler.declarationOf(target);
      if (declaration === undefined) return false;
      if (this.#isTakenResolver(declaration)) return true;
      if (contains(code, declaration)) return false;
      // `let finish!: () => void; const done = new Promise((r) => { finish = r; })`
      if (ts.isVariableDeclaration(declaration)) return declaration.initializer === undefined && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Let) !== 0 && (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Ambient) === 0;
      if (ts.isBindingElement(declaration)) return isResolverName(declaration.propertyName ?? declaration.name, ts) && parameterOf(ts, declaration) === undefined;
      return ts.isParameter(declaration) && isExecutorParameter(ts, declaration);
    }
    if (!ts.isPropertyAccessExpression(target)) return false;
    const { name } = target;
    if (this.isDeferredMember(target) || this.#isPutIntoRecord(target)) return true;
    // A field that holds a resolver: `#finish?: () => void`, assigned inside an executor.
    const declaration = this.#compiler.symbolOf(name)?.valueDeclaration;
    return declaration !== undefined && ts.isPropertyDeclaration(declaration) && declaration.type !== undefined && declaration.initializer === undefined && this.#isAssignedInExecutor(declaration);
  }

  /** `const finish = this.#takeWaiter();` of a method that hands out what a waiter left. */
  #isTakenResolver(declaration: ts.Declaration): boolean {
    const { ts } = this.#compiler;
    if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
    const source = unwrapped(ts, declaration.initializer);
    const taken = ts.isCallExpression(source) ? returnsOfOptional(ts, this.#callees.of(source).implementation) : [source];
    return taken.some((one) => {
      const access = unwrapped(ts, one);
      return ts.isPropertyAccessExpression(access) && (this.isDeferredMember(access) || this.#isPutIntoRecord(access));
    });
  }

  /** A member that some object literal of its file fills with a resolver: `this.#waiters.push({ since: now, finish: resolve })`. */
  #isPutIntoRecord(access: ts.PropertyAccessExpression): boolean {
    const { ts } = this.#compiler;
    const declaration = this.#compiler.symbolOf(access.name)?.valueDeclaration;
    if (declaration === undefined || !ts.isPropertySignature(declaration)) return false;
    return indexOf(ts, access.getSourceFile())
      .named(access.name.text)
      .some(({ parent }) => {
        if (!ts.isPropertyAssignment(parent) && !ts.isShorthandPropertyAssignment(parent)) return false;
        const value = ts.isPropertyAssignment(parent) ? unwrapped(ts, parent.initializer) : parent.name;
        return ts.isIdentifier(value) && this.isResolver(value, value);
      });
  }

  /** `deferred.resolve`, `deferred.reject`. */
  isDeferredMember(target: ts.PropertyAccessExpression): boolean {
    const { text } = target.name;
    if (text !== "resolve" && text !== "reject") return false;
    const holder = this.#compiler.typeOf(target.expression);
    if (holder === undefined || (holder.symbol as ts.Symbol | undefined)?.name === "PromiseConstructor") return false;
    const type = this.#compiler.nonNullable(holder);
    const has = (name: string): boolean => this.#compiler.propertyOf(type, name) !== undefined;
    return has("promise") || has("then") || (has("resolve") && has("reject"));
  }

  #isAssignedInExecutor(field: ts.PropertyDeclaration): boolean {
    const { ts } = this.#compiler;
    return indexOf(ts, field.getSourceFile())
      .named(field.name.getText())
      .some((id) => {
        const access = id.parent;
        if (!ts.isPropertyAccessExpression(access) || !ts.isBinaryExpression(access.parent) || access.parent.left !== access) return false;
        const value = unwrapped(ts, access.parent.right);
        if (!ts.isIdentifier(value)) return false;
        const declaration = this.#compiler.declarationOf(value);
        return declaration !== undefined && ts.isParameter(declaration) && isExecutorParameter(ts, declaration);
      });
  }

  /** The error, or a value made of it, is stored where others look: `this.error = e`, `failure = e`. */
  #assignmentReports(assignment: ts.BinaryExpression, code: ts.Node): boolean {
    const { ts } = this.#compiler;
    if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
    const target = unwrapped(ts, assignment.left);
    if (ts.isPropertyAccessExpression(target) && target.name.text === "exitCode" && target.expression.getText() === "process") return true;
    const error = caughtName(ts, code);
    if (error === undefined || !mentions(ts, assignment.right, error)) return false;
    if (ts.isPropertyAccessExpression(target)) return true;
    const declaration = ts.isIdentifier(target) ? this.#compiler.declarationOf(target) : undefined;
    return declaration !== undefined && !contains(code, declaration);
  }
}

function returnsOfOptional(ts: Compiler["ts"], fn: FunctionNode | undefined): readonly ts.Expression[] {
  return fn === undefined ? [] : returnsOf(ts, fn);
}

/** Whether a variable takes the elements of a collection: of a `for…of`, or the parameter of a callback given to a method such as `forEach`. */
function isElementOfLoop(ts: Compiler["ts"], declaration: ts.Node): boolean {
  let node = declaration;
  while (ts.isBindingElement(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) node = node.parent;
  if (ts.isParameter(node)) {
    const call = node.parent.parent as ts.Node | undefined;
    return call !== undefined && ts.isCallExpression(call) && call.arguments[0] === (node.parent as ts.Node);
  }
  return ts.isVariableDeclaration(node) && ts.isForOfStatement(node.parent.parent);
}

/** The parameter that a binding is, or is destructured from. */
export function parameterOf(ts: Compiler["ts"], declaration: ts.Node): ts.ParameterDeclaration | undefined {
  let node = declaration;
  while (ts.isBindingElement(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) node = node.parent;
  return ts.isParameter(node) ? node : undefined;
}

/** Whether a parameter is `resolve` or `reject` of `new Promise((resolve, reject) => …)`. */
export function isExecutorParameter(ts: Compiler["ts"], parameter: ts.ParameterDeclaration): boolean {
  return isPromiseExecutor(ts, parameter.parent);
}

function isResolverName(name: ts.BindingName | ts.PropertyName, ts: Compiler["ts"]): boolean {
  return ts.isIdentifier(name) && (name.text === "resolve" || name.text === "reject");
}

/** Name of the error that a catch clause or handler function receives. */
function caughtName(ts: Compiler["ts"], code: ts.Node): string | undefined {
  const isBody = ts.isCatchClause(code.parent) || (ts.isFunctionLike(code.parent) && "body" in code.parent && code.parent.body === code);
  const holder = isBody ? code.parent : code;
  if (ts.isCatchClause(holder)) return holder.variableDeclaration !== undefined && ts.isIdentifier(holder.variableDeclaration.name) ? holder.variableDeclaration.name.text : undefined;
  const first = ts.isFunctionLike(holder) ? holder.parameters[0] : undefined;
  return first !== undefined && ts.isIdentifier(first.name) ? first.name.text : undefined;
}

function mentions(ts: Compiler["ts"], root: ts.Node, name: string): boolean {
  return indexOf(ts, root.getSourceFile()).namedWithin(root, name).length > 0;
}
