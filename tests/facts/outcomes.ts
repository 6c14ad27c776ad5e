/** How a function can end: whether it rejects, tells somebody, waits at all, or never ends. Catalogued calls are known, undeclared bodies are not. */
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";

declare function load(id: string): Promise<string>;
declare function parse(text: string): number;

// fact: plain = param0:awaited
export async function plain(job: Promise<string>): Promise<string> {
  return await job;
}

// fact: rejects = param0:unknown
export async function rejects(id: string): Promise<string> {
  return await load(id);
}

// fact: throws = param0:read, no-work
export function throws(id: string): void {
  if (id === "") throw new Error("no id");
}

// fact: swallows = param0:unknown, never-rejects
export async function swallows(id: string): Promise<void> {
  try {
    await load(id);
  } catch (error) {
    console.error(error);
  }
}

// fact: catches = param0:unknown, never-rejects
export function catches(id: string): Promise<unknown> {
  return load(id).catch(() => undefined);
}

// fact: rethrows = param0:unknown
export async function rethrows(id: string): Promise<void> {
  try {
    await load(id);
  } catch (error) {
    throw new Error(id, { cause: error });
  }
}

// fact: lateTry = param0:unknown
export async function lateTry(id: string): Promise<void> {
  const text = await load(id);
  try {
    parse(text);
  } catch {
    console.error(text);
  }
}

// fact: careful = param0:unknown, never-rejects
export async function careful(id: string): Promise<void> {
  const started = Date.now();
  console.log("start", started);
  try {
    parse(await load(id));
  } catch {
    console.error("failed");
  } finally {
    console.log("took", Date.now() - started);
  }
}

// fact: finallyOnly = param0:unknown
export async function finallyOnly(id: string): Promise<void> {
  try {
    await load(id);
  } finally {
    console.log("done");
  }
}

// fact: answers = param0:member, param1:disposed+member, never-rejects, reports
export async function answers(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    response.end(await load(request.url ?? ""));
  } catch {
    response.writeHead(500).end();
  }
}

// fact: callsBack = param0:unknown, param1:calls-drops, never-rejects, reports, no-work
export function callsBack(id: string, done: (error: unknown, text?: string) => void): void {
  load(id).then(
    (text) => {
      done(null, text);
    },
    (error: unknown) => {
      done(error);
    },
  );
}

// fact: emits = param0:member, param1:unknown, never-rejects, reports
export async function emits(emitter: EventEmitter, id: string): Promise<void> {
  try {
    emitter.emit("text", await load(id));
  } catch (error) {
    tell(emitter, error);
  }
}

// fact: tell = param0:member, param1:unknown, no-work
function tell(emitter: EventEmitter, error: unknown): void {
  emitter.emit("error", error);
}

// fact: destroys = param0:disposed, param1:unknown, never-rejects, reports
export async function destroys(stream: Readable, id: string): Promise<void> {
  await load(id).catch((error: Error) => stream.destroy(error));
}

// fact: settles = param0:unknown, never-rejects
export function settles(id: string): Promise<string> {
  return new Promise((resolve) => {
    load(id).then(resolve, () => {
      resolve("");
    });
  });
}

// fact: idle = never-rejects, no-work
export async function idle(): Promise<void> {
  console.log("nothing to wait for");
}

// fact: sync = param0:unknown, no-work
export function sync(text: string): number {
  return parse(text);
}

// fact: handsOut = param0:unknown
export async function handsOut(id: string): Promise<string> {
  return load(id);
}

// fact: forever = param0:unknown, endless
export async function forever(id: string): Promise<never> {
  for (;;) await load(id);
}

// fact: untilAborted = param0:member, endless
export async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await load("next");
}

// fact: untilEmpty = param0:member
export async function untilEmpty(ids: string[]): Promise<void> {
  while (true) {
    const id = ids.pop();
    if (id === undefined) break;
    await load(id);
  }
}

// fact: countdown = param0:read
export async function countdown(n: number): Promise<void> {
  for (let left = n; left > 0; left--) await load("next");
}

// fact: generator = param0:unknown
export async function* generator(id: string): AsyncGenerator<string> {
  yield await load(id);
}
