/** All that is known of a function, printed on one line: its summary, what it lends to its callbacks, which arguments its result holds, and what it leads to. */
import { lendsTo } from "./lent.ts";
import { holdsParameter } from "./holders.ts";
import type { FileView } from "../index.ts";
import { printSummary } from "./summary.ts";
import type { FunctionNode } from "../language/syntax.ts";

/** `param0:calls-keeps, lends:param0(0)`, `param0:retained, holds:param0`, `no-work, blocks(readConfig > readFileSync)`. */
export function printFacts(view: FileView, fn: FunctionNode): string {
  const facts = fn.parameters.flatMap((parameter, index) => {
    const lent = lendsTo(view, fn, parameter);
    return [...(lent.length === 0 ? [] : [`lends:param${String(index)}(${lent.join()})`]), ...(holdsParameter(view, fn, index) ? [`holds:param${String(index)}`] : [])];
  });
  if (view.resources.returnsFresh(fn)) facts.push("returns-fresh");
  const { chains } = view.analysis;
  const blocking = chains.blockingOf(fn);
  const uncancellable = chains.uncancellableOf(fn);
  if (blocking.length > 0) facts.push(`blocks(${blocking.join(" > ")})`);
  if (uncancellable.length > 0) facts.push(`needs-signal(${uncancellable.join(" > ")})`);
  const summary = printSummary(view.summaries.of(fn));
  return (summary === "none" && facts.length > 0 ? facts : [summary, ...facts]).join(", ");
}
