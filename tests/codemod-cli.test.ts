/** The command as a user meets it: what it prints, when it refuses, what it writes, and with which code it ends. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recover, writeAll } from "../packages/codemod/src/journal.ts";
import { main } from "../packages/codemod/src/main.ts";
import { withDependency } from "../packages/codemod/src/manifest.ts";
import { apply, plan } from "../packages/codemod/src/index.ts";

let cwd = "";

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "asr-codemod-")));
});

afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
}

const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));

function git(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", ...args], { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout;
}

function commit(): void {
  git("init", "-q");
  git("add", "-A");
  git("commit", "-q", "-m", "before");
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await main(args, { cwd, env: {}, stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } });
  return { code, out, err };
}

const tsconfig = JSON.stringify({ compilerOptions: { target: "es2022", lib: ["es2023", "esnext.disposable", "dom"], module: "esnext", moduleResolution: "bundler", types: [], strict: true }, include: ["src"] });
const leaky = "declare function work(x?: unknown): Promise<void>;\nexport async function a(): Promise<void> {\n  work();\n}\n";
const fixed = leaky.replace("  work();", "  await work();");

function project(files: Readonly<Record<string, string>> = { "src/a.ts": leaky }): void {
  put({ "tsconfig.json": tsconfig, "package.json": '{\n  "name": "p"\n}\n', ...files });
}

describe("planning", () => {
  it("writes nothing, shows a diff that git takes, and ends with 2", async () => {
    project();
    commit();
    const { code, out, err } = await run("--unsafe");
    expect(code).toBe(2);
    expect(read("src/a.ts")).toBe(leaky);
    expect(out).toContain("-  work();\n+  await work();\n");
    expect(err).toMatch(/no-floating-task +1/u);
    expect(err).toContain("1 file examined, 1 would change; 1 finding fixed, 0 left.");
    writeFileSync(join(cwd, "p.patch"), out);
    git("apply", "--check", "p.patch");
  });

  it("leaves what alters timing to --unsafe, and says so", async () => {
    project();
    const { code, out, err } = await run();
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(/src\/a\.ts:3:3 {2}no-floating-task {2}unsafe\n {4}Await the call — .*--unsafe/u);
  });

  it("ends with 0 when there is nothing to do", async () => {
    project({ "src/a.ts": fixed });
    expect(await run("--unsafe")).toMatchObject({ code: 0, out: "" });
  });

  it("ends with 2 when only sites for a person are left", async () => {
    project({ "src/a.ts": "declare function work(): Promise<void>;\nexport function a(): void {\n  work();\n}\n" });
    const { code, err } = await run("--unsafe", "--write", "--allow-no-vcs");
    expect(code).toBe(2);
    expect(err).toContain("src/a.ts:3:3  no-floating-task  manual");
  });

  it("writes a patch on request, which applies byte for byte: BOM, CRLF, no newline at the end", async () => {
    const text = `\uFEFF${leaky.replaceAll("\n", "\r\n").trimEnd()}`;
    project({ "src/a.ts": text });
    commit();
    const { code, out } = await run("--unsafe", "--patch", "p.patch");
    expect(code).toBe(2);
    expect(out).toBe("");
    git("apply", "p.patch");
    expect(read("src/a.ts")).toBe(`\uFEFF${fixed.replaceAll("\n", "\r\n").trimEnd()}`);
  });

  it("reports as JSON and as Markdown", async () => {
    project();
    const json = JSON.parse((await run("--unsafe", "--report", "json")).out) as { sites: unknown[]; files: { changed: string[] }; rules: Record<string, Record<string, number>> };
    expect(json.files.changed).toEqual(["src/a.ts"]);
    expect(json.sites).toMatchObject([{ file: "src/a.ts", line: 3, column: 3, rule: "no-floating-task", status: "applied", change: "Await the call" }]);
    expect(json.rules["no-floating-task"]).toMatchObject({ applied: 1, manual: 0 });
    expect((await run("--unsafe", "--report", "md")).out).toContain("- `src/a.ts:3` `no-floating-task`: Await the call");
  });

  it("takes paths, globs, exclusions and rules", async () => {
    project({ "src/a.ts": leaky, "src/b/b.ts": leaky, "src/b/c.ts": leaky });
    const changed = async (...args: string[]): Promise<string[]> => (JSON.parse((await run("--unsafe", "--report", "json", ...args)).out) as { files: { changed: string[] } }).files.changed;
    expect(await changed("src/a.ts")).toEqual(["src/a.ts"]);
    expect(await changed("src/b")).toEqual(["src/b/b.ts", "src/b/c.ts"]);
    expect(await changed("src/**/c.ts")).toEqual(["src/b/c.ts"]);
    expect(await changed("--exclude", "src/b")).toEqual(["src/a.ts"]);
    expect(await changed("--exclude", "**/{b,c}.ts")).toEqual(["src/a.ts"]);
    expect(await changed("--rule", "no-leaky-combinator")).toEqual([]);
    expect(await changed("--rule", "asr/no-floating-task")).toHaveLength(3);
    expect(await changed("--except", "no-floating-task")).toEqual([]);
  });

  it("says what it did not look at", async () => {
    project({ "src/a.ts": leaky, "src/b.gen.ts": leaky, "src/c.ts": "export const = 1;\n", ".gitignore": "src/d.ts\n", "src/d.ts": leaky });
    commit();
    expect((await run("--unsafe")).err).toMatch(/3 files not looked at: 1 generated, 1 does not parse, 1 ignored by git\./u);
  });

  it("warns when the project uses another TypeScript", async () => {
    project({ "src/a.ts": leaky, "node_modules/typescript/package.json": '{ "name": "typescript", "version": "5.4.5" }' });
    expect((await run("--unsafe")).err).toContain("the project uses 5.4.5");
  });

  it("shows progress on a terminal only", async () => {
    project();
    let err = "";
    await main(["--unsafe"], { cwd, env: {}, stdout: { write: () => undefined }, stderr: { isTTY: true, columns: 40, write: (text) => (err += text) } });
    expect(err).toContain("\r\u001B[Klooking at file 1 of 1");
    expect((await run("--unsafe")).err).not.toContain("\u001B");
  });
});

