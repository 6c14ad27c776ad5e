/** Ends what shared.ts began. */
import { background, connection, type Heartbeat } from "./shared.ts";

export function stop(heartbeat: Heartbeat): void {
  clearInterval(heartbeat.beat);
}

export async function query(): Promise<string> {
  background.spawn(() => connection); // want no-unscoped-spawn "This function returns before its task has ended: `background`"
  return await connection;
}
