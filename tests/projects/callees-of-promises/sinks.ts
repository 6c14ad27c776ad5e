import type { TaskGroup } from "./scope.js";

/** Functions that do one thing each with a promise they are given. */
export function drops(task: Promise<unknown>): void {
  void task;
}

export function forgets(_task: Promise<unknown>, name: string): void {
  console.log(name);
}

export async function awaits(task: Promise<unknown>): Promise<void> {
  await task;
}

export function returns<T>(task: Promise<T>): Promise<T> {
  return task.finally(() => {
    console.log("done");
  });
}

const kept: Promise<unknown>[] = [];

export function retains(task: Promise<unknown>): void {
  kept.push(task);
}

export async function settle(): Promise<void> {
  await Promise.all(kept);
}

export function spawns(group: TaskGroup, task: Promise<unknown>): void {
  group.spawn(() => task);
}

export function passesOn(task: Promise<unknown>): void {
  retains(task);
}

export function dropsFarAway(task: Promise<unknown>): void {
  passesToDrop(task);
}

function passesToDrop(task: Promise<unknown>): void {
  drops(task);
}

export function logs(task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    console.error(error);
  });
}

export function reports(task: Promise<unknown>, failed: (error: unknown) => void): void {
  task.catch(failed);
}

/** Drops on one path, awaits on the other: somebody waits on a path, so nothing is certain. */
export async function sometimes(task: Promise<unknown>, wait: boolean): Promise<void> {
  if (wait) await task;
}

/** Two functions that call each other until a count is used up. */
export function even(count: number, task: Promise<unknown>): void {
  if (count > 0) odd(count - 1, task);
}

export function odd(count: number, task: Promise<unknown>): void {
  if (count > 0) even(count - 1, task);
  else retains(task);
}

/** The same without an end that keeps the promise. */
export function ping(count: number, task: Promise<unknown>): void {
  if (count > 0) pong(count - 1, task);
}

export function pong(count: number, task: Promise<unknown>): void {
  if (count > 0) ping(count - 1, task);
  else drops(task);
}

/** Somebody else's: the body is not here. */
export declare function elsewhere(task: Promise<unknown>): void;
