/** Table of asr/no-abandoned-scope: generators suspended inside a scope, iterators stepped by hand and left open. */
import { testCases } from "./cases.ts";
import { testRule } from "../support/rule-tester.ts";
import rule from "../../rules/no-abandoned-scope.ts";

const group = (code: string) => `import { TaskGroup } from "asr-runtime";\n${code}`;
const open = "declare function open(): Promise<AsyncDisposable & { rows(): Promise<string[]> }>;";
const opened = (code: string) => `${code}\n${open}`;

testCases(rule, "a yield inside a scope", {
  "in a group": group("export async function* a() { await using tasks = new TaskGroup(); tasks.spawn(() => work());\n  yield 1; // ✗ yieldInScope\n}"),
  "a delegation": group("export async function* a(xs: AsyncIterable<number>) { await using tasks = new TaskGroup(); tasks.spawn(() => work());\n  yield* xs; // ✗ yieldInScope\n}"),
  "in a loop": group("export async function* a(ids: string[]) { await using tasks = new TaskGroup(); for (const id of ids) { tasks.spawn(() => work(id));\n  yield id; // ✗ yieldInScope\n} }"),
  "each of them": group("export async function* a() { await using tasks = new TaskGroup(); tasks.spawn(() => work());\n  yield 1; // ✗ yieldInScope\n  yield 2; // ✗ yieldInScope\n}"),
  "before the group": group("export async function* a() { yield 1; await using tasks = new TaskGroup(); tasks.spawn(() => work()); await tasks.join(); }"),
  "after the group": group("export async function* a() { { await using tasks = new TaskGroup(); tasks.spawn(() => work()); await tasks.join(); } yield 1; }"),
  "the caller owns the group": group("export async function* a(tasks: TaskGroup) { tasks.spawn(() => work()); yield 1; }"),
  "a generator inside a group of its caller": group("export async function a() { await using tasks = new TaskGroup(); async function* b() { yield 1; } for await (const x of b()) tasks.spawn(() => work(x)); await tasks.join(); }"),
  "a plain generator": group("export async function a() { await using tasks = new TaskGroup(); function* ids() { yield '1'; } for (const id of ids()) tasks.spawn(() => work(id)); await tasks.join(); }"),
  "run by an adaptor": group("declare function scopedStream<T>(make: () => AsyncGenerator<T>): AsyncDisposable & AsyncIterable<T>;\nexport const a = scopedStream(async function* () { await using tasks = new TaskGroup(); tasks.spawn(() => work()); yield 1; });"),
  "run by an adaptor of one's own": { code: group("declare function drained<T>(make: () => AsyncGenerator<T>): Promise<T[]>;\nexport const a = drained(async function* () { await using tasks = new TaskGroup(); tasks.spawn(() => work()); yield 1; });"), options: { adaptors: ["drained"] } },
});

testCases(rule, "a yield while something is open", {
  "not asked for": opened("export async function* a() { await using file = await open(); for (const row of await file.rows()) yield row; }"),
  "a resource": { code: opened("export async function* a() { await using file = await open(); for (const row of await file.rows())\n  yield row; // ✗ yieldHoldsResource\n}"), options: { yieldHoldsResource: true } },
  "a finally that waits": { code: "export async function* a() { try {\n  yield 1; // ✗ yieldHoldsResource\n} finally { await work(); } }", options: { yieldHoldsResource: true } },
  "a finally that does not wait": { code: "export async function* a() { try { yield 1; } finally { log('bye'); } }", options: { yieldHoldsResource: true } },
  "closed by then": { code: opened("async function read() { await using file = await open(); return await file.rows(); } export async function* a() { for (const row of await read()) yield row; }"), options: { yieldHoldsResource: true } },
});

