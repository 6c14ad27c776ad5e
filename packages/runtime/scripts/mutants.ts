/**
 * Hand-made faults, one at a time, and the suite has to notice each. A mutant that survives means that a test is missing;
 * a text that no longer matches means that this list is out of date: both fail. Arguments pick mutants by name.
 */
/* eslint-disable no-console -- its output is what it is for */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, type Mutation } from "./bundle.ts";
import { mutants } from "./mutants-list.ts";

const directory = mkdtempSync(join(tmpdir(), "asr-mutants-"));
const wanted = process.argv.slice(2);
const LIMIT_MS = 60_000;

/** Runs the suite; what it said first when it failed, or undefined when it passed. */
async function verdict(name: string, mutation?: Mutation): Promise<string | undefined> {
  const file = join(directory, `${name.replaceAll(/\W+/g, "-")}.mjs`);
  writeFileSync(file, await bundle("tests/portable/full.ts", "esbuild", mutation));
  const child = spawn(process.execPath, ["--expose-gc", "--max-old-space-size=600", file, "--bail"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ASR_RUNS: "400" },
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  if (code === 0) return undefined;
  return code === null ? "it hung" : (/FAIL .*|Caused by.*|Violation.*|Error: .*/.exec(said)?.[0] ?? `exit code ${code}`).slice(0, 100);
}

try {
  const original = await verdict("original");
  if (original !== undefined) throw new Error(`the suite fails without any mutation: ${original}`);
  const queue = Object.entries(mutants).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  const survivors: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, mutation] = next;
      const noticed = await verdict(name, mutation);
      console.log(`${noticed === undefined ? "SURVIVED" : "killed  "} ${name.padEnd(52)} ${noticed ?? ""}`);
      if (noticed === undefined) survivors.push(name);
    }
  };
  const total = queue.length;
  await Promise.all(Array.from({ length: Math.min(4, cpus().length) }, worker));
  console.log(`${total - survivors.length} of ${total} mutants killed`);
  process.exitCode = survivors.length > 0 ? 1 : 0;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
