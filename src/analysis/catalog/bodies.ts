/** Data: who hands out bodies, and how a body is thrown away. */
import type { Callee } from "../language/callee.ts";
import type { Origin } from "../language/origins.ts";

const sources: ReadonlySet<Origin> = new Set<Origin>(["lib", "node", "package:undici", "package:node-fetch", "package:cross-fetch", "package:node-fetch-native"]);

/** Whether a call is the platform's `fetch`, or that of a package that stands in for it. */
export function isBodySource(callee: Callee): boolean {
  return callee.origin !== undefined && sources.has(callee.origin);
}

/** Members by which a stream is thrown away on purpose. */
export const bodyDiscards: ReadonlySet<string> = new Set(["cancel", "destroy", "discard", "dump"]);
