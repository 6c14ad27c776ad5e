/** Calls on something that has been ended by a method of which the catalogue knows what comes of it: a response that is sent twice, a stream that is written after its end. */
import type ts from "typescript";
import { fluentMembers, sendingOnce, spentCalls, type Spent } from "../catalog/closed.ts";
import { isAsked, type ClosedUse } from "./closed.ts";
import { isRebinding } from "./closings.ts";
import type { FileView } from "../index.ts";
import { addFlagsBeside } from "../paths/paths.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, unwrapped, type FunctionNode } from "../language/syntax.ts";

const members: ReadonlySet<string> = new Set([...sendingOnce, ...spentCalls.flatMap(({ ends }) => ends.map(lastOf))]);

/** A call on a variable or parameter of the function around it. */
interface Call {
  readonly call: ts.CallExpression;
  readonly names: readonly string[];
  readonly origin: string | undefined;
}

/** The first call on each ended thing that comes too late, on some way or on every way. */
export function* spentUses(view: FileView): Generator<ClosedUse> {
  const { ts } = view;
  if (!view.mentions(...members)) return;
  const done = new Set<ts.Node>();
  for (const end of view.nodes(ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, end);
    const body = member !== undefined && members.has(member.name) ? view.functionOf(end) : undefined;
    const declaration = body === undefined ? undefined : holderOf(view, end, body);
    if (body === undefined || declaration === undefined) continue;
    const late = lateCall(view, end, declaration, body);
    if (late === undefined || done.has(late.at)) continue;
    done.add(late.at);
    yield late;
  }
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

type Holder = (ts.VariableDeclaration | ts.ParameterDeclaration) & { readonly name: ts.Identifier };

/** The variable or parameter of a function on which a call is made; calls that hand back their object are looked through. */
function holderOf(view: FileView, call: ts.CallExpression, body: FunctionNode): Holder | undefined {
  const { ts } = view;
  let root = unwrapped(ts, calledMember(ts, call)?.receiver ?? call);
  for (let member = ts.isCallExpression(root) ? calledMember(ts, root) : undefined; member !== undefined && fluentMembers.has(member.name); member = ts.isCallExpression(root) ? calledMember(ts, root) : undefined) root = unwrapped(ts, member.receiver);
  const declaration = ts.isIdentifier(root) ? view.compiler.declarationOf(root) : undefined;
  if (declaration === undefined || !(ts.isVariableDeclaration(declaration) || ts.isParameter(declaration)) || !ts.isIdentifier(declaration.name)) return undefined;
  const home = ts.isParameter(declaration) ? declaration.parent : view.functionOf(declaration);
  return home === body ? (declaration as Holder) : undefined;
}

function lateCall(view: FileView, end: ts.CallExpression, declaration: Holder, body: FunctionNode): ClosedUse | undefined {
  const { ts, paths } = view;
  const { name } = declaration;
  const callees = view.callees.of(end);
  const row = spentCalls.find(({ ends, origins }) => ends.some((one) => callees.names.includes(one)) && origins.some((origin) => origin === callees.origin)) ?? responseOf(view, name, end);
  if (row === undefined) return undefined;
  const calls = callsOn(view, declaration, body);
  const uses = new Set<ts.Node>(calls.filter(({ call, names, origin }) => call !== end && row.origins.some((one) => one === origin) && row.spent.some((one) => names.includes(one)) && !isAsked(view, call, { name, call: end, body })).map(({ call }) => call));
  if (uses.size === 0) return undefined;
  const ends = new Set<ts.Node>(calls.filter(({ names }) => row.ends.some((one) => names.includes(one))).map(({ call }) => call));
  const facts = new Map(paths.factsAt(end, body));
  addFlagsBeside(ts, end, body, facts);
  // Whoever sends twice has mostly forgotten a `return`: failures on the way are no part of it.
  const at = paths.reached(body, end, uses, (node) => isRebinding(ts, node, { declaration, name }), facts, "none") as ts.CallExpression | undefined;
  if (at === undefined) return undefined;
  const isOpen = paths.reached(body, ts.isVariableDeclaration(declaration) ? declaration : undefined, new Set([at]), (node) => node !== at && ends.has(node), undefined, "none") !== undefined;
  return { kind: isOpen ? "maybeClosed" : "useAfterClose", at, name: name.text, closing: { call: end } };
}

/** The response of another framework: what knows whether its headers have been sent is sent once. */
function responseOf(view: FileView, name: ts.Identifier, end: ts.CallExpression): Spent | undefined {
  const { compiler } = view;
  const type = sendingOnce.includes(calledMember(view.ts, end)?.name ?? "") ? compiler.typeOf(name) : undefined;
  const { origin } = view.callees.of(end);
  return type === undefined || origin === undefined || compiler.propertyOf(compiler.nonNullable(type), "headersSent") === undefined ? undefined : { ends: sendingOnce, spent: sendingOnce, origins: [origin] };
}

/** The calls on a variable in the function that declares it. */
function callsOn(view: FileView, { name }: Holder, body: FunctionNode): readonly Call[] {
  const { ts } = view;
  return referencesOf(view.compiler, name).flatMap((mention) => {
    const found: Call[] = [];
    for (let at: ts.Expression = mention; view.functionOf(mention) === body; ) {
      const access = at.parent;
      if (!ts.isPropertyAccessExpression(access) || access.expression !== at || !ts.isCallExpression(access.parent) || access.parent.expression !== access) break;
      const { names, origin } = view.callees.of(access.parent);
      found.push({ call: access.parent, names, origin });
      if (!fluentMembers.has(access.name.text)) break;
      at = access.parent;
    }
    return found;
  });
}
