/** Migrates one project in memory: in rounds, each scanned as a whole, merged, type-checked, looked at again, and taken back where it broke something. */
import type ts from "typescript";
import { applyEdits, mapOffset, mergeGroups, type Edit, type Fix } from "../../../src/fixes/index.ts";
import { Baseline, type NewError } from "./diagnostics.ts";
import { suppressions } from "./directives.ts";
import { detect, type Detection, type Report } from "./detect.ts";
import type { Site, Status } from "./model.ts";
import { keepsShape } from "./shapes.ts";
import { compiler, type Workspace } from "./workspace.ts";

/** A finding with the fix chosen for it: applied as a whole or not at all. */
interface Group {
  readonly report: Report;
  readonly fix: Fix;
  readonly edits: readonly Edit[];
}

/** A fix that was taken back, by the present place of its finding. */
interface Attempt {
  readonly rule: string;
  readonly title: string;
  readonly reason: string;
  readonly at: number;
}

/** Reports of one file. */
interface Found {
  readonly open: readonly Report[];
  /** Switched off by a comment. */
  readonly suppressed: readonly Report[];
}

/** What the rounds of one project come to. */
export interface Outcome {
  readonly sites: readonly Site[];
  /** New texts of the files that change. */
  readonly texts: ReadonlyMap<string, string>;
  readonly baselineErrors: number;
}

/** Fixed types reveal more to fix; what has not settled after so many rounds is reported instead. */
const maxRounds = 5;

export class Rounds {
  readonly #workspace: Workspace;
  readonly #detection: Detection;
  readonly #unsafe: boolean;
  readonly #files: ReadonlySet<string>;
  readonly #baseline: Baseline;
  readonly #onProgress: (phrase: string) => void;
  /** Unsuppressed reports of each file, for its present text. */
  readonly #reports = new Map<string, readonly Report[]>();
  readonly #suppressed = new Map<string, readonly Report[]>();
  readonly #attempts = new Map<string, Attempt[]>();
  /** Edits of the rounds so far, by file, for the way back to the original lines. */
  readonly #history = new Map<string, (readonly Edit[])[]>();
  readonly #applied: Site[] = [];

  /** @param files absolute names of the files that may be changed. */
  constructor(workspace: Workspace, detection: Detection, files: ReadonlySet<string>, { unsafe, onProgress }: { unsafe: boolean; onProgress: (phrase: string) => void }) {
    this.#workspace = workspace;
    this.#detection = detection;
    this.#files = files;
    this.#unsafe = unsafe;
    this.#onProgress = onProgress;
    this.#baseline = new Baseline(workspace);
  }

