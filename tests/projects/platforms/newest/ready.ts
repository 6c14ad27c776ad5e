/** What is set up before it is handed on: until then, whoever made it has to give it back. */
import { open, type FileHandle } from "node:fs/promises";

export async function checked(path: string): Promise<FileHandle> {
  const file = await open(path); // want require-disposal "nothing gives back the file handle"
  const { size } = await file.stat();
  if (size === 0) throw new Error("empty");
  return file;
}

export async function connected(url: string): Promise<{ socket: WebSocket }> {
  const socket = new WebSocket(url); // want require-disposal "nothing gives back the WebSocket"
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return { socket };
}
