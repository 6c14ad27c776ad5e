/** The faults: name, file, and a text that occurs in it once with what to put in its place. */
import type { Mutation } from "./bundle.ts";

const at = (file: string, from: string, to: string): Mutation => ({ file: `src/${file}`, from, to });

export const mutants: Readonly<Record<string, Mutation>> = {
  // Spawning
  "spawn on a closed group is accepted": at("scope.ts", 'if (this.phase === "closed") throw', 'if (false) throw'),
  "spawn on an aborted group runs": at("scope.ts", "if (this.aborted || this.#over !== undefined) {", "if (this.#over !== undefined) {"),
  "spawn during background shutdown runs": at("scope.ts", "if (this.aborted || this.#over !== undefined) {", "if (this.aborted) {"),
  "a refused foreground task does not count": at("scope.ts", "if (!task.background) this.bereft = true;", ""),
  "a refused background task counts": at("scope.ts", "if (!task.background) this.bereft = true;", "this.bereft = true;"),
  "a promise is taken for a function": at("scope.ts", 'if (typeof fn !== "function") throw notAFunction(fn);', ""),
  "a task's timeout is not validated": at("scope.ts", "if (timeout !== undefined) duration(timeout);\n    const task", "const task"),
  "a synchronous throw leaves spawn": at("task.ts", "promise = Promise.reject(error);", "throw error;"),
  "a started task is registered after its call": at("scope.ts", "    this.tasks.add(task);\n    if (task.background) this.background++;\n    else this.foreground++;\n    if (task.background || this.#slots === undefined || this.#slots.take(task)) task.start(fn, timeout);\n    else task.enqueue(fn, timeout);", "    if (task.background || this.#slots === undefined || this.#slots.take(task)) task.start(fn, timeout);\n    else task.enqueue(fn, timeout);\n    this.tasks.add(task);\n    if (task.background) this.background++;\n    else this.foreground++;"),

  // Limit
  "one task too many runs": at("slots.ts", "if (this.#taken < this.#limit) {", "if (this.#taken <= this.#limit) {"),
  "background tasks take slots": at("scope.ts", "if (task.background || this.#slots === undefined", "if (this.#slots === undefined"),
  "a slot is not given back": at("slots.ts", "if (held) this.#taken--;", "if (held) this.#taken;"),
  "a cancelled queued task gives back a slot it never had": at("slots.ts", "if (held) this.#taken--;", "if (held || task !== this.#queue) this.#taken--;"),
  "the queue forgets its position": at("slots.ts", "else if (task === this.#queue) this.#queue = queuedAfter(task);", "else if (task === this.#queue) this.#queue = undefined;"),
  "the queue skips one": at("slots.ts", "let next = task.next;", "let next = task.next?.next;"),
  "a queued task starts although it was cancelled": at("task.ts", "if (this.aborted) throw this.reason;\n", ""),
  "queued tasks start after an abort": at("scope.ts", "if (!this.aborted) this.#slots?.fill();", "this.#slots?.fill();"),
  "limit 0 is accepted": at("slots.ts", "limit > 0", "limit >= 0"),
  "limit 1.5 is accepted": at("slots.ts", "Number.isInteger(limit) && ", ""),

  // Abort
  "the second reason overwrites the first in a group": at("scope.ts", "abort(reason: unknown): void {\n    if (this.aborted || !this.live) return;", "abort(reason: unknown): void {\n    if (!this.live) return;"),
  "a closed group still aborts": at("scope.ts", "abort(reason: unknown): void {\n    if (this.aborted || !this.live) return;", "abort(reason: unknown): void {\n    if (this.aborted) return;"),
  "the second reason overwrites the first in a task": at("task.ts", "if (this.aborted || !this.live) return;", "if (!this.live) return;"),
  "a settled task still aborts": at("task.ts", "if (this.aborted || !this.live) return;", "if (this.aborted) return;"),
  "the group's own signal is told before its tasks": at("scope.ts", '    for (const task of this.tasks.snapshot()) task.abort("group", reason);\n    this.broadcast();\n  }', '    this.broadcast();\n    for (const task of this.tasks.snapshot()) task.abort("group", reason);\n  }'),
  "nested groups are not aborted": at("owner.ts", "for (const group of this.nested?.snapshot() ?? []) group.abort(this.reason);", ""),
  "nested groups are told before the signal": at("owner.ts", "    this.#controller?.abort(this.reason);\n    for (const group of this.nested?.snapshot() ?? []) group.abort(this.reason);", "    for (const group of this.nested?.snapshot() ?? []) group.abort(this.reason);\n    this.#controller?.abort(this.reason);"),
  "a signal read after the abort is fresh": at("owner.ts", "if (this.aborted) this.#controller.abort(this.reason);", ""),
  "signals are made eagerly": at("task.ts", "    this.#sink = sink;", "    this.#sink = sink;\n    void this.signal;"),
  "our signals are not recognised": at("owner.ts", "(this.#controller.signal as Owned)[OWNER] = this;", ""),
  "the parent listener is not removed": at("owner.ts", 'if (this.nested?.first === undefined) this.#source.removeEventListener("abort", this.handleEvent);', ""),
  "the parent listener is removed too early": at("owner.ts", 'if (this.nested?.first === undefined) this.#source.removeEventListener("abort", this.handleEvent);', 'this.#source.removeEventListener("abort", this.handleEvent);'),
  "each group adds a listener of its own": at("owner.ts", "const own = (signal as Owned)[OWNER] ?? foreigners.get(signal);", "const own = (signal as Owned)[OWNER];"),
  "a closed group stays in its parent": at("scope.ts", "    this.#owner?.release(this);\n", ""),
  "a settled task keeps its list links": at("list.ts", "    item.prev = undefined;\n    item.next = undefined;\n", ""),
  "a pre-aborted parent lets the body in": at("outcome.ts", "  if (scope.aborted) {\n    await scope.drain();\n    throw scope.reason;\n  }\n", ""),

  // What counts as what
  "any rejection after an abort is a cancellation": at("cancellation.ts", "if (error === reason) return true;", "return true;"),
  "an AbortError is always a cancellation": at("task.ts", 'const cancelled = this.aborted && this.abortedBy', "const cancelled = this.abortedBy"),
  "the reason itself is not recognised": at("cancellation.ts", "if (error === reason) return true;", ""),
  "AbortError is not recognised": at("cancellation.ts", 'name === "AbortError" || ', ""),
  "ABORT_ERR is not recognised": at("cancellation.ts", 'code === "ABORT_ERR" || ', ""),
  "ERR_CANCELED is not recognised": at("cancellation.ts", ' || code === "ERR_CANCELED"', ""),
  "isCancellation is not asked": at("outcome.ts", "return scope.options.isCancellation?.(error, reason) === true;", "return false;"),
  "an isCancellation that throws hangs the group": at("outcome.ts", '    fail(scope, "sibling-failed", thrown);\n    return false;', "    throw thrown;"),
  "individually cancelled tasks count for the group": at("scope.ts", ' && task.abortedBy === "group") this.bereft', ") this.bereft"),
  "cancelled tasks do not count for the group": at("scope.ts", 'if (task.state === "cancelled" && task.abortedBy === "group") this.bereft = true;', ""),
  "the echo of the body is a failure": at("outcome.ts", "if (scope.aborted && isCancellation(scope, error, scope.reason)) scope.echoed = true;\n  else fail", "fail"),
  "the echo of the body is forgotten": at("outcome.ts", "scope.echoed = true;", ";"),
  "an own cancel() rejects": at("outcome.ts", " && scope.aborted && !scope.cancelled)", " && scope.aborted)"),
  "a task's timeout is a cancellation": at("task.ts", 'this.aborted && this.abortedBy !== "timeout" && isCancellation', "this.aborted && isCancellation"),
  "a task's timeout surfaces as the echo": at("task.ts", "? this.reason : error", "? error : error"),

  // Failures and outcome
  "a failure does not abort": at("outcome.ts", "  scope.abort(cancellation(kind, error));", ""),
  "the last failure wins": at("suppressed.ts", "if (causes(error).has(winner)) winner = error;", "winner = error;"),
  "a translated error does not win": at("suppressed.ts", "if (causes(error).has(winner)) winner = error;", ""),
  "the losers are dropped": at("suppressed.ts", "if (known.size > before && !attach(winner, [...known]))", "if (known.size < before)"),
  "an inner winner's losers are overwritten": at("suppressed.ts", "const known = new Set((Object(winner) as Shape)[SUPPRESSED]);", "const known = new Set<unknown>();"),
  "a wrapped abort carries the failure behind it": at("suppressed.ts", "|| at instanceof Cancellation ", ""),
  "what loses to a frozen winner is dropped": at("suppressed.ts", "for (const error of losers) orphaned(error, winner);", ";"),
  "the same error is recorded twice": at("outcome.ts", "if (scope.failures.has(error)) return;", "if (scope.failures.has(error)) error = new Error(String(error));"),
  "undefined is no failure": at("outcome.ts", "  scope.failures ??= new Map();", "  if (error === undefined) return;\n  scope.failures ??= new Map();"),
  "run does not wait after a failure": at("outcome.ts", "    bodyFailed(scope, error);\n  }\n  await scope.drain();\n  return verdict(scope, value as", "    bodyFailed(scope, error);\n    return verdict(scope, value as Awaited<T>);\n  }\n  await scope.drain();\n  return verdict(scope, value as"),
  "supervised failures fail the group as well": at("outcome.ts", "    scope.options.onTaskError(error, { name: task.name });", "    scope.options.onTaskError(error, { name: task.name });\n    throw error;"),
  "a throwing handler is ignored": at("outcome.ts", 'fail(scope, "sibling-failed", thrown, thrown === error ? task : undefined);', ";"),

  // Draining and background
  "background is shut down while the body runs": at("scope.ts", 'this.phase !== "draining" || this.#busy', 'this.phase === "closed" || this.#busy'),
  "background is not shut down": at("scope.ts", 'for (const task of this.tasks.snapshot()) task.abort("group", this.#over);', ""),
  "background is not waited for": at("scope.ts", "if (this.background === 0) this.#close();", "this.#close();\n    if (this.background === 0) ;"),
  "the group timer is left running": at("scope.ts", "    this.#stopTimer?.();\n    this.#owner", "    this.#owner"),
  "a task timer is left running": at("task.ts", "    this.state = state;\n    this.#leave?.();\n", "    this.state = state;\n"),
  "long timeouts overflow": at("timer.ts", "const slice = Math.min(left, LONGEST);", "const slice = left;"),
  "an infinite timeout keeps a timer": at("timer.ts", "if (ms !== Infinity) arm(ms);", "arm(ms);"),

  // join and dispose
  "dispose aborts a running join": at("group.ts", "if (this.#joined) return this.#scope.whenClosed();", ""),
  "dispose waits instead of aborting": at("group.ts", 'if (this.size > 0) this.#scope.abort(cancellation("scope-exit"));', ""),
  "dispose aborts an idle group": at("group.ts", "if (this.size > 0) this.#scope.abort(", "this.#scope.abort("),
  "dispose throws delivered failures again": at("outcome.ts", "if (!task?.awaited) errors.push(error);", "errors.push(error);"),
  "dispose swallows undelivered failures": at("group.ts", "if (first) undelivered(this.#scope);", ""),
  "a second dispose throws again": at("group.ts", "if (first) undelivered(this.#scope);", "undelivered(this.#scope);"),
  "join drops its value": at("group.ts", "return verdict(this.#scope, result);", "return verdict(this.#scope, undefined);"),
  "join closes before its value is there": at("group.ts", "if (value !== undefined) result = await value;", "void this.#scope.drain();\n      if (value !== undefined) result = await value;"),

  // Combinators and the rest
  "race keeps its losers running": at("race.ts", 'scope.abort(cancellation("race-lost"));', ""),
  "race is undone by a late loser": at("race.ts", "if (winner !== undefined) orphaned(error, winner.value);\n      else if (fatal(scope)) throw error;", "throw error;"),
  "a second winner replaces the first": at("race.ts", "if (winner !== undefined) return;", ""),
  "map pulls beyond its limit": at("map.ts", "scope.foreground >= limit", "scope.foreground > limit"),
  "map does not return its source": at("feed.ts", "  await stop();\n", ""),
  "map returns a part after an abort": at("feed.ts", "scope.bereft = true;", ""),
  "a pending pull is not woken": at("feed.ts", 'if (pushed !== undefined) scope.signal.addEventListener("abort", stopNow);', ""),
  "stream starts too many": at("stream.ts", "scope.foreground + ready.length - taken >= limit", "scope.foreground >= limit"),
  "leaving a stream strands its feed": at("stream.ts", "    bell.ring(); // With", "    // With"),
  "leaving a stream waits instead of aborting": at("stream.ts", 'if (!complete) scope.cancel(cancellation("scope-exit"));', ""),
  "removing an observer removes all": at("observe.ts", "observers = rest.size > 0 ? rest : undefined;", "observers = undefined;"),
  "an observer's error reaches the group": at("observe.ts", "      queueMicrotask(() => {\n        throw error;\n      });", "      throw error;"),
  "sleep leaves its listener": at("sleep.ts", "      listener[dispose]();\n", ""),
  "every catches up with missed beats": at("every.ts", "Math.max(beat + 1, Math.ceil((performance.now() - start) / ms))", "beat + 1"),
  "deadline leaves its timer": at("deadline.ts", "    [dispose]() {\n      stopTimer();", "    [dispose]() {"),
};
