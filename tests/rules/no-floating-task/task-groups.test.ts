/** How deliberate concurrency is given to a task group, and to which. */
import rule from "../../../rules/no-floating-task.ts";
import { testRule } from "../../support/rule-tester.ts";
import { given } from "../cases.ts";

testRule(rule, {
  valid: [],
  invalid: [
    {
      name: "voided",
      code: given(`async function save(id: string) {
  void work(id);
  log("saved");
}`),
      errors: [
        {
          messageId: "voided", line: 2, column: 3,
          suggestions: [
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
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await work(id);
  log("saved");
}`),
            },
          ],
        },
      ],
    },
    {
      name: "void in the body of an arrow",
      code: given(`const save = async (id: string) => void work(id);`),
      errors: [
        {
          messageId: "voided", line: 1, column: 36,
          suggestions: [
            {
              desc: "Await the call",
              output: given(`const save = async (id: string) => await work(id);`),
            },
          ],
        },
      ],
    },
    {
      name: "handled, but nobody waits",
      code: given(`async function save(id: string) {
  work(id).catch((error: unknown) => { log(error); });
  log("saved");
}`),
      errors: [
        {
          messageId: "detachedHandled", line: 2, column: 3,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  tasks.spawn(() => work(id).catch((error: unknown) => { log(error); }));
  log("saved");
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await work(id).catch((error: unknown) => { log(error); });
  log("saved");
}`),
            },
          ],
        },
      ],
    },
    {
      name: "an async function called on the spot",
      code: given(`async function save(id: string) {
  (async () => {
    await work(id);
    await work(id);
  })();
  await load(id);
}`),
      errors: [
        {
          messageId: "floating", line: 2, column: 3,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  tasks.spawn(async () => {
    await work(id);
    await work(id);
  });
  await load(id);
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await (async () => {
    await work(id);
    await work(id);
  })();
  await load(id);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "two of one function share a group",
      code: given(`async function save(id: string) {
  void work(id);
  await load(id);
  void work(id + "2");
}`),
      errors: [
        {
          messageId: "voided", line: 2, column: 3,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  tasks.spawn(() => work(id));
  await load(id);
  void work(id + "2");
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await work(id);
  await load(id);
  void work(id + "2");
}`),
            },
          ],
        },
        {
          messageId: "voided", line: 4, column: 3,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  void work(id);
  await load(id);
  tasks.spawn(() => work(id + "2"));
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  void work(id);
  await load(id);
  await work(id + "2");
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a return on the way is a way out of the group",
      code: given(`async function save(id: string) {
  void work(id);
  if (ok) return 1;
  return await load(id);
}`),
      errors: [
        {
          messageId: "voided", line: 2, column: 3,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(id: string) {
  await using tasks = new TaskGroup();
  tasks.spawn(() => work(id));
  if (ok) return await tasks.join(1);
  return await tasks.join(load(id));
}`),
            },
            {
              desc: "Await the call",
              output: given(`async function save(id: string) {
  await work(id);
  if (ok) return 1;
  return await load(id);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a group in view is used",
      code: given(`import { TaskGroup } from "asr-runtime";
async function save(id: string) {
  await using tasks = new TaskGroup();
  void work(id);
  await tasks.join();
}`),
      errors: [
        {
          messageId: "voided", line: 4, column: 3,
          suggestions: [
            {
              desc: "Spawn it in the task group `tasks`",
              output: given(`import { TaskGroup } from "asr-runtime";
async function save(id: string) {
  await using tasks = new TaskGroup();
  tasks.spawn(() => work(id));
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`import { TaskGroup } from "asr-runtime";
async function save(id: string) {
  await using tasks = new TaskGroup();
  await work(id);
  await tasks.join();
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a group given as a parameter is used",
      code: given(`import type { TaskGroup } from "asr-runtime";
async function save(id: string, group: TaskGroup) {
  void work(id);
}`),
      errors: [
        {
          messageId: "voided", line: 3, column: 3,
          suggestions: [
            {
              desc: "Spawn it in the task group `group`",
              output: given(`import type { TaskGroup } from "asr-runtime";
async function save(id: string, group: TaskGroup) {
  group.spawn(() => work(id));
}`),
            },
            {
              desc: "Await the call",
              output: given(`import type { TaskGroup } from "asr-runtime";
async function save(id: string, group: TaskGroup) {
  await work(id);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "a signal in scope goes along",
      code: given(`declare function send(id: string, signal?: AbortSignal): Promise<void>;
async function save(id: string, signal: AbortSignal) {
  void send(id, signal);
  await load(id);
}`),
      errors: [
        {
          messageId: "voided", line: 3, column: 3,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

declare function send(id: string, signal?: AbortSignal): Promise<void>;
async function save(id: string, signal: AbortSignal) {
  await using tasks = new TaskGroup({ signal });
  tasks.spawn(({ signal }) => send(id, signal));
  await load(id);
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`declare function send(id: string, signal?: AbortSignal): Promise<void>;
async function save(id: string, signal: AbortSignal) {
  await send(id, signal);
  await load(id);
}`),
            },
          ],
        },
      ],
    },
    {
      name: "in a loop",
      code: given(`async function save(ids: string[]) {
  for (const id of ids) {
    void work(id);
  }
}`),
      errors: [
        {
          messageId: "voided", line: 3, column: 5,
          suggestions: [
            {
              desc: "Give it to a task group that is joined on every way out",
              output: given(`import { TaskGroup } from "asr-runtime";

async function save(ids: string[]) {
  await using tasks = new TaskGroup();
  for (const id of ids) {
    tasks.spawn(() => work(id));
  }
  await tasks.join();
}`),
            },
            {
              desc: "Await the call",
              output: given(`async function save(ids: string[]) {
  for (const id of ids) {
    await work(id);
  }
}`),
            },
          ],
        },
      ],
    },
  ],
});
