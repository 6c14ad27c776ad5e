/**
 * Runs the scenarios, and on Node the random programs, on other engines: Node 20/22/24 (from the npm package `node`),
 * Deno, Bun, and headless Chromium; with `using` lowered by esbuild, lowered by TypeScript, and native where the engine
 * has it. What is missing is skipped with a message. Arguments pick engines by prefix: `engines node24 chromium`.
 */
/* eslint-disable no-console -- its output is what it is for */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TaskGroup } from "../src/index.ts";
import { bundle, type Lowering } from "./bundle.ts";

interface Engine {
  readonly name: string;
  /** Version of the npm package that brings it; undefined for the Node that runs this. */
  readonly from?: string;
  readonly command: readonly string[];
  readonly entry: string;
  readonly lowerings: readonly Lowering[];
}

const node = (name: string, from: string | undefined, native: boolean): Engine => ({
  name,
  ...(from !== undefined && { from }),
  command: ["node", "--expose-gc"],
  entry: "tests/portable/full.ts",
  lowerings: native ? ["esbuild", "typescript", "native"] : ["esbuild", "typescript"],
});

const engines: readonly Engine[] = [
  node("node", undefined, false),
  node("node22", "node@22.23.3", false),
  node("node24", "node@24.21.0", true),
  { name: "deno", from: "deno@2.9.6", command: ["deno", "run", "--quiet", "--allow-all"], entry: "tests/portable/server.ts", lowerings: ["esbuild"] },
  { name: "bun", from: "bun@1.4.5", command: ["bun", "run"], entry: "tests/portable/server.ts", lowerings: ["esbuild"] },
];

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix));
const directory = mkdtempSync(join(tmpdir(), "asr-runtime-"));
let failed = false as boolean;

function report(name: string, ok: boolean, text: string): void {
  console.log(`${ok ? "ok  " : "FAIL"} ${name.padEnd(22)} ${text.trim()}`);
  if (!ok) failed = true;
}

interface Ran {
  readonly ok: boolean;
  readonly text: string;
}

/** What `program` prints, and whether it ended well within two minutes. */
async function execute(program: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Ran> {
  const options = { cwd: directory, env: { ...process.env, ...env }, timeout: 120_000, signal };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return { ok: true, text: stdout + stderr };
  } catch (error) {
    const { message, stdout = "", stderr = "" } = error as Error & { stdout?: string; stderr?: string };
    return { ok: false, text: stdout + stderr || message };
  }
}

/** Where the program of `engine` is, fetched by npm when a package has to bring it. */
async function programOf({ from, command }: Engine, signal: AbortSignal): Promise<string | undefined> {
  if (from === undefined) return process.execPath;
  const { ok, text } = await execute("npm", ["exec", "--yes", `--package=${from}`, "--", "sh", "-c", `command -v ${command[0] ?? ""}`], {}, signal);
  const path = text.split("\n").find((line) => line.startsWith("/"));
  return ok && path !== undefined && (await execute(path, ["--version"], {}, signal)).ok ? path : undefined;
}

/** All lowerings of one engine, side by side; the random programs in full with the first of them only. */
async function examine(engine: Engine, signal: AbortSignal): Promise<void> {
  const program = await programOf(engine, signal);
  if (program === undefined) {
    console.log(`skip ${engine.name.padEnd(22)} npm brought no working binary`);
    return;
  }
  const version = (await execute(program, ["--version"], {}, signal)).text.split("\n", 1).join("");
  await TaskGroup.map(engine.lowerings, async (lowering, index, task) => {
    const file = join(directory, `${engine.name}-${lowering}.mjs`);
    writeFileSync(file, await bundle(engine.entry, lowering));
    const { ok, text } = await execute(program, [...engine.command.slice(1), file], index > 0 ? { ASR_RUNS: "200" } : {}, task.signal);
    report(`${engine.name}/${lowering}`, ok, `${version}: ${text}`);
  }, { signal });
}

async function chromium(): Promise<void> {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) {
    console.log("skip chromium               not installed (Debian: apt-get install chromium)");
    return;
  }
  const { chromium: driver } = await import("playwright-core");
  await using browser = await driver.launch({ executablePath, args: ["--no-sandbox"] });
  for (const lowering of ["esbuild", "native"] as const) {
    const code = await bundle("tests/portable/web.ts", lowering);
    await using page = await browser.newPage();
    await page.setContent("<!doctype html><title>asr-runtime</title>");
    await page.addScriptTag({ content: code, type: "module" });
    await page.waitForFunction("globalThis.report !== undefined", undefined, { timeout: 60_000 });
    const result = await page.evaluate<{ passed: number; skipped: string[]; failed: string[] }>("globalThis.report");
    report(`chromium/${lowering}`, result.passed > 0 && result.failed.length === 0, [`${browser.version()}: ${result.passed} passed, ${result.skipped.length} skipped`, ...result.failed].join("\n  "));
  }
}

try {
  const jobs = engines.filter(({ name }) => isWanted(name)).map((engine) => ({ signal }: { signal: AbortSignal }) => examine(engine, signal));
  await TaskGroup.all(isWanted("chromium") ? [...jobs, chromium] : jobs, { limit: availableParallelism() });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
