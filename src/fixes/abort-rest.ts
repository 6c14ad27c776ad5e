/** Ends what a promise combinator leaves behind without a task group: a controller whose signal all of its work gets, aborted on every way out. */
import type ts from "typescript";
import type { SignalInScope } from "../analysis/signals/signals.ts";
import type { Edit, Fix } from "./edit.ts";
import { guarded } from "./guard.ts";
import { canAwait, freshName, functionAround, isAsyncFunction, someOwn, withoutParens } from "./place.ts";
import { indentAt, startsLine, styleOf } from "./style.ts";
import { addSignal, startingCall } from "./task.ts";
import { insert, replace, type FixView } from "./view.ts";

/** The work of a combinator, as the analysis knows it. */
export interface Rest {
  /** Expressions that start work, or the callbacks that start it for each element of a list. */
  readonly starts: readonly ts.Expression[];
  /** Those of them that a signal must reach, or the repair would be none. */
  readonly left: readonly ts.Expression[];
  /** A controller whose signal all of them have already, and that nobody uses afterwards. */
  readonly controller: string | undefined;
}

const titles = {
  all: "Abort the others in a `finally`, by a signal that all of them get",
  race: "Abort the losers in a `finally`, by a signal that all of them get",
  any: "Abort the losers in a `finally`, by a signal that all of them get",
};

/**
 * `return await Promise.any(hosts.map((host) => f(host)));` becomes
 * `const controller = new AbortController(); try { return await Promise.any(hosts.map((host) => f(host, { signal: controller.signal }))); } finally { controller.abort(); }`.
 * Where the result gets a name, or the function is not async, `.finally(() => { controller.abort(); })` follows the combinator instead.
 * A signal in scope is linked: `AbortSignal.any([signal, controller.signal])`.
 * @returns `undefined` where one of the `left` takes no signal, and where what they bring dies with it: the body of a response.
 */
export function abortTheRest(view: FixView, call: ts.CallExpression, rest: Rest): Fix | undefined {
  const { ts } = view;
  const callee = call.expression;
  const method = ts.isPropertyAccessExpression(callee) ? callee.name.text : "";
  if (!isTitled(method) || rest.starts.some((start) => bringsStream(view, start))) return undefined;
  const place = placeOf(view, call);
  if (place === undefined) return undefined;
  if (rest.controller !== undefined) return { title: `Abort \`${rest.controller}\` in a \`finally\``, applicability: "unsafe", edits: aborted(view, call, place, [], rest.controller) };
  const around = functionAround(ts, call) ?? view.file;
  const controller = freshName(view, around, ["controller", "abortController"]);
  const scope = view.signals.nearest(call);
  if (scope !== undefined && !linksSignals(view)) return undefined;
  const linked = scope === undefined ? `${controller}.signal` : freshName(view, around, ["linked", "linkedSignal"]);
  const edits: Edit[] = [];
  for (const start of rest.starts) {
    if (start.pos < place.node.pos || start.end > place.node.end) return undefined;
    const handed = handOver(view, start, { controller, linked, scope });
    if (handed !== undefined) edits.push(...handed);
    else if (rest.left.includes(start)) return undefined;
  }
  const declarations = [`const ${controller} = new AbortController()`, ...(scope === undefined ? [] : [`const ${linked} = ${linkOf(scope, controller)}`])];
  return { title: titles[method], applicability: "unsafe", edits: [...edits, ...aborted(view, call, place, declarations, controller)] };
}

function isTitled(method: string): method is keyof typeof titles {
  return method in titles;
}

function linkOf({ text, optional }: SignalInScope, controller: string): string {
  const link = `AbortSignal.any([${text.replace("?.", ".")}, ${controller}.signal])`;
  return optional ? `${text} ? ${link} : ${controller}.signal` : link;
}

const linking = new WeakMap<ts.Program, boolean>();

/** Whether the libraries of a program know `AbortSignal.any`. */
function linksSignals({ program }: FixView): boolean {
  let known = linking.get(program);
  if (known === undefined) {
    known = program.getSourceFiles().some((file) => file.isDeclarationFile && /\bAbortSignal\b[\s\S]{0,4000}\bany\(signals/u.test(file.text));
    linking.set(program, known);
  }
  return known;
}

/** Whether what a start brings is read later, and fails when the signal that began it is aborted. */
function bringsStream(view: FixView, start: ts.Expression): boolean {
  const type = view.compiler.typeOf(start);
  const results = type === undefined ? [] : [type, ...view.compiler.callSignaturesOf(type).map((signature) => view.compiler.returnTypeOf(signature))];
  return results.some((one) => one !== undefined && view.compiler.partsOf(view.compiler.awaited(one)).some(({ symbol }) => /^(?:Response|ReadableStream|IncomingMessage)$/u.test((symbol as ts.Symbol | undefined)?.name ?? "")));
}

interface Naming {
  readonly controller: string;
  /** How the signal is spelled that the work gets. */
  readonly linked: string;
  readonly scope: SignalInScope | undefined;
}

/** Edits that hand the signal to the work that an expression starts. */
function handOver(view: FixView, start: ts.Expression, naming: Naming): readonly Edit[] | undefined {
  const { ts } = view;
  const inner = withoutParens(ts, start);
  // Of two branches only one is known.
  if (ts.isConditionalExpression(start.parent)) return undefined;
  const first = startingCall(ts, inner);
  const callee = first === undefined ? inner : withoutParens(ts, first.expression);
  const calls: ts.CallExpression[] = [];
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) {
    someOwn(ts, callee.body, (node) => {
      if (ts.isCallExpression(node)) calls.push(node);
      return false;
    });
  } else if (first !== undefined) calls.push(first);
  const edits: Edit[] = [];
  for (const one of calls) {
    const slot = view.signals.slotOf(one);
    if (slot === undefined || slot.given === "unknown") continue;
    const handed = slot.given === "nothing" ? addSignal(view, one, slot, naming.linked) : linkGiven(view, slot.given, naming);
    if (handed === undefined) return undefined;
    edits.push(...handed);
  }
  return edits.length === 0 ? undefined : edits;
}

