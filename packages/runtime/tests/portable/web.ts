/** Entry for browsers: leaves its report, stray errors included, where the driver looks for it. */
import "../scenarios/index.ts";
import { runAll } from "./runner.ts";

/** Scenarios that expect such an event prevent its default; that is known only after all listeners have run. */
const events: (ErrorEvent | PromiseRejectionEvent)[] = [];
addEventListener("unhandledrejection", (event) => events.push(event));
addEventListener("error", (event) => events.push(event));

const report = await runAll(false);
const stray = events.filter((event) => !event.defaultPrevented).map((event) => `${event.type}: ${String("reason" in event ? event.reason : event.error)}`);
Object.assign(globalThis, { report: { ...report, failed: [...report.failed, ...stray] } });
