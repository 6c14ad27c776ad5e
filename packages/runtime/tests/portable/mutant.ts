/**
 * Entry for mutants: the scenario that is known to notice this one (first argument), when there is one, then random
 * programs against the model, then every scenario. Whoever notices first ends it, with exit code 1 and its id on the
 * standard output. So a hint saves time, and never decides.
 */
/* eslint-disable no-console -- its output is what it is for */
import fc from "fast-check";
import { scenarios } from "../harness.ts";
import "../scenarios/index.ts";
import "../scenarios/node.ts";
import { program } from "../properties/plan.ts";
import { World } from "../properties/world.ts";
import { runAll } from "./runner.ts";

/** What the hint says when the random programs noticed. */
const PROGRAMS = "programs";

function noticed(by: string, what: unknown): never {
  console.log(JSON.stringify({ by, what: String(what).split("\n", 3).join(" ").slice(0, 100) }));
  process.exit(1);
}

let running = PROGRAMS;
for (const event of ["unhandledRejection", "uncaughtException"] as const) process.on(event, (error) => noticed(running, `${event}: ${String(error)}`));

async function scenario(id: string, limit?: number): Promise<void> {
  running = id;
  const { failed } = await runAll(true, (candidate) => candidate.id === id, limit);
  if (failed[0] !== undefined) noticed(id, failed[0]);
  await new Promise((resolve) => setTimeout(resolve, 2)); // A rejection that nobody handles is reported a moment later.
}

const hint = process.argv[2];
if (hint !== undefined && hint !== PROGRAMS) await scenario(hint, 3_000); // All of them take a tenth of that.
running = PROGRAMS;
await fc.assert(fc.asyncProperty(program, (plan) => new World().run(plan)), { numRuns: 400, seed: 1, endOnFailure: true }).catch((error: unknown) => noticed(PROGRAMS, error));
for (const { id } of scenarios) await scenario(id);
process.exit(0);
