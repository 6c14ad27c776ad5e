/** Runs all registered scenarios without a test framework, one after the other, and says what happened. */
/* eslint-disable @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { type Scenario, scenarios } from "../harness.ts";

export interface Report {
  readonly passed: number;
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
}

const LIMIT_MS = 8_000;

async function outcomeOf({ id, title, run }: Scenario, limit: number): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled after ${limit} ms`)), limit);
  });
  try {
    await Promise.race([(async () => run())(), overdue]);
    return undefined;
  } catch (error) {
    return `${id}: ${title}\n    ${String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param bail - stop at the first failure
 * @param wanted - which of them; all when left out
 * @param limit - milliseconds that one may take
 */
export async function runAll(bail: boolean, wanted: (scenario: Scenario) => boolean = () => true, limit = LIMIT_MS): Promise<Report> {
  const report = { passed: 0, skipped: [] as string[], failed: [] as string[] };
  for (const scenario of scenarios.filter(wanted)) {
    if (bail && report.failed.length > 0) break;
    const missing = scenario.needs.filter((name) => !(name in globalThis));
    if (missing.length > 0) report.skipped.push(`${scenario.id} (needs ${missing.join(", ")})`);
    else {
      const failure = await outcomeOf(scenario, limit);
      if (failure === undefined) report.passed++;
      else report.failed.push(failure);
    }
  }
  return report;
}
