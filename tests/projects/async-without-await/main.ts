import { execFile } from "node:child_process";
import type { EventEmitter } from "node:events";
import { readFile } from "node:fs";

declare const emitter: EventEmitter;
declare function store(text: string): Promise<void>;
const seen = new Set<string>();

/** `async` out of habit: nothing waits in them and nothing in them can fail. */
readFile("notes.txt", "utf8", async (error, text) => {
  if (error) console.error(error);
  else seen.add(text);
});

execFile("git", ["status"], async (_error, stdout) => {
  console.log(stdout);
});

setImmediate(async () => {
  seen.clear();
});

setTimeout(async () => {
  console.log(seen.size);
}, 10);

emitter.on("line", async (line: string) => {
  seen.add(line);
});

/** The twins: one waits, one can throw. */
readFile("notes.txt", "utf8", async (error, text) => { // want no-discarding-callback "`readFile` drops it"
  if (!error) await store(text);
});

emitter.on("line", async (line: string) => { // want no-discarding-callback "`emitter.on` drops it"
  if (line === "") throw new Error("an empty line");
  seen.add(line);
});

setImmediate(async () => { // want no-discarding-callback "`setImmediate` drops it"
  await store([...seen].join("\n"));
});
