declare function work(x?: unknown): Promise<void>;
export async function broken(): Promise<void> {
  work(;
}
