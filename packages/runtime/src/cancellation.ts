/** Why a task was told to stop, and how its answer is recognised. */

/** What made this library abort. */
export type CancellationKind = "sibling-failed" | "body-failed" | "cancelled" | "scope-exit" | "scope-done" | "race-lost";

/** Makes a {@link Cancellation}; the class itself cannot be constructed from outside. */
export let cancellation: (kind: CancellationKind, cause?: unknown) => Cancellation;

/**
 * Abort reason made by this library. Reasons from outside (a parent signal, `cancel(reason)`) are forwarded untouched.
 * `cause` is the failure behind `sibling-failed` and `body-failed`.
 *
 * @example
 * signal.addEventListener("abort", () => {
 *   if (signal.reason instanceof Cancellation && signal.reason.kind === "sibling-failed") log(signal.reason.cause);
 * });
 */
export class Cancellation extends Error {
  override readonly name = "AbortError";
  readonly code = "ABORT_ERR";
  readonly kind: CancellationKind;

  private constructor(kind: CancellationKind, options?: ErrorOptions) {
    super(`the task was cancelled: ${kind}`, options);
    this.kind = kind;
  }

  static {
    cancellation = (kind, ...cause) => new Cancellation(kind, cause.length > 0 ? { cause: cause[0] } : undefined);
  }
}

/** Is `error` what code throws when its signal aborts with `reason`: the reason itself, or an error named after it? */
export function isEcho(error: unknown, reason: unknown): boolean {
  if (error === reason) return true;
  const { name, code } = Object(error) as { name?: unknown; code?: unknown };
  return name === "AbortError" || code === "ABORT_ERR" || code === "ERR_CANCELED";
}
