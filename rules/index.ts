/** All rules by name. Written by `npm run gen`; do not edit. */
import type { Rule } from "../src/rule.ts";
import noAbandonedScope from "./no-abandoned-scope.ts";
import noDiscardingCallback from "./no-discarding-callback.ts";
import noEarlyDisposal from "./no-early-disposal.ts";
import noFloatingTask from "./no-floating-task.ts";
import noLeakyCombinator from "./no-leaky-combinator.ts";
import noPromiseValue from "./no-promise-value.ts";
import noRedundantScope from "./no-redundant-scope.ts";
import noScopeEscape from "./no-scope-escape.ts";
import noTaskRace from "./no-task-race.ts";
import noUnscopedSpawn from "./no-unscoped-spawn.ts";
import noUnsoundCleanup from "./no-unsound-cleanup.ts";
import noUseAfterDispose from "./no-use-after-dispose.ts";
import requireDisposal from "./require-disposal.ts";
import requireJoin from "./require-join.ts";
import requireOwnerDisposal from "./require-owner-disposal.ts";

/** Every rule of the plugin, by its name without prefix. */
export const rules: Readonly<Record<string, Rule>> = {
  "no-abandoned-scope": noAbandonedScope,
  "no-discarding-callback": noDiscardingCallback,
  "no-early-disposal": noEarlyDisposal,
  "no-floating-task": noFloatingTask,
  "no-leaky-combinator": noLeakyCombinator,
  "no-promise-value": noPromiseValue,
  "no-redundant-scope": noRedundantScope,
  "no-scope-escape": noScopeEscape,
  "no-task-race": noTaskRace,
  "no-unscoped-spawn": noUnscopedSpawn,
  "no-unsound-cleanup": noUnsoundCleanup,
  "no-use-after-dispose": noUseAfterDispose,
  "require-disposal": requireDisposal,
  "require-join": requireJoin,
  "require-owner-disposal": requireOwnerDisposal,
};
