/** Data: calls that keep a function and run it later, when the code around them has long gone on. */

/** Functions of the platform that run a callback later. */
export const deferrers: ReadonlySet<string> = new Set(["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestIdleCallback", "requestAnimationFrame"]);

/** Methods of a transaction that keep a function until it has ended. */
export const endHooks: ReadonlySet<string> = new Set(["addCommitListener", "addRollbackListener", "afterCommit", "afterRollback", "onCommit", "onRollback"]);

/** Methods that add a listener, with those that take it away, of the same object or of what they return. */
export const listenerMethods: ReadonlyMap<string, readonly string[]> = new Map([
  ["on", ["off", "removeListener", "removeAllListeners"]],
  ["once", ["off", "removeListener", "removeAllListeners"]],
  ["addListener", ["off", "removeListener", "removeAllListeners"]],
  ["prependListener", ["off", "removeListener", "removeAllListeners"]],
  ["addEventListener", ["removeEventListener"]],
  ["subscribe", ["unsubscribe"]],
]);

/** Methods that put a value into a list, set or map. */
export const adders: ReadonlySet<string> = new Set(["push", "unshift", "add", "set", "enqueue"]);

/** Methods that take values out of it again. */
export const removers: ReadonlySet<string> = new Set(["delete", "clear", "pop", "shift", "splice", "remove", "unregister", "dequeue", "forEach", "filter", "map"]);
