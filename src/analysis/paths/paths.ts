/** Questions about every path through a function: does each way from a start to an exit pass one of these places, and if not, which exit shows it? */
import type ts from "typescript";
import type { Callees } from "../language/callee.ts";
import type { Compiler } from "../language/compiler.ts";
import { graphOf } from "./graph-statements.ts";
import type { Graph, Point } from "./graph.ts";
import { isAsync, type FunctionNode } from "../language/syntax.ts";

/** A path that misses what it had to pass. */
export interface Escape {
  /** `return` and `end` leave normally, `throw` by a statement; `failure`: an await or call fails; `abandoned`: whoever iterates a generator leaves at a `yield`; `again`: the loop starts over; `disposal`: the block's resources are closed; `lost`: a place that the query calls a loss. */
  readonly kind: "return" | "end" | "throw" | "failure" | "abandoned" | "again" | "disposal" | "lost";
  /** The return, throw, await, call or block that shows it; the function body for `end`. */
  readonly node: ts.Node;
  /** The first await or call on the way whose failure the path needs, unless the way out is that failure itself. */
  readonly after?: ts.Node;
}

export interface PathQuery {
  /** Passing one of these ends the search on that path. */
  readonly through: (node: ts.Node) => boolean;
  /** Which failures count as ways out: none (and no `throw` either), those of awaits, or those of calls too. */
  readonly failures: "none" | "await" | "call";
  /** Whether a `yield` is a way out of a generator: its consumer may `break`. */
  readonly abandons?: boolean;
  /** Reaching one of these counts as an exit. */
  readonly lost?: (node: ts.Node) => boolean;
  /** Failures of these places do not count. */
  readonly harmless?: (node: ts.Node) => boolean;
  /** Leaving this block normally counts as an exit, and no error does: its `using` resources are disposed there. */
  readonly disposalOf?: ts.Node;
  /** With `disposalOf`: leaving the block by an error counts as well. */
  readonly disposalByError?: boolean;
  /** Whether reaching the start once more counts as an exit; it does unless said otherwise. */
  readonly again?: boolean;
  /** Conditions known to hold at the start, by text; branches that contradict them are not taken. */
  readonly facts?: ReadonlyMap<string, boolean>;
}

/** A body to ask about: a function, or a module. */
export type Body = FunctionNode | ts.SourceFile;

export class Paths {
  readonly #compiler: Compiler;
  readonly #callees: Callees;
  readonly #graphs = new WeakMap<ts.Node, Graph>();

  constructor(compiler: Compiler, callees: Callees) {
    this.#compiler = compiler;
    this.#callees = callees;
  }

  /** The graph of a function or module; built once. */
  graphOf(body: Body): Graph | undefined {
    const { ts } = this.#compiler;
    const root: ts.ConciseBody | ts.SourceFile | undefined = ts.isSourceFile(body) ? body : body.body;
    if (root === undefined) return undefined;
    let graph = this.#graphs.get(root);
    if (graph === undefined) {
      graph = graphOf(ts, root, (call) => this.#neverReturns(call));
      this.#graphs.set(root, graph);
    }
    return graph;
  }

  #neverReturns(call: ts.CallExpression): boolean {
    const { ts } = this.#compiler;
    const { overloads } = this.#callees.of(call);
    return overloads.length > 0 && overloads.every((overload) => isDeclaredNever(ts, overload));
  }

