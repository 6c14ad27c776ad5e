/** Runs a program on the real library in virtual time, next to the model, and compares the two after every turn. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/no-unnecessary-condition, @typescript-eslint/no-unnecessary-type-assertion, @typescript-eslint/only-throw-error --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { AsyncLocalStorage } from "node:async_hooks";
import { Cancellation, suppressedErrors, type ObservedGroup, type ObservedTask, type Task, TaskGroup } from "../../src/index.ts";
import { countListeners } from "../harness.ts";
import { ModelGroup, ModelTask, type Reason, type Result } from "./model.ts";
import type { GroupPlan, Program, Step, TaskPlan } from "./plan.ts";

/** One for all worlds: on Node 20 each instance slows every promise down for good. */
const store = new AsyncLocalStorage<number>();

export class Violation extends Error {}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Violation(what);
}

interface Entry {
  readonly model: ModelTask;
  readonly id: number;
  handle: Task<unknown> | undefined;
  result: Result | undefined;
  signal: AbortSignal | undefined;
  /** Whether the signal was aborted when the task settled: it must stay so. */
  abortedAtEnd: boolean | undefined;
  calls: number;
}

interface Place {
  readonly model: ModelGroup;
  readonly group: TaskGroup;
  readonly entries: Entry[];
  /** The promise of `run` or of the `using` block has settled: nothing in it may move any more. */
  over: boolean;
  readonly outer: readonly Place[];
}

const sameReason = (actual: unknown, model: Reason): boolean =>
  "value" in model ? actual === model.value : actual instanceof Cancellation && actual.kind === model.kind && actual.cause === model.cause;

/** One run of one program; everything that happened is in `trace`. */
export class World {
  readonly trace: string[] = [];
  readonly root = new AbortController();
  readonly #outside = new ModelTask(new ModelGroup(Infinity, "none", undefined), false);
  readonly #places: Place[] = [];
  readonly #failures = new Set<unknown>();
  readonly #timers: { readonly at: number; readonly wake: () => void }[] = [];
  #now = 0;
  #spawning: Entry | undefined;
  readonly #entries = new WeakMap<ObservedTask, Entry>();
  #ids = 0;
  #violation: unknown;

