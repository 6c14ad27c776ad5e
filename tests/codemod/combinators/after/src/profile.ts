import { readFile } from "node:fs/promises";
import { TaskGroup } from "asr-runtime";
import { getOrders, getRate, getUser, type CallOptions, type User } from "./api.js";

/** All that the profile page shows. */
export async function profile(id: string, { signal }: CallOptions = {}) {
  const [user, orders, rate] = await TaskGroup.all([
    ({ signal }) => getUser(id, { signal, retries: 2 }), // the account service is slow
    ({ signal }) => getOrders(id, { signal }),
    ({ signal }) => getRate("EUR", signal),
  ], { signal });
  return { user, orders, rate };
}

export async function names(ids: readonly string[], options: CallOptions): Promise<string[]> {
  const users = await TaskGroup.map(ids, async (id, _index, { signal }) => {
    const user = await getUser(id, { signal });
    return user.name.trim();
  }, { signal: options.signal });
  return users.sort();
}

/** The mirror that answers first. */
export function fastest(id: string): Promise<User> {
  return TaskGroup.race([({ signal }) => getUser(`a/${id}`, { signal }), ({ signal }) => getUser(`b/${id}`, { signal })]);
}

/** Files are read in a moment: nothing to cancel. */
export async function both(a: string, b: string) {
  return await Promise.all([readFile(a, "utf8"), readFile(b, "utf8")]);
}