testCases(rule, "an iterator stepped by hand", {
  "the first value": "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator]();\n  const first = await it.next(); // ✗ iteratorNotClosed\n  return first.value; }",
  "a generator called here": "declare function ids(): AsyncGenerator<string>;\nexport async function a() { const it = ids();\n  const { value } = await it.next(); // ✗ iteratorNotClosed\n  log(value); }",
  "a loop that stops at what it looks for": "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); for (;;) {\n  const { value, done } = await it.next(); // ✗ iteratorNotClosed\n  if (done) return undefined; if (value > 3) return value; } }",
  "read to the end": "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); let sum = 0; for (;;) { const next = await it.next(); if (next.done === true) break; sum += next.value; } return sum; }",
  "closed in a finally": "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); try { return (await it.next()).value as number; } finally { await it.return?.(); } }",
  "held by await using": "declare function ids(): AsyncGenerator<string>;\nexport async function a() { await using it = ids(); return (await it.next()).value as string; }",
  "handed on": "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); const first = await it.next(); return { first, rest: it }; }",
  "gone on with by a closure": "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); await it.next(); return () => it.next(); }",
  "ended by a signal": "declare function lines(options?: { signal?: AbortSignal }): AsyncGenerator<string>;\nexport async function a() { const stop = new AbortController(); const it = lines({ signal: stop.signal }); await it.next(); stop.abort(); }",
  "consumed by a loop after its head": "declare function lines(): AsyncGenerator<string>;\nexport async function a() { const it = lines(); const head = await it.next(); for await (const line of it) log(head, line); }",
  "an iterator that cannot be closed": "interface Steps { next(): Promise<{ value: number; done: boolean }> }\ndeclare function steps(): Steps;\nexport async function a() { const it = steps(); return (await it.next()).value; }",
  "one that was given": "export async function a(it: AsyncGenerator<string>) { return (await it.next()).value as string; }",
  "one that was given, when asked for": { code: "export async function a(it: AsyncGenerator<string>) {\n  return (await it.next()).value as string; // ✗ iteratorNotClosed\n}", options: { iterators: "all" } },
  "not asked for": { code: "export async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); return (await it.next()).value as number; }", options: { iterators: "off" } },
  "a plain iterator": "export async function a(xs: Iterable<Promise<number>>) { const it = xs[Symbol.iterator](); return await it.next().value; }",
});

testCases(rule, "an iterator stepped where it is made", {
  "the first value of a generator": "async function* ids() { yield 1; await work(); yield 2; }\nexport async function a() {\n  const { value } = await ids().next(); // ✗ iteratorNotClosed\n  return value; }",
  "the first value of an iterable": "export async function a(xs: AsyncIterable<number>) {\n  return (await xs[Symbol.asyncIterator]().next()).value; // ✗ iteratorNotClosed\n}",
  "the next value of one that somebody keeps": "declare const store: { iterator: AsyncGenerator<number>; get(): AsyncIterator<number> };\nexport async function a() { await store.iterator.next(); return await store.get().next(); }",
  "stepped by a test": "declare function test(name: string, run: () => Promise<void>): void; declare function assertEquals(a: unknown, b: unknown): void; async function* ids() { yield 1; await work(); yield 2; }\ntest('ids', async () => { const it = ids(); assertEquals((await it.next()).value, 1); await ids().next(); });",
  "ended by a signal": "async function* ids(signal: AbortSignal) { while (!signal.aborted) yield 1; }\nexport async function a(signal: AbortSignal) { return await ids(signal).next(); }",
});

const iterator = (body: string, more = ""): string => `export function a(stream: ReadableStream<string>): AsyncIterable<string> { return { [Symbol.asyncIterator]() { ${body} return { async next() { const { done, value } = await reader.read(); return done ? { done: true, value: undefined } : { done: false, value }; }${more} }; } }; }`;

testCases(rule, "a source inside a wrapper", {
  "an iterator without a return": iterator("\nconst reader = stream.getReader(); // ✗ sourceNotClosed\n"),
  "an iterator with a return": iterator("const reader = stream.getReader();", ", async return() { await reader.cancel(); return { done: true as const, value: undefined }; }"),
  "an iterator, and somebody else who closes": iterator("const reader = stream.getReader(); setTimeout(() => { void reader.cancel(); }, 10);"),
  "a stream without a cancel": "export function a(xs: AsyncIterable<string>) {\nconst it = xs[Symbol.asyncIterator](); // ✗ sourceNotClosed\nreturn new ReadableStream<string>({ async pull(controller) { const { done, value } = await it.next(); if (done === true) controller.close(); else controller.enqueue(value); } }); }",
  "a stream with a cancel": "export function a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); return new ReadableStream<string>({ async pull(controller) { const { done, value } = await it.next(); if (done === true) controller.close(); else controller.enqueue(value); }, async cancel() { await it.return?.(); } }); }",
  "an object that is no iterator": "export function a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); return { async next() { return await it.next(); } }; }",
  "not asked for": { code: iterator("const reader = stream.getReader();"), options: { iterators: "off" } },
});

testCases(rule, "generators at all", {
  "allowed": "export async function* a() { yield 1; }",
  "banned": { code: "export async function* a() { // ✗ bannedGenerator\n  yield 1;\n}", options: { generators: "ban" } },
  "banned, but run by an adaptor": { code: "declare function scopedStream<T>(make: () => AsyncGenerator<T>): void;\nscopedStream(async function* () { yield 1; });", options: { generators: "ban" } },
  "plain ones are another matter": { code: "export function* a() { yield 1; }", options: { generators: "ban" } },
});

