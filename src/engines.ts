/** Says which releases of Node a file has to run on: what `engines.node` of the nearest package.json allows. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NodeVersion } from "./analysis/index.ts";

/** Answers by directory; a manifest that changes is read again by the next process. */
const known = new Map<string, NodeVersion | undefined>();

/**
 * The oldest release of Node that the package around a file says it runs on.
 * @param fileName absolute.
 * @returns `undefined` where nothing is said.
 */
export function oldestNodeOf(fileName: string): NodeVersion | undefined {
  return oldestIn(dirname(fileName));
}

function oldestIn(directory: string): NodeVersion | undefined {
  if (!known.has(directory)) {
    const parent = dirname(directory);
    const manifest = manifestIn(directory);
    known.set(directory, manifest !== undefined ? nodeOf(manifest) : parent === directory ? undefined : oldestIn(parent));
  }
  return known.get(directory);
}

/** The manifest of a directory; one without a name only says how files are to be read, e.g. `{ "type": "module" }`. */
function manifestIn(directory: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null && ("name" in manifest || "engines" in manifest) ? (manifest) : undefined;
  } catch {
    return undefined;
  }
}

function nodeOf({ engines }: Readonly<Record<string, unknown>>): NodeVersion | undefined {
  const range = typeof engines === "object" && engines !== null ? (engines as Record<string, unknown>)["node"] : undefined;
  return typeof range === "string" ? oldestOf(range) : undefined;
}

/**
 * The oldest version that a range of npm's semver allows: `[20, 19]` of `^20.19.0 || >=22.12`.
 * @returns `undefined` for a range that has no lower end, or that cannot be read.
 */
export function oldestOf(range: string): NodeVersion | undefined {
  const starts = range.split("||").map(startOf);
  if (starts.some((start) => start === undefined)) return undefined;
  return (starts as NodeVersion[]).reduce((oldest, start) => (isAtLeast(start, oldest) ? oldest : start));
}

/** The lower end of one alternative: the highest of its lower bounds. */
function startOf(alternative: string): NodeVersion | undefined {
  const text = alternative.replaceAll(/([<>=^~])\s+/gu, "$1").trim();
  const bounds = (text.includes(" - ") ? [text.split(" - ")[0] ?? ""] : text.split(/\s+/u)).flatMap((comparator) => {
    const [, major, minor] = /^(?:>=?|[=^~]|~>)?v?(\d+)(?:\.(\d+))?(?:\.|$)/u.exec(comparator) ?? [];
    return major === undefined ? [] : [[Number(major), Number(minor ?? 0)] as const];
  });
  return bounds.length === 0 ? undefined : bounds.reduce((highest, bound) => (isAtLeast(bound, highest) ? bound : highest));
}

function isAtLeast([major, minor]: NodeVersion, [otherMajor, otherMinor]: NodeVersion): boolean {
  return major > otherMajor || (major === otherMajor && minor >= otherMinor);
}
