/**
 * Measures one row in a process of its own, and prints the result as JSON. Arguments: the name of the row, and for a row
 * about growth how many tasks.
 */
import { median } from "../table.ts";
import { growths, type Run, rows, weights } from "./rows.ts";

const WARM_UP_MS = 400;
const SAMPLE_MS = 120;
const SAMPLES = 7;

/** CPU milliseconds of this process, garbage collection included. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Runs for about `ms`; CPU milliseconds per call. */
async function sample(run: Run, n: number, ms: number): Promise<number> {
  const start = cpu();
  let calls = 0;
  do {
    // Several calls between two looks at the clock, which is dearer than a group of two.
    const batch = Math.max(1, Math.ceil(2_000 / n));
    for (let i = 0; i < batch; i++) await run(n);
    calls += batch;
  } while (cpu() - start < ms);
  return (cpu() - start) / calls;
}

const [, , name, count] = process.argv;
const row = rows.find((candidate) => candidate.name === name);
const growth = growths.find((candidate) => candidate.name === name);
const weight = weights.find((candidate) => candidate.name === name);
if (row !== undefined) {
  const { subject, baseline, n } = row;
  await sample(subject, n, WARM_UP_MS);
  await sample(baseline, n, WARM_UP_MS);
  const ratios: number[] = [];
  const costs: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const ours = await sample(subject, n, SAMPLE_MS);
    ratios.push(ours / (await sample(baseline, n, SAMPLE_MS)));
    costs.push((ours / n) * 1e6);
  }
  console.log(JSON.stringify({ measured: median(ratios), nanoseconds: median(costs) }));
} else if (growth !== undefined) {
  const start = cpu();
  await growth.run(Number(count));
  console.log(JSON.stringify({ measured: cpu() - start }));
} else if (weight !== undefined) console.log(JSON.stringify({ measured: await weight.measure() }));
else throw new Error(`no row is called ${name}`);
process.exit(0);
