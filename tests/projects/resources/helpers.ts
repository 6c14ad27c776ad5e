/** What other files do with a resource: make it, close it, keep it, or look at it. */
import { open, type FileHandle } from "node:fs/promises";

export async function opened(path: string): Promise<FileHandle> {
  return await open(path);
}

export async function finish(file: FileHandle): Promise<void> {
  await file.close();
}

export async function sizeOf(file: FileHandle): Promise<number> {
  return (await file.stat()).size;
}

const kept = new Set<FileHandle>();

export function keep(file: FileHandle): void {
  kept.add(file);
}

export class Session {
  constructor(readonly id: string) {}
  async ask(): Promise<string> {
    return await Promise.resolve(this.id);
  }
  close(): void {
    kept.clear();
  }
}

/** Nothing but this line says that sessions have to be closed. */
export function endOf(session: Session): void {
  session.close();
}
