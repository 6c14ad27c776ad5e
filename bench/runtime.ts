/**
 * What the runtime costs, in ratios to its peers, with the target beside: on this Node and on Node 24 (from the npm
 * package `node`). A ratio of CPU times above 1.5 × its target, or a weight above its target, exits with code 1.
 * Options: `--node 20`, `--node 24` for one of them; `--row text` for the rows whose name has it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Growth, growths, rows, weights } from "./runtime/rows.ts";
import { median, printTable } from "./table.ts";

const { values } = parseArgs({ options: { node: { type: "string" }, row: { type: "string", default: "" } } });
const TOLERANCE = 1.5;

const root = resolve(import.meta.dirname, "..");
if (!existsSync(resolve(root, "packages/runtime/dist/index.js"))) throw new Error("build first: npm run build -w asr-runtime");
const worker = ["--expose-gc", "--import", import.meta.resolve("tsx"), resolve(import.meta.dirname, "runtime/worker.ts")];

const NEWER = "24.21.0";
const engines = [
  { name: process.versions.node, find: () => process.execPath },
  { name: NEWER, find: () => execFileSync("npm", ["exec", "--yes", `--package=node@${NEWER}`, "--", "node", "-p", "process.execPath"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim() },
].filter(({ name }) => values.node === undefined || name.startsWith(`${values.node}.`)).map(({ name, find }) => ({ name, program: find() }));

interface Measured {
  readonly measured: number;
  readonly nanoseconds?: number;
}

function measure(program: string, name: string, ...rest: string[]): Measured {
  const { status, stdout, stderr } = spawnSync(program, [...worker, name, ...rest], { encoding: "utf8", cwd: root });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

const ROUNDS = 9;

function measureGrowth(program: string, { name, few, more }: Growth): Measured {
  const rounds = Array.from({ length: ROUNDS }, () => [few, more].map((n) => measure(program, name, String(n)).measured));
  const [base = NaN, grown = NaN] = [0, 1].map((column) => median(rounds.map((round) => round[column] ?? NaN)));
  return { measured: grown / base };
}

let tooDear = false;
const table: (string | number)[][] = [];
for (const [list, tolerance] of [[rows, TOLERANCE], [growths, TOLERANCE], [weights, 1]] as const) {
  for (const row of list.filter(({ name }) => name.includes(values.row))) {
    const { name, target } = row;
    const results = engines.map(({ program }) => ("more" in row ? measureGrowth(program, row) : measure(program, name)));
    const worst = Math.max(...results.map(({ measured }) => measured));
    tooDear ||= worst > target * tolerance;
    const verdict = worst <= target ? "met" : worst <= target * tolerance ? "missed, within noise" : "MISSED";
    table.push([name, `≤ ${target}`, ...results.flatMap(({ measured, nanoseconds }) => [measured < 1 ? measured.toFixed(3) : measured, nanoseconds?.toFixed(0) ?? ""]), verdict]);
    process.stderr.write(".");
  }
}
process.stderr.write("\n");
printTable(["row", "target", ...engines.flatMap(({ name }) => [`Node ${name}`, "ns/task"]), ""], table);
process.exitCode = tooDear ? 1 : 0;
