import { TaskGroup } from "asr-runtime";
import { inBackground, send, sendIn } from "./jobs.js";

/** Handles need not be awaited: the group owns their tasks. */
export async function block(lines: readonly string[]): Promise<void> {
  await using tasks = new TaskGroup();
  for (const line of lines) tasks.spawn(({ signal }) => send(line, signal));
  sendIn(tasks, "last");
  inBackground(tasks, async ({ signal }) => { await send("tick", signal); });
  const answer = tasks.spawn(() => send("answer"));
  await answer;
  await tasks.join();
}

/** The callback form waits by itself, but somebody has to wait for it. */
export async function callback(lines: readonly string[]): Promise<void> {
  await TaskGroup.run(async (tasks) => {
    for (const line of lines) tasks.spawn(({ signal }) => send(line, signal));
  });
  TaskGroup.run(async (tasks) => { // want no-floating-task "nobody waits for"
    tasks.spawn(() => send("lost"));
  });
}

/** Inside a task, a promise can still be dropped. */
export async function inside(): Promise<void> {
  await TaskGroup.run(async (tasks) => {
    tasks.spawn(async ({ signal }) => {
      send("lost", signal); // want no-floating-task "nobody waits for"
      await send("kept", signal);
    });
    tasks.spawn(({ signal }) => send("kept", signal).catch((error: unknown) => { console.error(error); }));
  });
}

/** A group in a field is waited for by its owner. */
export class Sender implements AsyncDisposable {
  readonly #tasks = new TaskGroup();

  send(line: string): void {
    this.#tasks.spawn(({ signal }) => send(line, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tasks[Symbol.asyncDispose]();
  }
}
