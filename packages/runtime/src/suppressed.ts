/** One error leaves a group; this file decides which, and keeps the others reachable from it. */
import { Cancellation } from "./cancellation.ts";

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
    if (Object(at) !== at || at instanceof Cancellation || !("cause" in (at as object))) break;
  }
  return chain;
}

/**
 * Picks the error that stands for all `failures` (earliest first, at least one): the first, or a later one that has it
 * in its cause chain. The rest is attached to the winner; what cannot be attached goes to `orphaned`.
 */
export function winnerOf(failures: Iterable<unknown>, orphaned: (error: unknown, by: unknown) => void): unknown {
  const [first, ...later] = failures;
  let winner = first;
  for (const error of later) if (causes(error).has(winner)) winner = error;
  if (later.length === 0) return winner;

  const carried = causes(winner);
  const known = new Set((Object(winner) as Shape)[SUPPRESSED]);
  const before = known.size;
  const losers = [first, ...later].filter((error) => !carried.has(error) && !known.has(error));
  for (const error of losers) known.add(error);
  if (known.size > before && !attach(winner, [...known])) for (const error of losers) orphaned(error, winner);
  return winner;
}

function attach(winner: unknown, value: readonly unknown[]): boolean {
  if (Object(winner) !== winner) return false;
  return Reflect.defineProperty(winner as object, SUPPRESSED, { value, enumerable: true, configurable: true, writable: true });
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
  const visited = new Set<unknown>();
  const visit = (at: unknown): void => {
    if (visited.has(at)) return;
    visited.add(at);
    const { name, error: inner, suppressed, [SUPPRESSED]: losers = [] } = Object(at) as Shape;
    const platform = name === "SuppressedError";
    if (platform) visit(inner);
    for (const loser of platform ? [...losers, suppressed] : losers) {
      if (loser !== error) lost.add(loser);
      visit(loser);
    }
    for (const cause of causes(at)) visit(cause);
  };
  visit(error);
  return [...lost];
}
