/** Handles and promises that another file takes up, and some that no file does. */
import { TaskGroup } from "asr-runtime";

declare function connect(): Promise<string>;
declare function log(line: string): void;

export class Heartbeat {
  beat = setInterval(() => log("beat"), 1000);
  flush = setInterval(() => log("flush"), 1000); // want no-unscoped-spawn "Nobody keeps the handle of this `setInterval`"
}

export const connection = connect();
export const spare = connect(); // want no-unscoped-spawn "`connect()` starts when the module is imported"

export const background = new TaskGroup();
