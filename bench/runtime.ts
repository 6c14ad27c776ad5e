/**
 * What the runtime costs, in ratios to its peers, with the target beside: on this Node and on Node 24 (from the npm
 * package `node`). A ratio of CPU times above 1.5 × its target, or a weight above its target, exits with code 1.
 * Options: `--node 20`, `--node 24` for one of them; `--row text` for the rows whose name has it.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { rows, weights } from "./runtime/rows.ts";
import { printTable } from "./table.ts";

const { values } = parseArgs({ options: { node: { type: "string" }, row: { type: "string", default: "" } } });
const TOLERANCE = 1.5;

const root = resolve(import.meta.dirname, "..");
if (!existsSync(resolve(root, "packages/runtime/dist/index.js"))) throw new Error("build first: npm run build -w asr-runtime");
// By path: under `npm exec` the package `tsx` would be looked for elsewhere.
const worker = ["--expose-gc", "--import", import.meta.resolve("tsx"), resolve(import.meta.dirname, "runtime/worker.ts")];

const engines = [
  { name: process.versions.node, command: [process.execPath] },
  { name: "24.21.0", command: ["npm", "exec", "--yes", "--package=node@24.21.0", "--", "node"] },
].filter(({ name }) => values.node === undefined || name.startsWith(`${values.node}.`));

interface Measured {
  readonly measured: number;
  readonly nanoseconds?: number;
}

function measure([program = "", ...rest]: readonly string[], name: string): Measured {
  const { status, stdout, stderr } = spawnSync(program, [...rest, ...worker, name], { encoding: "utf8", cwd: root });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

let tooDear = false;
const table: (string | number)[][] = [];
for (const [list, tolerance] of [[rows, TOLERANCE], [weights, 1]] as const) {
  for (const { name, target } of list.filter((row) => row.name.includes(values.row))) {
    const results = engines.map(({ command }) => measure(command, name));
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
