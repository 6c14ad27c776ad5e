declare function getUser(token: string, options?: { signal?: AbortSignal }): Promise<Response>;
declare function getOrders(token: string, options?: { signal?: AbortSignal }): Promise<string[]>;
declare function revoke(token: string): Promise<void>;

/** What was here before the migration is nobody's fault: this error does not count. */
const limit: number = "ten";

export async function load(token: string | undefined) {
  if (token === undefined) throw new Error("no token");
  const [user, orders] = await Promise.all([getUser(token), getOrders(token)]);
  // From here on a closure cannot know that there was a token.
  token = undefined;
  return { user, orders, limit };
}

export async function close(token: string | undefined) {
  if (token === undefined) return;
  void revoke(token);
  token = undefined;
}

export async function reload(token: string) {
  return await Promise.all([getUser(token), getOrders(token)]);
}
