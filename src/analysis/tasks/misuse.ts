/** Promises read where a plain value was meant: the answer is always the same, whatever the work comes to. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { calledMember, enclosingFunction, isAsync, unwrapped, type FunctionNode } from "../language/syntax.ts";

/** How a promise is misread. */
export type Misreading = "condition" | "comparison" | "operand" | "template" | "key" | "spread" | "serialised" | "printed" | "thrown";

export interface Misuse {
  readonly at: ts.Expression;
  readonly as: Misreading;
}

/** Functions of the language that turn their argument into text or a copy. */
const serialisers: ReadonlySet<string> = new Set(["JSON.stringify", "String", "Number", "structuredClone", "encodeURIComponent"]);
/** Methods of `console` that print what they are given. */
const printers: ReadonlySet<string> = new Set(["log", "info", "debug", "warn", "error", "trace", "dir", "table"]);

/** Every place of a file that reads a promise as if it were what the promise will bring. */
export function* misusedPromises(view: FileView): Generator<Misuse> {
  for (const { at, as } of readings(view)) if (isMisread(view, unwrapped(view.ts, at), as)) yield { at: unwrapped(view.ts, at), as };
}

function* readings(view: FileView): Generator<Misuse> {
  const { ts } = view;
  const K = ts.SyntaxKind;
  for (const kind of [K.IfStatement, K.WhileStatement, K.DoStatement] as const) for (const node of view.nodes(kind) as readonly (ts.IfStatement | ts.WhileStatement | ts.DoStatement)[]) yield* conditions(ts, node.expression);
  for (const node of view.nodes(K.ForStatement) as readonly ts.ForStatement[]) if (node.condition !== undefined) yield* conditions(ts, node.condition);
  for (const node of view.nodes(K.ConditionalExpression) as readonly ts.ConditionalExpression[]) yield* conditions(ts, node.condition);
  for (const node of view.nodes(K.PrefixUnaryExpression) as readonly ts.PrefixUnaryExpression[]) if (node.operator === K.ExclamationToken) yield* conditions(ts, node.operand);
  for (const node of view.nodes(K.BinaryExpression) as readonly ts.BinaryExpression[]) yield* operands(ts, node);
  for (const node of view.nodes(K.SwitchStatement) as readonly ts.SwitchStatement[]) yield { at: node.expression, as: "comparison" };
  for (const node of view.nodes(K.ThrowStatement) as readonly ts.ThrowStatement[]) yield { at: node.expression, as: "thrown" };
  for (const node of view.nodes(K.TemplateSpan) as readonly ts.TemplateSpan[]) if (!ts.isTaggedTemplateExpression(node.parent.parent)) yield { at: node.expression, as: "template" };
  for (const kind of [K.SpreadAssignment, K.SpreadElement] as const) for (const node of view.nodes(kind) as readonly (ts.SpreadAssignment | ts.SpreadElement)[]) yield { at: node.expression, as: "spread" };
  for (const node of view.nodes(K.ElementAccessExpression) as readonly ts.ElementAccessExpression[]) yield { at: node.argumentExpression, as: "key" };
  for (const node of view.nodes(K.CallExpression) as readonly ts.CallExpression[]) {
    if (serialisers.has(node.expression.getText(view.file))) for (const argument of node.arguments.slice(0, 1)) yield* asText(ts, argument, "serialised");
    const member = calledMember(ts, node);
    if (member !== undefined && printers.has(member.name) && member.receiver.getText(view.file) === "console") for (const argument of node.arguments) yield* asText(ts, argument, "printed");
  }
}

/** What a condition tests, `&&` and `||` taken apart; a nested `!` is a condition of its own. */
function* conditions(ts: FileView["ts"], expression: ts.Expression): Generator<Misuse> {
  const node = unwrapped(ts, expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) yield* conditions(ts, node.right);
  else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.BarBarToken) {
    yield* conditions(ts, node.left);
    yield* conditions(ts, node.right);
  } else yield { at: node, as: "condition" };
}

