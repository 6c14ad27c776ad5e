import { TaskGroup } from "asr-runtime";

declare function load(id: string, options?: { signal?: AbortSignal }): Promise<string>;
declare function save(x: unknown): Promise<void>;

export async function nested(ids: readonly string[], signal: AbortSignal): Promise<void> {
  for (const id of ids) {
    const parts = await TaskGroup.all([({ signal }) => load(id, { signal }), () => TaskGroup.all([({ signal }) => load("b", { signal }), ({ signal }) => load("c", { signal })], { signal })], { signal });
    await using tasks = new TaskGroup({ signal });
    tasks.spawn(() => save(parts));
    signal.throwIfAborted();
    await tasks.join();
  }
}