  run(): Outcome {
    for (const [index, fileName] of [...this.#files].entries()) {
      this.#onProgress(`looking at file ${String(index + 1)} of ${String(this.#files.size)}`);
      this.#remember(fileName, this.#look(fileName));
    }
    for (let round = 1; round <= maxRounds; round++) if (!this.#round(round)) break;
    const texts = new Map([...this.#history.keys()].map((fileName) => [fileName, this.#workspace.textOf(fileName)]));
    return { sites: [...this.#applied, ...this.#leftOver()], texts, baselineErrors: this.#baseline.size };
  }

  #look(fileName: string): Found {
    const { program } = this.#workspace;
    const file = program.getSourceFile(fileName);
    if (file === undefined) return { open: [], suppressed: [] };
    const isOff = suppressions(file);
    const reports = detect(compiler, program, file, this.#detection);
    return { open: reports.filter((one) => !isOff(one.rule, one.start)), suppressed: reports.filter((one) => isOff(one.rule, one.start)) };
  }

  #remember(fileName: string, { open, suppressed }: Found): void {
    this.#reports.set(fileName, open);
    this.#suppressed.set(fileName, suppressed);
  }

  /** What is found in the changed files with these changes in place. */
  #lookAgain(trial: Trial, kept: readonly Group[]): ReadonlyMap<string, Found> {
    trial.apply(kept);
    return new Map([...mergeGroups(kept).edits.keys()].map((fileName) => [fileName, this.#look(fileName)]));
  }

  /** @returns whether another round may find more to do. */
  #round(round: number): boolean {
    const groups = [...this.#reports.values()].flat().flatMap((report) => {
      const fix = this.#fixFor(report);
      return fix === undefined ? [] : [{ report, fix, edits: fix.edits }];
    });
    if (groups.length === 0) return false;
    const base = new Map(groups.flatMap(({ edits }) => edits.map(({ fileName }): [string, string] => [fileName, this.#workspace.textOf(fileName)])));
    const { accepted } = mergeGroups(groups);
    this.#onProgress(`round ${String(round)}: checking ${String(accepted.length)} changes`);
    const trial = new Trial(this.#workspace, this.#baseline, base);
    const back = new Map<Group, string>();
    let kept = trial.withoutErrors(accepted, back);
    let found = this.#lookAgain(trial, kept);
    for (let stale = this.#stale(kept, found); stale.size > 0; stale = this.#stale(kept, found)) {
      for (const [group, reason] of stale) back.set(group, reason);
      kept = trial.withoutErrors(kept.filter((group) => !stale.has(group)), back);
      found = this.#lookAgain(trial, kept);
    }
    for (const [{ report, fix }, reason] of back) this.#attemptsIn(report.fileName).push({ rule: report.rule, title: fix.title, reason, at: report.start });
    this.#keep(kept, found);
    return kept.length > 0 || back.size > 0;
  }

  /** The best fix of a finding that may be applied and has not been taken back before. */
  #fixFor(report: Report): Fix | undefined {
    const failed = this.#attemptsAt(report).map(({ title }) => title);
    return report.fixes.find((fix) => this.#mayApply(fix) && !failed.includes(fix.title));
  }

  #mayApply(fix: Fix): boolean {
    return (fix.applicability === "safe" || (this.#unsafe && fix.applicability === "unsafe")) && fix.edits.every(({ fileName }) => this.#files.has(fileName));
  }

  #attemptsIn(fileName: string): Attempt[] {
    const attempts = this.#attempts.get(fileName) ?? [];
    this.#attempts.set(fileName, attempts);
    return attempts;
  }

  #attemptsAt({ fileName, rule, start }: Report): readonly Attempt[] {
    return (this.#attempts.get(fileName) ?? []).filter((one) => one.rule === rule && one.at === start);
  }

  /** Groups whose finding is still there, or which bring a new one. */
  #stale(kept: readonly Group[], found: ReadonlyMap<string, Found>): Map<Group, string> {
    const stale = new Map<Group, string>();
    const { edits } = mergeGroups(kept);
    for (const [fileName, { open }] of found) {
      const before = this.#reports.get(fileName) ?? [];
      const inFile = edits.get(fileName) ?? [];
      for (const report of open) {
        const same = before.filter(({ rule, start }) => rule === report.rule && (mapOffset(start, inFile, "before") === report.start || mapOffset(start, inFile) === report.start));
        const left = kept.find((group) => same.includes(group.report));
        if (left !== undefined) stale.set(left, `it leaves the finding in place: ${report.message}`);
        else if (same.length === 0) {
          const cause = kept.find((group) => group.edits.some((edit) => edit.fileName === fileName && covers(edit, inFile, report.start)));
          if (cause !== undefined) stale.set(cause, `it would bring a new finding (${report.rule}): ${report.message}`);
        }
      }
    }
    return stale;
  }

  /** Makes the changes of a round part of the result, and moves what is remembered by place along. */
  #keep(kept: readonly Group[], found: ReadonlyMap<string, Found>): void {
    for (const { report, fix } of kept) this.#applied.push(this.#siteOf(report, "applied", { change: fix.title }));
    for (const [fileName, edits] of mergeGroups(kept).edits) {
      this.#history.set(fileName, [...(this.#history.get(fileName) ?? []), edits]);
      this.#attempts.set(fileName, this.#attemptsIn(fileName).map((one) => ({ ...one, at: mapOffset(one.at, edits, "before") })));
    }
    for (const [fileName, one] of found) this.#remember(fileName, one);
  }

  #leftOver(): Site[] {
    const open = [...this.#reports.values()].flat().map((report) => {
      const attempt = this.#attemptsAt(report).at(-1);
      if (attempt !== undefined) return this.#siteOf(report, "reverted", { change: attempt.title, reason: attempt.reason });
      const fix = report.fixes.find((one) => this.#mayApply(one));
      if (fix !== undefined) return this.#siteOf(report, "conflicted", { change: fix.title, reason: "it overlaps other changes; run again" });
      const unsafe = report.fixes.find((one) => one.applicability === "unsafe" && one.edits.every(({ fileName }) => this.#files.has(fileName)));
      if (unsafe !== undefined) return this.#siteOf(report, "unsafe", { change: unsafe.title, reason: "it changes timing or the error path; apply it with --unsafe" });
      const outside = report.fixes.find((one) => one.applicability !== "manual");
      if (outside !== undefined) return this.#siteOf(report, "manual", { change: outside.title, reason: "it needs a change in a file that may not be changed" });
      return this.#siteOf(report, "manual", {});
    });
    const off = [...this.#suppressed.values()].flat().map((report) => this.#siteOf(report, "skipped", { reason: "an eslint-disable comment" }));
    return [...open, ...off];
  }

  #siteOf(report: Report, status: Status, extra: { change?: string; reason?: string }): Site {
    const { fileName, rule, message } = report;
    const back = [...(this.#history.get(fileName) ?? [])].reverse();
    const at = back.reduce((offset, edits) => mapOffset(offset, inverse(edits), "before"), report.start);
    const original = this.#workspace.original.getSourceFile(fileName) as ts.SourceFile;
    const { line, character } = original.getLineAndCharacterOfPosition(Math.min(at, original.text.length));
    return { rule, fileName, line: line + 1, column: character + 1, message, status, ...extra };
  }
}

/** Edits that lead back from the new text to the old; only their places matter, so the old text is stood for by as many blanks. */
function inverse(edits: readonly Edit[]): readonly Edit[] {
  let shift = 0;
  return edits.map(({ fileName, start, end, text }) => {
    const from = start + shift;
    shift += text.length - (end - start);
    return { fileName, start: from, end: from + text.length, text: " ".repeat(end - start) };
  });
}

/** Whether an offset of the new text lies in what an edit has written. */
function covers(edit: Edit, edits: readonly Edit[], at: number): boolean {
  const start = mapOffset(edit.start, edits, "before");
  return start <= at && at < start + Math.max(edit.text.length, 1);
}

/** Tries sets of changes on the texts of one round. */
class Trial {
  readonly #workspace: Workspace;
  readonly #baseline: Baseline;
  readonly #base: ReadonlyMap<string, string>;
  /** The Program over the texts of the round. */
  readonly #before: ts.Program;

  constructor(workspace: Workspace, baseline: Baseline, base: ReadonlyMap<string, string>) {
    this.#workspace = workspace;
    this.#baseline = baseline;
    this.#base = base;
    this.#before = workspace.program;
  }

  /** Puts the texts with exactly these changes in place. */
  apply(groups: readonly Group[]): void {
    const { edits } = mergeGroups(groups);
    this.#workspace.setTexts(new Map([...this.#base].map(([fileName, text]) => [fileName, applyEdits(text, edits.get(fileName) ?? [])])));
  }

  #errorsWith(groups: readonly Group[]): NewError[] {
    this.apply(groups);
    const { edits } = mergeGroups(groups);
    const errors = this.#baseline.newErrorsIn(edits.keys());
    if (errors.length > 0) return errors;
    const reshaped = [...edits].filter(([fileName, inFile]) => !keepsShape(fileName, inFile, this.#before, this.#workspace.program)).map(([fileName]) => fileName);
    return this.#baseline.newErrorsIn([...this.#workspace.affectedBy(reshaped)].filter((fileName) => !edits.has(fileName)));
  }

  /**
   * The changes that raise no new error of the compiler; they are in place afterwards.
   * @param back receives the others, each with the error.
   */
  withoutErrors(groups: readonly Group[], back: Map<Group, string>): readonly Group[] {
    const errors = this.#errorsWith(groups);
    if (errors.length === 0) return groups;
    const suspects = this.#suspects(groups, errors);
    const rest = groups.filter((group) => !suspects.includes(group));
    const kept = rest.length < groups.length && this.#errorsWith(rest).length === 0 ? this.#without(suspects, rest, errors, back) : this.#bisect(groups, [], back);
    this.apply(kept);
    return kept;
  }

  /** Adds what can be added of the suspects to the rest, which is sound; a single one is known to be the culprit. */
  #without(suspects: readonly Group[], rest: readonly Group[], errors: readonly NewError[], back: Map<Group, string>): readonly Group[] {
    const [only, ...others] = suspects;
    if (only === undefined || others.length > 0) return this.#bisect(suspects, rest, back);
    back.set(only, errors[0]?.text ?? "");
    return rest;
  }

  /** Adds what can be added of `groups` to `base`, halving what cannot. */
  #bisect(groups: readonly Group[], base: readonly Group[], back: Map<Group, string>): readonly Group[] {
    const errors = this.#errorsWith([...base, ...groups]);
    if (errors.length === 0) return [...base, ...groups];
    const [only, ...others] = groups;
    if (only === undefined) return base;
    if (others.length === 0) {
      back.set(only, errors[0]?.text ?? "");
      return base;
    }
    const middle = Math.ceil(groups.length / 2);
    return this.#bisect(groups.slice(middle), this.#bisect(groups.slice(0, middle), base, back), back);
  }

  /** For each error the changes nearest to it in its file; all of them when its file is not changed. */
  #suspects(groups: readonly Group[], errors: readonly NewError[]): readonly Group[] {
    const { edits } = mergeGroups(groups);
    const suspects = new Set<Group>();
    for (const { fileName, start } of errors) {
      const at = mapOffset(start, inverse(edits.get(fileName) ?? []), "before");
      const near = groups.flatMap((group) => {
        const distances = group.edits.filter((edit) => edit.fileName === fileName).map((edit) => (at < edit.start ? edit.start - at : Math.max(0, at - edit.end)));
        return distances.length === 0 ? [] : [{ group, distance: Math.min(...distances) }];
      });
      const least = Math.min(...near.map(({ distance }) => distance));
      for (const { group } of near.length === 0 ? groups.map((group) => ({ group })) : near.filter(({ distance }) => distance === least)) suspects.add(group);
    }
    return groups.filter((group) => suspects.has(group));
  }
}