testRule(rule, {
  valid: ["export {};"],
  invalid: [
    {
      name: "closed in a finally, on one line",
      code: "async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); return (await it.next()).value; }",
      errors: [{ messageId: "iteratorNotClosed", line: 1, suggestions: [{ desc: "Close the iterator in a `finally`", output: "async function a(xs: AsyncIterable<number>) { const it = xs[Symbol.asyncIterator](); try { return (await it.next()).value; } finally { await it.return?.(undefined); } }" }] }],
    },
    {
      name: "the first value of what is made there, in a return",
      code: "export async function a(xs: AsyncIterable<number>) {\n  return (await xs[Symbol.asyncIterator]().next()).value;\n}",
      errors: [{ messageId: "iteratorNotClosed", line: 2, suggestions: [{ desc: "Take the first value in a `for await`, which closes the iterator", output: "export async function a(xs: AsyncIterable<number>) {\n  for await (const value of xs) return value;\n  return undefined;\n}" }] }],
    },
    {
      name: "the first value of what is made there, in a variable",
      code: "declare function ids(): AsyncGenerator<string>;\nexport async function a() {\n  const { value: first } = await ids().next();\n  console.log(first);\n}",
      errors: [{ messageId: "iteratorNotClosed", line: 3, suggestions: [{ desc: "Take the first value in a `for await`, which closes the iterator", output: "declare function ids(): AsyncGenerator<string>;\nexport async function a() {\n  let first;\n  for await (first of ids()) break;\n  console.log(first);\n}" }] }],
    },
    {
      name: "a step that is asked whether it is the last",
      code: "declare function ids(): AsyncGenerator<string>;\nexport async function a() {\n  const { value, done } = await ids().next();\n  console.log(value, done);\n}",
      errors: [{ messageId: "iteratorNotClosed", line: 3 }],
    },
    {
      name: "a wrapper that gets its end",
      code: "export function a(stream: ReadableStream<string>): AsyncIterable<string> {\n  return {\n    [Symbol.asyncIterator]() {\n      const reader = stream.getReader();\n      return {\n        async next() {\n          const { done, value } = await reader.read();\n          return done ? { done: true, value: undefined } : { done: false, value };\n        },\n      };\n    },\n  };\n}",
      errors: [{ messageId: "sourceNotClosed", line: 4, suggestions: [{ desc: "Give it a `return` that closes `reader`", output: "export function a(stream: ReadableStream<string>): AsyncIterable<string> {\n  return {\n    [Symbol.asyncIterator]() {\n      const reader = stream.getReader();\n      return {\n        async next() {\n          const { done, value } = await reader.read();\n          return done ? { done: true, value: undefined } : { done: false, value };\n        },\n        async return() {\n          await reader.cancel();\n          return { done: true as const, value: undefined };\n        },\n      };\n    },\n  };\n}" }] }],
    },
    {
      name: "a stream that gets its end, on one line",
      code: "export function a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); return new ReadableStream<string>({ async pull(c) { const { done, value } = await it.next(); if (done === true) c.close(); else c.enqueue(value); } }); }",
      errors: [{ messageId: "sourceNotClosed", line: 1, suggestions: [{ desc: "Give it a `cancel` that closes `it`", output: "export function a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); return new ReadableStream<string>({ async pull(c) { const { done, value } = await it.next(); if (done === true) c.close(); else c.enqueue(value); }, async cancel() { await it.return?.(); } }); }" }] }],
    },
    {
      name: "closed in a finally, on lines of their own",
      code: "declare function ids(): AsyncGenerator<string>;\nasync function a() {\n  const it = ids();\n  const { value } = await it.next(); // the head\n  console.log(value);\n}",
      errors: [
        {
          messageId: "iteratorNotClosed",
          line: 4,
          suggestions: [{ desc: "Close the iterator in a `finally`", output: "declare function ids(): AsyncGenerator<string>;\nasync function a() {\n  const it = ids();\n  try {\n    const { value } = await it.next(); // the head\n    console.log(value);\n  } finally {\n    await it.return(undefined);\n  }\n}" }],
        },
      ],
    },
  ],
});

testCases(rule, "an iterator that a generator closes itself", {
  "only when it fails": "export async function* a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); try { while (true) {\n  const { done, value } = await it.next(); // ✗ iteratorNotClosed\n  if (done) return; yield value; } } catch (e) { await it.return?.(); throw e; } }",
  "whichever way it is left": "export async function* a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); try { while (true) { const { done, value } = await it.next(); if (done) return; yield value; } } finally { await it.return?.(); } }",
  "unless it has come to its end": "export async function* a(xs: AsyncIterable<string>) { const it = xs[Symbol.asyncIterator](); let ended = false; try { while (true) { const { done, value } = await it.next(); if (done) { ended = true; return; } yield value; } } finally { if (!ended) await it.return?.(); } }",
});
