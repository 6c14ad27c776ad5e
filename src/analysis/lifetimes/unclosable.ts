/** Iterators and streams made around another one that forget its end: whoever stops early has no way to tell. */
import type ts from "typescript";
import type { FileView } from "../index.ts";
import { referencesOf } from "../language/references.ts";
import { calledMember, contains, isFunctionNode, unwrapped } from "../language/syntax.ts";

/** A wrapper without the method by which its consumer says that it has had enough. */
export interface Unclosable {
  /** The object that lacks the method. */
  readonly wrapper: ts.ObjectLiteralExpression;
  /** The method: an iterator's `return`, a stream's `cancel`. */
  readonly lacks: "return" | "cancel";
  /** What it reads from, and how that is closed. */
  readonly source: ts.Identifier;
  readonly closing: "cancel" | "return";
}

/** Members by which a source is stepped, with the one that closes it. */
const steps = new Map([["read", "cancel"], ["next", "return"]] as const);

/** Members of a source that leave it as open as it was. */
const harmless: ReadonlySet<string> = new Set(["read", "next", "closed", "releaseLock"]);

/** The wrappers of a file around a reader or iterator that only they hold, and cannot close. */
export function* unclosables(view: FileView): Generator<Unclosable> {
  const { ts } = view;
  if (!view.mentions("next", "pull") || !view.mentions("getReader", "asyncIterator")) return;
  for (const wrapper of view.nodes(ts.SyntaxKind.ObjectLiteralExpression) as readonly ts.ObjectLiteralExpression[]) {
    const shape = shapeOf(view, wrapper);
    if (shape === undefined || wrapper.properties.some((one) => ts.isSpreadAssignment(one) || one.name.getText(view.file) === shape.lacks)) continue;
    const step = wrapper.properties.find((one) => one.name?.getText(view.file) === shape.by);
    const source = step === undefined ? undefined : sourceOf(view, wrapper, step);
    if (source !== undefined) yield { wrapper, lacks: shape.lacks, ...source };
  }
}

/** Whether an object is an async iterator, or the source of a stream. */
function shapeOf(view: FileView, wrapper: ts.ObjectLiteralExpression): { readonly by: "next" | "pull"; readonly lacks: "return" | "cancel" } | undefined {
  const { ts } = view;
  const { parent } = wrapper;
  if (ts.isNewExpression(parent)) return ts.isIdentifier(parent.expression) && parent.expression.text === "ReadableStream" && parent.arguments?.[0] === wrapper ? { by: "pull", lacks: "cancel" } : undefined;
  const isIterable = wrapper.properties.some((one) => one.name?.getText(view.file) === "[Symbol.asyncIterator]");
  const fn = view.functionOf(wrapper);
  const name = fn === undefined ? undefined : (fn.name ?? (ts.isPropertyAssignment(fn.parent) ? fn.parent.name : undefined));
  return isIterable || name?.getText(view.file) === "[Symbol.asyncIterator]" ? { by: "next", lacks: "return" } : undefined;
}

/** The reader or iterator that a step awaits, made by the code around the wrapper and mentioned for nothing else. */
function sourceOf(view: FileView, wrapper: ts.ObjectLiteralExpression, step: ts.Node): Pick<Unclosable, "source" | "closing"> | undefined {
  const { ts, compiler } = view;
  for (const call of view.within(step, ts.SyntaxKind.CallExpression) as readonly ts.CallExpression[]) {
    const member = calledMember(ts, call);
    const target = member === undefined ? undefined : unwrapped(ts, member.receiver);
    const closing = steps.get(member?.name as "read" | "next");
    const declaration = closing !== undefined && target !== undefined && ts.isIdentifier(target) ? compiler.declarationOf(target) : undefined;
    if (closing === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name) || contains(wrapper, declaration) || !isTaken(view, declaration)) continue;
    const { name } = declaration;
    if (referencesOf(compiler, name).every(({ parent, pos }) => contains(wrapper, parent) && pos > wrapper.pos && ts.isPropertyAccessExpression(parent) && harmless.has(parent.name.text))) return { source: name, closing };
  }
  return undefined;
}

/** `stream.getReader()`, `xs[Symbol.asyncIterator]()`, in a function: taken for this wrapper alone. */
function isTaken(view: FileView, { initializer, parent }: ts.VariableDeclaration): boolean {
  const { ts } = view;
  const value = initializer === undefined ? undefined : unwrapped(ts, initializer);
  if (value === undefined || !ts.isCallExpression(value) || view.functionOf(parent) === undefined || !isFunctionNode(ts, view.functionOf(parent) as ts.Node)) return false;
  return calledMember(ts, value)?.name === "getReader" || /\[Symbol\.asyncIterator\]\s*\(\s*\)$/u.test(value.getText(view.file));
}
