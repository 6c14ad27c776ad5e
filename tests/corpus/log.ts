/** The reviewed log of the corpus: what a reviewer said of each finding, and how that carries over to the next run. Pure: no disk, no compiler. */

/** What a reviewer may say; the protocol stands in this directory's README. */
export type Verdict = "BUG" | "DISCIPLINE" | "FALSE" | "unjudged";

/** A finding, as the rules report it. */
export interface Detected {
  readonly package: string;
  /** Relative to the package. */
  readonly file: string;
  /** From 1; for the reader only, since it moves with every edit above it. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  /** The source line, spaces normalised. */
  readonly code: string;
  /** What the user reads; shown to a reviewer, not kept in the log. */
  readonly text: string;
}

/** A finding with what was said of it. */
export interface Entry extends Omit<Detected, "text"> {
  readonly verdict: Verdict;
  /** BUG: trigger and consequence. DISCIPLINE: what nobody joins. FALSE: the owner, or the pattern. */
  readonly why: string;
  /** Two reviewers might differ; the milder verdict was taken. */
  readonly borderline?: true;
}

/** How a new run differs from the log. */
export interface Difference {
  readonly added: readonly Detected[];
  readonly vanished: readonly Entry[];
  /** The new state of the log: verdicts kept, additions unjudged, in the order of the run. */
  readonly merged: readonly Entry[];
}

/**
 * Matches findings with the log by package, file, rule, message and source line; the line number only decides between equal lines,
 * in their order. A finding whose line was edited is therefore new: its verdict may no longer hold.
 */
export function reconcile(logged: readonly Entry[], found: readonly Detected[]): Difference {
  const open = new Map<string, Entry[]>();
  for (const entry of logged) {
    const same = open.get(keyOf(entry));
    if (same) same.push(entry);
    else open.set(keyOf(entry), [entry]);
  }
  const added: Detected[] = [];
  const merged = found.map((finding): Entry => {
    const { text: _, ...kept } = finding;
    const known = open.get(keyOf(finding))?.shift();
    if (known) return { ...known, line: finding.line };
    added.push(finding);
    return { ...kept, verdict: "unjudged", why: "" };
  });
  return { added, vanished: [...open.values()].flat(), merged };
}

function keyOf(one: Omit<Detected, "text">): string {
  return [one.package, one.file, one.rule, one.message, one.code].join("\0");
}

const perPackageAndRule = 8;
const perFileAndRule = 2;
const judgedInFull = 15;

/**
 * The findings that need a verdict: at most 8 of a rule in a package and 2 of a rule in a file, so that neither a talkative package
 * nor one repeated habit decides; all of a rule with fewer than 15. What has a verdict comes first, then a fixed pseudo-random order:
 * the sample is the same on every machine and does not jump when a finding comes or goes.
 */
export function sampleOf(entries: readonly Entry[]): Entry[] {
  const total = tally(entries, (entry) => entry.rule);
  const taken = new Map<string, number>();
  const order = entries.toSorted((a, b) => Number(a.verdict === "unjudged") - Number(b.verdict === "unjudged") || hashOf(keyOf(a)) - hashOf(keyOf(b)));
  return order.filter((entry) => {
    const inPackage = `${entry.rule}\0${entry.package}`;
    const inFile = `${inPackage}\0${entry.file}`;
    const full = (taken.get(inPackage) ?? 0) >= perPackageAndRule || (taken.get(inFile) ?? 0) >= perFileAndRule;
    if (full && (total.get(entry.rule) ?? 0) >= judgedInFull) return false;
    for (const key of [inPackage, inFile]) taken.set(key, (taken.get(key) ?? 0) + 1);
    return true;
  });
}

/** How often each key occurs, most frequent first. */
export function tally<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOfItem(item), (counts.get(keyOfItem(item)) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** FNV-1a, 32 bits: a fixed seed without a random generator. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/** How many of a set of verdicts were right, and how sure that is. */
export interface Score {
  readonly judged: number;
  readonly bugs: number;
  readonly discipline: number;
  readonly wrong: number;
  /** (bugs + discipline) / judged; 1 for nothing judged. */
  readonly precision: number;
  /** Wilson's 95 % interval of the precision. */
  readonly interval: readonly [low: number, high: number];
  /** bugs / judged. */
  readonly actOn: number;
}

/** The score of some entries; those nobody judged are left out. */
export function scoreOf(entries: readonly Entry[]): Score {
  const count = (verdict: Verdict) => entries.filter((entry) => entry.verdict === verdict).length;
  const [bugs, discipline, wrong] = [count("BUG"), count("DISCIPLINE"), count("FALSE")];
  const judged = bugs + discipline + wrong;
  const share = (part: number) => (judged === 0 ? 1 : part / judged);
  return { judged, bugs, discipline, wrong, precision: share(bugs + discipline), interval: wilson(bugs + discipline, judged), actOn: judged === 0 ? 0 : bugs / judged };
}

/** Wilson's score interval at 95 %: honest for few cases and for shares near 0 and 1, where the usual ± is not. */
export function wilson(hits: number, n: number): readonly [low: number, high: number] {
  if (n === 0) return [0, 1];
  const z = 1.959964;
  const share = hits / n;
  const middle = share + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}
