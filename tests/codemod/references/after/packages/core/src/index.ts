declare function read(id: string, signal?: AbortSignal): Promise<string>;

export async function load(id: string, options?: { signal?: AbortSignal }): Promise<string> {
  return await read(id, options?.signal);
}
