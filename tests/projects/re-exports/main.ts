import spreadDirectly from "./deep/impl.js";
import * as barrel from "./index.js";
import { arrow as renamed, get, impl, launch, Old, quiet, spread, tools, visitAll, visitSlowly, work } from "./index.js";

export async function main(): Promise<void> {
  launch(work()); // want no-floating-task /`launch`, which drops it \(impl\.ts:2\)/
  barrel.fire(work()); // want no-floating-task "`fire`, which drops it"
  impl.fire(work()); // want no-floating-task "`fire`, which drops it"
  Old.fire(work()); // want no-floating-task "`fire`, which drops it"
  tools.run(work()); // want no-floating-task "`run`, which drops it"
  tools.start(); // want no-floating-task "`tools.start()`"
  renamed(); // want no-floating-task "`renamed()`"
  barrel["arrow"](); // want no-floating-task "nobody waits for"
  spread(async () => { await work(); }); // want no-discarding-callback /`spread` drops it \(impl\.ts:6\)/
  spreadDirectly(async () => { await work(); }); // want no-discarding-callback "`spreadDirectly` drops it"
  visitAll([1], async () => { await work(); }); // want no-discarding-callback /`visitAll` drops it \(overloads\.ts:5\)/
  quiet(); // want no-floating-task "nobody waits for"
  get("a"); // want no-floating-task "nobody waits for"
  get("a", (text) => { console.log(text); });
  await visitSlowly([1], async () => { await work(); });
  await quiet();
  await get("a");
}
