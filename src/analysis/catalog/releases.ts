/** Data: names by which types say how they are given back, and types whose disposer nobody has to call. */

/** Methods that end the life of the object they are called on, for types that no row of the catalogue names. */
export const releaseMembers: ReadonlySet<string> = new Set([
  "close", "closeAsync", "dispose", "disposeAsync", "destroy", "release", "end", "stop", "disconnect", "terminate", "unsubscribe", "quit", "kill", "shutdown", "free", "releaseLock", "cancel", "abort",
]);

/** A method of this name without required parameters says by itself that objects of the class have to be given back. */
export const strongMembers: ReadonlySet<string> = new Set(["dispose", "disposeAsync"]);

/**
 * Disposable by type, and of no consequence when they are not disposed: iterators and generators, which TypeScript's library
 * declares disposable, and handles that are garbage like any other object.
 */
export const cheapDisposables: ReadonlySet<string> = new Set([
  "Iterator", "IteratorObject", "IterableIterator", "ArrayIterator", "MapIterator", "SetIterator", "StringIterator", "RegExpStringIterator", "SegmentIterator", "Generator", "BuiltinIterator",
  "AsyncIterator", "AsyncIteratorObject", "AsyncIterableIterator", "AsyncGenerator", "Timeout", "Immediate", "RunScope", "ReadableStreamAsyncIterator",
]);

/** First words of functions that make something new. */
export const makingVerbs = /^(?:acquire|accept|allocate|begin|borrow|build|checkout|clone|connect|create|dial|dup|duplicate|establish|fork|init|initialize|instantiate|launch|listen|lease|lock|make|mount|new|open|reserve|spawn|start|subscribe|tail|tee|watch)(?![a-z])/u;

/** First words of functions that hand out what somebody else holds. */
export const borrowingVerbs = /^(?:all|as|current|ensure|fetch|find|first|for|from|get|has|is|last|lookup|of|on|one|parse|peek|pick|query|read|resolve|select|self|shared|singleton|take|to|use|wait|with)(?![a-z])/u;

/** Members of a body that is read to its end, or thrown away on purpose. */
export const bodyDiscards: ReadonlySet<string> = new Set(["cancel", "destroy", "discard", "drain", "dump"]);

/** Functions without a body in the program that only look at what they are given. */
export const borrowers: ReadonlySet<string> = new Set(["Console", "console", "JSON", "Object", "ObjectConstructor", "ArrayConstructor", "Array", "assert", "node:assert", "util", "node:util"]);
