import { Router } from "express";
import fastify from "fastify";
import lodash from "lodash";
import PQueue from "p-queue";
import { describe, expect, it } from "vitest";

declare function load(path: string): Promise<string>;

/** A registry of tests runs what it is given, and reports its failure. */
describe("load", () => {
  it("loads", async () => {
    expect(await load("/")).toBe("");
    await expect(load("")).rejects.toThrow();
  });
  it.only("fails", async () => {
    expect(load("")).rejects.toThrow(); // want no-floating-task "nobody waits for"
  });
});

/** Express 4 calls a handler and looks away. */
export const router = Router()
  .get("/", async (request, response) => { // want no-discarding-callback "drops it"
    response.json(await load(request.path));
  })
  .get("/total", async (request, response, next) => {
    try {
      response.json(await load(request.path));
    } catch (error) {
      next(error);
    }
  })
  .get("/chain", (request, response, next) => {
    load(request.path).then((text) => response.json(text), next);
  })
  .get("/status", (request, response) => {
    load(request.path).then((text) => { response.json(text); }).catch(() => { response.status(500).json({}); });
  });

/** Fastify waits, and a reply is sent whether or not somebody awaits it. */
export const app = fastify()
  .get("/", async () => await load("/"))
  .get("/reply", (_request, reply) => {
    reply.send("text");
  });

/** A queue gives the promise back: it runs the work, but does not answer for its failure. */
export async function queued(paths: readonly string[]): Promise<void> {
  const queue = new PQueue();
  for (const path of paths) void queue.add(() => load(path)); // want no-floating-task "`void` only hides"
  await queue.onIdle();
}

/** Helpers whose types say nothing about the result. */
export async function helped(paths: string[]): Promise<void> {
  lodash.forEach(paths, async (path) => { await load(path); }); // want no-discarding-callback "`lodash.forEach` drops it"
  lodash.filter(paths, async (path) => (await load(path)) !== ""); // want no-discarding-callback "a promise is always truthy"
  addEventListener("resize", lodash.debounce(async () => { await load("/"); }, 100)); // want no-discarding-callback "drops it"
  await Promise.all(lodash.map(paths, async (path) => { await load(path); }));
}
