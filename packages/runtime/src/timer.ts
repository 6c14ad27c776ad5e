/** Timeouts of any length: the platform's timers overflow beyond 2^31-1 ms and then fire at once. */

const LONGEST = 2 ** 31 - 1;

/** Returns `ms`, or throws RangeError when it is negative or not a number. `Infinity` means never. */
export function duration(ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`expected milliseconds, 0 or more, not ${ms}`);
  return ms;
}

/**
 * Calls `fire` once after `ms` milliseconds and returns how to prevent that. `setTimeout` is looked up at each call,
 * so that fake timers installed later are obeyed.
 */
export function after(ms: number, fire: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (left: number): void => {
    const slice = Math.min(left, LONGEST);
    timer = setTimeout(() => (left > slice ? arm(left - slice) : fire()), slice);
  };
  if (ms !== Infinity) arm(ms);
  return () => clearTimeout(timer);
}

/** The reason of a timeout, the same kind of error that `AbortSignal.timeout` gives. */
export function timeoutError(what: string, name: string | undefined, ms: number): DOMException {
  return new DOMException(`${what}${name === undefined ? "" : ` "${name}"`} timed out after ${ms} ms`, "TimeoutError");
}
