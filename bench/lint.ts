/**
 * Our recommended rules against typescript-eslint's `no-floating-promises` and `no-misused-promises`: same files, same process, turn by turn.
 *   npm run bench:lint                      time of the rules and CPU time of everything, over the corpus
 *   npm run bench:lint -- --rounds 5        default 3; the median counts
 *   npm run bench:lint -- --package libp2p  only this package; may be repeated
 *   npm run bench:lint -- --growth          twice the files, a chain of 10,000 calls, a file of 20,000 lines
 *   npm run bench:lint -- --editor          one long file linted again after an edit
 *   npm run bench:lint -- --memory          peak memory of a process of its own for each side
 * How to read it: README.md. Exit code 1 when a budget is exceeded.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installCorpus } from "../tests/corpus/load.ts";
import { corpusPackages, type CorpusPackage } from "../tests/corpus/packages.ts";
import { editorTimeOf } from "./lint-editor.ts";
import { growthCases, growthOf } from "./lint-growth.ts";
import { chooseOurs, lintPackage, type Cost, type Side } from "./lint-sides.ts";
import { median, printTable } from "./table.ts";

/** Highest ratio that is still good; the reasons stand in README.md. */
const budgets = { rules: 1, cpu: 1.25, memory: 1.15, growth: 2.2, editor: 1.3 } as const;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    package: { type: "string", multiple: true, default: [] },
    growth: { type: "boolean", default: false },
    editor: { type: "boolean", default: false },
    memory: { type: "boolean", default: false },
    preset: { type: "string", default: "recommended" },
    rule: { type: "string", multiple: true, default: [] },
    side: { type: "string" },
  },
});
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number from 1, not ${flags.rounds}.`);

if (flags.preset !== "recommended" && flags.preset !== "strict" && flags.preset !== "discipline") throw new Error(`--preset must be recommended, strict or discipline, not ${flags.preset}.`);
chooseOurs(flags.preset, flags.rule);

installCorpus();
const packages = packagesOf(flags.package);
if (flags.side) await lintForMemory(flags.side === "ours" ? "ours" : "theirs");
else if (flags.memory) compareMemory();
else if (flags.editor) await compareEditor();
else if (flags.growth) await compareGrowth();
else await compareTime();

function packagesOf(names: readonly string[]): readonly CorpusPackage[] {
  if (names.length === 0) return corpusPackages;
  return names.map((name) => {
    const found = corpusPackages.find((one) => one.name === name);
    if (!found) throw new Error(`--package ${name} is not in the corpus.`);
    return found;
  });
}

async function compareTime(): Promise<void> {
  const costs = new Map(packages.map((one) => [one.name, { ours: [] as Cost[], theirs: [] as Cost[] }]));
  // Both sides once on a small package: the first to run would otherwise pay for what the engine compiles while running.
  for (const side of ["ours", "theirs"] as const) await lintPackage(smallestOf(packages), side);
  for (let round = 0; round < rounds; round++) {
    for (const one of packages) {
      // Who goes first changes every round, so that neither always meets the fuller heap.
      const order: readonly Side[] = round % 2 === 0 ? ["ours", "theirs"] : ["theirs", "ours"];
      for (const side of order) costs.get(one.name)?.[side].push(await lintPackage(one, side));
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  const rows = [...costs].map(([name, { ours, theirs }]) => ({ name, ours: medianCost(ours), theirs: medianCost(theirs) }));
  const total = { name: "all", ours: sumOf(rows.map((row) => row.ours)), theirs: sumOf(rows.map((row) => row.theirs)) };
  printTable(
    ["package", "rules ms: ours", "theirs", "ratio", "CPU ms: ours", "theirs", "ratio"],
    [...rows, total].map(({ name, ours, theirs }) => [name, ours.rules, theirs.rules, ours.rules / theirs.rules, ours.cpu, theirs.cpu, ours.cpu / theirs.cpu]),
  );
  printTable(["rule", "ms", "share"], [...total.ours.byRule].sort(([, a], [, b]) => b - a).map(([name, time]) => [name, time, time / total.ours.rules]));
  judge("time of the rules", total.ours.rules / total.theirs.rules, budgets.rules);
  judge("CPU time of everything", total.ours.cpu / total.theirs.cpu, budgets.cpu);
}

function smallestOf(candidates: readonly CorpusPackage[]): CorpusPackage {
  const fallback = candidates[0];
  if (!fallback) throw new Error("The corpus is empty.");
  return candidates.find((one) => one.name === "@libp2p/tcp") ?? fallback;
}

function medianCost(costs: readonly Cost[]): Cost {
  const rules = new Set(costs.flatMap((cost) => [...cost.byRule.keys()]));
  const byRule = new Map(Array.from(rules, (name) => [name, median(costs.map((cost) => cost.byRule.get(name) ?? 0))]));
  return { rules: median(costs.map((cost) => cost.rules)), cpu: median(costs.map((cost) => cost.cpu)), byRule };
}

function sumOf(costs: readonly Cost[]): Cost {
  const byRule = new Map<string, number>();
  for (const cost of costs) for (const [name, time] of cost.byRule) byRule.set(name, (byRule.get(name) ?? 0) + time);
  return { rules: costs.reduce((sum, cost) => sum + cost.rules, 0), cpu: costs.reduce((sum, cost) => sum + cost.cpu, 0), byRule };
}

async function compareGrowth(): Promise<void> {
  const rows: (string | number)[][] = [];
  const ratios: [name: string, ratio: number][] = [];
  for (const one of growthCases) {
    const { single, twice } = await growthOf(one, rounds);
    rows.push([one.name, single, twice, twice / single]);
    ratios.push([one.name, twice / single]);
  }
  printTable(["what is doubled", "rules ms: once", "twice", "ratio"], rows);
  for (const [name, ratio] of ratios) judge(name, ratio, budgets.growth);
}

async function compareEditor(): Promise<void> {
  const times: Record<Side, number[]> = { ours: [], theirs: [] };
  // The first run also pays for what the engine compiles while running.
  for (const side of ["ours", "theirs"] as const) await editorTimeOf(side);
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const)) times[side].push(await editorTimeOf(side));
    console.error(`round ${round + 1} of ${rounds}`);
  }
  const [ours, theirs] = [median(times.ours), median(times.theirs)];
  printTable(["", "CPU ms: ours", "theirs", "ratio"], [["one edited file, linted again", ours, theirs, ours / theirs]]);
  judge("editor", ours / theirs, budgets.editor);
}

function compareMemory(): void {
  const [ours, theirs] = (["ours", "theirs"] as const).map((side) => median(Array.from({ length: rounds }, () => peakOf(side))));
  if (ours === undefined || theirs === undefined) return;
  printTable(["", "peak MB: ours", "theirs", "ratio"], [["all packages in one process", ours, theirs, ours / theirs]]);
  judge("peak memory", ours / theirs, budgets.memory);
}

/** @returns megabytes, as the operating system counts a process that lints the packages one after the other. */
function peakOf(side: Side): number {
  const chosen = [...packages.flatMap((one) => ["--package", one.name]), ...flags.rule.flatMap((name) => ["--rule", name]), "--preset", flags.preset];
  const child = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), "--side", side, ...chosen], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (child.status !== 0) throw new Error(`linting with ${side} failed`);
  return Number(child.stdout) / 1024;
}

async function lintForMemory(side: Side): Promise<void> {
  for (const one of packages) await lintPackage(one, side);
  process.stdout.write(String(process.resourceUsage().maxRSS));
}

function judge(what: string, ratio: number, budget: number): void {
  const kept = ratio <= budget;
  console.log(`${kept ? "ok  " : "OVER"} ${what}: ${ratio.toFixed(2)} (budget ${budget.toFixed(2)})`);
  if (!kept) process.exitCode = 1;
}