describe("the project's ESLint configuration", () => {
  const config = (rest: string): string => `const rule = { meta: { schema: false }, create: () => ({}) };
export default [{ files: ["**/*.ts"], plugins: { asr: { rules: { "no-floating-task": rule, "no-leaky-combinator": rule } } }, ${rest} }];\n`;

  function withEslint(rest: string, files?: Readonly<Record<string, string>>): void {
    project({ "src/a.ts": leaky, "eslint.config.mjs": config(rest), ...files });
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(resolve(import.meta.dirname, "../node_modules/eslint"), join(cwd, "node_modules/eslint"), "dir");
  }

  it("decides which rules are on, with which options and settings", async () => {
    const source = "declare function work(x?: unknown): Promise<void>;\nexport async function a(): Promise<void> {\n  void work(1);\n  void work(2);\n}\n";
    withEslint('rules: { "asr/no-floating-task": ["error", { allowVoid: true }] }', { "src/a.ts": source });
    expect(await run("--unsafe")).toMatchObject({ code: 0, out: "" });
    expect((await run("--unsafe", "--no-config")).out).toContain("tasks.spawn(() => work(1));");
  });

  it("switches a rule off", async () => {
    withEslint('rules: { "asr/no-floating-task": "off" }');
    expect((await run("--unsafe")).code).toBe(0);
  });

  it("does not matter when it says nothing of our rules", async () => {
    withEslint("rules: {}");
    expect((await run("--unsafe")).out).toContain("+  await work();");
  });

  it("is checked: a wrong key in the settings is an unusable environment", async () => {
    withEslint('rules: { "asr/no-floating-task": "error" }, settings: { asr: { owner: [] } }');
    expect(await run("--unsafe")).toMatchObject({ code: 3, err: expect.stringContaining("owner") as string });
  });

  it("that cannot be read is one, too", async () => {
    withEslint("rules: 1");
    expect(await run("--unsafe")).toMatchObject({ code: 3, err: expect.stringContaining("--no-config") as string });
  });
});

