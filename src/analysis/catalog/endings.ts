/** Data: the names of calls that end, close, give back or take off something. They say what is skipped with them, never who owns it; a lock on a stream whose end has failed is not among them. */

/** Orders to a database that end something. */
export const endingOrders = /^\s*(?:rollback|unlock|unlisten|discard all)\b/iu;

export const endings: ReadonlySet<string> = new Set([
  "close", "closeAll", "closeAsync", "dispose", "asyncDispose", "disposeAsync", "disposeAll", "destroy", "end", "quit", "disconnect", "release", "terminate", "stop", "shutdown", "teardown", "tearDown", "cleanup",
  "cancel", "abort", "kill", "unsubscribe", "unlock", "rollback", "rollbackTransaction", "free", "removeListener", "removeAllListeners", "off", "removeEventListener", "clearTimeout", "clearInterval", "unlink", "rm", "rmdir", "rimraf",
]);
