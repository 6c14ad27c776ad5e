/** Data: what closing means to what is done with the closed thing afterwards. */
import type { Origin } from "../language/origins.ts";

/** Methods after which a thing may go on, or is only half closed: they say nothing about later uses. */
export const halfClosers: ReadonlySet<string> = new Set(["abort", "cancel", "end", "kill", "stop", "unsubscribe"]);

/** Methods that open a closed thing again. */
export const reopeners = /^(?:re)?(?:open|connect|start|listen|init|initialize|launch|begin|resume|reset|setup|acquire|load|login|subscribe|create|restart)/u;

/** What may be asked of a closed thing: its state, and whoever listens to its end. */
export const closeSafe: readonly string[] = ["closed", "destroyed", "aborted", "reason", "signal", "finished", "done", "exited", "wait", "waitForClose", "waitUntilExit", "on", "once", "off", "addListener", "removeListener", "removeAllListeners", "addEventListener", "removeEventListener"];

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
