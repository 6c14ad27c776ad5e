/** The part of the graph that statements make: branches, loops, jumps, and what runs on the way out of a block. */
import type ts from "typescript";
import type { TypeScript } from "../language/compiler.ts";
import { ExpressionGraph } from "./graph-expressions.ts";
import { dead, type Frame, type Graph, type NeverReturns } from "./graph.ts";
import { unwrapped } from "../language/syntax.ts";

/** Builds the graph of a function body, in time linear in its size (times the ways out of nested `finally` blocks). */
export function graphOf(ts: TypeScript, body: ts.ConciseBody | ts.SourceFile, neverReturns: NeverReturns): Graph {
  return new StatementGraph(ts, neverReturns).build(body);
}

class StatementGraph extends ExpressionGraph {
  readonly #neverReturns: NeverReturns;
  #exit = dead;
  #thrown = dead;

  constructor(typescript: TypeScript, neverReturns: NeverReturns) {
    super(typescript);
    this.#neverReturns = neverReturns;
  }

  build(body: ts.ConciseBody | ts.SourceFile): Graph {
    const ts = this.ts;
    const entry = this.point(undefined, "join");
    this.#exit = this.point(undefined, "exit");
    this.#thrown = this.point(undefined, "throw");
    this.handler = this.#thrown;
    const end = ts.isBlock(body) || ts.isSourceFile(body) ? this.#block(body, entry) : this.expression(body, entry);
    this.link(end, this.#exit);
    const byNode = this.byNode;
    return { points: this.points, entry, exit: this.#exit, thrown: this.#thrown, pointsOf: (node) => byNode.get(node) ?? [] };
  }

  #block(block: ts.Block | ts.SourceFile | ts.ModuleBlock, from: number): number {
    return this.#statements(block.statements, block, from);
  }

  #statements(statements: readonly ts.Statement[], block: ts.Node, from: number): number {
    const ts = this.ts;
    const disposes = statements.some((statement) => ts.isVariableStatement(statement) && isUsing(ts, statement.declarationList));
    if (!disposes) return this.#list(statements, from);
    const outer = this.handler;
    const onThrow = this.point(block, "dispose", outer, { failed: true });
    this.link(onThrow, outer);
    const frame: Frame = { kind: "using", block, copies: new Map(), handler: outer };
    const end = this.within(frame, onThrow, () => this.#list(statements, from));
    if (end === dead) return dead;
    const leave = this.point(block, "dispose", outer);
    this.link(end, leave);
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
    const ts = this.ts;
    if (ts.isExpressionStatement(node)) {
      const end = this.expression(node.expression, from);
      return ts.isCallExpression(node.expression) && this.#neverReturns(node.expression) ? dead : end;
    }
    if (ts.isVariableStatement(node)) return this.#declarations(node.declarationList, from);
    if (ts.isBlock(node)) return label === undefined ? this.#block(node, from) : this.#labelled(node, label, from);
    if (ts.isIfStatement(node)) return this.#if(node, from);
    if (ts.isReturnStatement(node)) {
      const value = node.expression === undefined ? from : this.expression(node.expression, from);
      this.#leave(this.event(node, value), "return", this.#exit, () => false);
      return dead;
    }
    if (ts.isThrowStatement(node)) {
      const at = this.event(node, this.expression(node.expression, from));
      this.link(at, this.handler);
      return dead;
    }
    if (ts.isBreakOrContinueStatement(node)) return this.#jump(node, from);
    if (ts.isTryStatement(node)) return this.#try(node, from);
    if (ts.isWhileStatement(node) || ts.isDoStatement(node) || ts.isForStatement(node)) return this.#loop(node, from, label);
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return this.#forEach(node, from, label);
    if (ts.isSwitchStatement(node)) return this.#switch(node, from, label);
    if (ts.isLabeledStatement(node)) return this.#statement(node.statement, from, node.label.text);
    if (ts.isExportAssignment(node)) return this.expression(node.expression, from);
    if (ts.isClassDeclaration(node)) return this.event(node, from);
    return from;
  }

  #labelled(block: ts.Block, label: string, from: number): number {
    const after = this.point(undefined, "join");
    const frame: Frame = { kind: "target", statement: block, label, breakTo: after, continueTo: dead };
    this.link(this.within(frame, this.handler, () => this.#block(block, from)), after);
    return this.reached(after);
  }

  #declarations(list: ts.VariableDeclarationList, from: number): number {
    let at = from;
    for (const declaration of list.declarations) {
      if (declaration.initializer !== undefined) at = this.expression(declaration.initializer, at);
      at = this.event(declaration, at);
    }
    return at;
  }

  #if(first: ts.IfStatement, from: number): number {
    const ts = this.ts;
    const ends: number[] = [];
    // A chain of `else if` is walked in a loop: generated code has thousands.
    let node = first;
    let at = from;
    for (;;) {
      const { yes, no } = this.condition(node.expression, at);
      ends.push(yes === dead ? dead : this.#statement(node.thenStatement, yes));
      const otherwise = node.elseStatement;
      if (otherwise === undefined) ends.push(no);
      else if (ts.isIfStatement(otherwise) && no !== dead) {
        node = otherwise;
        at = no;
        continue;
      } else ends.push(no === dead ? dead : this.#statement(otherwise, no));
      return this.join(...ends);
    }
  }

  #loop(node: ts.WhileStatement | ts.DoStatement | ts.ForStatement, from: number, label: string | undefined): number {
    const ts = this.ts;
    let at = from;
    if (ts.isForStatement(node) && node.initializer !== undefined) at = ts.isVariableDeclarationList(node.initializer) ? this.#declarations(node.initializer, at) : this.expression(node.initializer, at);
    const head = this.point(undefined, "join");
    this.link(at, head);
    const after = this.point(undefined, "join");
    const again = this.point(undefined, "join");
    const condition = ts.isForStatement(node) ? node.condition : node.expression;
    const body = (start: number): void => {
      const frame: Frame = { kind: "target", statement: node, label, breakTo: after, continueTo: again };
      this.link(this.within(frame, this.handler, () => this.#statement(node.statement, start)), again);
    };
    if (ts.isDoStatement(node)) {
      body(head);
      const { yes, no } = this.condition(node.expression, this.reached(again));
      this.link(yes, head);
      this.link(no, after);
    } else {
      const { yes, no } = condition === undefined ? { yes: head, no: dead } : this.condition(condition, head);
      if (yes !== dead) body(yes);
      this.link(no, after);
      const update = ts.isForStatement(node) && node.incrementor !== undefined ? this.expression(node.incrementor, again) : again;
      this.link(update, head);
    }
    return this.reached(after);
  }

  #forEach(node: ts.ForOfStatement | ts.ForInStatement, from: number, label: string | undefined): number {
    const ts = this.ts;
    const source = this.expression(node.expression, from);
    const awaited = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
    const head = this.event(node, source, awaited);
    const after = this.point(undefined, "join");
    // A literal with elements runs at least once; anything else may be empty.
    const literal = unwrapped(ts, node.expression);
    const surelyOnce = ts.isArrayLiteralExpression(literal) && literal.elements.some((element) => !ts.isSpreadElement(element));
    const again = this.point(undefined, "join");
    if (!surelyOnce) this.link(head, after);
    const start = this.point(undefined, "join");
    this.link(head, start);
    const variable = ts.isVariableDeclarationList(node.initializer) ? this.#declarations(node.initializer, start) : start;
    const frame: Frame = { kind: "target", statement: node, label, breakTo: after, continueTo: again };
    this.link(this.within(frame, this.handler, () => this.#statement(node.statement, variable)), again);
    // The next element, or the end; a `for await` may fail here too.
    if (this.reached(again) !== dead) {
      const next = awaited ? this.event(node, again, true) : again;
      this.link(next, start);
      this.link(next, after);
    }
    return this.reached(after);
  }

  #switch(node: ts.SwitchStatement, from: number, label: string | undefined): number {
    const ts = this.ts;
    const after = this.point(undefined, "join");
    const frame: Frame = { kind: "target", statement: node, label, breakTo: after, continueTo: dead };
    let test = this.expression(node.expression, from);
    this.within(frame, this.handler, () => {
      const starts = new Map<ts.CaseOrDefaultClause, number>();
      for (const clause of node.caseBlock.clauses) {
        const start = this.point(undefined, "join");
        starts.set(clause, start);
        if (!ts.isCaseClause(clause)) continue;
        test = this.expression(clause.expression, test);
        this.link(test, start);
      }
      const fallback = node.caseBlock.clauses.find((clause) => ts.isDefaultClause(clause));
      this.link(test, fallback === undefined ? after : (starts.get(fallback) ?? after));
      let falling = dead;
      for (const clause of node.caseBlock.clauses) {
        const start = starts.get(clause) ?? dead;
        this.link(falling, start);
        falling = this.reached(start) === dead ? dead : this.#statements(clause.statements, clause, start);
      }
      this.link(falling, after);
    });
    return this.reached(after);
  }

  #try(node: ts.TryStatement, from: number): number {
    const outer = this.handler;
    const { finallyBlock, catchClause } = node;
    const frame: Frame | undefined = finallyBlock === undefined ? undefined : { kind: "finally", block: finallyBlock, copies: new Map(), handler: outer };
    const onThrow = finallyBlock === undefined ? outer : this.point(undefined, "join");
    const guarded = (handler: number, work: () => number): number => (frame === undefined ? this.#handling(handler, work) : this.within(frame, handler, work));
    const caught = catchClause === undefined ? dead : this.point(undefined, "join");
    const tried = guarded(catchClause === undefined ? onThrow : caught, () => this.#block(node.tryBlock, from));
    const handled = catchClause === undefined || !this.used.has(caught) ? dead : guarded(onThrow, () => this.#block(catchClause.block, this.event(catchClause, caught)));
    const end = this.join(tried, handled);
    if (finallyBlock === undefined) return end;
    if (this.used.has(onThrow)) this.link(this.#block(finallyBlock, onThrow), outer);
    return end === dead ? dead : this.#block(finallyBlock, end);
  }

  #handling(handler: number, work: () => number): number {
    const outer = this.handler;
    this.handler = handler;
    try {
      return work();
    } finally {
      this.handler = outer;
    }
  }

  #jump(node: ts.BreakOrContinueStatement, from: number): number {
    const ts = this.ts;
    const isBreak = ts.isBreakStatement(node);
    const matches = (frame: Frame): boolean =>
      frame.kind === "target" && (node.label === undefined ? (isBreak ? !ts.isBlock(frame.statement) : frame.continueTo !== dead) : frame.label === node.label.text);
    const target = this.frames.findLast(matches);
    if (target?.kind !== "target") return dead;
    const to = isBreak ? target.breakTo : target.continueTo;
    this.#leave(this.event(node, from), String(to), to, (frame) => frame === target);
    return dead;
  }

  /** Leaves frames from the inside out until `stop`, running `finally` blocks and disposals on the way; one copy for each destination. */
  protected override leaveFor(from: number): void {
    this.#leave(from, "return", this.#exit, () => false);
  }

  #leave(from: number, key: string, to: number, stop: (frame: Frame) => boolean): void {
    let at = from;
    for (const [index, frame] of [...this.frames.entries()].reverse()) {
      if (stop(frame)) break;
      if (frame.kind === "target" || at === dead) continue;
      if (frame.kind === "using") {
        let copy = frame.copies.get(key);
        const fresh = copy === undefined;
        copy ??= this.point(frame.block, "dispose", frame.handler);
        frame.copies.set(key, copy);
        this.link(at, copy);
        if (!fresh) return;
        at = copy;
        continue;
      }
      const known = frame.copies.get(key);
      if (known !== undefined) {
        this.link(at, known.entry);
        return;
      }
      const entry = this.point(undefined, "join");
      this.link(at, entry);
      const copy = { entry, end: dead };
      frame.copies.set(key, copy);
      const [frames, handler] = [this.frames, this.handler];
      this.frames = frames.slice(0, index);
      this.handler = frame.handler;
      copy.end = this.#block(frame.block, entry);
      [this.frames, this.handler] = [frames, handler];
      at = copy.end;
    }
    this.link(at, to);
  }
}

function isUsing(ts: TypeScript, list: ts.VariableDeclarationList): boolean {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  return flags === ts.NodeFlags.Using || flags === ts.NodeFlags.AwaitUsing;
}
