/** The disposal symbols, or what compilers use in their place where the platform has none; nothing is polyfilled. */

const platform: { readonly asyncDispose?: symbol; readonly dispose?: symbol } = Symbol;

/** `Symbol.asyncDispose`. */
export const asyncDispose: typeof Symbol.asyncDispose = (platform.asyncDispose ?? Symbol.for("Symbol.asyncDispose")) as typeof Symbol.asyncDispose;

/** `Symbol.dispose`. */
export const dispose: typeof Symbol.dispose = (platform.dispose ?? Symbol.for("Symbol.dispose")) as typeof Symbol.dispose;
