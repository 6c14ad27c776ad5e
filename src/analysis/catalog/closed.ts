/** Data: what closing means to what is done with the closed thing afterwards. */
import type { Origin } from "../language/origins.ts";

/** Methods after which a thing may go on, or is only half closed: they say nothing about later uses. */
export const halfClosers: ReadonlySet<string> = new Set(["abort", "cancel", "end", "kill", "stop", "unsubscribe"]);

/** The two ends of a transaction that is ended by hand; a type that has both has come to its end with either. */
export const transactionEnds: ReadonlySet<string> = new Set(["commit", "rollback"]);

/** Methods that end what they are called on by a name that nothing else has. */
export const sessionEnds: ReadonlySet<string> = new Set(["endSession"]);

/** Methods that give something away for good, or send it: on a closed thing they throw, or what they are given is lost, whatever they return. */
export const sendingMembers: ReadonlySet<string> = new Set(["enqueue", "exec", "postMessage", "prepare", "publish", "query", "send", "write"]);

/** Calls after which others of the same object throw, or do nothing, though none of them returns a promise. */
export interface Spent {
  readonly ends: readonly string[];
  readonly spent: readonly string[];
  readonly origins: readonly Origin[];
}

/** Methods of a response that send it, whatever framework it is of. */
export const sendingOnce: readonly string[] = ["json", "send", "redirect", "sendStatus"];

/** Such calls by where they are declared. */
export const spentCalls: readonly Spent[] = [
  { ends: ["Writable.end", "Socket.end", "OutgoingMessage.end", "ServerResponse.end"], spent: ["Writable.write", "Socket.write", "OutgoingMessage.setHeader", "OutgoingMessage.appendHeader", "ServerResponse.writeHead", "ServerResponse.write"], origins: ["node"] },
  { ends: ["Writable.destroy", "Socket.destroy", "Duplex.destroy"], spent: ["Writable.write", "Socket.write", "Duplex.write"], origins: ["node"] },
  { ends: ["Response.json", "Response.send", "Response.redirect", "Response.sendStatus", "Response.end", "Writable.end"], spent: ["Response.json", "Response.send", "Response.redirect", "Response.sendStatus", "Response.set", "Response.cookie", "OutgoingMessage.setHeader", "ServerResponse.writeHead"], origins: ["package:express", "package:express-serve-static-core", "node"] },
  { ends: ["ReadableStreamDefaultController.close", "ReadableStreamDefaultController.error"], spent: ["ReadableStreamDefaultController.enqueue", "ReadableStreamDefaultController.close"], origins: ["lib", "node"] },
  { ends: ["WebSocket.close", "WebSocket.terminate"], spent: ["WebSocket.send"], origins: ["lib", "node", "package:ws"] },
  { ends: ["Worker.terminate"], spent: ["Worker.postMessage"], origins: ["lib", "node"] },
  { ends: ["MessagePort.close", "BroadcastChannel.close"], spent: ["MessagePort.postMessage", "BroadcastChannel.postMessage"], origins: ["lib", "node"] },
  { ends: ["ChildProcess.disconnect"], spent: ["ChildProcess.send"], origins: ["node"] },
  { ends: ["DatabaseSync.close", "Database.close"], spent: ["DatabaseSync.exec", "DatabaseSync.prepare", "Database.exec", "Database.prepare", "Database.pragma"], origins: ["node", "package:better-sqlite3"] },
];

/** Methods that hand back the object they are called on, so that calls are strung together: `response.status(404).json(…)`. */
export const fluentMembers: ReadonlySet<string> = new Set(["append", "cookie", "header", "location", "set", "status", "type", "vary"]);

/** Names under which calls are given what they run on: `Log.create(row, { session })`. */
export const carriers: ReadonlySet<string> = new Set(["client", "conn", "connection", "em", "entityManager", "manager", "queryRunner", "session", "sql", "t", "transacting", "transaction", "trx", "tx"]);

/** Methods that open a closed thing again. */
export const reopeners = /^(?:re)?(?:open|connect|start|listen|init|initialize|launch|begin|resume|reset|setup|acquire|load|login|subscribe|create|restart)/u;

/** What may be asked of a closed thing: its state, and whoever listens to its end. */
export const closeSafe: readonly string[] = ["closed", "destroyed", "aborted", "reason", "signal", "finished", "done", "exited", "wait", "waitForClose", "waitUntilExit", "on", "once", "off", "addListener", "removeListener", "removeAllListeners", "addEventListener", "removeEventListener"];

/** Names of methods that are part of the end, and called when the thing is closed: `removeFiles`, `waitForExit`, `runCleanup`. */
export const partings = /[Cc]lean|[Cc]los|[Dd]elet|[Dd]estroy|[Dd]etach|[Dd]ispos|^end(?:$|[A-Z])|[a-z]End(?:$|[A-Z])|[Ee]xit|[Ff]inali[sz]e|[Ff]inish|[Ff]orget|[Kk]ill|[Rr]emove|[Rr]evoke|[Ss]hut|[Ss]top|[Tt]ear|[Tt]erminat|[Uu]nlink|[Ww]ait/u;

/** Closers that wait by themselves for what still runs. */
export const gracefulClosers: readonly { readonly names: readonly string[]; readonly origins: readonly Origin[] }[] = [
  { names: ["Dispatcher.close", "Agent.close", "Pool.close", "Client.close", "BalancedPool.close"], origins: ["package:undici", "node"] },
  { names: ["Pool.end", "Client.end"], origins: ["package:pg", "package:mysql2", "package:mariadb"] },
  { names: ["Server.close", "Http2Session.close"], origins: ["node"] },
  { names: ["Commander.quit", "Redis.quit", "RedisClientType.quit", "RedisClient.quit", "RedisClientType.close"], origins: ["package:ioredis", "package:redis", "package:@redis/client"] },
];

/** Names of functions that replace what is broken anyway: the work in flight is lost before they run. */
export const replacers = /re(?:connect|cover|try|set|start|create|open|launch|spawn|build|new|store|login)|fail(?:over|ed)|on(?:Error|Close|Disconnect|Failure)|handle(?:Error|Close|Disconnect|Failure)/iu;

/** Names of functions that begin something, and only make sure that nothing of an earlier time is left. */
export const starters = /^#?_?(?:begin|connect|ensure|init|launch|listen|mount|open|run|setup|start)/u;
