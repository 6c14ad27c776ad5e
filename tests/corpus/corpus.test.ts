/** The recommended rules on published sources say what the reviewed log says, and are right often enough to be on by default. */
import { beforeAll, describe, expect, it } from "vitest";
import { detect, recommendedRules } from "./detect.ts";
import { installCorpus, programOf, sourcesOf, versionOf } from "./load.ts";
import { reconcile, sampleOf, scoreOf, type Entry } from "./log.ts";
import { corpusPackages } from "./packages.ts";
import { markdownOf, readLog, readMarkdown, showPrecision } from "./store.ts";

const log = readLog();

/** A rule that is on by default is right in nine of ten findings. */
const requiredPrecision = 0.9;

beforeAll(installCorpus, 300_000);

describe.each(corpusPackages)("$name", (one) => {
  it("reports what the log says", { timeout: 120_000 }, () => {
    const program = programOf(one);
    const unparsed = sourcesOf(one).filter((name) => program.getSyntacticDiagnostics(program.getSourceFile(name)).length > 0);
    expect(unparsed, "files that the compiler cannot parse").toEqual([]);
    const { added, vanished } = reconcile(log.findings.filter((entry) => entry.package === one.name), detect(one, program));
    expect(added.map(show), "new findings: judge them after `npm run corpus -- --update`").toEqual([]);
    expect(vanished.map(show), "findings that are gone: better, or missed now?").toEqual([]);
  });

  it("is the version that was judged", () => {
    expect(log.packages.find(({ name }) => name === one.name)?.version).toBe(versionOf(one.name));
  });
});

describe("the log", () => {
  it("has a verdict with a reason for every finding of the sample", () => {
    const pending = sampleOf(log.findings).filter((entry) => entry.verdict === "unjudged");
    expect(pending.map(show)).toEqual([]);
    expect(log.findings.filter((entry) => entry.verdict !== "unjudged" && entry.why === "").map(show)).toEqual([]);
  });

  it("reads the same as a page", () => {
    expect(readMarkdown(), "run `npm run corpus -- --update`").toBe(markdownOf(log));
  });

  it("speaks of the packages of the corpus and of rules that exist", () => {
    const packages = new Set(corpusPackages.map(({ name }) => name));
    const rules = new Set(recommendedRules.map(({ name }) => name));
    expect(log.findings.filter((entry) => !packages.has(entry.package) || !rules.has(entry.rule)).map(show)).toEqual([]);
  });
});

describe.each(recommendedRules.map(({ name }) => name))("precision of %s", (rule) => {
  const score = scoreOf(log.findings.filter((entry) => entry.rule === rule));

  it(`is ${showPrecision(score)} of ${score.judged} judged, ${score.bugs} of them bugs`, () => {
    expect(score.precision).toBeGreaterThanOrEqual(requiredPrecision);
  });
});

function show(entry: Pick<Entry, "file" | "line" | "rule" | "message" | "code">): string {
  return `${entry.file}:${entry.line} ${entry.rule} ${entry.message}: ${entry.code}`;
}
