/** Delivers events to the webhooks of those who asked for them. */
import { setTimeout as sleep } from "node:timers/promises";
import { UpstreamError, type CallOptions } from "./shops.js";

async function post(url: string, event: object, { signal }: CallOptions = {}): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
    signal,
  });
  await response.body?.cancel();
  if (!response.ok) throw new UpstreamError(`${url} answered ${response.status}`);
}

/** Tries three times, a little later each time. */
export async function deliver(url: string, event: object, options: CallOptions = {}): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await post(url, event, options);
      return;
    } catch (error) {
      if (attempt === 3) throw error;
      await sleep(attempt * 20);
    }
  }
}
