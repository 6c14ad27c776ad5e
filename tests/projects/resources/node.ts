/** What Node hands out: a row of the catalogue each, given back on the straight way only. */
import { createHook } from "node:async_hooks";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { on, type EventEmitter } from "node:events";
import { closeSync, createReadStream, opendirSync, openSync, watch } from "node:fs";
import { open, opendir } from "node:fs/promises";
import { Agent, createServer } from "node:http";
import { Session } from "node:inspector";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
declare function done(): Promise<void>;

export async function fileHandle(path: string): Promise<void> {
  const x = await open(path); // want require-disposal "nothing gives back the file handle"
  await x.stat();
  await x.close();
}

export async function directory(path: string): Promise<void> {
  const x = await opendir(path); // want require-disposal "nothing gives back the file handle"
  await x.read();
  await x.close();
}

export async function directoryAtOnce(path: string): Promise<void> {
  const x = opendirSync(path); // want require-disposal "nothing gives back the directory handle"
  await x.read();
  x.closeSync();
}

export async function descriptor(path: string): Promise<void> {
  const x = openSync(path, "r"); // want require-disposal "nothing gives back the file descriptor"
  await done();
  closeSync(x);
}

export async function fileWatcher(path: string): Promise<void> {
  const x = watch(path); // want require-disposal "nothing gives back the file watcher"
  await done();
  x.close();
}

export async function fileStream(path: string): Promise<void> {
  const x = createReadStream(path); // want require-disposal "nothing gives back the file stream"
  await done();
  x.destroy();
}

export async function eventIterator(emitter: EventEmitter): Promise<void> {
  const x = on(emitter, "x"); // want require-disposal "nothing gives back the event iterator"
  await x.next();
  await x.return?.();
}

export async function server(): Promise<void> {
  const x = createServer(); // want require-disposal "nothing gives back the server"
  await done();
  x.close();
}

export async function socket(): Promise<void> {
  const x = connect(1); // want require-disposal "nothing gives back the socket"
  await done();
  x.destroy();
}

export async function datagrams(): Promise<void> {
  const x = createSocket("udp4"); // want require-disposal "nothing gives back the UDP socket"
  await done();
  x.close();
}

export async function child(): Promise<void> {
  const x = spawn("ls"); // want require-disposal "nothing gives back the child process"
  await done();
  x.kill();
}

export async function worker(url: URL): Promise<void> {
  const x = new Worker(url); // want require-disposal "nothing gives back the worker"
  await done();
  await x.terminate();
}

export async function lines(input: NodeJS.ReadableStream): Promise<void> {
  const x = createInterface({ input }); // want require-disposal "nothing gives back the line reader"
  await done();
  x.close();
}

export async function agent(): Promise<void> {
  const x = new Agent(); // want require-disposal "nothing gives back the HTTP agent"
  await done();
  x.destroy();
}

export async function hook(): Promise<void> {
  const x = createHook({}); // want require-disposal "nothing gives back the hook"
  await done();
  x.disable();
}

export async function session(): Promise<void> {
  const x = new Session(); // want require-disposal "nothing gives back the inspector session"
  await done();
  x.disconnect();
}

export async function timer(abort: () => void): Promise<void> {
  const x = setTimeout(abort, 5000); // want require-disposal "nothing gives back the timer"
  await done();
  clearTimeout(x);
}

export async function interval(tick: () => void): Promise<void> {
  const x = setInterval(tick, 5000); // want require-disposal "nothing gives back the interval"
  await done();
  clearInterval(x);
}
