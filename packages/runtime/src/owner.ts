/** What tasks and groups have in common: they can be aborted, and take what is nested in them along. */
import { List } from "./list.ts";
import { onAbort } from "./on-abort.ts";
import type { Scope } from "./scope.ts";
import { dispose } from "./symbols.ts";

/** On our own signals: who owns them. Linking through it spares an event listener per nested group. */
const OWNER: unique symbol = Symbol("asr.owner");

type Owned = AbortSignal & { [OWNER]?: Owner };

/**
 * Who aborted it: something `above` (for a task its group), its `own` cancel(), or its `timeout`. Decides whether what a
 * task answers is a cancellation, and whether that leaves its group without a result.
 */
export type AbortedBy = "above" | "own" | "timeout";

/**
 * Something that can be aborted. Its fields, and those of tasks, are assigned in one go and private to TypeScript only:
 * field definitions and `#` fields cost a sixth of a spawn.
 */
export abstract class Owner {
  /** Groups that were opened with its signal. */
  declare nested: List<Scope> | undefined;
  declare abortedBy: AbortedBy | undefined;
  /** The abort reason; any value, even undefined. */
  declare reason: unknown;
  private declare controller: AbortController | undefined;

  constructor() {
    this.nested = this.abortedBy = this.reason = this.controller = undefined;
  }

  /** It has ended, and can be aborted no more. */
  abstract get over(): boolean;

  /** One-way: the first reason stays. */
  get aborted(): boolean {
    return !!this.abortedBy;
  }

  /** Created on first read (several microseconds on Node 20); already aborted when the owner is. */
  get signal(): AbortSignal {
    let { controller } = this;
    if (!controller) {
      controller = this.controller = new AbortController();
      (controller.signal as Owned)[OWNER] = this;
      if (this.aborted) controller.abort(this.reason);
    }
    return controller.signal;
  }

  /** Aborts it, unless it is over or was aborted before: what it holds first, then its signal, then the groups opened with that. */
  abort(reason: unknown, by: AbortedBy = "above"): void {
    if (this.aborted || this.over) return;
    this.abortedBy = by;
    this.reason = reason;
    this.abortOwn(reason);
    this.controller?.abort(reason);
    this.nested?.abort(reason);
  }

  /** Hands an abort on to what has no signal of its own yet. */
  protected abstract abortOwn(reason: unknown): void;
}

/** Takes groups in, and lets them go. */
export type Groups = Pick<List<Scope>, "add" | "drop">;

/** The groups on a signal that is not ours: one listener for all of them, and none once they are closed. */
function groupsOnStranger(signal: AbortSignal): Groups {
  const groups = new List<Scope>();
  let listening: Disposable | undefined;
  return {
    add(group) {
      listening ??= onAbort(signal, (reason) => groups.abort(reason));
      groups.add(group);
    },
    drop(group) {
      groups.drop(group);
      if (groups.first) return;
      listening?.[dispose]();
      listening = undefined;
    },
  };
}

const strangers = new WeakMap<AbortSignal, Groups>();

/** The task or group that `signal` belongs to, if it is one of ours. */
export function ownerOf(signal: AbortSignal | null | undefined): Owner | undefined {
  return (signal as Owned | undefined)?.[OWNER];
}

/** Where a group that is opened with `signal` has to be, for as long as it is open, to be aborted with it. */
export function groupsOn(signal: AbortSignal): Groups {
  const owner = ownerOf(signal);
  if (owner) return (owner.nested ??= new List());
  let groups = strangers.get(signal);
  if (!groups) strangers.set(signal, (groups = groupsOnStranger(signal)));
  return groups;
}
