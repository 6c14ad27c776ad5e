import { all, byCall, collect, each, eachInTurn, eachLater, elsewhere, guarded, handler, holds, Listeners, maybe, shout, takesVoid, viaForEach, walk } from "./sinks.js";

declare function save(item: number): Promise<boolean>;
const items = [1, 2, 3];
const listeners = new Listeners<number>();

export async function main(): Promise<void> {
  await eachInTurn(items, async (item) => { await save(item); });
  await all(items, async (item) => { await save(item); });
  await Promise.all(collect(items, async (item) => { await save(item); }));
  elsewhere(async () => { await save(0); });
  guarded(1, async (item) => { await save(item); });
  listeners.add(async (item) => { await save(item); });
  each(items, (item) => item + 1);
  each(items, async (item) => { try { await save(item); } catch { console.error(item); } });

  each(items, async (item) => { await save(item); }); // want no-discarding-callback /`each` drops it \(sinks\.ts:5\)/
  each(items, (item) => save(item)); // want no-discarding-callback "`each` drops it"
  each(items, save); // want no-discarding-callback "`each` drops it"
  eachLater(items, async (item) => { await save(item); }); // want no-discarding-callback "`eachLater` drops it"
  maybe(1, async (item) => { await save(item); }); // want no-discarding-callback "`maybe` drops it"
  byCall(1, async (item) => { await save(item); }); // want no-discarding-callback "`byCall` drops it"
  listeners.fire(1, async (item) => { await save(item); }); // want no-discarding-callback "`listeners.fire` drops it"
  Listeners.now(1, async (item) => { await save(item); }); // want no-discarding-callback "`Listeners.now` drops it"
  shout(async () => { await save(0); }); // want no-discarding-callback "`shout` drops it"
  walk(3, async (depth) => { await save(depth); }); // want no-discarding-callback "`walk` drops it"
  handler(async () => { await save(0); }); // want no-discarding-callback "`handler` drops it"
  viaForEach(items, async (item) => { await save(item); }); // want no-discarding-callback "`viaForEach` drops it"
  if (holds(items, async (item) => await save(item))) console.log("all"); // want no-discarding-callback "a promise is always truthy"
  takesVoid(async () => { await save(0); }); // want no-discarding-callback "`takesVoid` drops it"
}
