/** Entry for Node, Deno and Bun: the scenarios, and exit code 1 when one fails or an error strays. */
/* eslint-disable no-console --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import "../scenarios/index.ts";
import { runAll } from "./runner.ts";

const stray: string[] = [];
process.on("unhandledRejection", (error) => stray.push(`unhandled rejection: ${String(error)}`));
process.on("uncaughtException", (error) => stray.push(`uncaught: ${String(error)}`));
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") stray.push(`warning: ${String(warning)}`);
});

const bail = process.argv.includes("--bail");
const { passed, skipped, failed } = await runAll(bail);
await new Promise((resolve) => setTimeout(resolve, 20));
for (const failure of [...failed, ...stray]) console.error(`  FAIL ${failure}`);
console.log(`${passed} passed, ${failed.length + stray.length} failed, ${skipped.length} skipped${skipped.length > 0 ? `: ${skipped.join("; ")}` : ""}`);
process.exit(passed > 0 && failed.length + stray.length === 0 ? 0 : 1);
