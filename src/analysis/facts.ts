/** All that is known of a function, printed on one line: its summary, what it lends to its callbacks, and which arguments its result holds. */
import { lendsTo } from "./lent.ts";
import { holdsParameter } from "./holders.ts";
import type { FileView } from "./index.ts";
import { printSummary } from "./summary.ts";
import type { FunctionNode } from "./syntax.ts";

/** `param0:calls-keeps, lends:param0(0)`, `param0:retained, holds:param0`. */
export function printFacts(view: FileView, fn: FunctionNode): string {
  const facts = fn.parameters.flatMap((parameter, index) => {
    const lent = lendsTo(view, fn, parameter);
    return [...(lent.length === 0 ? [] : [`lends:param${String(index)}(${lent.join()})`]), ...(holdsParameter(view, fn, index) ? [`holds:param${String(index)}`] : [])];
  });
  return [printSummary(view.summaries.of(fn)), ...facts].join(", ");
}
