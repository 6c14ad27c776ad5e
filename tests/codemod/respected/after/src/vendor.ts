declare function work(x?: unknown): Promise<void>;
export async function vendor(): Promise<void> {
  work();
}
