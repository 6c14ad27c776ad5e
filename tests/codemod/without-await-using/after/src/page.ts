import { TaskGroup } from "asr-runtime";

declare function save(draft: string): Promise<void>;
declare function measure(name: string): Promise<void>;

export async function submit(draft: string, signal: AbortSignal): Promise<boolean> {
  if (draft === "") return false;
  return await TaskGroup.run({ signal }, async (tasks) => {
    // does not matter to the reader
    tasks.spawn(() => measure(`submit
    of ${draft}`));
    await save(draft);
    if (signal.aborted) return false;

    return true;
  });
}

export async function leave(drafts: readonly string[]): Promise<void> {
  for (const draft of drafts) {
    await measure("leave");
    if (draft === "") continue;
    await save(draft);
  }
}
