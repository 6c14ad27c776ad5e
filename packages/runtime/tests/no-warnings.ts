/** A process warning (MaxListenersExceeded and its like) fails the run; unhandled rejections do so already. */
import { afterAll } from "vitest";

const warnings: Error[] = [];
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") warnings.push(warning);
});
afterAll(() => {
  if (warnings.length > 0) throw new AggregateError(warnings, `process warnings: ${warnings.map(String).join("; ")}`);
});
