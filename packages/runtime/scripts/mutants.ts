/**
 * Hand-made faults, one at a time, and the suite has to notice each. A mutant that survives means that a test is missing;
 * a text that no longer matches means that the list is out of date: both fail. Arguments pick mutants by name.
 *
 * Who noticed a mutant last time is asked first (`mutants-hints.json`, rewritten by `--update`). When he does not notice
 * any more, the whole suite is asked.
 */
/* eslint-disable no-console -- its output is what it is for */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle, type Mutation } from "./bundle.ts";
import { mutants } from "./mutants-list.ts";

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { update: { type: "boolean", default: false } } });
const directory = mkdtempSync(join(tmpdir(), "asr-mutants-"));
const hintsFile = resolve(import.meta.dirname, "mutants-hints.json");
const hints = JSON.parse(readFileSync(hintsFile, "utf8")) as Record<string, string>;
const LIMIT_MS = 60_000;

interface Verdict {
  readonly by: string;
  readonly what: string;
}

/** Runs the suite; who noticed something, or undefined when nobody did. */
async function verdict(name: string, mutation?: Mutation): Promise<Verdict | undefined> {
  const file = join(directory, `${name.replaceAll(/\W+/g, "-")}.mjs`);
  writeFileSync(file, await bundle("tests/portable/mutant.ts", "esbuild", mutation));
  const hint = hints[name];
  const child = spawn(process.execPath, ["--expose-gc", "--max-old-space-size=600", file, ...(hint === undefined ? [] : [hint])], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  child.stdout.on("data", (chunk) => (said += String(chunk)));
  const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  clearTimeout(timer);
  if (code === 0) return undefined;
  return said === "" ? { by: "", what: code === null ? "it hung, or ran out of memory" : `exit code ${code}` } : (JSON.parse(said) as Verdict);
}

try {
  const original = await verdict("original");
  if (original !== undefined) throw new Error(`the suite fails without any mutation: ${original.by}: ${original.what}`);
  const queue = Object.entries(mutants).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  const total = queue.length;
  const survivors: string[] = [];
  const found: Record<string, string> = wanted.length === 0 ? {} : { ...hints };
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, mutation] = next;
      const noticed = await verdict(name, mutation);
      if (noticed === undefined) survivors.push(name);
      else if (noticed.by !== "") found[name] = noticed.by;
      console.log(`${noticed === undefined ? "SURVIVED" : "killed  "} ${name.padEnd(58)} ${noticed === undefined ? "" : `${noticed.by.padEnd(10)} ${noticed.what}`}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  if (values.update) writeFileSync(hintsFile, `${JSON.stringify(found, Object.keys(found).sort(), 2)}\n`);
  console.log(`${total - survivors.length} of ${total} mutants killed${survivors.length > 0 ? `; alive: ${survivors.join("; ")}` : ""}`);
  process.exitCode = survivors.length > 0 ? 1 : 0;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
