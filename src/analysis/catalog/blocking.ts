/** Data: functions during which the event loop stands still. */

/** Modules of Node whose functions that end in `Sync` wait for the disk, another process, or a long computation. */
export const blockingModules: ReadonlySet<string> = new Set(["fs", "child_process", "crypto", "zlib"]);

/** The same by owner and name, in any runtime. */
export const blockingCalls: ReadonlySet<string> = new Set(["Atomics.wait", "Window.alert", "Window.confirm", "Window.prompt"]);
