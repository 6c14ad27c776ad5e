/** The trace entry: recording, timeline, tree, lost groups. */
/* eslint-disable @typescript-eslint/await-thenable, @typescript-eslint/no-meaningless-void-operator --
   Scenarios do on purpose what programs should not: they lose promises, throw anything, and await nothing. */
import { describe, expect, test } from "vitest";
import { TaskGroup } from "../src/index.ts";
import { formatTree, record, reportLostGroups, type Span, timelineHtml, timelineSvg } from "../src/trace.ts";
import { aborted, gate, reasonOf, sleep, ticks } from "./harness.ts";

async function program(): Promise<unknown> {
  return reasonOf(TaskGroup.run({ name: "root <&>" }, (tasks) => {
    tasks.spawn(({ signal }) => TaskGroup.run({ signal, name: "inner" }, (inner) => { inner.spawn(() => sleep(2), { name: "leaf" }); }), { name: "branch" });
    tasks.spawn(({ signal }) => aborted(signal), { name: "daemon", background: true });
    tasks.spawn(async () => { await sleep(6); throw new Error("x"); }, { name: "bad" });
  }));
}

const shape = ({ name, state, background, children }: Span): unknown => [name, state, background, children.map(shape)];

describe("record", () => {
  test("spans nest as groups and tasks do, with their ends", async () => {
    using recording = record();
    await program();
    expect(recording.spans().map(shape)).toEqual([
      ["root <&>", "aborted", false, [
        ["branch", "fulfilled", false, [["inner", "closed", false, [["leaf", "fulfilled", false, []]]]]],
        ["daemon", "cancelled", true, []],
        ["bad", "failed", false, []],
      ]],
    ]);
    const [root] = recording.spans();
    expect(root?.end).toBeGreaterThan(root?.children[2]?.start ?? Infinity);
  });

  test("it can be read while things run, leaves out what was open before, and stops when disposed", async () => {
    await TaskGroup.run({ name: "before" }, async (outer) => {
      const recording = record();
      const work = gate();
      const inner = TaskGroup.run({ name: "during", signal: outer.signal }, (tasks) => tasks.spawn(() => work.promise, { name: "work" }));
      expect(recording.spans().map(shape)).toEqual([["during", "running", false, [["work", "running", false, []]]]]);
      recording[Symbol.dispose]();
      work.open();
      await inner;
      await TaskGroup.run({ name: "after" }, () => {});
      expect(recording.spans().map(shape)).toEqual([["during", "running", false, [["work", "running", false, []]]]]);
    });
  });
});

describe("timeline", () => {
  test("is a self-contained SVG with a bar per span, marks, and escaped names", async () => {
    using recording = record();
    await program();
    const svg = timelineSvg(recording.spans(), { title: 'a "title"' });
    expect(svg.match(/<rect /g)).toHaveLength(6);
    expect(svg).toContain("root &#60;&#38;&#62;");
    expect(svg).not.toMatch(/<&>|href|<script/);
    for (const part of ['class="task failed"', 'class="task background cancelled"', 'class="group aborted"', "✕", "a &#34;title&#34;"]) expect(svg).toContain(part);
    expect(svg.match(/<g>/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
    const widths = [...svg.matchAll(/x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(([, x, width]) => Number(x) + Number(width));
    for (const right of widths) expect(right).toBeLessThanOrEqual(1_000);
    expect(timelineHtml(recording.spans())).toContain("<!doctype html>");
  });

  test("an empty recording is still a picture", () => {
    expect(timelineSvg([])).toMatch(/^<svg .*<\/svg>\n$/s);
  });
});

test("formatTree prints live tasks and groups", async () => {
  await TaskGroup.run({ name: "server", limit: 1 }, async (tasks) => {
    const work = gate();
    tasks.spawn(({ signal }) => TaskGroup.run({ signal, name: "request" }, (inner) => { inner.spawn(() => work.promise, { name: "query" }); }), { name: "handle" });
    tasks.spawn(() => {}, { name: "next" });
    tasks.spawn(({ signal }) => aborted(signal), { background: true });
    await using side = new TaskGroup({ signal: tasks.signal });
    await ticks();
    expect(formatTree(tasks.inspect())).toBe(
      ['group "server" (open)', '├─ task "handle" running', '│  └─ group "request" (draining)', '│     └─ task "query" running', '├─ task "next" queued', "├─ task running, background", "└─ group (open)"].join("\n"),
    );
    work.open();
    await side.join();
  });
});

describe("reportLostGroups", () => {
  const collect = async (done: () => boolean): Promise<void> => {
    for (let i = 0; i < 50 && !done(); i++) {
      await sleep(2);
      (globalThis as unknown as { gc(): void }).gc();
    }
  };

  test("X6: names a group whose generator was dropped without return()", async () => {
    const lost: unknown[] = [];
    using watching = reportLostGroups((name) => lost.push(name));
    void watching;
    await (async () => {
      async function* numbers() {
        await using tasks = new TaskGroup({ name: "dropped" });
        tasks.spawn(({ signal }) => aborted(signal));
        yield 1;
      }
      await numbers().next();
    })();
    await collect(() => lost.length > 0);
    expect(lost).toEqual(["dropped"]);
  });

  test("X15: names a group whose task waits for itself; says nothing of groups that ended", async () => {
    const lost: unknown[] = [];
    using watching = reportLostGroups((name) => lost.push(name));
    void watching;
    await TaskGroup.run({ name: "ended" }, (tasks) => { tasks.spawn(() => {}); });
    (() => {
      void TaskGroup.run({ name: "waits for itself" }, (tasks) => {
        const own = tasks.spawn(async (): Promise<void> => { await undefined; await own; });
      });
      void TaskGroup.run({ name: "joins itself" }, (tasks) => { tasks.spawn(async () => { await tasks.join(); }); });
    })();
    await collect(() => lost.length > 1);
    expect(lost.toSorted()).toEqual(["joins itself", "waits for itself"]);
  });
});
