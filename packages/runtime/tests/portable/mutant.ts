/** Entry for a mutant: a short run of the random programs, then every scenario; whatever notices first ends it. */
import fc from "fast-check";
import "../scenarios/node.ts";
import { program } from "../properties/plan.ts";
import { World } from "../properties/world.ts";

const overdue = setTimeout(() => process.exit(3), 20_000);
await fc.assert(fc.asyncProperty(program, (plan) => new World().run(plan)), { numRuns: 400, seed: 1, endOnFailure: true });
clearTimeout(overdue);
await import("./server.ts");
