import { Jobs, each, eachInTurn, send } from "./jobs.js";

export async function report(lines: readonly string[], jobs: Jobs): Promise<void> {
  send("begin"); // want no-floating-task "send"
  jobs.track(send("middle"));
  each(lines, async (line) => { await send(line); }); // want no-discarding-callback /jobs\.ts:15/
  await eachInTurn(lines, async (line) => { await send(line); });
  lines.forEach(async (line) => { await send(line); }); // want no-discarding-callback "forEach"
  await jobs.drain();
}
