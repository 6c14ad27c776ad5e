/** Sections A and B: normal completion, start order, synchronous behaviour. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/ban-ts-comment, @typescript-eslint/no-confusing-void-expression, @typescript-eslint/require-await --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { TaskGroup } from "../../src/index.ts";
import { is, isA, ok, reasonOf, scenario, sleep, thrownBy, ticks } from "../harness.ts";

scenario(1, "run resolves only after all tasks; kept handles still yield their values", async () => {
  const done: string[] = [];
  const handles = await TaskGroup.run((tasks) => ({
    a: [tasks.spawn(async () => { await sleep(5); done.push("a"); return 1; })],
    b: [tasks.spawn(async () => { await sleep(10); done.push("b"); return 2; })],
  }));
  is(done, ["a", "b"]);
  is(await handles.a[0], 1);
  is(await handles.b[0], 2);
});

scenario(2, "a task spawned while another runs is waited for too", async () => {
  const done: string[] = [];
  await TaskGroup.run(async (tasks) => {
    tasks.spawn(async () => { await sleep(8); done.push("first"); });
    await sleep(2);
    tasks.spawn(async () => { await sleep(12); done.push("second"); });
  });
  is(done, ["first", "second"]);
});

scenario(3, "returning from the body does not cancel", async () => {
  let finished = false;
  let seen: AbortSignal | undefined;
  await TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { seen = signal; await sleep(5, signal); finished = true; });
  });
  ok(finished, "the task ran to its end");
  is(seen?.aborted, false);
});

scenario(4, "run resolves with the value of the body", async () => {
  is(await TaskGroup.run(async () => "value"), "value");
});

scenario(5, "an empty group resolves with undefined, and never on the same stack", async () => {
  let settled = false;
  const promise = TaskGroup.run(() => {}).then((value) => { settled = true; return value; });
  is(settled, false);
  is(await promise, undefined);
});

scenario(6, "a plain function is a body like an async one", async () => {
  let finished = false;
  is(await TaskGroup.run((tasks) => { tasks.spawn(async () => { await sleep(3); finished = true; }); return 7; }), 7);
  ok(finished, "the task was waited for");
});

scenario(7, "a body that returns a task handle resolves with the value of the task", async () => {
  is(await TaskGroup.run((tasks) => tasks.spawn(async () => { await sleep(2); return "from task"; })), "from task");
});

scenario(8, "a callback may return a plain value", async () => {
  is(await TaskGroup.run(async (tasks) => await tasks.spawn(() => 42)), 42);
});

scenario(9, "a foreign thenable is adopted and awaited", async () => {
  const thenable = { then: (resolve: (value: string) => void): void => void setTimeout(resolve, 4, "adopted") };
  let ended = false;
  const run = TaskGroup.run(async (tasks) => { const task = tasks.spawn(() => thenable as unknown as PromiseLike<string>); void task.then(() => { ended = true; }); return [task]; });
  is(await (await run)[0], "adopted");
  ok(ended, "run waited for the thenable");
});

scenario(10, "a task may return the handle of another task", async () => {
  await TaskGroup.run(async (tasks) => {
    const outer = tasks.spawn(() => tasks.spawn(async () => { await sleep(2); return "inner"; }));
    is(await outer, "inner");
    is(tasks.size, 0);
  });
});

scenario(11, "a thousand dropped handles: run resolves and the size returns to 0", async () => {
  let count = 0;
  const escaped: { group?: TaskGroup } = {};
  await TaskGroup.run((tasks) => {
    escaped.group = tasks;
    for (let i = 0; i < 1_000; i++) tasks.spawn(async () => { await undefined; count++; });
    is(tasks.size, 1_000);
  });
  is(count, 1_000);
  is(escaped.group?.size, 0);
});

scenario(12, "the callback has been entered before spawn returns", async () => {
  await TaskGroup.run((tasks) => {
    let entered = false;
    tasks.spawn(async () => { entered = true; await sleep(1); });
    is(entered, true);
  });
});

scenario(13, "callbacks are entered in spawn order", async () => {
  const order: string[] = [];
  await TaskGroup.run((tasks) => {
    for (const name of ["a", "b", "c"]) tasks.spawn(async () => { order.push(name); await undefined; order.push(`${name}!`); });
    order.push("body");
  });
  is(order, ["a", "b", "c", "body", "a!", "b!", "c!"]);
});

scenario(14, "a callback that throws synchronously fails its task, not spawn", async () => {
  const error = new Error("sync");
  let handleError: unknown;
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(() => { throw error; });
    handleError = await reasonOf(task);
  })), error);
  is(handleError, error);
});

scenario(15, "after a synchronous throw the next spawn still starts, and is then aborted", async () => {
  const error = new Error("sync");
  let started = false;
  let signal: AbortSignal | undefined;
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(() => { throw error; });
    tasks.spawn(async (task) => { started = true; signal = task.signal; await sleep(1_000, task.signal); });
    is(signal?.aborted, false);
  })), error);
  is(started, true);
  is(signal?.aborted, true);
});

scenario(16, "a task that cancels its own group on the spawning stack sees its own signal aborted", async () => {
  let seen: boolean | undefined;
  await TaskGroup.run((tasks) => {
    tasks.spawn(({ signal }) => { tasks.cancel(); seen = signal.aborted; });
  });
  is(seen, true);
});

scenario(17, "spawn of a promise is a TypeError that says what to write", async () => {
  await TaskGroup.run((tasks) => {
    // @ts-expect-error a promise is work that was started outside
    isA(thrownBy(() => tasks.spawn(Promise.resolve(1))), TypeError, /a function, not \[object Promise\]/);
    // @ts-expect-error nothing at all
    isA(thrownBy(() => tasks.spawn()), TypeError, /undefined/);
    // @ts-expect-error null
    isA(thrownBy(() => tasks.spawn(null)), TypeError, /null/);
    is(tasks.size, 0);
  });
});

scenario(18, "asynchronous recursion a thousand deep does not overflow the stack", async () => {
  let deepest = 0;
  await TaskGroup.run((tasks) => {
    const dive = async (depth: number): Promise<void> => {
      await undefined;
      deepest = depth;
      if (depth < 1_000) tasks.spawn(() => dive(depth + 1));
    };
    tasks.spawn(() => dive(1));
  });
  is(deepest, 1_000);
});

scenario("18a", "run without a function rejects with a TypeError and does not throw", async () => {
  // @ts-expect-error the body is missing
  isA(await reasonOf(TaskGroup.run({})), TypeError, /^run takes a function, not/);
});

scenario("18b", "a settled task leaves its terminal state alone", async () => {
  await TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(async () => "done");
    is(task.state, "running");
    await task;
    is(task.state, "fulfilled");
    task.cancel();
    await ticks();
    is(task.state, "fulfilled");
    is(await task.settled(), { status: "fulfilled", value: "done" });
  });
});
