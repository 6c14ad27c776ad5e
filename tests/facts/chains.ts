/** What functions lead to through the functions they call. */
import { existsSync, readFileSync } from "node:fs";

declare function load(url: string, options?: { signal?: AbortSignal }): Promise<string>;

// fact: config = param0:unknown, no-work, blocks(readFileSync)
export function config(path: string): string {
  return readFileSync(path, "utf8");
}

// fact: settings = blocks(config > readFileSync)
export function settings(): unknown {
  return JSON.parse(config("settings.json"));
}

// fact: later = never-rejects, no-work
export function later(): () => string {
  return () => config("later.json");
}

// fact: odd = param0:read, no-work, blocks(even > existsSync)
export function odd(depth: number): boolean {
  return depth === 0 ? false : even(depth - 1);
}

// fact: even = param0:read, no-work, blocks(existsSync)
export function even(depth: number): boolean {
  return depth === 0 ? existsSync("x") : odd(depth - 1);
}

// fact: page = param0:unknown, needs-signal(load)
export async function page(url: string): Promise<string> {
  return await load(url);
}

// fact: pages = needs-signal(page > load)
export async function pages(): Promise<string> {
  return await page("a");
}

// fact: cancellable = param0:unknown, param1:unknown
export async function cancellable(url: string, signal: AbortSignal): Promise<string> {
  return await load(url, { signal });
}
