/** Data: what library functions do with what they are given. A row names members by owner; origins keep project types of the same name out. */
import type { Origin } from "../language/origins.ts";

/** What a library function does with a callback argument. */
export type CallbackUse =
  /** Calls it and drops the result. */
  | "discards"
  /** Calls it now and reads the result as a boolean, number or key. */
  | "predicate"
  /** Waits for the result, or hands it to its own caller. */
  | "keeps";

export interface CallEntry {
  /** `Owner.member`, or a bare function name. */
  readonly names: readonly string[];
  readonly origins: readonly (Origin | "any-package")[];
  /** Use of the callback at an argument position; negative positions count from the end. */
  readonly callbacks?: Readonly<Record<number, CallbackUse>>;
  /** Calls the callback again and again, whether or not the last run has ended. */
  readonly repeats?: boolean;
  /** The promise it returns is for information only: a wrapper (a test registry, a thenable reply) owns the work. */
  readonly ownsResult?: boolean;
  /** Joins the work itself; the promise it returns only brings the result, or the error. */
  readonly schedules?: boolean;
  /** Cannot throw on arguments that type-check; or only if a callback given to it does. */
  readonly total?: boolean | "callbacks";
  /** Takes responsibility for the promises or task functions given to it. */
  readonly owns?: boolean;
}