  #check(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#violation ??= error;
    }
  }

  #wait(time: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      this.#timers.push({ at: this.#now + time, wake: resolve });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  #error(label: string, options?: ErrorOptions): Error {
    const error = new Error(`${label} ${this.#ids++}`, options);
    this.#failures.add(error);
    return error;
  }

  /** A statement of the program: allowed only while every enclosing group is unsettled, in the right async context. */
  #statement(place: Place, expected: number | undefined): void {
    this.#check(() => {
      for (const enclosing of [place, ...place.outer]) demand(!enclosing.over, "a statement ran after its group had settled");
      demand(store.getStore() === expected, "a statement ran in another async context");
    });
  }

  async #steps(steps: readonly Step[], place: Place, signalOf: () => AbortSignal, self: ModelGroup | ModelTask): Promise<void> {
    const own = store.getStore();
    for (const step of steps) {
      this.#statement(place, own);
      if (step.do === "yield") for (let i = 0; i < step.ticks; i++) await undefined;
      else if (step.do === "wait") await this.#wait(step.time, step.deaf ? undefined : signalOf());
      else if (step.do === "until-abort") await this.#untilAbort(signalOf());
      else if (step.do === "read-signal") signalOf();
      else if (step.do === "spawn") {
        if (place.model.phase !== "closed") this.#spawn(place, step.task, step.background);
      } else if (step.do === "nest") {
        const nested = this.#open(step.group, self, signalOf(), [place, ...place.outer]);
        await (step.caught ? nested.catch(() => {}) : nested);
      } else if (step.do === "cancel-group") {
        place.model.abort({ kind: "cancelled" }, true);
        place.group.cancel();
        this.#compare(place);
      } else {
        const entry = place.entries[step.pick % (place.entries.length || 1)];
        if (step.do === "cancel-task") {
          if (entry?.handle === undefined) continue; // It is being spawned: nobody has its handle yet.
          entry.model.abort({ kind: "cancelled" }, false);
          entry.handle.cancel();
        } else if (step.caught) await entry?.handle?.then(undefined, () => {});
        else await entry?.handle;
      }
      this.#statement(place, own);
    }
  }

  #untilAbort(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  #spawn(place: Place, plan: TaskPlan, background: boolean): void {
    const model = place.model.spawn(background);
    const entry: Entry = { model, id: this.#ids++, handle: undefined, result: undefined, signal: undefined, abortedAtEnd: undefined, calls: 0 };
    place.entries.push(entry);
    this.#spawning = entry;
    entry.handle = store.run(entry.id, () =>
      place.group.spawn((task) => {
        this.#check(() => {
          demand(++entry.calls === 1, "a callback ran twice");
          demand(model.state === "running" || model.aborted !== undefined, `a ${model.state} task was started`);
          demand(place.model.running <= place.model.limit, "more tasks run than the limit allows");
        });
        this.trace.push(`start ${entry.id}`);
        if (plan.end === "throw-at-once") {
          const error = this.#error("at once");
          entry.result = { ok: false, error };
          throw error;
        }
        return this.#task(plan, place, entry, () => (entry.signal ??= task.signal));
      }, { background }),
    );
    this.#spawning = undefined;
    this.#check(() => demand(entry.handle?.state === model.state || model.state === "running", `a task was born ${entry.handle?.state}, not ${model.state}`));
  }

  async #task(plan: TaskPlan, place: Place, entry: Entry, signalOf: () => AbortSignal): Promise<number> {
    try {
      try {
        await this.#steps(plan.steps, place, signalOf, entry.model);
        if (plan.end === "throw") throw this.#error("task");
        if (plan.end === "throw-abort-error") {
          const stray = new DOMException("stray", "AbortError");
          if (!entry.model.aborted) this.#failures.add(stray);
          throw stray;
        }
        if (plan.end === "throw-undefined") {
          this.#failures.add(undefined);
          throw undefined;
        }
      } catch (error) {
        if (plan.end === "wrap") throw this.#error("wrapped", { cause: error });
        if (plan.end !== "swallow" || !entry.model.aborted) throw error;
      } finally {
        for (let i = 0; i < plan.cleanup; i++) await undefined;
        if (plan.cleanup > 2) await this.#wait(2);
        this.#statement(place, entry.id);
        if (plan.cleanupFails) throw this.#error("cleanup");
      }
      entry.result = { ok: true };
      return entry.id;
    } catch (error) {
      entry.result = { ok: false, error };
      throw error;
    }
  }

  async #open(plan: GroupPlan, parent: ModelGroup | ModelTask, signal: AbortSignal, outer: readonly Place[]): Promise<unknown> {
    const told: unknown[] = [];
    const model = new ModelGroup(plan.limit ?? Infinity, plan.handler, parent);
    const options = {
      signal,
      limit: plan.limit,
      ...(plan.handler !== "none" && {
        onTaskError: (error: unknown): void => {
          told.push(error);
          if (plan.handler === "escalate") throw error;
        },
      }),
    };
    let place: Place | undefined;
    const body = (group: TaskGroup): Promise<string> => {
      const here: Place = { model, group, entries: [], over: false, outer };
      place = here;
      this.#places.push(here);
      const promise = this.#body(plan, here);
      // Registered before the library's own reaction, so that the model is told just before the library learns it.
      promise.then(() => model.bodyEnded({ ok: true }), (error: unknown) => model.bodyEnded({ ok: false, error }));
      return promise;
    };
    const block = async (): Promise<string> => {
      const group = new TaskGroup(options);
      try {
        return await group.join(body(group));
      } finally {
        await group[Symbol.asyncDispose]();
      }
    };
    const refused = plan.form === "run" && model.aborted !== undefined;
    const outcome = await (plan.form === "run" ? TaskGroup.run(options, body) : block()).then(
      (value) => ({ ok: true as const, value }),
      (error: unknown) => ({ ok: false as const, error }),
    );
    if (place !== undefined) (place as Place).over = true;
    this.#check(() => {
      this.trace.push(`settled ${outcome.ok ? outcome.value : String(outcome.error)}`);
      if (refused) {
        demand(place === undefined, "the body of a refused run was entered");
        demand(!outcome.ok && sameReason(outcome.error, model.aborted as Reason), "a refused run rejects with the reason");
        parent.groups.delete(model);
        return;
      }
      demand(model.phase === "closed", `the group settled while the model says ${model.phase}`);
      this.#judge(model, outcome, told);
    });
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  }

  async #body(plan: GroupPlan, place: Place): Promise<string> {
    const { group, model } = place;
    try {
      await this.#steps(plan.steps, place, () => group.signal, model);
      if (plan.end === "throw") throw this.#error("body");
      if (plan.end === "until-abort") await this.#untilAbort(group.signal);
      if (plan.end === "cancel") {
        model.abort({ kind: "cancelled" }, true);
        group.cancel();
      }
      if (plan.end === "join") {
        model.drain();
        await group.join();
      }
      return "value";
    } catch (error) {
      if (plan.end === "wrap") throw this.#error("translated", { cause: error });
      throw error;
    }
  }

  #judge(model: ModelGroup, outcome: { ok: boolean; error?: unknown; value?: unknown }, told: readonly unknown[]): void {
    const { verdict } = model;
    demand(outcome.ok === (verdict === "value"), `settled ${outcome.ok ? "with a value" : `with ${String(outcome.error)}`}, the model says ${verdict}`);
    if (verdict === "aborted") demand(sameReason(outcome.error, model.aborted as Reason), "rejected with another reason");
    demand(told.length === model.told.length && told.every((error, i) => error === model.told[i]), "onTaskError was told something else");
    if (verdict !== "fails") return;
    const causes = new Set<unknown>();
    for (let at = outcome.error; !causes.has(at); at = (at as Error).cause) {
      causes.add(at);
      if (!(at instanceof Error) || at instanceof Cancellation || !("cause" in at)) break;
    }
    const first = model.failures[0];
    demand(outcome.error === first || (model.failures.includes(outcome.error) && causes.has(first)), "the winner is neither the first failure nor carries it");
    const lost = new Set(suppressedErrors(outcome.error));
    if (outcome.error instanceof Error) {
      for (const error of model.failures) demand(causes.has(error) || lost.has(error), `${String(error)} was lost`);
    }
    for (const error of lost) demand(this.#failures.has(error), `${String(error)} is reported, but is no failure`);
  }

  /** What must hold between turns, and right after a synchronous abort. */
  #compare(place: Place): void {
    const { model, group, entries } = place;
    this.#check(() => {
      demand(group.size === model.live.size, `size ${group.size}, the model says ${model.live.size}`);
      const snapshot = group.inspect();
      demand(snapshot.aborted === (model.aborted !== undefined), `aborted ${snapshot.aborted}, unlike the model`);
      demand(snapshot.phase === model.phase, `phase ${snapshot.phase}, the model says ${model.phase}`);
      for (const { handle, model: task, signal, id, abortedAtEnd } of entries) {
        if (handle === undefined) continue; // It is being spawned: on this very stack.
        demand(handle.state === task.state, `task ${id} is ${handle.state}, the model says ${task.state}`);
        if (signal === undefined) continue;
        demand(signal.aborted === (task.aborted !== undefined), `the signal of task ${id} disagrees with the model`);
        if (task.aborted) demand(sameReason(signal.reason, task.aborted), `the reason of task ${id} is another one`);
        if (abortedAtEnd !== undefined) demand(signal.aborted === abortedAtEnd, `the signal of task ${id} changed after its end`);
      }
    });
  }

  #observer = {
    spawn: (task: ObservedTask): void => {
      if (this.#spawning) this.#entries.set(task, this.#spawning);
      this.#spawning = undefined;
    },
    settle: (task: ObservedTask): void => {
      const entry = this.#entries.get(task);
      if (entry === undefined) return;
      this.trace.push(`${task.state} ${entry.id}`);
      entry.abortedAtEnd = entry.signal?.aborted;
      if (entry.result) entry.model.group.settle(entry.model, entry.result);
      else if (entry.model.aborted) entry.model.group.settle(entry.model, { ok: false, error: new DOMException("never started", "AbortError") });
      else this.#check(() => demand(false, `task ${entry.id} settled as ${task.state} although it has not ended`));
    },
    close: (group: ObservedGroup): void => void this.trace.push(`close ${String(group.aborted)}`),
  };

  /** Runs the program to its end, and throws the first violation. */
  async run({ root, abortAt }: Program): Promise<void> {
    const listeners = countListeners(this.root.signal);
    const observed = TaskGroup.observe(this.#observer);
    const stop = (reason: string): void => {
      const value = new Error(reason);
      this.#outside.abort({ value }, false);
      this.root.abort(value);
      for (const place of this.#places) this.#compare(place);
    };
    if (abortAt !== undefined) this.#timers.push({ at: abortAt, wake: () => stop("from outside") });
    let done = false;
    void this.#open(root, this.#outside, this.root.signal, []).catch(() => {}).finally(() => (done = true));
    for (let turns = 0; ; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const place of this.#places) this.#compare(place);
      this.#check(() => {
        for (const { model } of this.#places) demand(model.aborted !== undefined || model.queued === 0 || model.running === model.limit, "a task is queued, and a slot is free");
      });
      if (done || this.#violation !== undefined) break;
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers.shift();
      if (next !== undefined) {
        this.#now = Math.max(this.#now, next.at);
        next.wake();
      } else if (!this.root.signal.aborted) stop("end of time");
      else {
        this.#check(() => demand(false, "it does not end although everything that is left was aborted"));
        break;
      }
    }
    observed[Symbol.dispose]();
    if (this.#violation !== undefined) throw this.#violation;
    demand(listeners.now === 0, "a listener was left on the parent signal");
    for (const { group } of this.#places) demand(group.size === 0 && group.inspect().groups.length === 0, "something is left in a closed group");
  }
}
