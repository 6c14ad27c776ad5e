/** A package that runs on releases of Node with disposers: a declaration does it, and `--fix` may write it. */
import { open } from "node:fs/promises";

export async function size(path: string): Promise<number> {
  const file = await open(path); // want require-disposal "`file` is never given back"
  return (await file.stat()).size;
}
