/** The control-flow graph of one function: a point per evaluated event, with an edge for every way an await or call can fail. */
import type ts from "typescript";
import type { TypeScript } from "./compiler.ts";
import { unwrapped } from "./syntax.ts";

/** One step of evaluation. Points of the same node repeat where a `finally` block is left in several ways. */
export interface Point {
  readonly node: ts.Node | undefined;
  readonly kind: "event" | "assume" | "dispose" | "exit" | "throw" | "join";
  /** Points that may come next. */
  readonly next: number[];
  /** Where control goes if this point fails; -1 when it cannot. */
  readonly fail: number;
  /** For `assume`: the text of the tested expression, and the outcome under which this branch is taken. */
  readonly test?: string;
  readonly truthy?: boolean;
  /** For `dispose`: the block is left by an error. */
  readonly failed?: true;
}

/** The graph of a function body. */
export interface Graph {
  readonly points: readonly Point[];
  readonly entry: number;
  /** Reached by `return` and by falling off the end. */
  readonly exit: number;
  /** Reached by errors that nothing in the function catches. */
  readonly thrown: number;
  /** Points of a node, in the order in which they were made. */
  pointsOf(node: ts.Node): readonly number[];
}

/** Whether a call never comes back; asked for statements only, as TypeScript itself does. */
export type NeverReturns = (call: ts.CallExpression) => boolean;

type Frame =
  | { readonly kind: "finally"; readonly block: ts.Block; readonly copies: Map<string, { entry: number; end: number }>; readonly handler: number }
  | { readonly kind: "using"; readonly block: ts.Node; readonly copies: Map<string, number>; readonly handler: number }
  | { readonly kind: "target"; readonly statement: ts.Node; readonly label: string | undefined; readonly breakTo: number; readonly continueTo: number };

/** No point: what stands here cannot be reached. */
const dead = -1;

/** Builds the graph of a function body, in time linear in its size (times the ways out of nested `finally` blocks). */
export function graphOf(ts: TypeScript, body: ts.ConciseBody | ts.SourceFile, neverReturns: NeverReturns): Graph {
  return new Builder(ts, neverReturns).build(body);
}

class Builder {
  readonly #ts: TypeScript;
  readonly #neverReturns: NeverReturns;
  readonly #points: Point[] = [];
  readonly #byNode = new Map<ts.Node, number[]>();
  /** Points that something leads to. */
  readonly #used = new Set<number>();
  #frames: readonly Frame[] = [];
  #exit = dead;
  #thrown = dead;
  /** Where an error goes at the moment. */
  #handler = dead;

  constructor(ts: TypeScript, neverReturns: NeverReturns) {
    this.#ts = ts;
    this.#neverReturns = neverReturns;
  }

  build(body: ts.ConciseBody | ts.SourceFile): Graph {
    const ts = this.#ts;
    const entry = this.#point(undefined, "join");
    this.#exit = this.#point(undefined, "exit");
    this.#thrown = this.#point(undefined, "throw");
    this.#handler = this.#thrown;
    const end = ts.isBlock(body) || ts.isSourceFile(body) ? this.#block(body, entry) : this.#expression(body, entry);
    this.#link(end, this.#exit);
    const byNode = this.#byNode;
    return { points: this.#points, entry, exit: this.#exit, thrown: this.#thrown, pointsOf: (node) => byNode.get(node) ?? [] };
  }

  #point(node: ts.Node | undefined, kind: Point["kind"], fail = dead, more: Pick<Point, "test" | "truthy" | "failed"> = {}): number {
    const id = this.#points.length;
    if (fail !== dead) this.#used.add(fail);
    this.#points.push({ node, kind, next: [], fail, ...more });
    if (node !== undefined) {
      const same = this.#byNode.get(node);
      if (same === undefined) this.#byNode.set(node, [id]);
      else same.push(id);
    }
    return id;
  }

