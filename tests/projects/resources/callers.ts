/** Summaries across files: who owns what a helper was handed, and what a factory made. */
import { finish, keep, opened, Session, sizeOf } from "./helpers.ts";

export async function closed(path: string): Promise<void> {
  const file = await opened(path);
  await finish(file);
}

export async function looked(path: string): Promise<number> {
  const file = await opened(path); // want require-disposal "`file` is never given back"
  return await sizeOf(file);
}

export async function handed(path: string): Promise<number> {
  const file = await opened(path);
  keep(file);
  return await sizeOf(file);
}

export async function asked(id: string): Promise<string> {
  const session = new Session(id); // want require-disposal "`session` is never given back"
  return await session.ask();
}

export async function askedAndClosed(id: string): Promise<string> {
  const session = new Session(id);
  try {
    return await session.ask();
  } finally {
    session.close();
  }
}
