/** Which Node a package runs on, and what fixes make of it: through both adapters, from the manifest beside the code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oldestNodeOf, oldestOf } from "../src/engines.ts";
import { lintProject, projectOf, projectsDir } from "./support/projects.ts";

describe("engines.node", () => {
  it.for<[string, readonly [number, number] | undefined]>([
    [">=20.19", [20, 19]],
    ["^20.19.0 || ^22.13.0 || >=24", [20, 19]],
    [">=24 || ^22.12", [22, 12]],
    [">= 18.18.0 < 23", [18, 18]],
    ["20.x", [20, 0]],
    ["v22", [22, 0]],
    ["~22.3.1", [22, 3]],
    ["18 - 22", [18, 0]],
    [">20.1 >=20.4", [20, 4]],
    ["*", undefined],
    ["<24", undefined],
    [">=24 || *", undefined],
    ["lts", undefined],
  ])("%s begins at %s", ([range, oldest]) => {
    expect(oldestOf(range)).toEqual(oldest);
  });

  it("is that of the nearest manifest that has a name", () => {
    expect(oldestNodeOf(join(projectsDir, "platforms/newest/size.ts"))).toEqual([24, 2]);
    expect(oldestNodeOf(join(projectsDir, "platforms/newest/deep/down/size.ts"))).toEqual([24, 2]);
    expect(oldestNodeOf("/nowhere/size.ts")).toBeUndefined();
  });
});

describe("a fix fits the oldest Node of the package", () => {
  it("is a declaration where disposers are sure to be there, which --fix may write, and a finally where they are not", async () => {
    const project = projectOf("platforms");
    const outcomes = await lintProject(project);
    const outputs = outcomes.map(({ file, fix, suggestions: [suggestion] }) => {
      const change = fix ?? suggestion;
      const text = readFileSync(join(project.dir, file), "utf8");
      return [file, fix !== null, change && text.slice(0, change.start) + change.text + text.slice(change.end)] as const;
    });
    expect(outputs).toMatchObject([
      ["newest/ready.ts", false, expect.stringContaining("{\n  await using stack = new AsyncDisposableStack();\n  const file = stack.use(await open(path)); // want") as string],
      ["newest/ready.ts", false, expect.stringContaining("{\n  using stack = new DisposableStack();\n  const socket = stack.adopt(new WebSocket(url), (it) => it.close()); // want") as string],
      ["newest/size.ts", true, expect.stringContaining("{\n  await using file = await open(path); // want") as string],
      ["oldest/ready.ts", false, expect.stringContaining('    if (size === 0) throw new Error("empty");\n    return file;\n  } catch (error) {\n    await file.close().catch(() => {});\n    throw error;\n  }\n') as string],
      ["oldest/ready.ts", false, expect.stringContaining("    return { socket };\n  } catch (error) {\n    socket.close();\n    throw error;\n  }\n") as string],
      ["oldest/size.ts", false, expect.stringContaining("  try {\n    return (await file.stat()).size;\n  } finally {\n    await file.close();\n  }\n}\n") as string],
    ]);
    expect(outputs.filter(([, , text]) => text?.includes("AsyncDisposableStack")).map(([, , text]) => text)).toEqual([expect.stringContaining("  stack.move();\n  return file;\n")]);
  });
});
