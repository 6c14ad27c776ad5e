/** Collections that are handed to an await and emptied after it: what comes in meanwhile is thrown away with the rest. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { isPrivateMember, memberAccesses } from "../language/references.ts";
import { calledMember, contains, enclosingClass, enclosingFunction, isAsync, unwrapped, walkOwn, type FunctionNode } from "../language/syntax.ts";
import { endsItsObject } from "../catalog/lifecycles.ts";

/** `await send(this.batch); this.batch = [];` */
export interface Drained {
  /** What empties the collection. */
  readonly at: ts.Node;
  /** The await that was given it. */
  readonly await: ts.AwaitExpression;
  /** What other code adds meanwhile. */
  readonly adds: ts.Node;
  readonly place: string;
}

/** How many methods are followed from an emptying to the end that calls for it. */
const maxCallers = 4;

const adders: ReadonlySet<string> = new Set(["push", "unshift", "add", "set"]);

/** The collections of a file's classes that lose what is added while an await has them in hand. */
export function* drainedCollections(view: FileView): Generator<Drained> {
  const { ts } = view;
  for (const write of view.nodes(ts.SyntaxKind.BinaryExpression) as readonly ts.BinaryExpression[]) {
    const place = write.operatorToken.kind === ts.SyntaxKind.EqualsToken ? emptiedBy(ts, write) : undefined;
    const fn = place === undefined ? undefined : view.functionOf(write);
    if (place === undefined || fn === undefined || !isAsync(ts, fn) || !ts.isExpressionStatement(write.parent) || isEnding(view, fn)) continue;
    const found = lossAt(view, fn, write, place);
    if (found !== undefined) yield found;
  }
}

/** The field that a write empties: `this.x = []`, `this.x.length = 0`. */
function emptiedBy(ts: FileView["ts"], write: ts.BinaryExpression): ts.PropertyAccessExpression | undefined {
  const target = unwrapped(ts, write.left);
  const value = unwrapped(ts, write.right);
  const isField = (node: ts.Expression): node is ts.PropertyAccessExpression => ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword;
  if (isField(target)) {
    const isEmpty = (ts.isArrayLiteralExpression(value) && value.elements.length === 0) || (ts.isNewExpression(value) && ts.isIdentifier(value.expression) && (value.expression.text === "Map" || value.expression.text === "Set") && (value.arguments?.length ?? 0) === 0);
    return isEmpty ? target : undefined;
  }
  const inner = ts.isPropertyAccessExpression(target) && target.name.text === "length" && ts.isNumericLiteral(value) && value.text === "0" ? unwrapped(ts, target.expression) : undefined;
  return inner !== undefined && isField(inner) ? inner : undefined;
}

/** What ends its object takes no more, and neither does a private method that only such ends call. */
function isEnding(view: FileView, fn: FunctionNode, depth = 0): boolean {
  const { ts, compiler, file } = view;
  if (!ts.isMethodDeclaration(fn)) return false;
  const name = fn.name.getText(file);
  if (endsItsObject(name)) return true;
  const owner = enclosingClass(ts, fn);
  const callers = depth >= maxCallers || owner === undefined || !isPrivateMember(ts, fn) ? [] : memberAccesses(compiler, owner, name).map((access) => enclosingFunction(ts, access));
  return callers.length > 0 && callers.every((caller) => caller !== undefined && isEnding(view, caller, depth + 1));
}

function lossAt(view: FileView, fn: FunctionNode, write: ts.BinaryExpression, place: ts.PropertyAccessExpression): Drained | undefined {
  const { ts, compiler, file } = view;
  const owner = enclosingClass(ts, place);
  const statements = write.parent.parent;
  if (owner === undefined || !ts.isBlock(statements)) return undefined;
  const before = statements.statements.slice(0, statements.statements.indexOf(write.parent as ts.Statement));
  const mentions = memberAccesses(compiler, owner, place.name.text);
  const given = before.flatMap((statement) => awaitsIn(ts, statement)).findLast((node) => mentions.some((mention) => contains(node, mention) && isWhole(ts, mention)));
  if (given === undefined) return undefined;
  // Whoever looks again after the await has thought of it.
  if (mentions.some((mention) => mention.pos >= given.end && mention.end <= write.pos && enclosingFunction(ts, mention) === fn)) return undefined;
  const adds = mentions.find((mention) => {
    const access = mention.parent;
    const home = enclosingFunction(ts, mention);
    return ts.isPropertyAccessExpression(access) && ts.isCallExpression(access.parent) && adders.has(access.name.text) && home !== undefined && home !== fn && !ts.isConstructorDeclaration(home);
  });
  return adds === undefined || isSerial(view, fn) ? undefined : { at: write, await: given, adds, place: place.getText(file) };
}

function awaitsIn(ts: FileView["ts"], statement: ts.Statement): readonly ts.AwaitExpression[] {
  const found: ts.AwaitExpression[] = [];
  walkOwn(ts, statement, (node) => {
    if (ts.isAwaitExpression(node)) found.push(node);
    return undefined;
  });
  return found;
}

/** Whether a mention hands on the collection itself, or all that is in it: as an argument, spread, or through `map` and the like. */
function isWhole(ts: FileView["ts"], mention: ts.Expression): boolean {
  const { parent } = mention;
  if (ts.isCallExpression(parent)) return parent.arguments.includes(mention);
  if (ts.isSpreadElement(parent) || ts.isPropertyAssignment(parent)) return true;
  const call = ts.isPropertyAccessExpression(parent) ? parent.parent : undefined;
  return call !== undefined && ts.isCallExpression(call) && ["map", "join", "values", "entries", "slice", "concat", "flatMap"].includes(calledMember(ts, call)?.name ?? "");
}

/** Words of code that lets one run at a time into a section, and adds nothing meanwhile. */
function isSerial({ file }: FileView, fn: FunctionNode): boolean {
  return /lock|mutex|semaphore|exclusive/iu.test(fn.body?.getText(file) ?? "");
}
