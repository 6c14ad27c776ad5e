/** What a forgotten `await` is turned into, and where nothing can be offered. */
import rule from "../../../rules/no-floating-task.ts";
import { testRule } from "../../support/rule-tester.ts";
import { given } from "../cases.ts";

testRule(rule, {
  valid: [],
  invalid: [
    {
      name: "a forgotten await",
      code: given(`async function save(id: string) {
  work(id);
  log("saved");
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await work(id);
  log("saved");
}`),
            },
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  tasks.spawn(() => work(id));
  log("saved");
  await tasks.join();
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a forgotten await on one branch of an expression",
      code: given(`async function save(id: string) {
  ok && work(id);
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 9,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  ok && await work(id);
}`),
            },
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  ok && tasks.spawn(() => work(id));
  await tasks.join();
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a forgotten await in a conditional expression",
      code: given(`async function save(id: string) {
  ok ? work(id) : log(id);
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 8,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  ok ? await work(id) : log(id);
}`),
            },
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  ok ? tasks.spawn(() => work(id)) : log(id);
  await tasks.join();
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a chain without a rejection handler",
      code: given(`async function save(id: string) {
  work(id).then(() => { log(id); });
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await work(id).then(() => { log(id); });
}`),
            },
          ],
        },
      ],
    },
    {
      name: "at the top level of a module",
      code: given(`work("boot");`),
      errors: [
        {
          messageId: "floating", line: 1, column: 1,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`await work("boot");`),
            },
          ],
        },
      ],
    },
    {
      name: "in a sync function nothing can be awaited",
      code: given(`function save(id: string) {
  work(id);
}`),
      errors: [
        { messageId: "floating", line: 2, column: 3 },
      ],
    },
    {
      name: "in a generator no group can be opened",
      code: given(`async function* lines(id: string) {
  work(id);
  yield id;
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function* lines(id: string) {
  await work(id);
  yield id;
}`),
            },
          ],
        },
      ],
    },
    {
      name: "while cleaning up nothing may be spawned",
      code: given(`async function save(id: string) {
  try {
    await load(id);
  } finally {
    work(id);
  }
}`),
      errors: [
        {
          messageId: "floating", line: 5, column: 5,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  try {
    await load(id);
  } finally {
    await work(id);
  }
}`),
            },
          ],
        },
      ],
    },
    {
      name: "an optional call",
      code: given(`async function save(hook?: () => Promise<void>) {
  hook?.();
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(hook?: () => Promise<void>) {
  await hook?.();
}`),
            },
          ],
        },
      ],
    },
    {
      name: "the update of a loop",
      code: given(`async function save() {
  for (let i = 0; i < 3; i++, work(i)) log(i);
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 31,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save() {
  for (let i = 0; i < 3; i++, await work(i)) log(i);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "comments stay",
      code: given(`async function save(id: string) {
  // first
  /* now */ work(/* which */ id); // later
}`),
      errors: [
        {
          messageId: "floating", line: 3, column: 13,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  // first
  /* now */ await work(/* which */ id); // later
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a template",
      code: given(`declare function sql(parts: TemplateStringsArray, ...values: unknown[]): Promise<void>;
async function drop(id: string) {
  sql\`delete from users where id = \${id}\`;
}`),
      errors: [
        {
          messageId: "floating", line: 3, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`declare function sql(parts: TemplateStringsArray, ...values: unknown[]): Promise<void>;
async function drop(id: string) {
  await sql\`delete from users where id = \${id}\`;
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a query that is never run",
      code: given(`interface Query extends PromiseLike<number> { limit(n: number): Query }
declare function find(): Query;
async function count() {
  find().limit(1);
}`),
      settings: { lazyThenables: ["Query"] },
      errors: [
        {
          messageId: "neverExecuted", line: 4, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`interface Query extends PromiseLike<number> { limit(n: number): Query }
declare function find(): Query;
async function count() {
  await find().limit(1);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "mapped and dropped",
      code: given(`async function save(ids: string[]) {
  ids.map((id) => work(id));
}`),
      errors: [
        {
          messageId: "droppedCollection", line: 2, column: 3,
          suggestions: [
            {
              desc: "Wait for all of them with `Promise.all`",
              output: given(`async function save(ids: string[]) {
  await Promise.all(ids.map((id) => work(id)));
}`),
            },
          ],
        },
      ],
    },
    {
      name: "alone at the end of a function a plain await comes to the same as a group, however deliberate",
      code: given(`async function save(id: string) {
  log(id);
  void work(id);
}`),
      errors: [
        {
          messageId: "voided", line: 3, column: 3,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  log(id);
  await work(id);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "kept and never read",
      code: given(`async function save(id: string) {
  const saved = work(id);
  log(id);
}`),
      errors: [
        {
          messageId: "unreadTask", line: 2, column: 17,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  const saved = await work(id);
  log(id);
}`),
            },
          ],
        },
      ],
    },
  ],
});
