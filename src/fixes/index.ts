/** The door of the fixes: everything a rule may ask for to change code. */
export { awaitIt } from "./await.ts";
export { asyncDisposer, deadlineInstead, dropItsError, releaseInFinally } from "./cleanup.ts";
export { structuredCombinator } from "./combinator.ts";
export { awaitBeforeLeaving, declareGroupLater, handOver, listenWithSignal, moveIntoTask, renewController, withoutClosing } from "./disposal.ts";
export { applyEdits, mapOffset, mergeGroups } from "./edit.ts";
export type { Edit, Fix } from "./edit.ts";
export { forEachToLoop } from "./for-each.ts";
export { spawnInGroup } from "./group.ts";
export { spawnInCallback } from "./spawn-callback.ts";
export { hoistAwait } from "./hoist.ts";
export { closeIterator } from "./iterator.ts";
export { joinOnExits } from "./join.ts";
export { joinTogether, spawnInstead } from "./late-await.ts";
export { callSuperDisposer, disposeFirst, releaseInDisposer } from "./owner.ts";
export { removeStatement } from "./remove.ts";
export { runtimeModule } from "./scopes.ts";
export { releaseAtEnd } from "./using.ts";
export type { FixView } from "./view.ts";
