/** A rule without a mind of its own, for tests of the adapter: it reports each call of `boom`, with what the test wants attached. */
import type ts from "typescript";
import type { FileView } from "../../src/analysis/index.ts";
import type { Finding } from "../../src/rule.ts";
import { defineRule } from "../../src/rule.ts";

/** What is attached to the finding at one call. */
export type Attach = (call: ts.CallExpression, view: FileView) => Partial<Finding<"boom">>;

/** The toy; findings come in reverse order of the source, for the adapter to sort. */
export function toyRule(attach: Attach = () => ({})) {
  return defineRule({
    name: "no-boom",
    description: "Nothing may go boom",
    preset: "recommended",
    messages: { boom: "`{{ name }}` blows up{{how}}." },
    fixable: ["safe", "unsafe"],
    schema: { type: "object", properties: { quiet: { type: "boolean" } }, additionalProperties: false },
    defaults: { quiet: false },
    *detect(view, options) {
      if (options.quiet) return;
      for (const call of callsOfBoom(view).reverse()) {
        yield { at: call, message: "boom", data: { name: call.expression.getText(view.file), how: "" }, ...attach(call, view) };
      }
    },
  });
}

function callsOfBoom({ ts: compiler, file }: FileView): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (compiler.isCallExpression(node) && node.expression.getText(file) === "boom") calls.push(node);
    compiler.forEachChild(node, visit);
  };
  visit(file);
  return calls;
}