const iterables = ["Array", "ReadonlyArray", "Iterator", "IteratorObject", "IterableIterator", "ArrayIterator", "MapIterator", "SetIterator", "AsyncIterator", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array"];
const members = (owners: readonly string[], ...names: readonly string[]): string[] => owners.flatMap((owner) => names.map((name) => `${owner}.${name}`));

const lodash: readonly Origin[] = ["package:lodash", "package:lodash-es", "package:underscore"];
const testRunners: readonly (Origin | "any-package")[] = ["node", "package:vitest", "package:@vitest/runner", "package:jest", "package:@jest/globals", "package:@jest/types", "package:mocha", "package:jasmine", "package:ava", "package:tap", "package:bun-types", "package:uvu", "package:@playwright/test", "package:playwright"];

export const callCatalog: readonly CallEntry[] = [
  // Callbacks whose result is dropped although the slot's type does not say `void`.
  { names: ["process.nextTick", "Process.nextTick", "nextTick"], origins: ["node"], callbacks: { 0: "discards" } },
  { names: ["setInterval"], origins: ["lib", "node"], callbacks: { 0: "discards" }, repeats: true, total: true },
  { names: ["setTimeout", "setImmediate", "queueMicrotask", "requestAnimationFrame", "requestIdleCallback"], origins: ["lib", "node"], callbacks: { 0: "discards" }, total: true },
  { names: ["addEventListener"], origins: ["lib", "node"], callbacks: { 1: "discards" } },
  { names: ["forEach", "each", "forEachRight", "eachRight", "forOwn", "forIn", "times"].flatMap((name) => [name, `LoDashStatic.${name}`, `UnderscoreStatic.${name}`]), origins: lodash, callbacks: { 1: "discards" } },
  { names: ["debounce", "throttle"].flatMap((name) => [name, `LoDashStatic.${name}`]), origins: lodash, callbacks: { 0: "discards" } },
  // Waits for what the callback returns, although its type says `void`.
  { names: ["Promise.finally"], origins: ["lib"], callbacks: { 0: "keeps" } },

  // Callbacks whose result is read at once: a promise is always truthy and never a number.
  { names: members(iterables, "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "sort", "toSorted"), origins: ["lib"], callbacks: { 0: "predicate" }, total: "callbacks" },
  { names: ["filter", "reject", "some", "every", "find", "findIndex", "findLast", "partition", "sortBy", "orderBy", "groupBy", "countBy", "keyBy", "uniqBy", "minBy", "maxBy", "sumBy", "takeWhile", "dropWhile", "pickBy", "omitBy"].flatMap((name) => [name, `LoDashStatic.${name}`]), origins: lodash, callbacks: { 1: "predicate" } },
  { names: ["String.replace", "String.replaceAll", "JSON.stringify", "JSON.parse"], origins: ["lib"], callbacks: { 1: "predicate" } },

  // Test registries run the callback themselves and report its failure.
  { names: ["test", "it", "describe", "suite", "before", "after", "beforeEach", "afterEach", "beforeAll", "afterAll", "TestContext.test", "TestFn", "TestAPI", "SuiteContext.test", ...members(["test", "it", "describe", "suite"], "skip", "only", "todo", "concurrent", "sequential", "fails")], origins: testRunners, callbacks: { 0: "keeps", 1: "keeps", 2: "keeps" }, ownsResult: true },
  // A thenable reply is sent by the framework whether or not anybody awaits it.
  { names: ["FastifyReply.send", "FastifyReply.redirect", "FastifyReply.code", "FastifyReply.header", "FastifyInstance.register", "FastifyInstance.after", "FastifyInstance.decorate", "FastifyInstance.addHook"], origins: ["package:fastify"], ownsResult: true },
  // A command line parsed at the root of a program: yargs reports what its handlers throw, and ends the process.
  { names: ["Argv.parse", "Argv.parseSync"], origins: ["package:yargs"], ownsResult: true },
  // VS Code shows the message; the promise only tells which button was pressed.
  { names: ["window.showInformationMessage", "window.showErrorMessage", "window.showWarningMessage"], origins: ["package:vscode"], ownsResult: true },

  // Owners: the platform waits for what it is given.
  { names: ["ExtendableEvent.waitUntil", "ExecutionContext.waitUntil", "FetchEvent.respondWith", "after", "waitUntil"], origins: ["lib", "any-package"], owns: true },

  // Queues: what is added is run, limited, drained and cleared by the queue.
  { names: ["PQueue.add", "PQueue.addAll", "Queue.add", "PeerQueue.add", "JobQueue.add", "LimitFunction"], origins: ["package:p-queue", "package:p-limit", "package:@libp2p/utils", "package:@libp2p/interface-internal"], schedules: true },

  // Waits for a job that its queue runs whether or not anybody asks.
  { names: ["Job.join"], origins: ["package:@libp2p/utils"], schedules: true },

  // A writer's failure also comes out where the stream is read.
  { names: ["WritableStreamDefaultWriter.write", "WritableStreamDefaultWriter.close"], origins: ["lib", "node"], schedules: true },

  // Calls that cannot throw, so that code before a `try` may contain them.
  { names: members(["Console", "console"], "log", "error", "warn", "info", "debug", "trace", "time", "timeEnd"), origins: ["lib", "node"], total: true },
  { names: ["clearTimeout", "clearInterval", "clearImmediate", "Date.now", "DateConstructor.now", "Performance.now", "Boolean", "String", "Symbol", "Error", "Date.getTime", "Date.toISOString", "AbortController.abort", "EventTarget.removeEventListener", "AbortSignal.removeEventListener", "AbortSignal.timeout", "AbortSignal.any", "Process.exit", "process.exit", "Process.kill", "process.kill"], origins: ["lib", "node"], total: true },
  { names: [...members(["Set", "Map", "WeakSet", "WeakMap"], "add", "set", "delete", "has", "get", "clear"), ...members(["Array", "ReadonlyArray"], "push", "unshift", "pop", "shift", "includes", "indexOf", "slice", "splice", "concat", "join", "at", "keys", "values", "entries", "reverse", "fill", "flat")], origins: ["lib"], total: true },
  { names: members(["Array", "ReadonlyArray", "Set", "Map"], "forEach", "map", "flatMap", "reduce"), origins: ["lib"], total: "callbacks" },
  { names: members(["String"], "trim", "trimStart", "trimEnd", "split", "slice", "substring", "toLowerCase", "toUpperCase", "startsWith", "endsWith", "includes", "indexOf", "lastIndexOf", "charAt", "charCodeAt", "padStart", "padEnd", "concat", "at", "match", "search"), origins: ["lib"], total: true },
  { names: ["Array.isArray", "ArrayConstructor.isArray", ...members(["ObjectConstructor"], "keys", "values", "entries", "assign", "is", "freeze"), ...members(["NumberConstructor"], "isNaN", "isFinite", "isInteger", "parseInt", "parseFloat"), ...members(["Math"], "min", "max", "floor", "ceil", "round", "random", "abs"), "parseInt", "parseFloat", "isNaN", "Number", "RegExp.test"], origins: ["lib"], total: true },
];

/** Constructors that cannot throw on arguments that type-check. */
export const totalConstructors: ReadonlySet<string> = new Set(["Set", "Map", "WeakSet", "WeakMap", "Error", "TypeError", "Date", "AbortController", "Promise"]);

/** What the methods of a logger are called; a type with two of them is one. */
export const severities: ReadonlySet<string> = new Set(["trace", "debug", "verbose", "info", "log", "warn", "error", "fatal"]);

/** Transforms of a platform that take every chunk their types allow: what is written into one does not fail. */
export const totalTransforms: ReadonlySet<string> = new Set(["CompressionStream", "TextEncoderStream"]);

/** The same by what else the receiver can do: an `emit` beside an `on`, an `abort` or `destroy` beside a `close` or `end`. */
export const errorSinkShapes: readonly { readonly member: string; readonly beside: readonly string[] }[] = [
  { member: "emit", beside: ["on", "addListener"] },
  { member: "abort", beside: ["close", "end"] },
  { member: "destroy", beside: ["close", "end"] },
  { member: "error", beside: ["next", "complete", "enqueue"] },
  { member: "complete", beside: ["next"] },
];

/** Methods that hand an error to somebody who listens, by a class in the receiver's lineage. */
export const errorSinks: readonly { readonly owners: readonly string[]; readonly members: readonly string[] }[] = [
  { owners: ["EventEmitter", "NodeEventEmitter"], members: ["emit"] },
  { owners: ["Emitter", "StrictEventEmitter"], members: ["emit", "emitReserved"] },
  { owners: ["EventTarget"], members: ["dispatchEvent"] },
  { owners: ["Readable", "Writable", "Duplex", "Stream", "Socket", "ClientRequest", "IncomingMessage", "ServerResponse", "OutgoingMessage", "ReadableStream", "WritableStream", "Http2Stream"], members: ["destroy", "end", "emit", "write", "writeHead"] },
  { owners: ["Response", "ExpressResponse", "Reply", "FastifyReply"], members: ["status", "send", "json", "end", "sendStatus", "code", "redirect"] },
  { owners: ["ReadableStreamDefaultController", "ReadableByteStreamController", "TransformStreamDefaultController", "WritableStreamDefaultController", "Subscriber", "Observer", "Subject"], members: ["error", "terminate"] },
  { owners: ["ReadableStreamDefaultReader", "WritableStreamDefaultWriter"], members: ["cancel", "abort"] },
  { owners: ["AbortController"], members: ["abort"] },
  { owners: ["WebSocket"], members: ["close", "send", "terminate"] },
  { owners: ["Process", "process"], members: ["exit", "kill", "abort", "emit", "send"] },
  { owners: ["MessagePort", "Worker", "BroadcastChannel", "Window", "DedicatedWorkerGlobalScope", "ServiceWorker", "Client"], members: ["postMessage"] },
];
