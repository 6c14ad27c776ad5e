/** Why a task was told to stop. */

/**
 * What made this library abort.
 *
 * @example
 * const isMistake = (kind: CancellationKind) => kind.endsWith("-failed");
 */
export type CancellationKind = "sibling-failed" | "body-failed" | "cancelled" | "scope-exit" | "scope-done" | "race-lost";

/** Makes a {@link Cancellation}; the class itself cannot be constructed from outside. */
export let cancellation: (kind: CancellationKind, options?: ErrorOptions) => Cancellation;

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
  /** As the reason of a plain `controller.abort()`, so that code which knows that name knows this error. */
  override readonly name = "AbortError";
  /** As Node's own abort errors. */
  readonly code = "ABORT_ERR";
  /** What made the library abort. */
  readonly kind: CancellationKind;

  private constructor(kind: CancellationKind, options?: ErrorOptions) {
    super(`cancelled: ${kind}`, options);
    this.kind = kind;
  }

  static {
    cancellation = (kind, options) => new Cancellation(kind, options);
  }
}
