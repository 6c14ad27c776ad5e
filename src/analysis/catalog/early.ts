/** Data: waits that are documented to be started before the step that ends them, and awaited after it. */
import type { Callee } from "../language/callee.ts";

/** Playwright's manual starts `page.waitForEvent(…)`, clicks, and awaits then; its runner reports what rejects in between. */
const packages: ReadonlySet<string> = new Set(["package:playwright", "package:playwright-core", "package:@playwright/test"]);

/** Whether a call belongs to an interface that means its promise to be awaited later. */
export function awaitedLater(callee: Callee): boolean {
  return callee.name.startsWith("waitFor") && callee.origin !== undefined && packages.has(callee.origin);
}
