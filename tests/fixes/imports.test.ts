import { describe, expect, it } from "vitest";
import { importNamed } from "../../src/fixes/imports.ts";
import { applyEdits } from "../../src/fixes/index.ts";
import { viewOf } from "./support.ts";

const cases: readonly (readonly [name: string, before: string, after: string, local?: string])[] = [
  ["after the last package, before neighbours", 'import a from "a";\nimport b from "./b.js";\nf();\n', 'import a from "a";\nimport { TaskGroup } from "asr-runtime";\nimport b from "./b.js";\nf();\n'],
  ["before neighbours when there are no packages", '/** Doc. */\nimport b from "./b.js";\nf();\n', '/** Doc. */\nimport { TaskGroup } from "asr-runtime";\nimport b from "./b.js";\nf();\n'],
  ["after a trailing comment", 'import a from "a"; // keep\nf();\n', 'import a from "a"; // keep\nimport { TaskGroup } from "asr-runtime";\n\nf();\n'],
  ["in single quotes and without semicolons", "import a from 'a'\nf()\n", "import a from 'a'\nimport { TaskGroup } from 'asr-runtime'\n\nf()\n"],
  ["with the file's line ends", 'import a from "a";\r\nf();\r\n', 'import a from "a";\r\nimport { TaskGroup } from "asr-runtime";\r\n\r\nf();\r\n'],
  ["after a hashbang and directives", '#!/usr/bin/env node\n"use strict";\nexport {};\n', '#!/usr/bin/env node\n"use strict";\nimport { TaskGroup } from "asr-runtime";\n\nexport {};\n'],
  ["after a hashbang", "#!/usr/bin/env node\nexport {};\n", '#!/usr/bin/env node\nimport { TaskGroup } from "asr-runtime";\n\nexport {};\n'],
  ["after a licence, before the comment of the first statement", "/*! MIT */\n/** Doc of f. */\nexport function f() {}\n", '/*! MIT */\nimport { TaskGroup } from "asr-runtime";\n\n/** Doc of f. */\nexport function f() {}\n'],
  ["after a header that stands apart", "// What this file is for.\n\nexport const a = 1;\n", '// What this file is for.\nimport { TaskGroup } from "asr-runtime";\n\nexport const a = 1;\n'],
  ["behind a byte order mark", "\uFEFFexport const a = 1;\n", '\uFEFFimport { TaskGroup } from "asr-runtime";\n\nexport const a = 1;\n'],
  ["into an import of the same module", 'import { Task } from "asr-runtime";\n', 'import { Task, TaskGroup } from "asr-runtime";\n'],
  ["into one with a line each", 'import {\n  sleep,\n  every, // tick\n} from "asr-runtime";\n', 'import {\n  sleep,\n  every,\n  TaskGroup, // tick\n} from "asr-runtime";\n'],
  ["into an empty one", 'import {} from "asr-runtime";\n', 'import { TaskGroup } from "asr-runtime";\n'],
  ["beside a default import", 'import asr from "asr-runtime";\n', 'import asr, { TaskGroup } from "asr-runtime";\n'],
  ["nothing when it is there", 'import { TaskGroup } from "asr-runtime";\n', 'import { TaskGroup } from "asr-runtime";\n'],
  ["its alias when it has one", 'import { TaskGroup as Scope } from "asr-runtime";\n', 'import { TaskGroup as Scope } from "asr-runtime";\n', "Scope"],
  ["through a namespace", 'import * as asr from "asr-runtime";\n', 'import * as asr from "asr-runtime";\n', "asr.TaskGroup"],
  ["a type import becomes one of the value", 'import type { TaskGroup } from "asr-runtime";\n', 'import { TaskGroup } from "asr-runtime";\n'],
  ["the others stay types", 'import type { Task, TaskGroup } from "asr-runtime";\n', 'import { type Task, TaskGroup } from "asr-runtime";\n'],
  ["an inline type import too", 'import { type TaskGroup } from "asr-runtime";\n', 'import { TaskGroup } from "asr-runtime";\n'],
  ["beside a type-only import of other names", 'import type { Task } from "asr-runtime";\n', 'import type { Task } from "asr-runtime";\nimport { TaskGroup } from "asr-runtime";\n'],
  ["under another name when the name is taken", "export class TaskGroup {}\n", 'import { TaskGroup as AsrTaskGroup } from "asr-runtime";\n\nexport class TaskGroup {}\n', "AsrTaskGroup"],
  ["on a line of its own when code follows on the same line", 'import a from "a"; f();\n', 'import a from "a";\nimport { TaskGroup } from "asr-runtime";\n f();\n'],
];

describe("importNamed", () => {
  it.each(cases.map(([name, before, after, local = "TaskGroup"]) => ({ name, before, after, local })))("$name", ({ before, after, local }) => {
    const view = viewOf(before);
    const imported = importNamed(view, "TaskGroup", "asr-runtime");
    expect(imported?.local).toBe(local);
    expect(applyEdits(before, imported?.edits ?? [])).toBe(after);
  });
});
