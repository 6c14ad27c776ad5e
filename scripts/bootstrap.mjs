/**
 * Brings a fresh checkout to the state that tests and demo need: a new enough Node, dependencies as locked, a build as new as the
 * sources. Plain Node without dependencies; does nothing, quickly, when there is nothing to do.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function fail(message) {
  console.error(`bootstrap: ${message}`);
  process.exit(1);
}

function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), "utf8"));
}

/** `engines.node` is the source of truth; of the range syntax it uses `^` and `>=`, joined by `||`. */
function checkNode() {
  const range = readJson("package.json").engines.node;
  const [major, minor] = process.versions.node.split(".").map(Number);
  const fits = range.split("||").some((part) => {
    const [, operator, least, leastMinor = 0] = /^\s*(\^|>=)(\d+)(?:\.(\d+))?/.exec(part) ?? fail(`engines.node: "${part}" is not understood`);
    return (major === Number(least) && minor >= Number(leastMinor)) || (operator === ">=" && major > Number(least));
  });
  if (!fits) fail(`Node ${range} is needed, this is ${process.versions.node} (${process.execPath}).`);
}

/** Runs npm with its output visible. */
function npm(...args) {
  console.log(`bootstrap: npm ${args.join(" ")}`);
  const cli = process.env.npm_execpath;
  const options = { cwd: root, stdio: "inherit" };
  const { status, error } = cli
    ? spawnSync(process.execPath, [cli, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (error) fail(`npm cannot be run: ${error.message}`);
  if (status !== 0) fail(`\`npm ${args.join(" ")}\` failed with code ${status}.`);
}

/** Why the dependencies must be installed, or undefined. Compares contents: a checkout changes the times of files that are the same. */
function installNeeded() {
  const record = join("node_modules", ".package-lock.json");
  if (!existsSync(join(root, record))) return "node_modules is missing";
  const wanted = readJson("package-lock.json").packages;
  const installed = readJson(record).packages;
  for (const [path, { version, optional, devOptional, peer }] of Object.entries(wanted)) {
    if (path === "" || (installed[path] === undefined && (optional || devOptional || peer))) continue;
    if (installed[path]?.version !== version) return `${path} is not as in package-lock.json`;
    if (!existsSync(join(root, path))) return `${path} is missing`;
  }
  return undefined;
}

/** The newest time of a change under a path, in milliseconds; 0 when there is nothing. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Why the packages must be built, or undefined. An output is what a package.json exports or offers as a command. */
function buildNeeded() {
  const packages = ["", ...readdirSync(join(root, "packages")).map((name) => join("packages", name))];
  const outputs = packages.flatMap((dir) => {
    const { exports, bin = {} } = readJson(dir, "package.json");
    return [exports["."].default, ...Object.values(bin)].map((path) => join(dir, path));
  });
  const sources = ["rules", "src", "package.json", "tsconfig.json", "tsdown.config.ts"];
  for (const dir of packages.slice(1)) sources.push(join(dir, "src"), join(dir, "package.json"), join(dir, "tsdown.config.ts"));

  const changed = Math.max(...sources.map((path) => newest(join(root, path))));
  for (const output of outputs) {
    const built = newest(join(root, output));
    if (built === 0) return `${output} is missing`;
    if (built < changed) return `${output} is older than the sources`;
  }
  return undefined;
}

/** The examples import the plugin by its name, as a user does; npm links the workspaces into node_modules, but not the root itself. */
function linkSelf() {
  const link = join(root, "node_modules", readJson("package.json").name);
  if (existsSync(link) && realpathSync(link) === realpathSync(root)) return;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link, "junction");
}

checkNode();
const missing = installNeeded();
if (missing) {
  console.log(`bootstrap: ${missing}`);
  npm("ci", "--no-audit", "--no-fund");
}
linkSelf();
const stale = buildNeeded();
if (stale) {
  console.log(`bootstrap: ${stale}`);
  npm("run", "build");
}
