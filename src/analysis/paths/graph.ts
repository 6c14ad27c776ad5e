/** The control-flow graph of one function: its points and edges, and where control may go from inside a block. */
import type ts from "typescript";
import type { TypeScript } from "../language/compiler.ts";

/** One step of evaluation. Points of the same node repeat where a `finally` block is left in several ways. */
export interface Point {
  readonly node: ts.Node | undefined;
  readonly kind: "event" | "assume" | "dispose" | "exit" | "throw" | "join";
  /** Points that may come next. */
  readonly next: number[];
  /** Where control goes if this point fails; -1 when it cannot. */
  readonly fail: number;
  /** For a `yield`: where control goes when whoever iterates leaves here. */
  left?: number;
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

/** A construct that control passes on its way out: a `finally`, a block with `using`, a target of `break` or `continue`. */
export type Frame =
  | { readonly kind: "finally"; readonly block: ts.Block; readonly copies: Map<string, { entry: number; end: number }>; readonly handler: number }
  | { readonly kind: "using"; readonly block: ts.Node; readonly copies: Map<string, number>; readonly handler: number }
  | { readonly kind: "target"; readonly statement: ts.Node; readonly label: string | undefined; readonly breakTo: number; readonly continueTo: number };

/** No point: what stands here cannot be reached. */
export const dead = -1;

/** The growing graph: what statements and expressions are built of. */
export class GraphPoints {
  protected readonly ts: TypeScript;
  protected readonly points: Point[] = [];
  protected readonly byNode = new Map<ts.Node, number[]>();
  /** Points that something leads to. */
  protected readonly used = new Set<number>();
  protected frames: readonly Frame[] = [];
  /** Where an error goes at the moment. */
  protected handler = dead;

  constructor(typescript: TypeScript) {
    this.ts = typescript;
  }

  protected point(node: ts.Node | undefined, kind: Point["kind"], fail = dead, more: Pick<Point, "test" | "truthy" | "failed"> = {}): number {
    const id = this.points.length;
    if (fail !== dead) this.used.add(fail);
    this.points.push({ node, kind, next: [], fail, ...more });
    if (node !== undefined) {
      const same = this.byNode.get(node);
      if (same === undefined) this.byNode.set(node, [id]);
      else same.push(id);
    }
    return id;
  }

  protected link(from: number, to: number): void {
    if (from === dead || to === dead) return;
    const point = this.points[from];
    if (point === undefined) return;
    this.used.add(to);
    if (!point.next.includes(to)) point.next.push(to);
  }

  protected event(node: ts.Node, from: number, mayFail = false): number {
    if (from === dead) return dead;
    const id = this.point(node, "event", mayFail ? this.handler : dead);
    this.link(from, id);
    return id;
  }

  protected join(...froms: readonly number[]): number {
    const alive = froms.filter((from) => from !== dead);
    if (alive.length <= 1) return alive[0] ?? dead;
    const id = this.point(undefined, "join");
    for (const from of alive) this.link(from, id);
    return id;
  }

  protected within<T>(frame: Frame, handler: number, work: () => T): T {
    const [frames, outer] = [this.frames, this.handler];
    this.frames = [...frames, frame];
    this.handler = handler;
    try {
      return work();
    } finally {
      this.frames = frames;
      this.handler = outer;
    }
  }

  /** A join that nothing leads to is dead code. */
  protected reached(join: number): number {
    return this.used.has(join) ? join : dead;
  }
}
