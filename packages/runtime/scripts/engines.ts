/**
 * Runs the scenarios, and on Node the random programs, on other engines: Node 20/22/24 (from the npm package `node`),
 * Deno, Bun, and headless Chromium; with `using` lowered by esbuild, lowered by TypeScript, and native where the engine has it. What is missing is
 * skipped with a message. Arguments pick engines by prefix: `engines node24 chromium`.
 */
/* eslint-disable no-console -- its output is what it is for */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Runs `command`, by way of `npm exec` when a package has to bring it. */
function execute(from: string | undefined, command: readonly string[]): { readonly status: number | null; readonly text: string } {
  const [program, ...args] = from === undefined ? [process.execPath, ...command.slice(1)] : ["npm", "exec", "--yes", `--package=${from}`, "--", ...command];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", cwd: directory, timeout: 120_000 });
  return { status, text: stdout + stderr.replace(/^npm warn .*$/gm, "") };
}

async function chromium(): Promise<void> {
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
  if (executablePath === undefined) {
    console.log("skip chromium               not installed (Debian: apt-get install chromium)");
    return;
  }
  const { chromium: driver } = await import("playwright-core");
  const browser = await driver.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    for (const lowering of ["esbuild", "native"] as const) {
      const code = await bundle("tests/portable/web.ts", lowering);
      const page = await browser.newPage();
      await page.setContent("<!doctype html><title>asr-runtime</title>");
      await page.addScriptTag({ content: code, type: "module" });
      await page.waitForFunction("globalThis.report !== undefined", undefined, { timeout: 60_000 });
      const result = await page.evaluate<{ passed: number; skipped: string[]; failed: string[] }>("globalThis.report");
      report(`chromium/${lowering}`, result.passed > 0 && result.failed.length === 0, [`${browser.version()}: ${result.passed} passed, ${result.skipped.length} skipped`, ...result.failed].join("\n  "));
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

try {
  for (const engine of engines.filter(({ name }) => isWanted(name))) {
    const version = execute(engine.from, [...engine.command.slice(0, 1), "--version"]);
    if (version.status !== 0) {
      console.log(`skip ${engine.name.padEnd(22)} npm brought no working binary`);
      continue;
    }
    for (const lowering of engine.lowerings) {
      const file = join(directory, `${engine.name}-${lowering}.mjs`);
      writeFileSync(file, await bundle(engine.entry, lowering));
      const { status, text } = execute(engine.from, [...engine.command, file]);
      report(`${engine.name}/${lowering}`, status === 0, `${version.text.trim().split("\n")[0]}: ${text}`);
    }
  }
  if (isWanted("chromium")) await chromium();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
