/** `settings.asr`: what is accepted, and the words for what is not. */
import { describe, expect, it } from "vitest";
import { defaultSettings } from "../src/analysis/index.ts";
import { settingsOf } from "../src/settings.ts";

describe("settings.asr", () => {
  it("may be absent", () => {
    expect(settingsOf(undefined)).toBe(defaultSettings);
  });

  it("is completed with defaults", () => {
    const owners = ["ctx.waitUntil", { from: "package", name: ["PQueue"], package: "p-queue" }, { from: "file", name: "track", path: "src/jobs.ts" }, { from: "lib", name: "Promise" }];
    expect(settingsOf({ owners })).toEqual({ ...defaultSettings, owners });
  });

  it("takes resources of the project", () => {
    const resources = [{ acquire: "Pool.lease", release: ["giveBack", "returnLease"], async: true }, { acquire: [{ from: "file", name: "open" }, "reopen"], release: "shut" }];
    expect(settingsOf({ resources })).toEqual({ ...defaultSettings, resources });
  });

  it("gives the same object for the same input", () => {
    const raw = { entryPoints: ["bin/*.ts"] };
    expect(settingsOf(raw)).toBe(settingsOf(raw));
  });

  it.for<[unknown, string]>([
    ["yes", 'eslint-plugin-asr: `settings.asr` is "yes", but must be an object with the keys `scopeTypes`, `owners`, `registrars`, `lazyThenables`, `resources`, or `entryPoints`.'],
    [null, "`settings.asr` is null, but must be an object"],
    [{ owner: [] }, "`settings.asr.owner` is not a known key. Did you mean `owners`? Allowed are `scopeTypes`, "],
    [{ colour: [] }, "`settings.asr.colour` is not a known key. Allowed are `scopeTypes`, "],
    [{ owners: "track" }, '`settings.asr.owners` is "track", but must be an array.'],
    [{ owners: undefined }, "`settings.asr.owners` is missing, but must be an array."],
    [{ owners: [""] }, '`settings.asr.owners[0]` is "", but must be a non-empty string.'],
    [{ owners: ["ok", 1] }, "`settings.asr.owners[1]` is 1, but must be a name, or an object such as"],
    [{ owners: [() => 1] }, "`settings.asr.owners[0]` is a function, but must be a name"],
    [{ owners: [{ name: "x" }] }, "`settings.asr.owners[0].from` is missing, but must be `file`, `lib`, or `package`."],
    [{ owners: [{ from: "npm", name: "x" }] }, '`settings.asr.owners[0].from` is "npm", but must be `file`, `lib`, or `package`.'],
    [{ owners: [{ from: "toString", name: "x" }] }, '`settings.asr.owners[0].from` is "toString"'],
    [{ owners: [{ from: "package", name: "x" }] }, "`settings.asr.owners[0].package` is missing, but must be a non-empty string."],
    [{ owners: [{ from: "lib", name: [] }] }, "`settings.asr.owners[0].name` is [], but must be a non-empty string or an array of them."],
    [{ owners: [{ from: "lib", name: "x", pakage: "y" }] }, "`settings.asr.owners[0].pakage` is not a known key. Allowed are `from` or `name`."],
    [{ owners: [{ from: "file", name: "x", paht: "y" }] }, "`settings.asr.owners[0].paht` is not a known key. Did you mean `path`?"],
    [{ resources: ["Pool.lease"] }, '`settings.asr.resources[0]` is "Pool.lease", but must be an object such as { acquire: "Pool.lease", release: "giveBack" }.'],
    [{ resources: [{ release: "giveBack" }] }, "`settings.asr.resources[0].acquire` is missing, but must be a name, or an object such as"],
    [{ resources: [{ acquire: "Pool.lease" }] }, "`settings.asr.resources[0].release` is missing, but must be a non-empty string or an array of them."],
    [{ resources: [{ acquire: ["Pool.lease", 1], release: "giveBack" }] }, "`settings.asr.resources[0].acquire[1]` is 1, but must be a name"],
    [{ resources: [{ acquire: "Pool.lease", release: "giveBack", async: "yes" }] }, '`settings.asr.resources[0].async` is "yes", but must be `true` or `false`.'],
    [{ resources: [{ acquire: "Pool.lease", realease: "giveBack" }] }, "`settings.asr.resources[0].realease` is not a known key. Did you mean `release`?"],
    [{ entryPoints: [{}] }, "`settings.asr.entryPoints[0]` is {}, but must be a non-empty string."],
  ])("%j is refused", ([raw, message]) => {
    expect(() => settingsOf(raw)).toThrow(message);
  });
});
