/** Loops that `forEach` with an async callback is turned into, and where it cannot be. */
import rule from "../../../rules/no-discarding-callback.ts";
import { testRule } from "../../support/rule-tester.ts";
import { given } from "../cases.ts";

testRule(rule, {
  valid: [],
  invalid: [
    {
      name: "a listener",
      code: given(`declare const emitter: import("node:events").EventEmitter;
emitter.on("message", async (text: string) => {
  await work(text);
});`),
      errors: [
        { messageId: "voidSlot", line: 2, column: 23 },
      ],
    },
    {
      name: "forEach becomes a loop",
      code: given(`async function save(ids: string[]) {
  ids.forEach(async (id) => {
    await work(id);
  });
  log("saved");
}`),
      errors: [
        {
          messageId: "voidSlot", line: 2, column: 15,
          suggestions: [
            {
              desc: "Loop and await each turn",
              output: given(`async function save(ids: string[]) {
  for (const id of ids) {
    await work(id);
  }
  log("saved");
}`),
            },
          ],
        },
      ],
    },
    {
      name: "forEach with an index",
      code: given(`async function save(ids: string[]) {
  ids.forEach(async (id, index) => {
    if (index === 0) return;
    await work(id, index);
  });
}`),
      errors: [
        {
          messageId: "voidSlot", line: 2, column: 15,
          suggestions: [
            {
              desc: "Loop and await each turn",
              output: given(`async function save(ids: string[]) {
  for (const [index, id] of ids.entries()) {
    if (index === 0) continue;
    await work(id, index);
  }
}`),
            },
          ],
        },
      ],
    },
    {
      name: "forEach of a set",
      code: given(`async function save(ids: Set<string>) {
  ids.forEach(async ({ length }) => { await work(length); });
}`),
      errors: [
        {
          messageId: "voidSlot", line: 2, column: 15,
          suggestions: [
            {
              desc: "Loop and await each turn",
              output: given(`async function save(ids: Set<string>) {
  for (const { length } of ids) { await work(length); }
}`),
            },
          ],
        },
      ],
    },
    {
      name: "forEach of a map has no short loop",
      code: given(`async function save(ids: Map<string, number>) {
  ids.forEach(async (value) => { await work(value); });
}`),
      errors: [
        { messageId: "voidSlot", line: 2, column: 15 },
      ],
    },
    {
      name: "forEach in a sync function cannot wait",
      code: given(`function save(ids: string[]) {
  ids.forEach(async (id) => { await work(id); });
}`),
      errors: [
        { messageId: "voidSlot", line: 2, column: 15 },
      ],
    },
    {
      name: "forEach with comments inside",
      code: given(`async function save(ids: string[]) {
  ids.forEach(async (id) => {
    // each one
    await work(id); // by itself
  });
}`),
      errors: [
        {
          messageId: "voidSlot", line: 2, column: 15,
          suggestions: [
            {
              desc: "Loop and await each turn",
              output: given(`async function save(ids: string[]) {
  for (const id of ids) {
    // each one
    await work(id); // by itself
  }
}`),
            },
          ],
        },
      ],
    },
    {
      name: "forEach with this of its own",
      code: given(`async function save(this: { x: number }, ids: string[]) {
  ids.forEach(async function (id) { await work(this, id); }, this);
}`),
      errors: [
        { messageId: "voidSlot", line: 2, column: 15 },
      ],
    },
  ],
});