describe("an environment it cannot work in", () => {
  it("no tsconfig", async () => {
    put({ "src/a.ts": leaky });
    expect(await run("--unsafe")).toMatchObject({ code: 3, err: expect.stringContaining("No tsconfig.json at or above") as string });
    expect((await run("--unsafe", "--project", "nowhere.json")).code).toBe(3);
  });

  it("a tsconfig without files", async () => {
    put({ "tsconfig.json": '{ "files": [] }' });
    expect(await run("--unsafe")).toMatchObject({ code: 3, err: expect.stringContaining("yields no files") as string });
  });

  it("an unknown rule, option or format", async () => {
    project();
    expect(await run("--rule", "no-such-rule")).toMatchObject({ code: 3, err: expect.stringContaining("no-floating-task") as string });
    expect((await run("--nonsense")).code).toBe(3);
    expect((await run("--report", "xml")).code).toBe(3);
  });

  it("help is no failure", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("Exit codes: 0 nothing to do") as string });
  });
});

describe("writing", () => {
  it("changes the files, keeps their mode, and is done", async () => {
    project();
    chmodSync(join(cwd, "src/a.ts"), 0o755);
    commit();
    expect(await run("--unsafe", "--write", "--quiet")).toMatchObject({ code: 0, out: "" });
    expect(read("src/a.ts")).toBe(fixed);
    expect(statSync(join(cwd, "src/a.ts")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(cwd, ".asr-codemod"))).toBe(false);
    expect(await run("--unsafe")).toMatchObject({ code: 0 });
  });

  it("adds the runtime to package.json and says how to install it", async () => {
    project({ "src/a.ts": leaky.replace("work();\n", "void work();\n  void work();\n"), "pnpm-lock.yaml": "" });
    commit();
    const { err } = await run("--unsafe", "--write");
    expect(read("src/a.ts")).toContain('import { TaskGroup } from "asr-runtime";');
    expect(JSON.parse(read("package.json"))).toMatchObject({ name: "p", dependencies: { "asr-runtime": expect.stringMatching(/^\^\d/u) as string } });
    expect(err).toMatch(/Next:\n {2}pnpm install/u);
  });

  it("refuses files with uncommitted changes and lists them", async () => {
    project({ "src/a.ts": leaky, "src/clean.ts": leaky });
    commit();
    put({ "src/a.ts": `${leaky}// mine\n`, "notes.md": "not touched by the plan" });
    const { code, err } = await run("--unsafe", "--write");
    expect(code).toBe(1);
    expect(err).toMatch(/uncommitted changes.*--allow-dirty:\n {2}src\/a\.ts\n$/u);
    expect(read("src/clean.ts")).toBe(leaky);
    expect((await run("--unsafe", "--write", "--allow-dirty")).code).toBe(0);
    expect(read("src/a.ts")).toBe(`${fixed}// mine\n`);
  });

  it("refuses a directory without version control", async () => {
    project();
    expect(await run("--unsafe", "--write")).toMatchObject({ code: 1, err: expect.stringContaining("--allow-no-vcs") as string });
    expect(read("src/a.ts")).toBe(leaky);
    expect((await run("--unsafe", "--write", "--allow-no-vcs")).code).toBe(0);
  });

  it("refuses a file that changed since the plan was made", () => {
    project();
    commit();
    const migration = plan({ cwd, unsafe: true });
    put({ "src/a.ts": `${leaky}// meanwhile\n` });
    expect(() => {
      apply(migration, { allowDirty: true });
    }).toThrow(/changed while the plan was made.*\n {2}src\/a\.ts/u);
    expect(read("src/a.ts")).toBe(`${leaky}// meanwhile\n`);
  });

  it("counts only type errors that a change brings", async () => {
    project({ "src/a.ts": `${leaky}export const wrong: number = "before";\n` });
    commit();
    const { code, err } = await run("--unsafe", "--write");
    expect(code).toBe(0);
    expect(err).toContain("1 type error stood there before");
  });
});

