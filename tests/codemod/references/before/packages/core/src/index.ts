export async function load(id: string, options?: { signal?: AbortSignal }): Promise<string> {
  options?.signal?.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, 1));
  return id;
}
