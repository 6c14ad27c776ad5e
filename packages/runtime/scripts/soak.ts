/** The random programs, many more of them: 200,000 schedules, or as many as the first argument says. Fails with the seed. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const runs = process.argv[2] ?? "200000";
const { status } = spawnSync("npx", ["vitest", "run", "tests/properties.test.ts", "tests/metamorphic.test.ts", "tests/sources.test.ts"], {
  cwd: resolve(import.meta.dirname, ".."),
  env: { ...process.env, ASR_RUNS: runs },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
