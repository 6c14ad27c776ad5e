/** What a function leads to through the functions that it calls: something that blocks the event loop, something that could be cancelled and is not. */
import type ts from "typescript";
import { blockingCalls, blockingModules } from "../catalog/blocking.ts";
import type { Callee, Callees } from "../language/callee.ts";
import type { Compiler } from "../language/compiler.ts";
import { RecursiveMemo } from "../language/recursion.ts";
import type { Signals } from "../signals/signals.ts";
import { walkOwn, type FunctionNode } from "../language/syntax.ts";

/** Names of the calls on the way, the culprit last; empty when there is none. */
export type Chain = readonly string[];

/** How many calls are followed into each other. */
const maxDepth = 32;

export class Chains {
  readonly #compiler: Compiler;
  readonly #callees: Callees;
  readonly #signals: Signals;
  readonly #blocking = chainMemo();
  readonly #uncancellable = chainMemo();

  constructor(compiler: Compiler, callees: Callees, signals: Signals) {
    this.#compiler = compiler;
    this.#callees = callees;
    this.#signals = signals;
  }

  /** The calls by which a function stops the event loop: `readConfig`, `readFileSync`. */
  blockingOf(fn: FunctionNode): Chain {
    return this.#blocking.get(fn, () =>
      this.#first(fn, (_, callee) => {
        if (isBlocking(callee)) return [callee.name];
        return callee.implementation === undefined ? [] : this.blockingOf(callee.implementation);
      }),
    );
  }

  /** The calls by which a function that has no signal starts work that could be cancelled: it needs one, to hand it on. */
  uncancellableOf(fn: FunctionNode): Chain {
    return this.#uncancellable.get(fn, () =>
      this.#first(fn, (call, callee) => {
        if (this.#signals.nearest(call) !== undefined) return [];
        if (this.#signals.slotOf(call)?.given === "nothing") return [callee.name];
        return callee.implementation === undefined ? [] : this.uncancellableOf(callee.implementation);
      }),
    );
  }

  /** The first call of a function, in source order, that leads somewhere. */
  #first(fn: FunctionNode, leadsTo: (call: ts.CallExpression, callee: Callee) => Chain): Chain {
    const { ts } = this.#compiler;
    let found: Chain = [];
    if (fn.body === undefined) return found;
    walkOwn(ts, fn.body, (node) => {
      if (found.length > 0 || !ts.isCallExpression(node)) return found.length === 0;
      const callee = this.#callees.of(node);
      const chain = leadsTo(node, callee);
      if (chain.length > 0) found = chain.length === 1 && chain[0] === callee.name ? chain : [callee.name, ...chain];
      return undefined;
    });
    return found;
  }
}

/** In a circle of calls, whoever asks again adds nothing. */
function chainMemo(): RecursiveMemo<FunctionNode, Chain> {
  return new RecursiveMemo<FunctionNode, Chain>([], (chain) => chain.length === 0, [], maxDepth);
}

function isBlocking({ name, names, origin }: Callee): boolean {
  if (origin === "node" && name.endsWith("Sync")) return names.some((spelled) => blockingModules.has(spelled.slice(0, spelled.lastIndexOf(".")).replace(/^node:/u, "")));
  return (origin === "lib" || origin === "node") && names.some((spelled) => blockingCalls.has(spelled));
}
