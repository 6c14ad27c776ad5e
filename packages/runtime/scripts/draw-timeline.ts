/** Draws the picture of the README: a request whose second query fails, with the tasks around it. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { sleep, TaskGroup } from "../src/index.ts";
import { record, timelineSvg } from "../src/trace.ts";

using recording = record();
await TaskGroup.run({ name: "server" }, async (server) => {
  server.spawn(({ signal }) => sleep(1_000, { signal }), { name: "heartbeat", background: true });
  const request = (name: string, failing: boolean): void => {
    server.spawn(async ({ signal }) => {
      const answer = TaskGroup.run({ signal, name: "queries" }, (tasks) => {
        tasks.spawn((task) => sleep(40, task), { name: "query user" });
        tasks.spawn(async (task) => {
          await sleep(25, task);
          if (failing) throw new Error("no such table");
        }, { name: "query orders" });
        tasks.spawn(async (task) => {
          try {
            await sleep(60, task);
          } finally {
            await sleep(8);
          }
        }, { name: "query prices" });
      });
      await answer.catch(() => sleep(10));
    }, { name });
  };
  request("GET /a", false);
  await sleep(30);
  request("GET /b", true);
});
writeFileSync(resolve(import.meta.dirname, "../docs/timeline.svg"), timelineSvg(recording.spans(), { title: "Two requests, one of which fails" }));
