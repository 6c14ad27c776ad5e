/** Which types are of no use once what they were taken from is closed: locks on streams, and things that are disposed themselves. */
import type ts from "typescript";
import type { FileView } from "../index.ts";

const locks: ReadonlySet<string> = new Set(["ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "WritableStreamDefaultWriter"]);

/** Whether a type is the reader or writer that locks a stream. */
export function isStreamLock(view: FileView, type: ts.Type): boolean {
  return view.compiler.partsOf(type).some((part) => locks.has((part.symbol as ts.Symbol | undefined)?.name ?? ""));
}

/** Whether values of a type are disposed by `using` or `await using`, and it matters that they are. */
export function isDisposable(view: FileView, type: ts.Type): boolean {
  return view.resources.releaseOf(type)?.using !== undefined;
}

/** Whether a call only makes a sequence, of which nothing runs before somebody asks for a value: a call of an async generator. */
export function isUnbegun(view: FileView, call: ts.Expression): boolean {
  const { ts } = view;
  if (!ts.isCallExpression(call)) return false;
  const { implementation } = view.callees.of(call);
  if (implementation !== undefined) return implementation.asteriskToken !== undefined;
  const type = view.compiler.typeOf(call);
  return type !== undefined && (type.symbol as ts.Symbol | undefined)?.name === "AsyncGenerator";
}