/** Puts the linked signal in the place of the signal of the scope, and links any other one where it stands. */
function linkGiven(view: FixView, given: ts.Expression, { controller, linked, scope }: Naming): readonly Edit[] | undefined {
  const { ts, file } = view;
  const text = given.getText(file);
  const type = view.compiler.typeOf(given);
  const isOptional = type === undefined || view.compiler.partsOf(type).some(({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Any)) !== 0);
  const isScope = text === scope?.text && view.signals.nearest(given)?.text === text;
  if (!isScope && (isOptional || !linksSignals(view))) return undefined;
  const link = isScope ? linked : `AbortSignal.any([${text}, ${controller}.signal])`;
  const shorthand = ts.isShorthandPropertyAssignment(given.parent) ? `${text}: ` : "";
  return [replace(view, given.getStart(file), given.end, shorthand + link)];
}

/** Where the controller is declared, and how it is aborted. */
interface AbortPlace {
  /** The statement with the combinator, or the body of an arrow function that is nothing else. */
  readonly node: ts.Statement | ts.Expression;
  /** Whether the statement may stand in a `try`: it waits for the combinator and declares nothing. */
  readonly form: "try" | "chain" | "body";
  /** A returned promise that `finally` must wait for. */
  readonly unawaited: ts.Expression | undefined;
}

function placeOf(view: FixView, call: ts.CallExpression): AbortPlace | undefined {
  const { ts } = view;
  let chain: ts.Expression = call;
  while (ts.isPropertyAccessExpression(chain.parent) && /^(?:then|catch|finally)$/u.test(chain.parent.name.text) && ts.isCallExpression(chain.parent.parent)) chain = chain.parent.parent;
  for (let node: ts.Node = call; !ts.isSourceFile(node); node = node.parent) {
    const up = node.parent;
    if (ts.isArrowFunction(up) && up.body === node) return { node: node as ts.Expression, form: "body", unawaited: undefined };
    if (ts.isFunctionLike(up) || ts.isPropertyDeclaration(up)) return undefined;
    // What is evaluated in each turn of a loop would find the controller of the turn before aborted.
    if (ts.isIterationStatement(up, false)) return ts.isForOfStatement(up) && up.expression === node ? { node: up, form: "chain", unawaited: undefined } : undefined;
    if (ts.isVariableStatement(up) || ts.isIfStatement(up) || ts.isSwitchStatement(up)) return { node: up, form: "chain", unawaited: undefined };
    if (!ts.isReturnStatement(up) && !ts.isExpressionStatement(up)) continue;
    const value = ts.isExpressionStatement(up) && ts.isBinaryExpression(up.expression) && up.expression.operatorToken.kind === ts.SyntaxKind.EqualsToken ? up.expression.right : (up.expression as ts.Expression);
    if (ts.isAwaitExpression(value) && value.expression === chain) return { node: up, form: "try", unawaited: undefined };
    const returned = ts.isReturnStatement(up) && value === chain && canAwait(view, chain) && isAsyncFunction(ts, functionAround(ts, call) ?? up);
    return returned ? { node: up, form: "try", unawaited: chain } : { node: up, form: "chain", unawaited: undefined };
  }
  return undefined;
}

/** Edits that declare what is missing before the place of a combinator, and abort the controller after it. */
function aborted(view: FixView, call: ts.CallExpression, { node, form, unawaited }: AbortPlace, declarations: readonly string[], controller: string): readonly Edit[] {
  const { ts, file } = view;
  const { semicolons, eol } = styleOf(ts, file);
  const start = node.getStart(file);
  const inList = ts.isBlock(node.parent) || ts.isSourceFile(node.parent) || ts.isModuleBlock(node.parent) || ts.isCaseOrDefaultClause(node.parent);
  const onLines = form !== "body" && inList && startsLine(file.text, start);
  const lead = indentAt(file.text, start);
  const end = onLines ? `${semicolons ? ";" : ""}${eol}` : "; ";
  if (form === "try") {
    const [opening, ...rest] = guarded(view, node as ts.Statement, node as ts.Statement, { head: "finally", body: [`${controller}.abort()`] }) ?? [];
    const waits = unawaited === undefined ? [] : [insert(view, unawaited.getStart(file), "await ")];
    if (opening !== undefined) return [{ ...opening, text: declarations.map((one) => (onLines ? lead : "") + one + end).join("") + opening.text }, ...rest, ...waits];
  }
  const before = declarations.map((one) => one + end + (onLines ? lead : "")).join("");
  const isBody = form === "body" && before !== "";
  const head = isBody ? `{ ${before}return ` : inList || before === "" ? before : `{ ${before}`;
  const after = isBody ? "; }" : inList || before === "" ? "" : " }";
  const chained = `.finally(() => { ${controller}.abort(); })`;
  // Two insertions at one place have no order.
  const tail = call.end === node.end ? [insert(view, call.end, chained + after)] : [insert(view, call.end, chained), ...(after === "" ? [] : [insert(view, node.end, after)])];
  return head === "" ? tail : [insert(view, start, head), ...tail];
}
