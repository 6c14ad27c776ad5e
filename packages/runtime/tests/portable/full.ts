/** Entry for Node: random programs against the model (`ASR_RUNS` of them), then every scenario; the first to notice ends it. */
import fc from "fast-check";
import "../scenarios/node.ts";
import { program } from "../properties/plan.ts";
import { World } from "../properties/world.ts";

const overdue = setTimeout(() => process.exit(3), 60_000);
await fc.assert(fc.asyncProperty(program, (plan) => new World().run(plan)), { numRuns: Number(process.env["ASR_RUNS"] ?? 2_000), seed: 1, endOnFailure: true });
clearTimeout(overdue);
await import("./server.ts");
