/** Sections C and D: failure of a child, failure of the body. */
/* eslint-disable @typescript-eslint/no-meaningless-void-operator, @typescript-eslint/no-unsafe-return --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { Cancellation, suppressedErrors, TaskGroup } from "../../src/index.ts";
import { aborted, is, isA, ok, reasonOf, scenario, sleep } from "../harness.ts";

const SUPPRESSED: unique symbol = Symbol.for("asr.suppressed");

const failing = (error: unknown, ms = 2) => async (): Promise<never> => { await sleep(ms); throw error; };

scenario(19, "a failure aborts the siblings and comes out as itself", async () => {
  const error = new Error("first");
  let signal: AbortSignal | undefined;
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async (task) => { signal = task.signal; await aborted(task.signal); });
    tasks.spawn(failing(error));
  })), error);
  is(signal?.aborted, true);
});

scenario(20, "run rejects only after the sibling's cleanup", async () => {
  let cleaned = false;
  await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(15); cleaned = true; } });
    tasks.spawn(failing(new Error("x")));
  }));
  is(cleaned, true);
});

scenario(21, "a body woken through tasks.signal: the child error comes out, not the abort", async () => {
  const error = new Error("child");
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(failing(error));
    await sleep(1_000, tasks.signal);
  })), error);
});

scenario(22, "a body that ignores the signal is not interrupted", async () => {
  const error = new Error("child");
  let reached = false;
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(failing(error, 1));
    await sleep(12);
    reached = true;
  })), error);
  is(reached, true);
});

scenario(23, "a failing handle that the body awaits is reported once", async () => {
  const error = new Error("child");
  is(await reasonOf(TaskGroup.run(async (tasks) => { await tasks.spawn(failing(error)); })), error);
  is(suppressedErrors(error), []);
});

scenario(24, "catching a handle does not un-fail the group", async () => {
  const error = new Error("child");
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    is(await reasonOf(tasks.spawn(failing(error))), error);
    return "recovered";
  })), error);
});

scenario(25, "a body error with the child's as its cause wins: it carries it", async () => {
  const error = new Error("child");
  const thrown = await reasonOf(TaskGroup.run(async (tasks) => {
    try { await tasks.spawn(failing(error)); } catch (cause) { throw new Error("translated", { cause }); }
  }));
  isA(thrown, Error, /^translated$/);
  is(thrown.cause, error);
  is(suppressedErrors(thrown), []);
});

scenario("25a", "a sibling that wraps the abort it got does not displace the failure behind that abort", async () => {
  const error = new Error("not found");
  const wrapper: { error?: Error } = {};
  const thrown = await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => {
      try { await aborted(signal); } catch (cause) { throw (wrapper.error = new TypeError("fetch failed", { cause })); }
    });
    tasks.spawn(failing(error));
  }));
  is(thrown, error);
  is(suppressedErrors(thrown), [wrapper.error]);
});

scenario(26, "an unrelated later body error is suppressed by the first", async () => {
  const first = new Error("first");
  const second = new Error("second");
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    await tasks.spawn(failing(first)).settled();
    throw second;
  })), first);
  is(suppressedErrors(first), [second]);
});

scenario(27, "two failures: the first in time wins, the second is attached", async () => {
  const first = new Error("first");
  const second = new Error("second");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(failing(second, 12));
    tasks.spawn(failing(first, 2));
  })), first);
  is(suppressedErrors(first), [second]);
});

scenario(28, "the reason, an AbortError and the two codes are echoes of an abort, not failures", async () => {
  const error = new Error("real");
  const answers: ((signal: AbortSignal) => unknown)[] = [
    (signal) => signal.reason,
    () => new DOMException("stop", "AbortError"),
    () => Object.assign(new Error("x"), { code: "ABORT_ERR" }),
    () => Object.assign(new Error("x"), { code: "ERR_CANCELED" }),
  ];
  const states: string[] = [];
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    const siblings = answers.map((answer) => tasks.spawn(async ({ signal }) => {
      try { await aborted(signal); } catch { throw answer(signal); }
    }));
    tasks.spawn(failing(error));
    for (const sibling of siblings) states.push((await sibling.settled()).status);
  })), error);
  is(states, ["cancelled", "cancelled", "cancelled", "cancelled"]);
  is(suppressedErrors(error), []);
});

scenario("28a", "an error of another name after the abort is a failure", async () => {
  const error = new Error("real");
  const other = Object.assign(new Error("disk full"), { code: "ENOSPC" });
  await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => { throw other; }); });
    tasks.spawn(failing(error));
  }));
  is(suppressedErrors(error), [other]);
});

scenario("28b", "an error that cannot be looked at is a failure, and does not keep the group open", async () => {
  const error = new Error("real");
  const hostile = new Proxy({}, { get: () => { throw new Error("hands off"); } });
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => Promise.reject(hostile as Error)); });
    tasks.spawn(failing(error));
  })), error);
  const lost = (error as { [SUPPRESSED]?: readonly unknown[] })[SUPPRESSED] ?? [];
  ok(lost.length === 2 && lost.includes(hostile), "the error is kept, beside what came of looking at it");
});

scenario(29, "an AbortError although nobody aborted is a failure", async () => {
  const stray = new DOMException("stray", "AbortError");
  let state: string | undefined;
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    const task = tasks.spawn(failing(stray));
    await task.settled();
    state = task.state;
  })), stray);
  is(state, "failed");
});

scenario(30, "failing with undefined is a failure", async () => {
  let rejected = false;
  await TaskGroup.run((tasks) => { tasks.spawn(failing(undefined)); }).catch((error: unknown) => { rejected = true; is(error, undefined); });
  is(rejected, true);
});

scenario("30a", "a later error without a cause does not carry a first failure of undefined", async () => {
  let thrown: unknown = "nothing";
  await TaskGroup.run(async (tasks) => {
    tasks.spawn(failing(undefined, 1));
    await sleep(5);
    throw new Error("later");
  }).catch((error: unknown) => { thrown = error; });
  is(thrown, undefined);
});

scenario(31, "a frozen winner is thrown untouched; what it cannot carry goes to the observer", async () => {
  const frozen = Object.freeze(new Error("frozen"));
  const second = new Error("second");
  const orphans: unknown[] = [];
  using observed = TaskGroup.observe({ suppressed: (error, by) => orphans.push(error, by) });
  void observed;
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(failing(frozen, 1));
    tasks.spawn(failing(second, 8));
  })), frozen);
  is(suppressedErrors(frozen), []);
  is(orphans, [second, frozen]);
});

scenario("31a", "so it is with a winner that is no object; observers are told once, however often the outcome is asked for", async () => {
  const second = new Error("second");
  const orphans: unknown[] = [];
  using observed = TaskGroup.observe({ suppressed: (error, by) => orphans.push(error, by) });
  void observed;
  await using tasks = new TaskGroup();
  tasks.spawn(failing("first", 1));
  tasks.spawn(failing(second, 8));
  is([await reasonOf(tasks.join()), await reasonOf(tasks.join())], ["first", "first"]);
  is(orphans, [second, "first"]);
});

scenario(32, "one error thrown by two children is reported once", async () => {
  const error = new Error("same");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(failing(error, 1));
    tasks.spawn(failing(error, 6));
  })), error);
  is(suppressedErrors(error), []);
});

scenario(33, "a failure during the drain aborts the siblings", async () => {
  const error = new Error("late");
  let signal: AbortSignal | undefined;
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async (task) => { signal = task.signal; await sleep(1_000, task.signal); });
    tasks.spawn(failing(error, 8));
  })), error);
  is(signal?.aborted, true);
});

scenario(34, "a child that swallows the abort is fulfilled; the group fails all the same", async () => {
  const error = new Error("real");
  let outcome: unknown;
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    const deaf = tasks.spawn(async ({ signal }) => { await aborted(signal).catch(() => {}); return "kept"; });
    tasks.spawn(failing(error));
    outcome = await deaf.settled();
  })), error);
  is(outcome, { status: "fulfilled", value: "kept" });
});

scenario(35, "siblings see a Cancellation that names its kind and its cause", async () => {
  const error = new Error("real");
  let reason: unknown;
  await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { await aborted(signal).catch((r: unknown) => { reason = r; }); });
    tasks.spawn(failing(error));
  }));
  isA(reason, Cancellation);
  is([reason.name, reason.code, reason.kind, reason.cause], ["AbortError", "ABORT_ERR", "sibling-failed", error]);
  ok(reason instanceof Error, "an Error");
});

scenario(36, "a throwing body aborts its tasks with body-failed, waits, and its error comes out", async () => {
  const error = new Error("body");
  let reason: unknown;
  let cleaned = false;
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { reason = signal.reason; await sleep(5); cleaned = true; } });
    await sleep(2);
    throw error;
  })), error);
  isA(reason, Cancellation);
  is([reason.kind, reason.cause, cleaned], ["body-failed", error, true]);
});

scenario(37, "a body that throws before any await behaves the same", async () => {
  const error = new Error("body");
  let cleaned = false;
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { await sleep(5); cleaned = true; } });
    throw error;
  })), error);
  is(cleaned, true);
});

scenario(38, "body error first, cleanup error of a task second: the latter is suppressed", async () => {
  const body = new Error("body");
  const cleanup = new Error("cleanup");
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async ({ signal }) => { try { await aborted(signal); } finally { throw cleanup; } });
    throw body;
  })), body);
  is(suppressedErrors(body), [cleanup]);
});

scenario(39, "child error first, error of the body's finally second: the latter is suppressed", async () => {
  const child = new Error("child");
  const body = new Error("body");
  is(await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(failing(child));
    try { await aborted(tasks.signal); } finally { throw body; }
  })), child);
  is(suppressedErrors(child), [body]);
});

scenario(40, "body throws, tasks ignore the signal: run waits for them", async () => {
  let ended = false;
  await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(async () => { await sleep(10); ended = true; });
    throw new Error("body");
  }));
  is(ended, true);
});

scenario("40a", "suppressed errors of an inner winner are kept when an outer group adds its own", async () => {
  const [first, second, third] = [new Error("1"), new Error("2"), new Error("3")];
  is(await reasonOf(TaskGroup.run((outer) => {
    outer.spawn(({ signal }) => TaskGroup.run({ signal }, (inner) => {
      inner.spawn(failing(first, 1));
      inner.spawn(failing(second, 4));
    }));
    outer.spawn(async () => { await sleep(12); throw third; });
  })), first);
  is(suppressedErrors(first), [second, third]);
});

scenario("40e", "what an inner group has attached already is not attached again by the outer one", async () => {
  const [first, second] = [new Error("1"), new Error("2")];
  is(await reasonOf(TaskGroup.run((outer) => {
    outer.spawn(({ signal }) => TaskGroup.run({ signal }, (inner) => {
      inner.spawn(failing(first, 1));
      inner.spawn(failing(second, 4));
    }));
    outer.spawn(async () => { await sleep(12); throw second; });
  })), first);
  is((first as { [SUPPRESSED]?: readonly unknown[] })[SUPPRESSED], [second]);
});

scenario("40b", "suppressedErrors looks into SuppressedError, at any depth, and survives cycles", () => {
  const [a, b, c] = [new Error("a"), new Error("b"), new Error("c")];
  const inner = Object.assign(new Error("inner"), { name: "SuppressedError", error: a, suppressed: b });
  const outer = Object.assign(new Error("outer"), { name: "SuppressedError", error: inner, suppressed: c });
  is(suppressedErrors(outer), [c, b], "the nearest first");
  Object.assign(b, { name: "SuppressedError", error: outer, suppressed: outer });
  is(suppressedErrors(outer), [c, b]);
  is([suppressedErrors(undefined), suppressedErrors("text"), suppressedErrors(a)], [[], [], []]);
});

scenario("40c", "a cause chain that bites its tail does not hang the choice of the winner", async () => {
  const first = new Error("first");
  const loop = new Error("loop");
  loop.cause = loop;
  is(await reasonOf(TaskGroup.run((tasks) => {
    tasks.spawn(failing(first, 1));
    tasks.spawn(failing(loop, 5));
  })), first);
  is(suppressedErrors(first), [loop]);
});

scenario("40d", "what lost to an error is still found when the body translates that error", async () => {
  const [first, second] = [new Error("first"), new Error("second")];
  const thrown = await reasonOf(TaskGroup.run(async (tasks) => {
    tasks.spawn(failing(first, 1));
    tasks.spawn(failing(second, 3));
    try { await tasks.join(); } catch (cause) { throw new Error("translated", { cause }); }
  }));
  isA(thrown, Error, /^translated$/);
  is([thrown.cause, suppressedErrors(thrown)], [first, [second]]);
});
