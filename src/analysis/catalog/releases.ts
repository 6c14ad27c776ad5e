/** Data: names by which types say how they are given back, and types whose disposer nobody has to call. */

/** Methods that end the life of the object they are called on, for types that no row of the catalogue names. */
export const releaseMembers: ReadonlySet<string> = new Set([
  "close", "closeAsync", "dispose", "disposeAsync", "destroy", "release", "end", "stop", "disconnect", "terminate", "unsubscribe", "quit", "kill", "shutdown", "free", "releaseLock", "cancel", "abort",
]);

/** A method of this name without required parameters says by itself that objects of the class have to be given back. */
export const strongMembers: ReadonlySet<string> = new Set(["dispose", "disposeAsync"]);

/** Methods after which an object is of no more use; `stop` and `end` may merely be a phase of its life. */
export const finalMembers: ReadonlySet<string> = new Set(["close", "closeAsync", "dispose", "disposeAsync", "destroy", "release", "disconnect", "terminate", "unsubscribe", "quit", "shutdown", "releaseLock"]);

/** Methods that end an object because something went wrong, and may be told what. */
export const abruptMembers: ReadonlySet<string> = new Set(["abort", "cancel", "destroy", "kill", "terminate", "reset", "resetAndDestroy"]);

/** Methods that, once called at the end of a block, have to be called on every way out of it. */
export const boundMembers: ReadonlySet<string> = new Set([...finalMembers, "end", "stop", "free", "kill"]);

/**
 * Disposable by type, and of no consequence when they are not disposed: iterators and generators, which TypeScript's library
 * declares disposable, and handles that are garbage like any other object.
 */
export const cheapDisposables: ReadonlySet<string> = new Set([
  "Iterator", "IteratorObject", "IterableIterator", "ArrayIterator", "MapIterator", "SetIterator", "StringIterator", "RegExpStringIterator", "SegmentIterator", "Generator", "BuiltinIterator",
  "AsyncIterator", "AsyncIteratorObject", "AsyncIterableIterator", "AsyncGenerator", "Timeout", "Immediate", "RunScope", "EventEmitter", "Emitter", "ReadableStreamAsyncIterator", "BufferListStream",
]);

/** First words of functions that make something new. */
export const makingVerbs = /^(?:acquire|accept|allocate|begin|borrow|build|checkout|clone|connect|create|dial|dup|duplicate|establish|fork|init|initialize|instantiate|launch|listen|lease|lock|make|mount|new|open|reserve|spawn|start|subscribe|tail|tee|watch)(?![a-z])/u;

/** First words of functions whose result is for the caller alone. */
export const ownVerbs = /^(?:acquire|borrow|checkout|clone|dup|duplicate|lease|lock|reserve|tee)(?![a-z])/u;

/** First words of functions that hand out what somebody else holds. */
export const borrowingVerbs = /^(?:all|as|current|ensure|fetch|find|first|for|from|get|has|is|last|lookup|of|on|one|parse|peek|pick|query|read|resolve|select|self|shared|singleton|take|to|use|wait|with)(?![a-z])/u;

/** Functions without a body in the program that only look at what they are given. */
export const borrowers: ReadonlySet<string> = new Set(["Console", "console", "JSON", "Object", "ObjectConstructor", "ArrayConstructor", "Array", "assert", "node:assert", "util", "node:util"]);

/** Functions of `node:events` that wait for an event of their first argument, and leave it to its owner. */
export const waiters: ReadonlySet<string> = new Set(["EventEmitter.once", "EventEmitter.on"]);

/** Events after which an emitter is done for. */
export const lastEvents: ReadonlySet<string> = new Set(["close", "exit", "end", "finish"]);

/** Functions of the platform that take a handle to give it back. */
export const releaseFunctions: ReadonlySet<string> = new Set(["clearTimeout", "clearInterval", "clearImmediate", "cancelAnimationFrame", "cancelIdleCallback", "closeSync", "clearWatch", "revokeObjectURL"]);

/** Methods that take back what these others of the same object have taken; the object itself needs no end. */
export const takenBy: ReadonlyMap<string, readonly string[]> = new Map([
  ["release", ["acquire", "lock", "take", "reserve"]],
  ["unsubscribe", ["subscribe"]],
]);

/** Methods that take a lock for the one who calls them, and the methods of the same object that give it back. */
export const lockPairs: ReadonlyMap<string, readonly string[]> = new Map([
  ["acquire", ["release"]],
  ["lock", ["unlock", "release"]],
  ["obtain", ["release"]],
]);

/** Methods that take a lock; where they bring a function, calling it gives the lock back. */
export const lockVerbs: ReadonlySet<string> = new Set(["acquire", "lock", "acquireLock", "obtain"]);
