/** Finds groups that can never end: nothing refers to them any more, so nothing will. */
import { observe } from "./observe.ts";
import { dispose } from "./symbols.ts";

/**
 * Calls `report` with the name of each group that was garbage-collected while open, for as long as the result is not
 * disposed. That happens to a group whose generator was dropped without `return()`, and to tasks that wait for
 * themselves (`await` of the own handle, `join()` of the own group). For development: it tells late, or never.
 *
 * @example
 * reportLostGroups((name) => console.warn(`task group ${name ?? "(unnamed)"} was dropped while open`));
 */
export function reportLostGroups(report: (name: string | undefined) => void): Disposable {
  const registry = new FinalizationRegistry<string | undefined>(report);
  const observing = observe({
    open: (group) => registry.register(group, group.name, group),
    close: (group) => void registry.unregister(group),
  });
  return { [dispose]: () => observing[dispose]() };
}
