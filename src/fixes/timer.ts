/** Ends an interval that nobody can stop: with the block that works beside it, or with the signal of the function that waits for it. */
import type ts from "typescript";
import type { Fix } from "./edit.ts";
import { importNamed } from "./imports.ts";
import { freshName, functionAround, isAsyncFunction, someOwn, suspends } from "./place.ts";
import { usingSupport } from "./platform.ts";
import { replace, prefix, type FixView } from "./view.ts";

/**
 * `setInterval(f, 10);` becomes `using _timer = setInterval(f, 10);`: it is cleared when the block around it is left.
 * @returns `undefined` where the block waits for nothing afterwards, so that no turn would ever come; and for timers that are plain numbers.
 */
export function clearAtEnd(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const statement = statementOf(ts, call);
  const block = statement?.parent;
  if (statement === undefined || block === undefined || !ts.isBlock(block) || !canBeDeclared(view, call)) return undefined;
  if (!block.statements.some((one) => one.pos >= statement.end && suspends(ts, one))) return undefined;
  const title = "Declare it with `using`, which clears it when the block is left";
  const start = statement.getStart(file);
  if (!ts.isVariableStatement(statement)) return { title, applicability: "unsafe", edits: [prefix(view, start, `using ${freshName(view, functionAround(ts, call) ?? file, ["_timer"])} = `)] };
  const { flags, declarations } = statement.declarationList;
  if ((flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const || declarations.length !== 1) return undefined;
  return { title, applicability: "unsafe", edits: [replace(view, start, start + "const".length, "using")] };
}

/** `setInterval(…);`, or a declaration that holds it. */
function statementOf(ts: FixView["ts"], call: ts.CallExpression): ts.ExpressionStatement | ts.VariableStatement | undefined {
  if (ts.isExpressionStatement(call.parent)) return call.parent;
  if (!ts.isVariableDeclaration(call.parent) || !ts.isIdentifier(call.parent.name)) return undefined;
  const statement = call.parent.parent.parent;
  return ts.isVariableStatement(statement) ? statement : undefined;
}

/** Node's timers are objects that can be disposed; those of the browser are numbers. */
function isNodeTimer(view: FixView, call: ts.CallExpression): boolean {
  const type = view.compiler.typeOf(call);
  return type !== undefined && view.compiler.propertiesOf(type).some(({ name }) => name.startsWith("__@dispose"));
}

function canBeDeclared(view: FixView, call: ts.CallExpression): boolean {
  const type = view.compiler.typeOf(call);
  return type !== undefined && isNodeTimer(view, call) && usingSupport(view, type) !== "no";
}

/**
 * `setInterval(() => { … }, 10);` at the end of an async function becomes a loop over Node's `setInterval` of `node:timers/promises`:
 * the function waits, a failure arrives at its caller, and the signal in scope ends it.
 * @returns `undefined` where no signal is in scope, since nothing could end the loop, and where a loop body means something else than the callback.
 */
export function waitInLoop(view: FixView, call: ts.CallExpression): Fix | undefined {
  const { ts, file } = view;
  const statement = call.parent;
  const block = statement.parent as ts.Node | undefined;
  if (!ts.isExpressionStatement(statement) || block === undefined || !ts.isBlock(block) || block.statements.at(-1) !== statement) return undefined;
  const around = functionAround(ts, call);
  if (around === undefined || block.parent !== around || !isAsyncFunction(ts, around) || (around as ts.FunctionLikeDeclaration).asteriskToken !== undefined || !isNodeTimer(view, call)) return undefined;
  const [callback, delay, ...more] = call.arguments;
  const scope = view.signals.nearest(statement);
  if (callback === undefined || delay === undefined || more.length > 0 || scope === undefined) return undefined;
  if (!ts.isArrowFunction(callback) || callback.parameters.length > 0 || isAsyncFunction(ts, callback)) return undefined;
  const { body } = callback;
  if (someOwn(ts, body, (node) => ts.isReturnStatement(node))) return undefined;
  const [start, from] = [statement.getStart(file), body.getStart(file)];
  if (/\/[/*]/u.test(file.text.slice(start, from) + file.text.slice(body.end, statement.end))) return undefined;
  const imported = importNamed(view, "setInterval", "node:timers/promises", "every");
  if (imported === undefined) return undefined;
  const signal = scope.text === "signal" ? "signal" : `signal: ${scope.text}`;
  const head = `for await (const ${freshName(view, around, ["_", "_turn"])} of ${imported.local}(${delay.getText(file)}, undefined, { ${signal} })) `;
  const [open, close] = ts.isBlock(body) ? ["", ""] : ["{ ", "; }"];
  return { title: `Wait in a loop that \`${scope.text}\` ends`, applicability: "unsafe", edits: [...imported.edits, replace(view, start, from, head + open), replace(view, body.end, statement.end, close)] };
}
