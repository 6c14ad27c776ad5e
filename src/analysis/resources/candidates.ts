/** Variables that come to hold something a call has acquired: where the duty to give it back begins. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { isExported } from "../tasks/ownership.ts";
import { isUsing } from "../tasks/tasks.ts";
import { calledMember, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** A variable of a function, and the call whose value it holds. */
export interface Candidate {
  readonly name: ts.Identifier;
  readonly call: ts.CallExpression | ts.NewExpression;
  readonly fn: FunctionNode;
  /** From here on it is held; the call, or the `await` around it, unless said otherwise. */
  readonly start?: ts.Expression;
  /** What would have been used instead, had there been one: `given` of `given ?? open()`. */
  readonly instead?: ts.Expression;
  /** The variable is a part of the value, the method of this name: calling it gives the value back. */
  readonly member?: string;
}

/** All of a file, those of resources and of everything else. */
export function* candidatesOf(view: FileView): Generator<Candidate> {
  const { ts } = view;
  for (const declaration of view.nodes(ts.SyntaxKind.VariableDeclaration) as readonly ts.VariableDeclaration[]) {
    const fn = declaration.initializer === undefined ? undefined : view.functionOf(declaration);
    if (fn === undefined || isUsing(ts, declaration)) continue;
    if (ts.isIdentifier(declaration.name)) yield* inVariable(view, declaration.name, declaration, fn);
    else if (ts.isObjectBindingPattern(declaration.name)) yield* inParts(ts, declaration.name, declaration, fn);
    else yield* inArray(ts, declaration.name, declaration, fn);
  }
  for (const assignment of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    if (assignment.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isIdentifier(assignment.left) || !ts.isExpressionStatement(assignment.parent)) continue;
    const call = madeBy(ts, assignment.right);
    const fn = call === undefined ? undefined : view.functionOf(assignment);
    const declaration = fn === undefined ? undefined : view.compiler.declarationOf(assignment.left);
    if (call === undefined || fn === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) continue;
    if (view.functionOf(declaration) === fn) yield { name: declaration.name, call, fn };
  }
}

function* inVariable({ ts }: FileView, name: ts.Identifier, { initializer }: ts.VariableDeclaration, fn: FunctionNode): Generator<Candidate> {
  if (initializer === undefined || isExported(ts, name)) return;
  const call = madeBy(ts, initializer);
  if (call !== undefined) yield { name, call, fn };
  const { instead, made } = fallbackIn(ts, initializer);
  const fallback = made === undefined ? undefined : madeBy(ts, made);
  if (fallback !== undefined && instead !== undefined) yield { name, call: fallback, fn, instead };
}

/** `given ?? open()`, `given || open()`, `given ? given : open()` */
function fallbackIn(ts: FileView["ts"], initializer: ts.Expression): { readonly instead?: ts.Expression; readonly made?: ts.Expression } {
  const value = unwrapped(ts, initializer);
  if (ts.isConditionalExpression(value)) return unwrapped(ts, value.condition).getText() === unwrapped(ts, value.whenTrue).getText() ? { instead: unwrapped(ts, value.condition), made: value.whenFalse } : {};
  if (!ts.isBinaryExpression(value)) return {};
  const kind = value.operatorToken.kind;
  return kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken ? { instead: unwrapped(ts, value.left), made: value.right } : {};
}

/** `const { client, release } = await pool.connect()`: one for each part that could be a method; whether it gives back is for the type to say. */
function* inParts(ts: FileView["ts"], pattern: ts.ObjectBindingPattern, { initializer }: ts.VariableDeclaration, fn: FunctionNode): Generator<Candidate> {
  const call = initializer === undefined ? undefined : madeBy(ts, initializer);
  if (call === undefined) return;
  for (const { name, propertyName, initializer: fallback } of pattern.elements) {
    const member = propertyName ?? name;
    if (fallback === undefined && ts.isIdentifier(name) && ts.isIdentifier(member)) yield { name, call, fn, member: member.text };
  }
}

/** `const [a, b] = await Promise.all([open(x), open(y)])`; `const [, release] = await semaphore.acquire()`, whose parts go by their index. */
function* inArray(ts: FileView["ts"], pattern: ts.ArrayBindingPattern, { initializer }: ts.VariableDeclaration, fn: FunctionNode): Generator<Candidate> {
  const start = initializer === undefined ? undefined : unwrapped(ts, initializer);
  const whole = initializer === undefined ? undefined : madeBy(ts, initializer);
  const operands = start !== undefined && ts.isAwaitExpression(start) ? operandsOfAll(ts, unwrapped(ts, start.expression)) : undefined;
  if (start === undefined || whole === undefined) return;
  for (const [index, element] of pattern.elements.entries()) {
    if (!ts.isBindingElement(element) || !ts.isIdentifier(element.name) || element.dotDotDotToken !== undefined) continue;
    const call = operands?.[index] === undefined ? undefined : madeBy(ts, operands[index]);
    if (call !== undefined) yield { name: element.name, call, fn, start };
    else if (operands === undefined) yield { name: element.name, call: whole, fn, member: String(index) };
  }
}

/** The operands of `Promise.all([…])`, written out. */
export function operandsOfAll(ts: FileView["ts"], expression: ts.Expression): readonly ts.Expression[] | undefined {
  if (!ts.isCallExpression(expression)) return undefined;
  const member = calledMember(ts, expression);
  const [list] = expression.arguments;
  const isAll = member?.name === "all" && ts.isIdentifier(member.receiver) && member.receiver.text === "Promise";
  return isAll && list !== undefined && ts.isArrayLiteralExpression(list) ? list.elements : undefined;
}

/** The call or `new` whose value, perhaps awaited, an expression is. */
export function madeBy(ts: FileView["ts"], expression: ts.Expression): ts.CallExpression | ts.NewExpression | undefined {
  let value = unwrapped(ts, expression);
  if (ts.isAwaitExpression(value)) value = unwrapped(ts, value.expression);
  return ts.isCallExpression(value) || ts.isNewExpression(value) ? value : undefined;
}
