/** The expressions of a file whose value is thrown away, taken apart to the parts that may start work. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { unwrapped } from "../language/syntax.ts";

/** An expression whose value nobody gets. */
export interface Dropped {
  readonly expression: ts.Expression;
  /** The `void` in front of it, if any. */
  readonly voidedBy: ts.VoidExpression | undefined;
}

/** Values that statements, `void`, and the left sides of commas drop: `a && f()`, `a ? f() : g()`, `void f()`, `(f(), g())`. */
export function* droppedValues(view: FileView): Generator<Dropped> {
  const seen = new Set<ts.Expression>();
  for (const dropped of allDropped(view)) {
    // `(void f(), 1)` is reached from the comma and from the `void`.
    if (seen.has(dropped.expression)) continue;
    seen.add(dropped.expression);
    yield dropped;
  }
}

function* allDropped(view: FileView): Generator<Dropped> {
  const { ts } = view;
  for (const statement of view.nodes(ts.SyntaxKind.ExpressionStatement) as readonly ts.ExpressionStatement[]) yield* parts(view, statement.expression, undefined);
  for (const loop of view.nodes(ts.SyntaxKind.ForStatement) as readonly ts.ForStatement[]) {
    if (loop.incrementor !== undefined) yield* parts(view, loop.incrementor, undefined);
    if (loop.initializer !== undefined && !ts.isVariableDeclarationList(loop.initializer)) yield* parts(view, loop.initializer, undefined);
  }
  // Commas and `void`s in any other position: `return (f(), 1)`, `() => void f()`.
  for (const node of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) if (node.operatorToken.kind === ts.SyntaxKind.CommaToken && !isPartOfStatement(view, node)) yield* parts(view, node.left, undefined);
  for (const node of view.nodes(ts.SyntaxKind.VoidExpression) as readonly ts.VoidExpression[]) if (!isPartOfStatement(view, node)) yield* parts(view, node, undefined);
}

function* parts(view: FileView, expression: ts.Expression, voidedBy: ts.VoidExpression | undefined): Generator<Dropped> {
  const { ts } = view;
  const inner = unwrapped(ts, expression);
  if (ts.isVoidExpression(inner)) yield* parts(view, inner.expression, inner);
  else if (ts.isConditionalExpression(inner)) {
    yield* parts(view, inner.whenTrue, voidedBy);
    yield* parts(view, inner.whenFalse, voidedBy);
  } else if (ts.isBinaryExpression(inner)) {
    switch (inner.operatorToken.kind) {
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        yield* parts(view, inner.left, voidedBy);
        yield* parts(view, inner.right, voidedBy);
        break;
      case ts.SyntaxKind.AmpersandAmpersandToken:
        yield* parts(view, inner.right, voidedBy);
        break;
      default:
        break;
    }
  } else if (ts.isArrayLiteralExpression(inner)) for (const element of inner.elements) yield* parts(view, element, voidedBy);
  else if (ts.isCallExpression(inner) || ts.isNewExpression(inner) || ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner) || ts.isTaggedTemplateExpression(inner)) yield { expression: inner, voidedBy };
}

/** Whether a `void` is reached from the statement it stands in, so that it is not looked at twice. */
function isPartOfStatement(view: FileView, node: ts.Expression): boolean {
  const { ts } = view;
  let child: ts.Node = node;
  for (let up = node.parent; ; child = up, up = up.parent) {
    if (ts.isExpressionStatement(up)) return true;
    if (ts.isForStatement(up)) return up.incrementor === child || up.initializer === child;
    if (ts.isVoidExpression(up) || ts.isParenthesizedExpression(up)) continue;
    if (ts.isConditionalExpression(up)) {
      if (up.condition === child) return false;
      continue;
    }
    if (!ts.isBinaryExpression(up)) return false;
    const operator = up.operatorToken.kind;
    const follows = operator === ts.SyntaxKind.CommaToken || operator === ts.SyntaxKind.BarBarToken || operator === ts.SyntaxKind.QuestionQuestionToken || (operator === ts.SyntaxKind.AmpersandAmpersandToken && up.right === child);
    if (!follows) return false;
  }
}
