/** A package that runs on releases of Node without disposers: it gives back by hand. */
import { open } from "node:fs/promises";

export async function size(path: string): Promise<number> {
  const file = await open(path); // want require-disposal "`file` is never given back"
  return (await file.stat()).size;
}
