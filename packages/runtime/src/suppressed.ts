/** One error leaves a group; this file decides which, and keeps the others reachable from it. */
import { Cancellation } from "./cancellation.ts";
import { tell } from "./observe.ts";

/** Enumerable on purpose: `console.error(winner)` prints the losers. Registered, so that two copies of the package agree. */
const SUPPRESSED: unique symbol = Symbol.for("asr.suppressed");

interface Shape {
  readonly name?: unknown;
  readonly cause?: unknown;
  readonly error?: unknown;
  readonly suppressed?: unknown;
  readonly [SUPPRESSED]?: readonly unknown[];
}

/**
 * `error` and its causes, outermost first. Does not look behind a Cancellation: its cause says why the group was
 * aborted, so an error that merely wraps the abort it was given does not carry the failure that led to it.
 */
function causes(error: unknown): Set<unknown> {
  const chain = new Set<unknown>();
  for (let at = error; !chain.has(at); at = (at as Shape).cause) {
    chain.add(at);
    if (at instanceof Cancellation || !("cause" in Object(at))) break;
  }
  return chain;
}

/**
 * Picks the error that stands for all `failures` (distinct, earliest first, at least one): the first, or a later one that
 * has it in its cause chain. The rest is attached to the winner; what cannot be attached is left to observers.
 */
export function winnerOf(failures: readonly unknown[]): unknown {
  let [winner] = failures;
  for (const error of failures) if (causes(error).has(winner)) winner = error;
  const carried = causes(winner);
  const before = (Object(winner) as Shape)[SUPPRESSED] ?? [];
  const lost = failures.filter((error) => !carried.has(error) && !before.includes(error));
  const attached = lost.length === 0 || (Object(winner) === winner && Reflect.set(winner as object, SUPPRESSED, [...before, ...lost]));
  if (!attached) for (const error of lost) tell("suppressed", error, winner);
  return winner;
}

/**
 * Every error that lost to `error` or to one of its causes, each once, at any depth: in a group, or in a
 * `SuppressedError` of `using`.
 *
 * @param error - what `run`, `join` or an `await using` block threw
 * @returns an empty array when nothing was suppressed
 * @example
 * try { await TaskGroup.run(body) } catch (error) { report(error, suppressedErrors(error)) }
 */
export function suppressedErrors(error: unknown): readonly unknown[] {
  const lost = new Set<unknown>();
  const found = new Set([error]);
  for (const at of found) { // A set that grows is walked to its end.
    const { name, error: inner, suppressed, [SUPPRESSED]: losers = [] } = Object(at) as Shape;
    const isPlatforms = name === "SuppressedError";
    for (const carried of isPlatforms ? [...causes(at), inner] : causes(at)) found.add(carried);
    for (const loser of isPlatforms ? [...losers, suppressed] : losers) {
      found.add(loser);
      lost.add(loser);
    }
  }
  lost.delete(error);
  return [...lost];
}
