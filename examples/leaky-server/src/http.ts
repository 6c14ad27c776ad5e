/** Small helpers over node:http: JSON in, JSON out, and a signal that follows the client. */
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Reply {
  status: number;
  body: unknown;
}

export class HttpError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export async function readJson(req: IncomingMessage): Promise<unknown> {
  let text = "";
  req.setEncoding("utf8");
  for await (const chunk of req) text += chunk;
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "the body is not JSON");
  }
}

export function send(res: ServerResponse, { status, body }: Reply): void {
  const isText = typeof body === "string";
  res.writeHead(status, { "content-type": isText ? "text/csv; charset=utf-8" : "application/json" });
  res.end(isText ? body : JSON.stringify(body));
}

export function sendError(res: ServerResponse, error: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  if (error instanceof HttpError) {
    send(res, { status: error.status, body: { error: error.message } });
    return;
  }
  console.error(String(error));
  send(res, { status: 502, body: { error: "something upstream went wrong" } });
}

/** Aborts when the client hangs up before it has its answer. */
export function clientSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}