  /** First way out of `body` from just after `from` that passes none of `through`; breadth first, so the shortest. */
  escape(body: Body, from: ts.Node, query: PathQuery): Escape | undefined {
    const graph = this.graphOf(body);
    if (graph === undefined) return undefined;
    const starts = graph.pointsOf(from);
    const cameFrom = new Map<number, number>();
    const queue: number[] = [];
    let turned = query.again === false;
    const visit = (id: number, parent: number): void => {
      if (id < 0 || cameFrom.has(id)) return;
      // A start has no way that leads to it: whoever follows the way back from an exit stops there.
      if (starts.includes(id)) {
        if (!turned) queue.push(id);
        turned = true;
        return;
      }
      cameFrom.set(id, parent);
      queue.push(id);
    };
    for (const start of starts) for (const next of graph.points[start]?.next ?? []) visit(next, start);
    // The queue grows while it is walked.
    for (const id of queue) {
      const point = graph.points[id];
      if (point === undefined) continue;
      const found = this.#exitAt(graph, id, point, { body, starts, cameFrom, query });
      if (found !== undefined) {
        const after = found.kind === "failure" ? undefined : this.#firstFailure(graph, id, cameFrom);
        return after === undefined ? found : { ...found, after };
      }
      if (this.#stops(point, query) || starts.includes(id)) continue;
      for (const next of point.next) visit(next, id);
      if (fails(this.#compiler.ts, point, query.failures) && (point.node === undefined || query.harmless?.(point.node) !== true)) visit(point.fail, id);
      if (query.abandons === true && point.left !== undefined) visit(point.left, id);
    }
    return undefined;
  }

  /**
   * First place among `targets` that control can reach from just after `from`, or from the start of the body, without passing one of `through`.
   * @param facts conditions known to hold at the start, by text; branches that contradict them are not taken.
   * @param failures which failures control may take on its way: all that can happen, unless said otherwise.
   */
  reached(body: Body, from: ts.Node | undefined, targets: ReadonlySet<ts.Node>, through: (node: ts.Node) => boolean, facts?: ReadonlyMap<string, boolean>, failures: PathQuery["failures"] = "call"): ts.Node | undefined {
    const graph = this.graphOf(body);
    if (graph === undefined) return undefined;
    const queue = from === undefined ? [graph.entry] : graph.pointsOf(from).flatMap((start) => graph.points[start]?.next ?? []);
    const seen = new Set(queue);
    for (const id of queue) {
      const point = graph.points[id];
      if (point === undefined || (point.kind === "assume" && point.test !== undefined && facts?.get(point.test) === !point.truthy)) continue;
      if (point.kind === "event" && point.node !== undefined) {
        if (targets.has(point.node)) return point.node;
        if (through(point.node)) continue;
      }
      for (const next of fails(this.#compiler.ts, point, failures) ? [...point.next, point.fail] : point.next) {
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(next);
      }
    }
    return undefined;
  }

  #stops(point: Point, query: PathQuery): boolean {
    // Whoever leaves the block has left for good.
    if (point.kind === "dispose" && point.node === query.disposalOf) return true;
    if (point.kind === "assume") return point.test !== undefined && query.facts?.get(point.test) === !point.truthy;
    return point.node !== undefined && point.kind === "event" && query.through(point.node);
  }

  #exitAt(graph: Graph, id: number, point: Point, search: { readonly body: Body; readonly starts: readonly number[]; readonly cameFrom: ReadonlyMap<number, number>; readonly query: PathQuery }): Escape | undefined {
    const { ts } = this.#compiler;
    const { body, starts, cameFrom, query } = search;
    if (point.kind === "dispose" && point.node !== undefined && point.node === query.disposalOf) {
      if (point.failed === true) return query.disposalByError === true ? { kind: "disposal", node: point.node } : undefined;
      const jump = this.#lastJump(graph, id, cameFrom);
      return { kind: "disposal", node: jump !== undefined && leaves(ts, jump, point.node) ? jump : point.node };
    }
    if (id === graph.exit) {
      const abandoned = this.#lastAbandoned(graph, id, cameFrom);
      if (abandoned !== undefined) return { kind: "abandoned", node: abandoned };
      const jump = this.#lastJump(graph, id, cameFrom);
      return jump !== undefined && ts.isReturnStatement(jump) ? { kind: "return", node: jump } : { kind: "end", node: body };
    }
    if (id === graph.thrown) {
      if (query.failures === "none" || query.disposalOf !== undefined) return undefined;
      const culprit = this.#lastFailure(graph, id, cameFrom);
      return culprit === undefined ? undefined : { kind: ts.isThrowStatement(culprit) ? "throw" : "failure", node: culprit };
    }
    if (starts.includes(id) && point.node !== undefined) return { kind: "again", node: point.node };
    return point.kind === "event" && point.node !== undefined && query.lost?.(point.node) === true ? { kind: "lost", node: point.node } : undefined;
  }

  /** The `yield` at which the generator was left on the way to a point. */
  #lastAbandoned(graph: Graph, to: number, cameFrom: ReadonlyMap<number, number>): ts.Node | undefined {
    for (let child = to, id = cameFrom.get(to); id !== undefined; child = id, id = cameFrom.get(id)) if (graph.points[id]?.left === child) return graph.points[id]?.node;
    return undefined;
  }

  /** The last `return`, `break` or `continue` on the way to a point. */
  #lastJump(graph: Graph, to: number, cameFrom: ReadonlyMap<number, number>): ts.Node | undefined {
    const { ts } = this.#compiler;
    for (let id = cameFrom.get(to); id !== undefined; id = cameFrom.get(id)) {
      const node = graph.points[id]?.node;
      if (node !== undefined && (ts.isReturnStatement(node) || ts.isBreakOrContinueStatement(node))) return node;
    }
    return undefined;
  }

