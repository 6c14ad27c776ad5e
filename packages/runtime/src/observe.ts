/** Tells whoever asks what groups and tasks do; nothing is recorded, and nothing paid, while nobody asks. */
import { dispose } from "./symbols.ts";
import type { GroupPhase, TaskState } from "./types.ts";

/** A group, as observers see it. Identity is stable; read, never write. */
export interface ObservedGroup {
  readonly name: string | undefined;
  readonly phase: GroupPhase;
  readonly aborted: boolean;
  /** The abort reason, once aborted. */
  readonly reason: unknown;
  /** The task or group whose signal it was opened with. */
  readonly parent: ObservedGroup | ObservedTask | undefined;
}

/** A task, as observers see it. Identity is stable; read, never write. */
export interface ObservedTask {
  readonly name: string | undefined;
  readonly state: TaskState;
  readonly background: boolean;
  readonly group: ObservedGroup;
}

/**
 * What `TaskGroup.observe` calls, synchronously. An observer that throws disturbs no group: the error surfaces as an
 * uncaught exception.
 */
export interface TaskGroupObserver {
  open?(group: ObservedGroup): void;
  close?(group: ObservedGroup): void;
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
