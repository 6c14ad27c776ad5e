/**
 * The reference model: what the specification says about groups, as plain sets and flags, without promises, signals or
 * timing. It is stepped by the same events as the real thing and must agree with it after each of them.
 */

/** Either a reason from outside, compared by identity, or one that the library makes. */
export type Reason = { readonly value: unknown } | { readonly kind: string; readonly cause?: unknown };

export type Result = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** A task of the model. */
export class ModelTask {
  state: "queued" | "running" | "fulfilled" | "failed" | "cancelled" = "running";
  aborted: Reason | undefined;
  byGroup = false;
  readonly groups = new Set<ModelGroup>();

  constructor(
    readonly group: ModelGroup,
    readonly background: boolean,
  ) {}

  abort(reason: Reason, byGroup: boolean): void {
    if (this.aborted || (this.state !== "queued" && this.state !== "running")) return;
    this.aborted = reason;
    this.byGroup = byGroup;
    if (this.state === "queued") this.group.leave(this, "cancelled");
    else for (const group of [...this.groups]) group.abort(reason);
  }
}

const isEcho = (error: unknown, reason: Reason): boolean =>
  (error as { name?: unknown } | undefined)?.name === "AbortError" || ("value" in reason && reason.value === error);

/** A group of the model. */
export class ModelGroup {
  readonly live = new Set<ModelTask>();
  readonly groups = new Set<ModelGroup>();
  readonly failures: unknown[] = [];
  readonly told: unknown[] = [];
  phase: "open" | "draining" | "closed" = "open";
  aborted: Reason | undefined;
  own = false;
  over = false;
  bereft = false;
  echoed = false;

  constructor(
    readonly limit: number,
    readonly handler: "none" | "swallow" | "escalate",
    readonly parent: ModelGroup | ModelTask | undefined,
  ) {
    if (parent?.aborted) this.aborted = parent.aborted;
    else parent?.groups.add(this);
  }

  #count(background: boolean, state?: string): number {
    return [...this.live].filter((task) => task.background === background && (state === undefined || task.state === state)).length;
  }

  get running(): number {
    return this.#count(false, "running");
  }

  get queued(): number {
    return this.#count(false, "queued");
  }

  spawn(background: boolean): ModelTask {
    const task = new ModelTask(this, background);
    if (this.aborted || this.over) {
      task.state = "cancelled";
      task.aborted = this.aborted ?? { kind: "scope-done" };
      if (this.aborted && !background) this.bereft = true;
    } else {
      if (!background && this.running >= this.limit) task.state = "queued";
      this.live.add(task);
    }
    return task;
  }

  settle(task: ModelTask, result: Result): void {
    if (!this.live.has(task)) return;
    if (result.ok) this.leave(task, "fulfilled");
    else if (task.aborted && isEcho(result.error, task.aborted)) this.leave(task, "cancelled");
    else this.leave(task, "failed", result.error);
  }

  leave(task: ModelTask, state: ModelTask["state"], error?: unknown): void {
    task.state = state;
    this.live.delete(task);
    if (state === "cancelled" && task.byGroup && !task.background) this.bereft = true;
    if (state === "failed") {
      if (this.handler !== "none") this.told.push(error);
      if (this.handler !== "swallow") this.#fail(error, "sibling-failed");
    }
    if (!this.aborted) for (const next of this.live) if (next.state === "queued" && this.running < this.limit) next.state = "running";
    this.check();
  }

  #fail(error: unknown, kind: string): void {
    if (this.failures.includes(error)) return;
    this.failures.push(error);
    this.abort({ kind, cause: error });
  }

  abort(reason: Reason, own = false): void {
    if (this.aborted || this.phase === "closed") return;
    this.aborted = reason;
    this.own = own;
    for (const task of [...this.live]) task.abort(reason, true);
    for (const group of [...this.groups]) group.abort(reason);
    this.check();
  }

  bodyEnded(result: Result): void {
    if (!result.ok) {
      if (this.aborted && isEcho(result.error, this.aborted)) this.echoed = true;
      else this.#fail(result.error, "body-failed");
    }
    this.drain();
  }

  drain(): void {
    if (this.phase === "open") this.phase = "draining";
    this.check();
  }

  check(): void {
    if (this.phase !== "draining" || this.#count(false) > 0) return;
    if (this.live.size === 0) {
      this.phase = "closed";
      this.parent?.groups.delete(this);
    } else if (!this.aborted && !this.over) {
      this.over = true;
      for (const task of [...this.live]) task.abort({ kind: "scope-done" }, true);
    }
  }

  /** `fails`: with one of the failures. `aborted`: with the abort reason. `value`: with what the body returned. */
  get verdict(): "fails" | "aborted" | "value" {
    if (this.failures.length > 0) return "fails";
    return this.aborted && (this.echoed || (this.bereft && !this.own)) ? "aborted" : "value";
  }
}