  /** The await, call or throw by which control left for the handler that leads to a point. */
  #lastFailure(graph: Graph, to: number, cameFrom: ReadonlyMap<number, number>): ts.Node | undefined {
    const { ts } = this.#compiler;
    for (let child = to, id = cameFrom.get(to); id !== undefined; child = id, id = cameFrom.get(id)) {
      const point = graph.points[id];
      if (point?.node === undefined) continue;
      if (ts.isThrowStatement(point.node) || (point.fail === child && !point.next.includes(child))) return point.node;
    }
    return undefined;
  }

  /** The first await or call on the way to a point whose failure the path follows. */
  #firstFailure(graph: Graph, to: number, cameFrom: ReadonlyMap<number, number>): ts.Node | undefined {
    let first: ts.Node | undefined;
    for (let child = to, id = cameFrom.get(to); id !== undefined; child = id, id = cameFrom.get(id)) {
      const point = graph.points[id];
      if (point?.node !== undefined && point.fail === child && !point.next.includes(child)) first = point.node;
    }
    return first;
  }

  /** Conditions that hold where a node stands, from the `if`s and `&&`s around it inside its function. */
  factsAt(node: ts.Node, body: Body): ReadonlyMap<string, boolean> {
    const { ts } = this.#compiler;
    const facts = new Map<string, boolean>();
    for (let child = node, up = node.parent; child !== body && !ts.isSourceFile(child); child = up, up = up.parent) {
      if (ts.isIfStatement(up) && up.expression !== child) collect(ts, up.expression, up.thenStatement === child, facts);
      else if (ts.isConditionalExpression(up) && up.condition !== child) collect(ts, up.condition, up.whenTrue === child, facts);
      else if (ts.isBinaryExpression(up) && up.right === child && up.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) collect(ts, up.left, true, facts);
    }
    return facts;
  }
}

/** Adds the flags that are set in the same block as a node: `started = true;`. */
export function addFlagsBeside(ts: Compiler["ts"], node: ts.Node, body: ts.Node, facts: Map<string, boolean>): void {
  let statement = node;
  while (!ts.isBlock(statement.parent) && statement.parent !== body) statement = statement.parent;
  if (!ts.isBlock(statement.parent)) return;
  for (const one of statement.parent.statements) {
    if (!ts.isExpressionStatement(one) || !ts.isBinaryExpression(one.expression) || one.expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) continue;
    const { left, right } = one.expression;
    if (right.kind === ts.SyntaxKind.TrueKeyword || right.kind === ts.SyntaxKind.FalseKeyword) facts.set(left.getText(), right.kind === ts.SyntaxKind.TrueKeyword);
  }
}

/** Whether a jump ends outside a block. */
function leaves(ts: Compiler["ts"], jump: ts.Node, block: ts.Node): boolean {
  if (!ts.isBreakOrContinueStatement(jump)) return true;
  for (let up = jump.parent; up !== block; up = up.parent) {
    if (jump.label !== undefined ? ts.isLabeledStatement(up) && up.label.text === jump.label.text : ts.isIterationStatement(up, false) || (ts.isBreakStatement(jump) && ts.isSwitchStatement(up))) return false;
  }
  return true;
}

function fails(ts: Compiler["ts"], point: Point, failures: PathQuery["failures"]): boolean {
  if (point.fail < 0 || failures === "none" || point.node === undefined) return false;
  if (failures === "call") return true;
  return ts.isAwaitExpression(point.node) || ts.isForOfStatement(point.node) || ts.isYieldExpression(point.node);
}

/** Adds what a condition says when it is true or false; only parts that must hold. */
export function collect(ts: Compiler["ts"], condition: ts.Expression, truthy: boolean, facts: Map<string, boolean>): void {
  let node = condition;
  let holds = truthy;
  for (;;) {
    if (ts.isParenthesizedExpression(node)) node = node.expression;
    else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      node = node.operand;
      holds = !holds;
    } else break;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === (holds ? ts.SyntaxKind.AmpersandAmpersandToken : ts.SyntaxKind.BarBarToken)) {
    collect(ts, node.left, holds, facts);
    collect(ts, node.right, holds, facts);
  } else facts.set(node.getText(), holds);
}

/** `never` as declared, or as inferred: of a function expression that ends in a `throw`. The compiler infers `void` for all other functions. */
function isDeclaredNever(ts: Compiler["ts"], declaration: ts.SignatureDeclaration): boolean {
  if (declaration.type !== undefined) return declaration.type.kind === ts.SyntaxKind.NeverKeyword;
  if (!ts.isArrowFunction(declaration) && !ts.isFunctionExpression(declaration)) return false;
  const last = ts.isBlock(declaration.body) ? declaration.body.statements.at(-1) : undefined;
  return last !== undefined && ts.isThrowStatement(last) && !isAsync(ts, declaration);
}
