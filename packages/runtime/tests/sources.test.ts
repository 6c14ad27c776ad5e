/** `map` and `stream` over random sources: all or an error, never more than the limit, nothing left behind. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { TaskGroup } from "../src/index.ts";
import { ticks } from "./harness.ts";

interface Plan {
  /** For each item: how long it takes, in rounds of microtasks, and whether it fails. */
  readonly items: readonly { readonly takes: number; readonly fails: boolean; readonly deaf: boolean }[];
  readonly limit: number | undefined;
  readonly source: "list" | "iterator" | "async";
  /** How long the source and the consumer take for each item. */
  readonly pull: number;
  readonly consume: number;
  /** After how many rounds the parent aborts. */
  readonly abortAt: number | undefined;
  /** After how many results the consumer has enough. */
  readonly enough: number | undefined;
}

const plans = fc.record<Plan>({
  items: fc.array(fc.record({ takes: fc.nat(6), fails: fc.nat(11).map((n) => n === 0), deaf: fc.boolean() }), { maxLength: 9 }),
  limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  source: fc.constantFrom("list", "iterator", "async"),
  pull: fc.nat(3),
  consume: fc.nat(4),
  abortAt: fc.option(fc.nat(40), { nil: undefined, freq: 3 }),
  enough: fc.option(fc.nat(6), { nil: undefined, freq: 3 }),
});

/** What happened to the source and to the tasks. */
class World {
  running = 0;
  most = 0;
  started = 0;
  pulled = 0;
  exhausted = false;
  returned = 0;

  constructor(readonly plan: Plan) {}

  source(): Iterable<number> | AsyncIterable<number> {
    const { items, source, pull } = this.plan;
    if (source === "list") return items.keys();
    const next = (): IteratorResult<number, undefined> => {
      this.exhausted = this.pulled === items.length;
      return this.exhausted ? { done: true, value: undefined } : { done: false, value: this.pulled++ };
    };
    const finish = (): IteratorResult<number, undefined> => {
      this.returned++;
      return { done: true, value: undefined };
    };
    if (source === "iterator") return { [Symbol.iterator]: () => ({ next, return: finish }) };
    const slowly = <T>(act: () => T) => async (): Promise<T> => {
      await ticks(pull);
      return act();
    };
    return { [Symbol.asyncIterator]: () => ({ next: slowly(next), return: slowly(finish) }) };
  }

  readonly work = async (index: number, _index: number, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
    const { takes, fails, deaf } = this.plan.items[index] ?? { takes: 0, fails: false, deaf: false };
    this.started++;
    this.most = Math.max(this.most, ++this.running);
    try {
      for (let i = 0; i < takes; i++) {
        await ticks(3);
        if (!deaf) signal.throwIfAborted();
      }
      if (fails) throw new Error(`item ${index}`);
      return index;
    } finally {
      this.running--;
    }
  };
}

async function outcomeOf(plan: Plan, consume: (world: World, signal: AbortSignal) => Promise<unknown>) {
  const world = new World(plan);
  const parent = new AbortController();
  const stop = new Error("stop");
  let over = false as boolean;
  const ended = consume(world, parent.signal).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  ).finally(() => {
    over = true;
  });
  for (let round = 0; !over && round < 2_000; round++) {
    if (round === plan.abortAt) parent.abort(stop);
    await ticks(2);
  }
  expect(over, "it ends").toBe(true);
  const outcome = await ended;
  expect(world.running, "tasks left behind").toBe(0);
  expect(world.most).toBeLessThanOrEqual(plan.limit ?? Infinity);
  if ("error" in outcome && outcome.error !== stop) expect(String(outcome.error)).toMatch(/^Error: item \d+$/);
  if ("error" in outcome && outcome.error === stop) expect(plan.abortAt).toBeDefined();
  if (plan.source !== "list") expect(world.returned > 0 || world.exhausted || world.pulled === 0, "an unfinished source is returned").toBe(true);
  expect(world.returned).toBeLessThanOrEqual(1);
  return { world, outcome };
}

const settings = { numRuns: Math.ceil(Number(process.env["ASR_RUNS"] ?? 2_000) / 2) };

test("map gives all results in input order, or an error", { timeout: 24 * 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(plans, async (plan) => {
    const { outcome } = await outcomeOf(plan, (world, signal) => TaskGroup.map(world.source(), world.work, { signal, limit: plan.limit }));
    if ("value" in outcome) expect(outcome.value).toEqual([...plan.items.keys()]);
  }), settings);
});

test("stream gives each result once, and all of them unless it throws or the consumer leaves", { timeout: 24 * 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(plans, async (plan) => {
    const got: number[] = [];
    const { outcome } = await outcomeOf(plan, async (world, signal) => {
      for await (const value of TaskGroup.stream(world.source(), world.work, { signal, limit: plan.limit })) {
        if (plan.enough !== undefined && got.length >= plan.enough) return "enough";
        got.push(value);
        // What runs and what waits to be taken share the limit; the value in hand is taken.
        expect(world.started - got.length).toBeLessThanOrEqual(plan.limit ?? Infinity);
        await ticks(plan.consume);
      }
      return "all";
    });
    expect(new Set(got).size).toBe(got.length);
    if ("value" in outcome && outcome.value === "all") expect(got.toSorted((a, b) => a - b)).toEqual([...plan.items.keys()]);
  }), settings);
});
