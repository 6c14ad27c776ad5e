/** Tells whoever asks what groups and tasks do; nothing is recorded, and nothing paid, while nobody asks. */
import type { GroupPhase } from "./inspect.ts";
import { dispose } from "./symbols.ts";
import type { TaskState } from "./types.ts";

/**
 * A group, as observers see it. Identity is stable; read, never write.
 *
 * @example
 * const open = new Set<ObservedGroup>();
 * TaskGroup.observe({ open: (group) => open.add(group), close: (group) => open.delete(group) });
 */
export interface ObservedGroup {
  /** The name given to the group. */
  readonly name: string | undefined;
  readonly phase: GroupPhase;
  /** Was the group as a whole told to stop? */
  readonly aborted: boolean;
  /** The abort reason, once aborted; before that at most the reason that its background tasks were given at its end. */
  readonly reason: unknown;
  /** The task or group whose signal it was opened with. */
  readonly parent: ObservedGroup | ObservedTask | undefined;
}

/**
 * A task, as observers see it. Identity is stable; read, never write.
 *
 * @example
 * const began = new WeakMap<ObservedTask, number>();
 * TaskGroup.observe({
 *   spawn: (task) => began.set(task, performance.now()),
 *   settle: (task) => report(task.name, task.state, performance.now() - (began.get(task) ?? 0)),
 * });
 */
export interface ObservedTask {
  /** The name given to `spawn`. */
  readonly name: string | undefined;
  /** When `spawn` is called, `queued`; whether it runs at once is decided after that. */
  readonly state: TaskState;
  readonly background: boolean;
  /** Who owns it. */
  readonly group: ObservedGroup;
}

/**
 * What `TaskGroup.observe` calls, synchronously. An observer that throws disturbs no group: the error surfaces as an
 * uncaught exception.
 *
 * @example
 * const metrics: TaskGroupObserver = { spawn: () => started.add(1), settle: ({ state }) => ended.add(1, { state }) };
 */
export interface TaskGroupObserver {
  /** A group was constructed. */
  open?(group: ObservedGroup): void;
  /** Nothing is left in a group. */
  close?(group: ObservedGroup): void;
  /** A task was spawned; also one that is refused. */
  spawn?(task: ObservedTask): void;
  /** The task reached a final state. */
  settle?(task: ObservedTask): void;
  /**
   * An error that could not be thrown: a loser's failed cleanup after `race` or `any` had a value, or a later failure
   * when the winner (`by`) takes no properties.
   */
  suppressed?(error: unknown, by: unknown): void;
}

/** The current observers, or undefined: one comparison is all that an unobserved group pays. */
export let observers: readonly TaskGroupObserver[] | undefined;

/**
 * Adds an observer until the result is disposed.
 *
 * @example
 * using counting = TaskGroup.observe({ spawn: () => started++, settle: (task) => ended.add(task.state) });
 */
export function observe(observer: TaskGroupObserver): Disposable {
  // A copy each time: the same observer may be installed twice, and lists may change while being walked.
  const entry = Object.create(observer) as TaskGroupObserver;
  observers = [...(observers ?? []), entry];
  return {
    [dispose]() {
      const rest = observers?.filter((other) => other !== entry);
      observers = rest?.length ? rest : undefined;
    },
  };
}

/** Calls each current observer. Takes data, not a closure: a closure would cost its context where nobody observes, too. */
export function tell<E extends keyof TaskGroupObserver>(event: E, ...facts: Parameters<Required<TaskGroupObserver>[E]>): void {
  for (const observer of observers ?? []) {
    try {
      (observer[event] as ((...facts: unknown[]) => void) | undefined)?.(...facts);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
