/** The part of the graph that expressions make: order of evaluation, short circuits, and what each way out of a condition says. */
import type ts from "typescript";
import type { TypeScript } from "../language/compiler.ts";
import { dead, GraphPoints } from "./graph.ts";
import { unwrapped } from "../language/syntax.ts";

export abstract class ExpressionGraph extends GraphPoints {
  /** Leads from a point out of the function, through whatever runs on the way. */
  protected abstract leaveFor(from: number): void;

  /** Both ways out of a condition, each behind a point that says what was assumed. */
  protected condition(expression: ts.Expression, from: number): { readonly yes: number; readonly no: number } {
    const ts = this.ts;
    const node = unwrapped(ts, expression);
    if (from === dead) return { yes: dead, no: dead };
    if (node.kind === ts.SyntaxKind.TrueKeyword) return { yes: from, no: dead };
    if (node.kind === ts.SyntaxKind.FalseKeyword) return { yes: dead, no: from };
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      const { yes, no } = this.condition(node.operand, from);
      return { yes: no, no: yes };
    }
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.kind;
      if (operator === ts.SyntaxKind.AmpersandAmpersandToken) {
        const left = this.condition(node.left, from);
        const right = this.condition(node.right, left.yes);
        return { yes: right.yes, no: this.join(left.no, right.no) };
      }
      if (operator === ts.SyntaxKind.BarBarToken) {
        const left = this.condition(node.left, from);
        const right = this.condition(node.right, left.no);
        return { yes: this.join(left.yes, right.yes), no: right.no };
      }
    }
    const end = this.expression(node, from);
    const { text, negated } = testOf(ts, node);
    const [whenTrue, whenFalse] = [this.point(undefined, "assume", dead, { test: text, truthy: !negated }), this.point(undefined, "assume", dead, { test: text, truthy: negated })];
    this.link(end, whenTrue);
    this.link(end, whenFalse);
    return { yes: whenTrue, no: whenFalse };
  }

  protected expression(node: ts.Expression, from: number): number {
    const ts = this.ts;
    if (from === dead) return dead;
    switch (node.kind) {
      case ts.SyntaxKind.Identifier:
      case ts.SyntaxKind.ArrowFunction:
      case ts.SyntaxKind.FunctionExpression:
      case ts.SyntaxKind.ClassExpression:
        return this.event(node, from);
      case ts.SyntaxKind.ConditionalExpression: {
        const { condition, whenTrue, whenFalse } = node as ts.ConditionalExpression;
        const { yes, no } = this.condition(condition, from);
        return this.join(this.expression(whenTrue, yes), this.expression(whenFalse, no));
      }
      case ts.SyntaxKind.BinaryExpression:
        return this.#binary(node as ts.BinaryExpression, from);
      case ts.SyntaxKind.AwaitExpression:
        return this.event(node, this.expression((node as ts.AwaitExpression).expression, from), true);
      case ts.SyntaxKind.YieldExpression: {
        const { expression } = node as ts.YieldExpression;
        return this.#suspended(node, expression === undefined ? from : this.expression(expression, from));
      }
      case ts.SyntaxKind.CallExpression:
      case ts.SyntaxKind.PropertyAccessExpression:
      case ts.SyntaxKind.ElementAccessExpression:
      case ts.SyntaxKind.NonNullExpression:
        return this.#chain(node, from);
      case ts.SyntaxKind.NewExpression:
      case ts.SyntaxKind.TaggedTemplateExpression:
        return this.event(node, this.#children(node, from), true);
      default:
        return this.#children(node, from);
    }
  }

  /** A `yield` goes on, fails, or is the last thing that happens: then the `finally` blocks around it run. */
  #suspended(node: ts.Node, from: number): number {
    const at = this.event(node, from, true);
    const point = this.points[at];
    if (point === undefined) return at;
    point.left = this.point(node, "join");
    this.leaveFor(point.left);
    return at;
  }

  #children(node: ts.Node, from: number): number {
    const ts = this.ts;
    let at = from;
    ts.forEachChild(node, (child) => {
      if (ts.isTypeNode(child) || ts.isToken(child)) {
        if (ts.isIdentifier(child) && !isName(ts, child)) at = this.expression(child, at);
        return;
      }
      at = ts.isFunctionLike(child) ? this.event(child, at) : ts.isExpression(child) ? this.expression(child, at) : this.#children(child, at);
    });
    return at;
  }

  #binary(node: ts.BinaryExpression, from: number): number {
    const ts = this.ts;
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.BarBarToken: {
        const { yes, no } = this.condition(node, from);
        return this.join(yes, no);
      }
      case ts.SyntaxKind.QuestionQuestionToken: {
        const left = this.expression(node.left, from);
        return this.join(left, this.expression(node.right, left));
      }
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken: {
        const left = this.expression(node.left, from);
        return this.join(left, this.event(node, this.expression(node.right, left)));
      }
      case ts.SyntaxKind.EqualsToken: {
        // The target is written, not read: only what is computed to find it is evaluated.
        const target = unwrapped(ts, node.left);
        const left = ts.isIdentifier(target) ? from : ts.isPropertyAccessExpression(target) ? this.expression(target.expression, from) : this.#children(target, from);
        return this.event(node, this.expression(node.right, left));
      }
      default: {
        // `a + b + c + …` leans to the left; a loop keeps thousands of operands off the stack.
        const spine: ts.BinaryExpression[] = [];
        let left: ts.Expression = node;
        while (ts.isBinaryExpression(left) && isPlain(ts, left.operatorToken.kind)) {
          spine.push(left);
          left = left.left;
        }
        let at = this.expression(left, from);
        for (let binary = spine.pop(); binary !== undefined; binary = spine.pop()) at = this.expression(binary.right, at);
        return at;
      }
    }
  }

  /** `a.b(c)?.d(e)`: receivers first; what follows a `?.` may be skipped. */
  #chain(outermost: ts.Expression, from: number): number {
    const ts = this.ts;
    const links: (ts.CallExpression | ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.NonNullExpression)[] = [];
    let node = outermost;
    while (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isNonNullExpression(node)) {
      links.push(node);
      node = node.expression;
    }
    let at = this.expression(node, from);
    const skipped: number[] = [];
    for (let link = links.pop(); link !== undefined; link = links.pop()) {
      if (!ts.isNonNullExpression(link) && link.questionDotToken !== undefined) skipped.push(at);
      if (ts.isCallExpression(link)) {
        for (const argument of link.arguments) at = this.expression(argument, at);
        at = this.event(link, at, true);
      } else if (ts.isElementAccessExpression(link)) at = this.event(link, this.expression(link.argumentExpression, at));
      else if (ts.isPropertyAccessExpression(link)) at = this.event(link, at);
    }
    return this.join(at, ...skipped);
  }
}