  #link(from: number, to: number): void {
    if (from === dead || to === dead) return;
    const point = this.#points[from];
    if (point === undefined) return;
    this.#used.add(to);
    if (!point.next.includes(to)) point.next.push(to);
  }

  #event(node: ts.Node, from: number, mayFail = false): number {
    if (from === dead) return dead;
    const id = this.#point(node, "event", mayFail ? this.#handler : dead);
    this.#link(from, id);
    return id;
  }

  #join(...froms: readonly number[]): number {
    const alive = froms.filter((from) => from !== dead);
    if (alive.length <= 1) return alive[0] ?? dead;
    const id = this.#point(undefined, "join");
    for (const from of alive) this.#link(from, id);
    return id;
  }

  #within<T>(frame: Frame, handler: number, work: () => T): T {
    const [frames, outer] = [this.#frames, this.#handler];
    this.#frames = [...frames, frame];
    this.#handler = handler;
    try {
      return work();
    } finally {
      this.#frames = frames;
      this.#handler = outer;
    }
  }

  // ---- statements

  #block(block: ts.Block | ts.SourceFile | ts.ModuleBlock, from: number): number {
    return this.#statements(block.statements, block, from);
  }

  #statements(statements: readonly ts.Statement[], block: ts.Node, from: number): number {
    const ts = this.#ts;
    const disposes = statements.some((statement) => ts.isVariableStatement(statement) && isUsing(ts, statement.declarationList));
    if (!disposes) return this.#list(statements, from);
    const outer = this.#handler;
    const onThrow = this.#point(block, "dispose", outer, { failed: true });
    this.#link(onThrow, outer);
    const frame: Frame = { kind: "using", block, copies: new Map(), handler: outer };
    const end = this.#within(frame, onThrow, () => this.#list(statements, from));
    if (end === dead) return dead;
    const leave = this.#point(block, "dispose", outer);
    this.#link(end, leave);
    return leave;
  }

  #list(statements: readonly ts.Statement[], from: number): number {
    let at = from;
    for (const statement of statements) {
      if (at === dead) break;
      at = this.#statement(statement, at);
    }
    return at;
  }

  #statement(node: ts.Statement, from: number, label?: string): number {
    const ts = this.#ts;
    if (ts.isExpressionStatement(node)) {
      const end = this.#expression(node.expression, from);
      return ts.isCallExpression(node.expression) && this.#neverReturns(node.expression) ? dead : end;
    }
    if (ts.isVariableStatement(node)) return this.#declarations(node.declarationList, from);
    if (ts.isBlock(node)) return label === undefined ? this.#block(node, from) : this.#labelled(node, label, from);
    if (ts.isIfStatement(node)) return this.#if(node, from);
    if (ts.isReturnStatement(node)) {
      const value = node.expression === undefined ? from : this.#expression(node.expression, from);
      this.#leave(this.#event(node, value), "return", this.#exit, () => false);
      return dead;
    }
    if (ts.isThrowStatement(node)) {
      const at = this.#event(node, this.#expression(node.expression, from));
      this.#link(at, this.#handler);
      return dead;
    }
    if (ts.isBreakOrContinueStatement(node)) return this.#jump(node, from);
    if (ts.isTryStatement(node)) return this.#try(node, from);
    if (ts.isWhileStatement(node) || ts.isDoStatement(node) || ts.isForStatement(node)) return this.#loop(node, from, label);
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return this.#forEach(node, from, label);
    if (ts.isSwitchStatement(node)) return this.#switch(node, from, label);
    if (ts.isLabeledStatement(node)) return this.#statement(node.statement, from, node.label.text);
    if (ts.isExportAssignment(node)) return this.#expression(node.expression, from);
    if (ts.isClassDeclaration(node)) return this.#event(node, from);
    return from;
  }

  #labelled(block: ts.Block, label: string, from: number): number {
    const after = this.#point(undefined, "join");
    const frame: Frame = { kind: "target", statement: block, label, breakTo: after, continueTo: dead };
    this.#link(this.#within(frame, this.#handler, () => this.#block(block, from)), after);
    return this.#reached(after);
  }

  #declarations(list: ts.VariableDeclarationList, from: number): number {
    let at = from;
    for (const declaration of list.declarations) {
      if (declaration.initializer !== undefined) at = this.#expression(declaration.initializer, at);
      at = this.#event(declaration, at);
    }
    return at;
  }

  #if(first: ts.IfStatement, from: number): number {
    const ts = this.#ts;
    const ends: number[] = [];
    // A chain of `else if` is walked in a loop: generated code has thousands.
    let node = first;
    let at = from;
    for (;;) {
      const { yes, no } = this.#condition(node.expression, at);
      ends.push(yes === dead ? dead : this.#statement(node.thenStatement, yes));
      const otherwise = node.elseStatement;
      if (otherwise === undefined) ends.push(no);
      else if (ts.isIfStatement(otherwise) && no !== dead) {
        node = otherwise;
        at = no;
        continue;
      } else ends.push(no === dead ? dead : this.#statement(otherwise, no));
      return this.#join(...ends);
    }
  }

  #loop(node: ts.WhileStatement | ts.DoStatement | ts.ForStatement, from: number, label: string | undefined): number {
    const ts = this.#ts;
    let at = from;
    if (ts.isForStatement(node) && node.initializer !== undefined) at = ts.isVariableDeclarationList(node.initializer) ? this.#declarations(node.initializer, at) : this.#expression(node.initializer, at);
    const head = this.#point(undefined, "join");
    this.#link(at, head);
    const after = this.#point(undefined, "join");
    const again = this.#point(undefined, "join");
    const condition = ts.isForStatement(node) ? node.condition : node.expression;
    const body = (start: number): void => {
      const frame: Frame = { kind: "target", statement: node, label, breakTo: after, continueTo: again };
      this.#link(this.#within(frame, this.#handler, () => this.#statement(node.statement, start)), again);
    };
    if (ts.isDoStatement(node)) {
      body(head);
      const { yes, no } = this.#condition(node.expression, this.#reached(again));
      this.#link(yes, head);
      this.#link(no, after);
    } else {
      const { yes, no } = condition === undefined ? { yes: head, no: dead } : this.#condition(condition, head);
      if (yes !== dead) body(yes);
      this.#link(no, after);
      const update = ts.isForStatement(node) && node.incrementor !== undefined ? this.#expression(node.incrementor, again) : again;
      this.#link(update, head);
    }
    return this.#reached(after);
  }

  #forEach(node: ts.ForOfStatement | ts.ForInStatement, from: number, label: string | undefined): number {
    const ts = this.#ts;
    const source = this.#expression(node.expression, from);
    const awaited = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
    const head = this.#event(node, source, awaited);
    const after = this.#point(undefined, "join");
    // A literal with elements runs at least once; anything else may be empty.
    const literal = unwrapped(ts, node.expression);
    const surelyOnce = ts.isArrayLiteralExpression(literal) && literal.elements.some((element) => !ts.isSpreadElement(element));
    const again = this.#point(undefined, "join");
    if (!surelyOnce) this.#link(head, after);
    const start = this.#point(undefined, "join");
    this.#link(head, start);
    const variable = ts.isVariableDeclarationList(node.initializer) ? this.#declarations(node.initializer, start) : start;
    const frame: Frame = { kind: "target", statement: node, label, breakTo: after, continueTo: again };
    this.#link(this.#within(frame, this.#handler, () => this.#statement(node.statement, variable)), again);
    // The next element, or the end; a `for await` may fail here too.
    if (this.#reached(again) !== dead) {
      const next = awaited ? this.#event(node, again, true) : again;
      this.#link(next, start);
      this.#link(next, after);
    }
    return this.#reached(after);
  }

  #switch(node: ts.SwitchStatement, from: number, label: string | undefined): number {
    const ts = this.#ts;
    const after = this.#point(undefined, "join");
    const frame: Frame = { kind: "target", statement: node, label, breakTo: after, continueTo: dead };
    let test = this.#expression(node.expression, from);
    this.#within(frame, this.#handler, () => {
      const starts = new Map<ts.CaseOrDefaultClause, number>();
      for (const clause of node.caseBlock.clauses) {
        const start = this.#point(undefined, "join");
        starts.set(clause, start);
        if (!ts.isCaseClause(clause)) continue;
        test = this.#expression(clause.expression, test);
        this.#link(test, start);
      }
      const fallback = node.caseBlock.clauses.find((clause) => ts.isDefaultClause(clause));
      this.#link(test, fallback === undefined ? after : (starts.get(fallback) ?? after));
      let falling = dead;
      for (const clause of node.caseBlock.clauses) {
        const start = starts.get(clause) ?? dead;
        this.#link(falling, start);
        falling = this.#reached(start) === dead ? dead : this.#statements(clause.statements, clause, start);
      }
      this.#link(falling, after);
    });
    return this.#reached(after);
  }

  #try(node: ts.TryStatement, from: number): number {
    const outer = this.#handler;
    const { finallyBlock, catchClause } = node;
    const frame: Frame | undefined = finallyBlock === undefined ? undefined : { kind: "finally", block: finallyBlock, copies: new Map(), handler: outer };
    const onThrow = finallyBlock === undefined ? outer : this.#point(undefined, "join");
    const guarded = (handler: number, work: () => number): number => (frame === undefined ? this.#handling(handler, work) : this.#within(frame, handler, work));
    const caught = catchClause === undefined ? dead : this.#point(undefined, "join");
    const tried = guarded(catchClause === undefined ? onThrow : caught, () => this.#block(node.tryBlock, from));
    const handled = catchClause === undefined || !this.#used.has(caught) ? dead : guarded(onThrow, () => this.#block(catchClause.block, this.#event(catchClause, caught)));
    const end = this.#join(tried, handled);
    if (finallyBlock === undefined) return end;
    if (this.#used.has(onThrow)) this.#link(this.#block(finallyBlock, onThrow), outer);
    return end === dead ? dead : this.#block(finallyBlock, end);
  }

  #handling(handler: number, work: () => number): number {
    const outer = this.#handler;
    this.#handler = handler;
    try {
      return work();
    } finally {
      this.#handler = outer;
    }
  }

  #jump(node: ts.BreakOrContinueStatement, from: number): number {
    const ts = this.#ts;
    const isBreak = ts.isBreakStatement(node);
    const matches = (frame: Frame): boolean =>
      frame.kind === "target" && (node.label === undefined ? (isBreak ? !ts.isBlock(frame.statement) : frame.continueTo !== dead) : frame.label === node.label.text);
    const target = this.#frames.findLast(matches);
    if (target?.kind !== "target") return dead;
    const to = isBreak ? target.breakTo : target.continueTo;
    this.#leave(this.#event(node, from), String(to), to, (frame) => frame === target);
    return dead;
  }

  /** Leaves frames from the inside out until `stop`, running `finally` blocks and disposals on the way; one copy for each destination. */
  #leave(from: number, key: string, to: number, stop: (frame: Frame) => boolean): void {
    let at = from;
    for (const [index, frame] of [...this.#frames.entries()].reverse()) {
      if (stop(frame)) break;
      if (frame.kind === "target" || at === dead) continue;
      if (frame.kind === "using") {
        let copy = frame.copies.get(key);
        const fresh = copy === undefined;
        copy ??= this.#point(frame.block, "dispose", frame.handler);
        frame.copies.set(key, copy);
        this.#link(at, copy);
        if (!fresh) return;
        at = copy;
        continue;
      }
      const known = frame.copies.get(key);
      if (known !== undefined) {
        this.#link(at, known.entry);
        return;
      }
      const entry = this.#point(undefined, "join");
      this.#link(at, entry);
      const copy = { entry, end: dead };
      frame.copies.set(key, copy);
      const [frames, handler] = [this.#frames, this.#handler];
      this.#frames = frames.slice(0, index);
      this.#handler = frame.handler;
      copy.end = this.#block(frame.block, entry);
      [this.#frames, this.#handler] = [frames, handler];
      at = copy.end;
    }
    this.#link(at, to);
  }

  /** A join that nothing leads to is dead code. */
  #reached(join: number): number {
    return this.#used.has(join) ? join : dead;
  }

  // ---- expressions

  /** Both ways out of a condition, each behind a point that says what was assumed. */
  #condition(expression: ts.Expression, from: number): { readonly yes: number; readonly no: number } {
    const ts = this.#ts;
    const node = unwrapped(ts, expression);
    if (from === dead) return { yes: dead, no: dead };
    if (node.kind === ts.SyntaxKind.TrueKeyword) return { yes: from, no: dead };
    if (node.kind === ts.SyntaxKind.FalseKeyword) return { yes: dead, no: from };
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      const { yes, no } = this.#condition(node.operand, from);
      return { yes: no, no: yes };
    }
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.kind;
      if (operator === ts.SyntaxKind.AmpersandAmpersandToken) {
        const left = this.#condition(node.left, from);
        const right = this.#condition(node.right, left.yes);
        return { yes: right.yes, no: this.#join(left.no, right.no) };
      }
      if (operator === ts.SyntaxKind.BarBarToken) {
        const left = this.#condition(node.left, from);
        const right = this.#condition(node.right, left.no);
        return { yes: this.#join(left.yes, right.yes), no: right.no };
      }
    }
    const end = this.#expression(node, from);
    const { text, negated } = testOf(ts, node);
    const [whenTrue, whenFalse] = [this.#point(undefined, "assume", dead, { test: text, truthy: !negated }), this.#point(undefined, "assume", dead, { test: text, truthy: negated })];
    this.#link(end, whenTrue);
    this.#link(end, whenFalse);
    return { yes: whenTrue, no: whenFalse };
  }

  #expression(node: ts.Expression, from: number): number {
    const ts = this.#ts;
    if (from === dead) return dead;
    switch (node.kind) {
      case ts.SyntaxKind.Identifier:
      case ts.SyntaxKind.ArrowFunction:
      case ts.SyntaxKind.FunctionExpression:
      case ts.SyntaxKind.ClassExpression:
        return this.#event(node, from);
      case ts.SyntaxKind.ConditionalExpression: {
        const { condition, whenTrue, whenFalse } = node as ts.ConditionalExpression;
        const { yes, no } = this.#condition(condition, from);
        return this.#join(this.#expression(whenTrue, yes), this.#expression(whenFalse, no));
      }
      case ts.SyntaxKind.BinaryExpression:
        return this.#binary(node as ts.BinaryExpression, from);
      case ts.SyntaxKind.AwaitExpression:
        return this.#event(node, this.#expression((node as ts.AwaitExpression).expression, from), true);
      case ts.SyntaxKind.YieldExpression: {
        const { expression } = node as ts.YieldExpression;
        return this.#event(node, expression === undefined ? from : this.#expression(expression, from), true);
      }
      case ts.SyntaxKind.CallExpression:
      case ts.SyntaxKind.PropertyAccessExpression:
      case ts.SyntaxKind.ElementAccessExpression:
      case ts.SyntaxKind.NonNullExpression:
        return this.#chain(node, from);
      case ts.SyntaxKind.NewExpression:
      case ts.SyntaxKind.TaggedTemplateExpression:
        return this.#event(node, this.#children(node, from), true);
      default:
        return this.#children(node, from);
    }
  }

  #children(node: ts.Node, from: number): number {
    const ts = this.#ts;
    let at = from;
    ts.forEachChild(node, (child) => {
      if (ts.isTypeNode(child) || ts.isToken(child)) {
        if (ts.isIdentifier(child) && !isName(ts, child)) at = this.#expression(child, at);
        return;
      }
      at = ts.isFunctionLike(child) ? this.#event(child, at) : ts.isExpression(child) ? this.#expression(child, at) : this.#children(child, at);
    });
    return at;
  }

  #binary(node: ts.BinaryExpression, from: number): number {
    const ts = this.#ts;
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.BarBarToken: {
        const { yes, no } = this.#condition(node, from);
        return this.#join(yes, no);
      }
      case ts.SyntaxKind.QuestionQuestionToken: {
        const left = this.#expression(node.left, from);
        return this.#join(left, this.#expression(node.right, left));
      }
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken: {
        const left = this.#expression(node.left, from);
        return this.#join(left, this.#event(node, this.#expression(node.right, left)));
      }
      case ts.SyntaxKind.EqualsToken: {
        // The target is written, not read: only what is computed to find it is evaluated.
        const target = unwrapped(ts, node.left);
        const left = ts.isIdentifier(target) ? from : ts.isPropertyAccessExpression(target) ? this.#expression(target.expression, from) : this.#children(target, from);
        return this.#event(node, this.#expression(node.right, left));
      }
      default: {
        // `a + b + c + …` leans to the left; a loop keeps thousands of operands off the stack.
        const spine: ts.BinaryExpression[] = [];
        let left: ts.Expression = node;
        while (ts.isBinaryExpression(left) && isPlain(ts, left.operatorToken.kind)) {
          spine.push(left);
          left = left.left;
        }
        let at = this.#expression(left, from);
        for (let binary = spine.pop(); binary !== undefined; binary = spine.pop()) at = this.#expression(binary.right, at);
        return at;
      }
    }
  }

  /** `a.b(c)?.d(e)`: receivers first; what follows a `?.` may be skipped. */
  #chain(outermost: ts.Expression, from: number): number {
    const ts = this.#ts;
    const links: (ts.CallExpression | ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.NonNullExpression)[] = [];
    let node = outermost;
    while (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isNonNullExpression(node)) {
      links.push(node);
      node = node.expression;
    }
    let at = this.#expression(node, from);
    const skipped: number[] = [];
    for (let link = links.pop(); link !== undefined; link = links.pop()) {
      if (!ts.isNonNullExpression(link) && link.questionDotToken !== undefined) skipped.push(at);
      if (ts.isCallExpression(link)) {
        for (const argument of link.arguments) at = this.#expression(argument, at);
        at = this.#event(link, at, true);
      } else if (ts.isElementAccessExpression(link)) at = this.#event(link, this.#expression(link.argumentExpression, at));
      else if (ts.isPropertyAccessExpression(link)) at = this.#event(link, at);
    }
    return this.#join(at, ...skipped);
  }
}

function isUsing(ts: TypeScript, list: ts.VariableDeclarationList): boolean {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  return flags === ts.NodeFlags.Using || flags === ts.NodeFlags.AwaitUsing;
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
