/** What becomes of the result of a callback; across files where the callback is passed on. */
import { each } from "./parameters.js";
import type { TaskGroup } from "./scope.js";

type Visit = (item: string) => unknown;

// fact: drops = param0:calls-drops, no-work
export function drops(visit: Visit): void {
  visit("a");
}

// fact: voids = param0:calls-drops, no-work
export function voids(visit: Visit): void {
  void visit("a");
}

// fact: optional = param0:calls-drops, no-work
export function optional(visit?: Visit): void {
  visit?.("a");
}

// fact: viaCall = param0:calls-drops, no-work
export function viaCall(visit: Visit): void {
  visit.call(undefined, "a");
}

// fact: storesResult = param0:calls-keeps, no-work
export function storesResult(visit: Visit): unknown[] {
  const results = [visit("a")];
  return results;
}

// fact: forgetsResult = param0:calls-drops, no-work
export function forgetsResult(visit: Visit): void {
  const result = visit("a");
}

// fact: reads = param0:calls-reads, no-work
export function reads(visit: Visit): boolean {
  return !visit("a");
}

// fact: returns = param0:calls-keeps
export function returns(visit: Visit): unknown {
  return visit("a");
}

// fact: awaits = param0:calls-keeps
export async function awaits(visit: Visit): Promise<void> {
  await visit("a");
}

// fact: both = param0:calls-drops+calls-keeps
export async function both(visit: Visit): Promise<void> {
  visit("a");
  await visit("b");
}

// fact: passesOn = param0:calls-drops, no-work
export function passesOn(visit: Visit): void {
  each(["a"], visit);
}

// fact: inTimer = param0:calls-drops, never-rejects, no-work
export function inTimer(visit: () => void): void {
  setTimeout(visit, 10);
}

// fact: inLoop = param0:member, param1:calls-reads, no-work
export function inLoop(items: string[], visit: (item: string) => boolean): string[] {
  return items.filter(visit);
}

const kept: Visit[] = [];

// fact: keeps = param0:retained, never-rejects, no-work
export function keeps(visit: Visit): void {
  kept.push(visit);
}

// fact: spawns = param0:member, param1:owned, never-rejects, no-work
export function spawns(group: TaskGroup, visit: () => Promise<void>): void {
  group.spawn(visit);
}

// fact: destructured = param0:unknown, no-work
export function destructured({ visit }: { visit: Visit }): void {
  visit("a");
}

// fact: rest = param0:unknown, no-work
export function rest(...visits: Visit[]): void {
  for (const visit of visits) visit("a");
}

// fact: overloaded = param0:read+unknown, param1:calls-drops, no-work
export function overloaded(item: string, visit: (item: string) => void): void;
export function overloaded(item: number, visit: (item: number) => void): void;
export function overloaded(item: never, visit: (item: never) => unknown): void {
  if (item !== undefined) visit(item);
}

// fact: catches = param0:calls-drops, never-rejects, no-work
export function catches(visit: () => Promise<void>): void {
  visit().catch((error: unknown) => {
    console.error(error);
  });
}

// fact: tells = param0:calls-keeps, param1:calls-drops, never-rejects, reports, no-work
export function tells(visit: () => Promise<void>, failed: (error: unknown) => void): void {
  visit().catch((error: unknown) => {
    failed(error);
  });
}
