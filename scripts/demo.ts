/** Shows the whole of it on a small real service: lint, plan, migrate, type-check, test, lint again. The service itself is left as it is. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";

const root = fileURLToPath(new URL("..", import.meta.url));
const example = join(root, "examples", "leaky-server");
/** Inside the repository, so that the copy finds the same node_modules. */
const copy = join(root, ".cache", "demo", "leaky-server");
const codemod = join(root, "packages", "codemod", "dist", "cli.js");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Of the codemod: 2 says that there are changes to make, or sites left for a person. */
const CHANGES_OR_OPEN_SITES = 2;

class StepFailed extends Error {}

let step = 0;

function heading(text: string): void {
  step += 1;
  console.log(`\n${"─".repeat(80)}\n${step}. ${text}\n${"─".repeat(80)}\n`);
}

/** Without the variables of a git that may be running us, as in a hook: they would point it to the wrong repository. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));

/** Runs a command in the copy, output visible; fails the demo when it ends with a code that is not among the expected ones. */
function run(command: string, args: string[], expected: readonly number[] = [0]): number {
  const shown = [basename(command), ...args.map((arg) => relative(copy, arg).startsWith("..") ? relative(root, arg) || arg : arg)];
  console.log(`$ ${shown.join(" ")}\n`);
  const { status, error } = spawnSync(command, args, { cwd: copy, env, stdio: "inherit" });
  if (error) throw new StepFailed(`${command} cannot be run: ${error.message}`);
  if (status === null || !expected.includes(status)) throw new StepFailed(`it ended with code ${status}`);
  return status;
}

interface Counts {
  total: number;
  byRule: Map<string, number>;
}

/** Lints a project with its own configuration and prints what ESLint would print. */
async function lint(project: string): Promise<Counts> {
  const eslint = new ESLint({ cwd: project });
  const results = await eslint.lintFiles(["."]);
  const byRule = new Map<string, number>();
  for (const { ruleId, fatal, message } of results.flatMap(({ messages }) => messages)) {
    if (fatal || !ruleId) throw new StepFailed(`ESLint cannot work here: ${message}`);
    byRule.set(ruleId, (byRule.get(ruleId) ?? 0) + 1);
  }
  const formatter = await eslint.loadFormatter("stylish");
  const shown = results.map((result) => ({ ...result, filePath: relative(project, result.filePath) }));
  console.log((await formatter.format(shown)).trim() || "no findings");
  return { total: [...byRule.values()].reduce((sum, n) => sum + n, 0), byRule };
}

function printComparison(before: Counts, after: Counts): void {
  const names = [...new Set([...before.byRule.keys(), ...after.byRule.keys()])].sort();
  const width = Math.max(...names.map((name) => name.length), "total".length);
  const row = (name: string, was: unknown, is: unknown) =>
    console.log(`${name.padEnd(width)}  ${String(was).padStart(6)}  ${String(is).padStart(6)}`);
  console.log();
  row("rule", "before", "after");
  for (const name of names) row(name, before.byRule.get(name) ?? 0, after.byRule.get(name) ?? 0);
  row("total", before.total, after.total);
}

/** A fresh copy under version control of its own: the codemod skips what git ignores, and one can look at the diff afterwards. */
function copyExample(): boolean {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(example, copy, { recursive: true, filter: (path) => !["dist", "node_modules", "data"].includes(basename(path)) });
  const git = (...args: string[]) => spawnSync("git", args, { cwd: copy, env, stdio: "ignore" }).status === 0;
  const author = ["-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"];
  const versioned = git("init", "-q") && git("add", "-A") && git(...author, "commit", "-q", "--no-verify", "-m", "Before the migration");
  console.log(`${relative(root, copy)}${versioned ? ", committed to a git repository of its own" : " (git is not there: without version control)"}`);
  return versioned;
}

async function demo(): Promise<void> {
  heading("What the linter says about examples/leaky-server");
  const before = await lint(example);
  if (before.total === 0) throw new StepFailed("it found nothing, though the service leaks");

  heading("A copy to work on");
  const versioned = copyExample();
  const guard = versioned ? [] : ["--allow-no-vcs"];

  heading("What the codemod would change (nothing is written)");
  run(process.execPath, [codemod, "--unsafe", ...guard], [CHANGES_OR_OPEN_SITES]);

  heading("Apply it");
  run(process.execPath, [codemod, "--unsafe", "--write", "--quiet", ...guard], [0, CHANGES_OR_OPEN_SITES]);

  heading("Does it still compile?");
  run(process.execPath, [tsc]);
  console.log("yes");

  heading("Does it still work? Its own tests, on the migrated copy");
  const tests = join("dist", "test");
  const files = readdirSync(join(copy, tests)).filter((name) => name.endsWith(".test.js"));
  run(process.execPath, ["--test", "--test-reporter=spec", ...files.map((name) => join(tests, name))]);

  heading("What the linter says now");
  const after = await lint(copy);
  printComparison(before, after);
  if (after.total >= before.total) throw new StepFailed("the migration has not lowered the number of findings");

  const where = relative(process.cwd(), copy) || ".";
  console.log(`
What is left needs a decision that only a person can take: who owns this work, and when does it end?

Try next:
  ${versioned ? `git -C ${where} diff` : `diff -r ${relative(process.cwd(), example)} ${where}`}    the migration as a commit would show it
  node ${relative(process.cwd(), codemod)} --help    the codemod on a project of yours: it plans, and writes only with --write
  docs/rules/                                        what each rule is about, with examples
`);
}

demo().catch((error: unknown) => {
  if (!(error instanceof StepFailed)) console.error(error);
  else console.error(`\nStep ${step} failed: ${error.message}`);
  process.exitCode = 1;
});
