/**
 * Lints the corpus with the recommended rules and compares the findings with the reviewed log.
 *   npm run corpus              what is new and what is gone, and exit code 1 if anything is
 *   npm run corpus -- --update  writes the log: known findings keep their verdicts, new ones are unjudged
 *   npm run corpus -- --peers   the same, and counts typescript-eslint's findings again
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { detect } from "../tests/corpus/detect.ts";
import { errorsOf, installCorpus, programOf, sourcesOf, versionOf } from "../tests/corpus/load.ts";
import { reconcile, sampleOf, scoreOf, type Detected, type Difference, type Entry } from "../tests/corpus/log.ts";
import { corpusPackages, type CorpusPackage } from "../tests/corpus/packages.ts";
import { reportsOfPeers } from "../tests/corpus/peers.ts";
import { readLog, showPrecision, writeLog, type Log, type PackageFacts } from "../tests/corpus/store.ts";

const { values: flags } = parseArgs({ options: { check: { type: "boolean" }, update: { type: "boolean" }, peers: { type: "boolean" } } });

installCorpus();
const logged = readLog();
const found: Detected[] = [];
const facts: PackageFacts[] = [];
for (const one of corpusPackages) {
  const ours = detect(one);
  found.push(...ours);
  console.error(`${one.name}: ${ours.length} findings`);
  if (flags.update || flags.peers) facts.push(await factsOf(one));
}

const difference = reconcile(logged.findings, found);
if (flags.update || flags.peers) writeLog({ packages: facts, findings: difference.merged });
print(difference);
if (!flags.update && !flags.peers && difference.added.length + difference.vanished.length > 0) process.exitCode = 1;

async function factsOf(one: CorpusPackage): Promise<PackageFacts> {
  const version = versionOf(one.name);
  const known = knownFacts(logged, one.name, version);
  if (known && !flags.peers) return known;
  const files = sourcesOf(one);
  const errors = errorsOf(programOf(one), files);
  if (errors.syntax > 0) throw new Error(`${one.name} does not parse: ${errors.syntax} syntax errors`);
  const lines = files.reduce((total, file) => total + readFileSync(file, "utf8").split("\n").length, 0);
  return { name: one.name, version, files: files.length, lines, typeErrors: errors.types, peers: await reportsOfPeers(one) };
}

function knownFacts({ packages }: Log, name: string, version: string): PackageFacts | undefined {
  return packages.find((facts) => facts.name === name && facts.version === version);
}

function print({ added, vanished, merged }: Difference): void {
  for (const { package: name, file, line, text, rule, message, code } of added) {
    console.log(`+ ${name}/${file}:${line}  ${rule} ${message}\n      ${code}\n      ${text}`);
  }
  for (const { package: name, file, line, rule, message, code, verdict, why } of vanished) {
    console.log(`- ${name}/${file}:${line}  ${rule} ${message}\n      ${code}\n      was ${verdict}${why && `: ${why}`}`);
  }
  const pending = sampleOf(merged).filter((entry) => entry.verdict === "unjudged");
  for (const rule of new Set(merged.map((entry) => entry.rule))) console.log(scoreLine(rule, merged));
  console.log(`${merged.length} findings, ${added.length} new, ${vanished.length} gone, ${pending.length} to judge`);
}

function scoreLine(rule: string, entries: readonly Entry[]): string {
  const score = scoreOf(entries.filter((entry) => entry.rule === rule));
  return `${rule}: right in ${showPrecision(score)} of ${score.judged} judged; ${score.bugs} bugs, ${score.discipline} discipline, ${score.wrong} false`;
}
