declare function load(id: string, options?: { signal?: AbortSignal }): Promise<string>;
declare function save(x: unknown): Promise<void>;

export async function nested(ids: readonly string[], signal: AbortSignal): Promise<void> {
  ids.forEach(async (id) => {
    const parts = await Promise.all([load(id), Promise.all([load("b"), load("c")])]);
    void save(parts);
    signal.throwIfAborted();
  });
}
