/** An abort listener that does not outlive the block that needs it. */
import { dispose } from "./symbols.ts";

/**
 * Calls `fn` with the reason when `signal` aborts, at once if it has already; disposing the result removes the listener.
 * Without a signal nothing happens.
 *
 * @example
 * using stop = onAbort(signal, () => socket.destroy());
 */
export function onAbort(signal: AbortSignal | null | undefined, fn: (reason: unknown) => void): Disposable {
  const listener = (): void => fn(signal?.reason);
  if (signal?.aborted) listener();
  else signal?.addEventListener("abort", listener, { once: true });
  return { [dispose]: () => signal?.removeEventListener("abort", listener) };
}
