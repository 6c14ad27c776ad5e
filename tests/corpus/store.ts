/** The log on the disk: `findings.json` for machines, one finding a line, and `findings.md` for readers, made from it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpusDir } from "./load.ts";
import { sampleOf, scoreOf, tally, type Entry, type Score } from "./log.ts";

/** What typescript-eslint's two rules with their defaults report on the same files. */
export interface PeerReports {
  readonly floating: number;
  readonly misused: number;
  /** Where they report, as `src/file.ts:12`; each line once. */
  readonly places: readonly string[];
}

/** What was measured of a package when the log was last written. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly files: number;
  readonly lines: number;
  /** Errors of the compiler in the sources as we compile them; syntax errors are not tolerated. */
  readonly typeErrors: number;
  readonly peers: PeerReports;
}

/** The whole log. */
export interface Log {
  readonly packages: readonly PackageFacts[];
  readonly findings: readonly Entry[];
}

const jsonFile = join(corpusDir, "findings.json");
const markdownFile = join(corpusDir, "findings.md");

/** The log as it stands. */
export function readLog(): Log {
  return JSON.parse(readFileSync(jsonFile, "utf8")) as Log;
}

/** The page as it stands. */
export function readMarkdown(): string {
  return readFileSync(markdownFile, "utf8");
}

/** Writes both forms. */
export function writeLog(log: Log): void {
  const list = (items: readonly unknown[]) => `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
  writeFileSync(jsonFile, `{\n  "packages": ${list(log.packages)},\n  "findings": ${list(log.findings)}\n}\n`);
  writeFileSync(markdownFile, markdownOf(log));
}

/** The reader's form: how often each rule is right, what each package shows, and every finding that was judged. */
export function markdownOf({ packages, findings }: Log): string {
  const judged = findings.filter((entry) => entry.verdict !== "unjudged");
  return `${[
    "# Findings on the corpus",
    "Written by `npm run corpus -- --update` from `findings.json`; verdicts are edited there. How they are reached: README.md.",
    "## How often a rule is right",
    ...scoreTable("rule", findings, (entry) => entry.rule),
    "## By message",
    ...scoreTable("message", findings, (entry) => `${entry.rule} · ${entry.message}`),
    "## By package",
    "*Theirs* are the reports of typescript-eslint's `no-floating-promises` and `no-misused-promises` with their defaults on the same files, inline disables ignored; *both* counts the lines on which they and we report.",
    seenByPeers(packages, findings),
    table(
      ["package", "version", "files", "lines", "type errors", "ours", "to judge", "true", "theirs", "both"],
      [...packages.map((one) => packageRow(one, [one], findings)), packageRow(totalOf(packages), packages, findings)],
    ),
    "## Verdicts",
    ...packages.flatMap(({ name }) => section(name, judged)),
  ].join("\n\n")}\n`;
}

function scoreTable(title: string, findings: readonly Entry[], keyOf: (entry: Entry) => string): string[] {
  const rows = [...tally(findings, keyOf)].map(([key, total]) => {
    const own = findings.filter((entry) => keyOf(entry) === key);
    return [key, String(total), ...scoreCells(scoreOf(own)), String(new Set(own.map((entry) => entry.package)).size)];
  });
  return [table([title, "findings", "judged", "bug", "discipline", "false", "precision (95 %)", "act on", "packages"], rows)];
}

function scoreCells(score: Score): string[] {
  return [String(score.judged), String(score.bugs), String(score.discipline), String(score.wrong), showPrecision(score), score.judged === 0 ? "–" : percent(score.actOn)];
}

/** Precision with its interval, e.g. `93 % (84–97)`. */
export function showPrecision({ judged, precision, interval: [low, high] }: Score): string {
  return judged === 0 ? "–" : `${percent(precision)} (${Math.round(low * 100)}–${Math.round(high * 100)})`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** How many of the judged bugs stand on a line that they report as well. */
function seenByPeers(packages: readonly PackageFacts[], findings: readonly Entry[]): string {
  const bugs = findings.filter((entry) => entry.verdict === "BUG");
  const seen = sharedOf(packages, bugs);
  return `Of the lines with a judged bug, ${new Set(bugs.map(placeOf)).size} in all, theirs report ${seen}.`;
}

function sharedOf(packages: readonly PackageFacts[], findings: readonly Entry[]): number {
  const theirs = new Set(packages.flatMap((one) => one.peers.places.map((place) => `${one.name}/${place}`)));
  return new Set(findings.map(placeOf).filter((place) => theirs.has(place))).size;
}

function placeOf(entry: Entry): string {
  return `${entry.package}/${entry.file}:${entry.line}`;
}

function totalOf(packages: readonly PackageFacts[]): PackageFacts {
  const sum = (valueOf: (one: PackageFacts) => number) => packages.reduce((total, one) => total + valueOf(one), 0);
  const peers = { floating: sum((one) => one.peers.floating), misused: sum((one) => one.peers.misused), places: [] };
  return { name: "", version: "", files: sum((one) => one.files), lines: sum((one) => one.lines), typeErrors: sum((one) => one.typeErrors), peers };
}

function packageRow(facts: PackageFacts, members: readonly PackageFacts[], findings: readonly Entry[]): string[] {
  const own = findings.filter((entry) => members.some((one) => one.name === entry.package));
  const score = scoreOf(own);
  const pending = sampleOf(findings).filter((entry) => entry.verdict === "unjudged" && own.includes(entry)).length;
  const theirs = `${facts.peers.floating} + ${facts.peers.misused}`;
  const counts = [facts.files, facts.lines, facts.typeErrors, own.length, pending].map(String);
  return [facts.name === "" ? "**all**" : facts.name, facts.version, ...counts, `${score.bugs + score.discipline} of ${score.judged}`, theirs, String(sharedOf(members, own))];
}

function section(name: string, judged: readonly Entry[]): string[] {
  const own = judged.filter((entry) => entry.package === name);
  if (own.length === 0) return [];
  const rows = own.map((entry) => [
    `${entry.file}:${entry.line}`,
    `${entry.rule} · ${entry.message}`,
    entry.borderline ? `${entry.verdict} (borderline)` : entry.verdict,
    entry.why,
  ]);
  return [`### ${name}`, table(["place", "finding", "verdict", "why"], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
