/** Functions that call each other: what is known of one must not depend on which was asked first. */

// fact: failsLate = param0:read
export async function failsLate(n: number): Promise<void> {
  await callsFailing(n);
  throw new Error("late");
}

// fact: callsFailing = param0:read
export async function callsFailing(n: number): Promise<void> {
  if (n > 0) await failsLate(n - 1);
}

// fact: down = param0:read, never-rejects
export async function down(n: number): Promise<void> {
  if (n > 0) await up(n - 1);
}

// fact: up = param0:read, never-rejects
export async function up(n: number): Promise<void> {
  if (n > 0) await down(n - 2);
}

const kept: Promise<void>[] = [];

// fact: passesOn = param0:retained, param1:read, never-rejects, no-work
export function passesOn(job: Promise<void>, n: number): void {
  if (n > 0) keepsInTheEnd(job, n - 1);
}

// fact: keepsInTheEnd = param0:retained, param1:read, never-rejects, no-work
export function keepsInTheEnd(job: Promise<void>, n: number): void {
  if (n === 0) kept.push(job);
  else passesOn(job, n);
}

// fact: storesAfter = param0:retained, param1:read, never-rejects, no-work
export function storesAfter(job: Promise<void>, n: number): void {
  if (n > 0) onlyPasses(job, n - 1);
  kept.push(job);
}

// fact: onlyPasses = param0:retained, param1:read, never-rejects, no-work
export function onlyPasses(job: Promise<void>, n: number): void {
  storesAfter(job, n);
}