function isPlain(ts: TypeScript, operator: ts.SyntaxKind): boolean {
  switch (operator) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      return false;
    default:
      return true;
  }
}

/** Text under which a test is compared with another; `x !== undefined`, `x != null` and `typeof x !== "undefined"` test `x` itself. */
function testOf(ts: TypeScript, node: ts.Expression): { readonly text: string; readonly negated: boolean } {
  if (ts.isBinaryExpression(node)) {
    const right = unwrapped(ts, node.right);
    const { left } = node;
    const typed = ts.isTypeOfExpression(left) && ts.isStringLiteral(right) && right.text === "undefined" ? left.expression : undefined;
    const nullish = typed !== undefined || right.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(right) && right.text === "undefined");
    const operator = node.operatorToken.kind;
    if (nullish && (operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken)) return { text: (typed ?? left).getText(), negated: false };
    if (nullish && (operator === ts.SyntaxKind.EqualsEqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsToken)) return { text: (typed ?? left).getText(), negated: true };
  }
  return { text: node.getText(), negated: false };
}

/** Whether an identifier is the name of a property or declaration rather than a reference. */
function isName(ts: TypeScript, id: ts.Identifier): boolean {
  const { parent } = id;
  return (ts.isPropertyAssignment(parent) && parent.name === id) || (ts.isMethodDeclaration(parent) && parent.name === id);
}
