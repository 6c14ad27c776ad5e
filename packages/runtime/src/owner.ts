/** What tasks and groups have in common: a signal made only when read, and groups nested in it. */
import { type Link, List } from "./list.ts";
import type { ObservedGroup, ObservedTask } from "./observe.ts";

/** On our own signals: who owns them. Linking through it spares an event listener per nested group. */
const OWNER: unique symbol = Symbol("asr.owner");

/** One field instead of two: groups see many tasks, and a live task should be small. */
const NOT_ABORTED: unique symbol = Symbol("not aborted");

type Owned = AbortSignal & { [OWNER]?: Owner };

/** A group, as its owner sees it. */
export interface Nested extends Link<Nested> {
  abort(reason: unknown): void;
}

/** Something that can be aborted, and takes nested groups with it. */
export abstract class Owner {
  #reason: unknown = NOT_ABORTED;
  nested: List<Nested> | undefined;
  #controller: AbortController | undefined;

  /** One-way: the first reason stays. */
  get aborted(): boolean {
    return this.#reason !== NOT_ABORTED;
  }

  /** Why it was aborted; undefined before that. */
  get reason(): unknown {
    return this.aborted ? this.#reason : undefined;
  }

  /** Takes the reason without telling anybody yet; `broadcast` does that. */
  protected mark(reason: unknown): void {
    this.#reason = reason;
  }

  /** What a tracer shows as the parent of a nested group: a task or a group, but not a stranger's signal. */
  get seen(): ObservedGroup | ObservedTask | undefined {
    return this as unknown as ObservedGroup | ObservedTask;
  }

  /** Created on first read (several microseconds on Node 20); already aborted when the owner is. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = (this.#controller = new AbortController());
    (controller.signal as Owned)[OWNER] = this;
    if (this.aborted) controller.abort(this.reason);
    return controller.signal;
  }

  /** Tells the signal, then the nested groups, that this owner was aborted. */
  protected broadcast(): void {
    this.#controller?.abort(this.reason);
    for (const group of this.nested?.snapshot() ?? []) group.abort(this.reason);
  }

  /** Takes a nested group in. */
  adopt(group: Nested): void {
    (this.nested ??= new List()).add(group);
  }

  /** Lets a nested group go. */
  release(group: Nested): void {
    this.nested?.drop(group);
  }
}

/** Stands for a signal that is not ours: one listener for all groups opened with it, and none once they are closed. */
class Foreigner extends Owner {
  readonly #source: AbortSignal;

  constructor(source: AbortSignal) {
    super();
    this.#source = source;
  }

  override get seen(): undefined {
    return undefined;
  }

  readonly #onAbort = (): void => {
    this.mark(this.#source.reason);
    this.broadcast();
  };

  override adopt(group: Nested): void {
    if (!this.nested?.first) this.#source.addEventListener("abort", this.#onAbort);
    super.adopt(group);
  }

  override release(group: Nested): void {
    super.release(group);
    if (!this.nested?.first) this.#source.removeEventListener("abort", this.#onAbort);
  }
}

const foreigners = new WeakMap<AbortSignal, Owner>();

/** Who speaks for `signal`. */
export function ownerOf(signal: AbortSignal): Owner {
  let owner = (signal as Owned)[OWNER] ?? foreigners.get(signal);
  if (!owner) foreigners.set(signal, (owner = new Foreigner(signal)));
  return owner;
}
