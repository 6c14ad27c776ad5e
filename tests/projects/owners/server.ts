import { adopt, enqueue, observe, remove, subscribe, work } from "./platform.js";
import type { Bus, Context, Lifecycle, Nursery } from "./platform.js";

export function serve(context: Context, lifecycle: Lifecycle, bus: Bus, nursery: Nursery): void {
  context.waitUntil(work());
  lifecycle.adopt(work());
  enqueue(() => work());
  enqueue(work).catch((error: unknown) => { console.error(error); });
  adopt(work());
  nursery.spawn(async () => { await work(); });
  nursery.spawn(work);
  observe(async () => { await work(); });

  bus.on("x", async () => { await work(); }); // want no-discarding-callback "`bus.on` drops it"
  subscribe(async () => { await work(); }); // want no-discarding-callback "`subscribe` drops it"
  remove(); // want no-floating-task "runs only when it is awaited"
  remove().where("id = 1"); // want no-floating-task "runs only when it is awaited"
  work(); // want no-floating-task "nobody waits for"
}