function* operands(ts: FileView["ts"], { left, right, operatorToken }: ts.BinaryExpression): Generator<Misuse> {
  const K = ts.SyntaxKind;
  switch (operatorToken.kind) {
    case K.AmpersandAmpersandToken:
      // `a && b && c` leans to the left: each left side is looked at where it is the right side of its own `&&`.
      yield* conditions(ts, left);
      break;
    case K.EqualsEqualsToken:
    case K.EqualsEqualsEqualsToken:
    case K.ExclamationEqualsToken:
    case K.ExclamationEqualsEqualsToken:
      if (isPlainValue(ts, right)) yield { at: left, as: "comparison" };
      if (isPlainValue(ts, left)) yield { at: right, as: "comparison" };
      break;
    // Other arithmetic does not compile.
    case K.PlusToken:
    case K.PlusEqualsToken:
      yield { at: left, as: "operand" };
      yield { at: right, as: "operand" };
      break;
    default:
      break;
  }
}

/** Literals that no promise equals; whether two promises are the same one is a fair question, and so is whether there is one. */
function isPlainValue(ts: FileView["ts"], expression: ts.Expression): boolean {
  const node = unwrapped(ts, expression);
  return ts.isStringLiteralLike(node) || ts.isNumericLiteral(node) || ts.isPrefixUnaryExpression(node) || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}

/** An argument that is turned into text, and the values of a literal in its place. */
function* asText(ts: FileView["ts"], expression: ts.Expression, as: Misreading): Generator<Misuse> {
  const node = unwrapped(ts, expression);
  if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) {
      if (ts.isPropertyAssignment(property)) yield* asText(ts, property.initializer, as);
      else if (ts.isShorthandPropertyAssignment(property)) yield { at: property.name, as };
    }
  } else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) yield* asText(ts, element, as);
  else yield { at: node, as };
}

function isMisread(view: FileView, node: ts.Expression, as: Misreading): boolean {
  const { ts, compiler, types } = view;
  const isRead = as === "template" || as === "serialised" || as === "thrown";
  // Whether a field or parameter holds a promise is what flags and memos ask; a fresh promise always is one.
  if (!ts.isCallExpression(node) && !holdsStart(view, node) && !(isRead && ts.isPropertyAccessExpression(node))) return false;
  if ((as === "thrown" && isSuspending(view, node)) || !types.mayBeTask(node)) return false;
  const type = compiler.typeOf(node);
  if (type === undefined || types.taskKind(type) !== "promise" || compiler.partsOf(type).some((part) => types.taskKind(part) !== "promise")) return false;
  return as !== "condition" || knowsNull(view, node);
}

/** Whether an identifier is a constant that was given a new promise. */
function holdsStart(view: FileView, node: ts.Expression): boolean {
  const { ts, compiler } = view;
  const declaration = ts.isIdentifier(node) ? compiler.declarationOf(node) : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || declaration.initializer === undefined || (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) === 0) return false;
  return ts.isCallExpression(unwrapped(ts, declaration.initializer)) && knowsNull(view, unwrapped(ts, declaration.initializer));
}

/** Whether the type of a call would tell if there might be no promise: not where `null` is in every type, unless the callee is async. */
function knowsNull(view: FileView, node: ts.Expression): boolean {
  const { ts, program } = view;
  const options = program.getCompilerOptions();
  if (options.strictNullChecks ?? options.strict ?? false) return true;
  const implementation = ts.isCallExpression(node) ? view.callees.of(node).implementation : undefined;
  return implementation !== undefined && isAsync(ts, implementation);
}

/** Components and hooks throw promises to suspend: React awaits what a render throws. Only an async function is surely no render. */
function isSuspending(view: FileView, node: ts.Expression): boolean {
  const fn = enclosingFunction(view.ts, node);
  if (fn !== undefined && isAsync(view.ts, fn)) return false;
  return !view.ts.isCallExpression(node) || fn === undefined || /^(?:use[A-Z]|[A-Z])/u.test(nameOf(view, fn));
}

function nameOf({ ts, file }: FileView, fn: FunctionNode): string {
  const holder = fn.name ?? (ts.isVariableDeclaration(fn.parent) ? fn.parent.name : undefined);
  return holder?.getText(file) ?? "";
}
