/** What a migration did and left, for people and for machines. */
import { relative, sep } from "node:path";
import type { Plan, Site, Status } from "./model.ts";

const statuses: readonly Status[] = ["applied", "unsafe", "manual", "reverted", "conflicted", "skipped"];

/** Whether a person has something to do, or to decide. */
export function isOpen({ status }: Site): boolean {
  return status !== "applied" && status !== "skipped";
}

function shown(cwd: string, fileName: string): string {
  return relative(cwd, fileName).replaceAll(sep, "/");
}

/** Number of sites per rule and status; rules in alphabetical order. */
function countsOf(sites: readonly Site[]): ReadonlyMap<string, Readonly<Record<Status, number>>> {
  const counts = new Map<string, Record<Status, number>>();
  for (const { rule, status } of [...sites].sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0))) {
    const row = counts.get(rule) ?? { applied: 0, unsafe: 0, manual: 0, reverted: 0, conflicted: 0, skipped: 0 };
    row[status]++;
    counts.set(rule, row);
  }
  return counts;
}

/** Sites listed in full before the text says how many more there are. */
const listed = 40;

/**
 * The summary for a terminal.
 * @param written the changes are on disk, not only planned.
 */
export function textReport(plan: Plan, written: boolean): string {
  const lines: string[] = [];
  const counts = countsOf(plan.sites);
  if (counts.size > 0) {
    const used = statuses.filter((status) => plan.sites.some((site) => site.status === status));
    const width = Math.max(...[...counts.keys()].map((rule) => rule.length));
    const cell = (text: string, status: Status): string => text.padStart(Math.max(status.length, 6));
    lines.push(`${" ".repeat(width)}  ${used.map((status) => cell(status, status)).join("  ")}`);
    for (const [rule, row] of counts) lines.push(`${rule.padEnd(width)}  ${used.map((status) => cell(String(row[status]), status)).join("  ")}`);
    lines.push("");
  }
  const open = plan.sites.filter(isOpen);
  for (const site of open.slice(0, listed)) {
    lines.push(`${shown(plan.cwd, site.fileName)}:${String(site.line)}:${String(site.column)}  ${site.rule}  ${site.status}`, `    ${wordsOf(site)}`);
  }
  if (open.length > listed) lines.push(`… and ${String(open.length - listed)} more; --report md lists them all`);
  if (open.length > 0) lines.push("");
  for (const warning of plan.warnings) lines.push(`warning: ${warning}`);
  if (plan.skipped.length > 0) lines.push(`${count(plan.skipped.length, "file")} not looked at: ${skipReasons(plan)}.`);
  if (plan.baselineErrors > 0) lines.push(`${count(plan.baselineErrors, "type error")} stood there before; only new ones count against a change.`);
  const verb = written ? "changed" : "would change";
  lines.push(`${count(plan.files, "file")} examined, ${String(plan.changes.length)} ${verb}; ${count(plan.sites.filter((site) => site.status === "applied").length, "finding")} fixed, ${String(open.length)} left.`);
  if (plan.sites.some((site) => site.status === "applied")) lines.push("Errors of work that used to be dropped now reach the code that started it, and that code waits: read the diff with that in mind.");
  const steps = [...plan.nextSteps, ...(written && open.length > 0 ? ["npx eslint . --suppress-all   # accept what is left for now; ESLint keeps the list"] : [])];
  if (steps.length > 0) lines.push("", written ? "Next:" : "After --write:", ...steps.map((step) => `  ${step}`));
  return `${lines.join("\n")}\n`;
}

function wordsOf({ status, message, reason, change }: Site): string {
  if (status === "manual") return reason === undefined ? message : `${message} (${reason})`;
  return [change, reason].filter((part) => part !== undefined).join(" — ");
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function skipReasons({ skipped }: Plan): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) {
    const kind = reason.replace(/:.*$/u, "");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, number]) => `${String(number)} ${kind}`).join(", ");
}

/** The plan as JSON: every site with its status, every changed and skipped file; texts of files are not in it. */
export function jsonReport(plan: Plan, written: boolean): string {
  const place = <T extends { readonly fileName: string }>({ fileName, ...rest }: T) => ({ file: shown(plan.cwd, fileName), ...rest });
  return `${JSON.stringify(
    {
      version: 1,
      written,
      compiler: plan.compiler,
      files: { examined: plan.files, changed: plan.changes.map(({ fileName }) => shown(plan.cwd, fileName)), skipped: plan.skipped.map(place) },
      baselineErrors: plan.baselineErrors,
      rules: Object.fromEntries(countsOf(plan.sites)),
      sites: plan.sites.map(place),
      warnings: plan.warnings,
      nextSteps: plan.nextSteps,
    },
    undefined,
    2,
  )}\n`;
}

/** The plan as a page of Markdown, for a pull request. */
export function markdownReport(plan: Plan, written: boolean): string {
  const lines = ["# Migration to structured concurrency", "", `${count(plan.files, "file")} examined, ${String(plan.changes.length)} ${written ? "changed" : "to change"}. Checked with TypeScript ${plan.compiler.bundled}${plan.compiler.project === undefined ? "" : ` (the project uses ${plan.compiler.project})`}.`, ""];
  lines.push(`| rule | ${statuses.join(" | ")} |`, `| --- |${" ---: |".repeat(statuses.length)}`);
  for (const [rule, row] of countsOf(plan.sites)) lines.push(`| \`${rule}\` | ${statuses.map((status) => String(row[status])).join(" | ")} |`);
  for (const status of statuses) {
    const sites = plan.sites.filter((site) => site.status === status);
    if (sites.length === 0) continue;
    lines.push("", `## ${status} (${String(sites.length)})`, "");
    for (const site of sites) lines.push(`- \`${shown(plan.cwd, site.fileName)}:${String(site.line)}\` \`${site.rule}\`: ${wordsOf(site) || site.message}`);
  }
  if (plan.skipped.length > 0) lines.push("", "## Files not looked at", "", ...plan.skipped.map(({ fileName, reason }) => `- \`${shown(plan.cwd, fileName)}\`: ${reason}`));
  if (plan.nextSteps.length > 0) lines.push("", "## Next", "", ...plan.nextSteps.map((step) => `- \`${step}\``));
  return `${lines.join("\n")}\n`;
}
