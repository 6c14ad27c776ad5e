declare function save(draft: string): Promise<void>;
declare function measure(name: string): Promise<void>;

export async function submit(draft: string, signal: AbortSignal): Promise<boolean> {
  if (draft === "") return false;
  // does not matter to the reader
  void measure(`submit
    of ${draft}`);
  await save(draft);
  if (signal.aborted) return false;

  return true;
}

export async function leave(drafts: readonly string[]): Promise<void> {
  for (const draft of drafts) {
    void measure("leave");
    if (draft === "") continue;
    await save(draft);
  }
}
