/** What is shipped: size, imports, two copies in one process, platforms without disposal symbols, exit of the process. */
/* eslint-disable @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as Runtime from "../src/index.ts";
import { aborted, countListeners, reasonOf } from "./harness.ts";

const src = resolve(import.meta.dirname, "../src");
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "asr-runtime-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function bundle(contents: string, format: "esm" | "iife" = "esm", minify = false): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: src, loader: "ts" },
    bundle: true,
    write: false,
    minify,
    format,
    globalName: "runtime",
    target: "es2022",
    platform: "neutral",
  });
  return outputFiles[0]?.text ?? "";
}

/** 4 KB for the whole main entry, companions included. */
const SIZE_BUDGET = 4 * 1_024;

const everything = 'export * from "./index.ts";';

/** Imports a fresh copy of the package. */
async function copyOf(name: string): Promise<typeof Runtime> {
  const file = join(directory, `${name}.mjs`);
  await writeFile(file, await bundle(everything));
  return (await import(pathToFileURL(file).href)) as typeof Runtime;
}

describe("size and imports", () => {
  const weigh = async (contents: string): Promise<number> => gzipSync(await bundle(contents, "esm", true), { level: 9 }).length;

  test("everything in the main entry, minified and compressed, stays within its budget", async () => {
    expect(await weigh(everything)).toBeLessThanOrEqual(SIZE_BUDGET);
  });

  test("a companion alone does not bring the group along", async () => {
    expect(await weigh('export { sleep } from "./index.ts";')).toBeLessThanOrEqual(500);
    expect(await weigh('export { onAbort } from "./index.ts";')).toBeLessThanOrEqual(250);
  });

  test("sources import only each other, and stay small", async () => {
    const files = (await readdir(src)).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(20);
    for (const name of files) {
      const text = await readFile(join(src, name), "utf8");
      for (const [, specifier] of text.matchAll(/from "([^"]+)"/g)) expect(specifier, name).toMatch(/^\.\.?\/[\w/-]+\.ts$/);
      expect(text.split("\n").length - 1, `lines of ${name}`).toBeLessThanOrEqual(150);
      expect(text, name).toMatch(/^\/\*\*/);
    }
  });

  test("a package with no dependency", async () => {
    const manifest = JSON.parse(await readFile(resolve(src, "../package.json"), "utf8")) as Record<string, unknown>;
    for (const field of ["dependencies", "peerDependencies", "optionalDependencies"]) expect(manifest).not.toHaveProperty(field);
  });
});

test("X1: two copies in one process: groups link by one listener, and abort each other all the same", async () => {
  const [one, two] = [await copyOf("one"), await copyOf("two")];
  expect(one.TaskGroup).not.toBe(two.TaskGroup);
  const reason = new Error("stop");
  let seen: unknown;
  const parent = new AbortController();
  const run = one.TaskGroup.run({ signal: parent.signal }, async (outer) => {
    const listeners = countListeners(outer.signal);
    const inner = two.TaskGroup.run({ signal: outer.signal }, (tasks) => {
      tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { seen = signal.reason; } });
    });
    expect(listeners.now).toBe(1);
    parent.abort(reason);
    await inner.finally(() => expect(listeners.now).toBe(0));
  });
  expect(await reasonOf(run)).toBe(reason);
  expect(seen).toBe(reason);
  const [first, second] = [new Error("first"), new Error("second")];
  await reasonOf(one.TaskGroup.run((tasks) => {
    tasks.spawn(async () => { throw first; });
    tasks.spawn(async () => { throw second; });
  }));
  expect(two.suppressedErrors(first)).toEqual([second]);
});

test("X10: a platform without Symbol.asyncDispose and Symbol.dispose gets the registered symbols", async () => {
  const context = createContext({ AbortController, DOMException, setTimeout, clearTimeout, queueMicrotask, performance });
  runInContext(
    `for (const name of ["asyncDispose", "dispose"]) if (Symbol[name]) Object.defineProperty(globalThis, "Symbol", { value: new Proxy(Symbol, { get: (target, key) => key === name ? undefined : target[key] }) });`,
    context,
  );
  runInContext(await bundle(everything, "iife"), context);
  expect(runInContext("[Symbol.asyncDispose, Symbol.dispose]", context)).toEqual([undefined, undefined]);
  const outcome = runInContext(
    `(async () => {
      const tasks = new runtime.TaskGroup();
      let kind;
      tasks.spawn(({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => { kind = signal.reason.kind; resolve(); })));
      await tasks[Symbol.for("Symbol.asyncDispose")]();
      runtime.onAbort(undefined, () => {})[Symbol.for("Symbol.dispose")]();
      return kind;
    })()`,
    context,
  ) as Promise<string>;
  expect(await outcome).toBe("scope-exit");
});

test("X14: the process exits when run has settled, although a background task and long timeouts were alive", async () => {
  const file = join(directory, "exit.mjs");
  await writeFile(
    file,
    `${await bundle(everything)}
    await TaskGroup.run({ timeout: 3_600_000 }, (tasks) => {
      tasks.spawn(async ({ signal }) => { for (;;) await sleep(3_600_000, { signal }); }, { background: true, timeout: 3_600_000 });
      tasks.spawn(() => sleep(5));
    });
    console.log("settled");`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 10_000 });
  expect(stdout).toBe("settled\n");
});
