import { readFile } from "node:fs/promises";
import { getOrders, getRate, getUser, type CallOptions, type User } from "./api.js";

/** All that the profile page shows. */
export async function profile(id: string, { signal }: CallOptions = {}) {
  const [user, orders, rate] = await Promise.all([
    getUser(id, { signal, retries: 2 }), // the account service is slow
    getOrders(id, { signal }),
    getRate("EUR"),
  ]);
  return { user, orders, rate };
}

export async function names(ids: readonly string[], options: CallOptions): Promise<string[]> {
  const users = await Promise.all(ids.map(async (id) => {
    const user = await getUser(id);
    return user.name.trim();
  }));
  return users.sort();
}

/** The mirror that answers first. */
export function fastest(id: string): Promise<User> {
  return Promise.race([getUser(`a/${id}`), getUser(`b/${id}`)]);
}

/** Files are read in a moment: nothing to cancel. */
export async function both(a: string, b: string) {
  return await Promise.all([readFile(a, "utf8"), readFile(b, "utf8")]);
}
