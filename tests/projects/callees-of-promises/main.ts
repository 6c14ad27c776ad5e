import type { TaskGroup } from "./scope.js";
import { awaits, drops, dropsFarAway, elsewhere, even, forgets, logs, odd, passesOn, ping, reports, retains, returns, settle, sometimes, spawns } from "./sinks.js";

declare function job(): Promise<number>;

export async function main(group: TaskGroup, failed: (error: unknown) => void): Promise<void> {
  retains(job());
  passesOn(job());
  spawns(group, job());
  elsewhere(job());
  reports(job(), failed);
  even(3, job());
  odd(3, job());
  await awaits(job());
  await sometimes(job(), true);
  await returns(job());

  drops(job()); // want no-floating-task /`job\(\)` starts work and hands its promise to `drops`, which drops it \(sinks\.ts:5\)/
  forgets(job(), "x"); // want no-floating-task "`forgets`, which drops it"
  dropsFarAway(job()); // want no-floating-task "`dropsFarAway`, which drops it"
  logs(job()); // want no-floating-task "`logs`, which drops it"
  ping(3, job()); // want no-floating-task "`ping`, which drops it"
  returns(job()); // want no-floating-task "`returns(job())` starts work that nobody waits for"
  awaits(job()); // want no-floating-task "`awaits(job())` starts work that nobody waits for"
  void returns(job()); // want no-floating-task "`void` only hides"
  drops(job().catch(console.error)); // want no-floating-task "`drops`, which drops it"
  await settle();
}
