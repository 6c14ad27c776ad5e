import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { load } from "./services.js";

/** Everything that can fail is inside, and the response tells the client. */
async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const user = await load(request.url ?? "");
    response.end(user.name);
  } catch (error) {
    response.writeHead(500);
    response.end(String(error));
  }
}

export const server = createServer((request, response) => {
  void handle(request, response);
});

export const direct = createServer(handle);

export const inline = createServer(async (request, response) => {
  try {
    response.end((await load(request.url ?? "")).name);
  } catch {
    response.statusCode = 500;
    response.end();
  }
});

export const chained = createServer((request, response) => {
  load(request.url ?? "").then(
    (user) => response.end(user.name),
    (error: unknown) => response.destroy(error as Error),
  );
});

/** The twins: code outside the try, a failure that is only logged, no handler at all. */
async function handleLate(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const user = await load(request.url ?? "");
  try {
    response.end(user.name);
  } catch {
    response.statusCode = 500;
  }
}

async function handleInTheLog(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    response.end((await load(request.url ?? "")).name);
  } catch (error) {
    console.error(error);
  }
}

export const late = createServer((request, response) => {
  void handleLate(request, response); // want no-floating-task "`void` only hides"
});

export const lateDirect = createServer(handleLate); // want no-discarding-callback "`createServer` drops it"

export const inTheLog = createServer((request, response) => {
  void handleInTheLog(request, response); // want no-floating-task "`void` only hides"
});

export const unguarded = createServer(async (request, response) => { // want no-discarding-callback "`createServer` drops it"
  response.end((await load(request.url ?? "")).name);
});