describe("all or nothing", () => {
  const writes = () => ["a", "b", "c"].map((name) => ({ fileName: join(cwd, name), bytes: Buffer.from(`new ${name}`) }));
  const contents = (): string[] => ["a", "b", "c"].map(read);

  beforeEach(() => {
    put({ a: "old a", b: "old b", c: "old c" });
  });

  it("an error on the way undoes what was done", () => {
    let count = 0;
    const failing = (fileName: string, bytes: Buffer): void => {
      if (++count === 3) throw new Error("disk full");
      writeFileSync(fileName, bytes);
    };
    expect(() => {
      writeAll(cwd, writes(), failing);
    }).toThrow("disk full");
    expect(contents()).toEqual(["old a", "old b", "old c"]);
    expect(existsSync(join(cwd, ".asr-codemod"))).toBe(false);
  });

  it.each([0, 1, 2, 3])("a process killed after %i writes leaves a tree that the next run restores", (survived) => {
    const script = `
      import { writeAll } from ${JSON.stringify(join(import.meta.dirname, "../packages/codemod/src/journal.ts"))};
      import { writeFileSync } from "node:fs";
      let left = ${String(survived)};
      const writes = ["a", "b", "c"].map((name) => ({ fileName: process.cwd() + "/" + name, bytes: Buffer.from("new " + name) }));
      writeAll(process.cwd(), writes, (fileName, bytes) => { if (left-- === 0) process.kill(process.pid, "SIGKILL"); writeFileSync(fileName, bytes); if (fileName.endsWith("c")) process.kill(process.pid, "SIGKILL"); });
    `;
    const { signal, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script], { cwd, encoding: "utf8" });
    expect(signal, stderr).toBe("SIGKILL");
    expect(contents()).toEqual(["a", "b", "c"].map((name, index) => (index < survived ? `new ${name}` : `old ${name}`)));
    expect(recover(cwd).restored).toHaveLength(survived);
    expect(contents()).toEqual(["old a", "old b", "old c"]);
  });

  it("the next run says what it restored, and leaves what was edited since", async () => {
    put({ "tsconfig.json": tsconfig, "src/a.ts": fixed, ".asr-codemod/0.orig": "old a", ".asr-codemod/1.orig": "old b" });
    const hash = "0".repeat(64);
    put({ ".asr-codemod/journal.json": JSON.stringify([{ fileName: join(cwd, "b"), backup: "1.orig", before: hash, after: hash }]) });
    expect((await run("--unsafe")).err).toContain("Changed since, and left as they are:\n  b\n");
    expect(read("b")).toBe("old b");
  });
});

describe("withDependency", () => {
  const changed = (text: string): string | undefined => {
    put({ "package.json": text });
    return withDependency(join(cwd, "package.json"), "asr-runtime", "^1.0.0")?.after;
  };

  it.each([
    ["in its place in the alphabet", '{\n  "dependencies": {\n    "a": "1",\n    "b": "1"\n  }\n}\n', '{\n  "dependencies": {\n    "a": "1",\n    "asr-runtime": "^1.0.0",\n    "b": "1"\n  }\n}\n'],
    ["at the end", '{\n\t"dependencies": {\n\t\t"a": "1"\n\t}\n}\n', '{\n\t"dependencies": {\n\t\t"a": "1",\n\t\t"asr-runtime": "^1.0.0"\n\t}\n}\n'],
    ["into an empty section", '{\n  "dependencies": {}\n}', '{\n  "dependencies": {\n    "asr-runtime": "^1.0.0"\n  }\n}'],
    ["with a section of its own", '{\r\n  "name": "p"\r\n}\r\n', '{\r\n  "name": "p",\r\n  "dependencies": {\r\n    "asr-runtime": "^1.0.0"\r\n  }\r\n}\r\n'],
    ["into an empty file", "{}", '{ "dependencies": { "asr-runtime": "^1.0.0" } }'],
    ["on one line", '{ "dependencies": { "b": "1" } }', '{ "dependencies": { "asr-runtime": "^1.0.0", "b": "1" } }'],
  ])("%s", (_, before, after) => {
    expect(changed(before)).toBe(after);
  });

  it("does nothing where it is there", () => {
    expect(changed('{ "peerDependencies": { "asr-runtime": "*" } }')).toBeUndefined();
  });

  it("always yields JSON with one dependency more", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z-]{0,8}$/u).filter((name) => name !== "asr-runtime"), { maxLength: 5 });
    fc.assert(
      fc.property(names, fc.constantFrom("", "  ", "\t"), (dependencies, indent) => {
        const before = { name: "p", dependencies: Object.fromEntries(dependencies.map((name) => [name, "1"])) };
        expect(JSON.parse(changed(JSON.stringify(before, undefined, indent)) ?? "")).toEqual({ ...before, dependencies: { ...before.dependencies, "asr-runtime": "^1.0.0" } });
      }),
      { numRuns: 50 },
    );
  });
});
