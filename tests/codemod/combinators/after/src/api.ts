/** A client of an upstream. */
export interface CallOptions {
  signal?: AbortSignal;
  retries?: number;
}
export interface User {
  id: string;
  name: string;
}

async function get<T>(path: string, { signal }: CallOptions = {}): Promise<T> {
  const response = await fetch(`https://upstream.test${path}`, signal ? { signal } : {});
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

export async function getUser(id: string, options?: CallOptions): Promise<User> {
  return await get(`/users/${id}`, options);
}

export async function getOrders(id: string, options?: CallOptions): Promise<string[]> {
  return await get(`/orders/${id}`, options);
}

export async function getRate(currency: string, signal?: AbortSignal): Promise<number> {
  return await get(`/rates/${currency}`, signal ? { signal } : {});
}
