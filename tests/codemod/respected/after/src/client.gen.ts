declare function work(x?: unknown): Promise<void>;
export async function generatedByName(): Promise<void> {
  work();
}
