/** Draws recorded spans as a timeline: scopes as boxes around their tasks, marks where something failed or was cancelled. */
import type { Span } from "./trace-record.ts";

const ROW = 22;
const LABELS = 230;
const WIDTH = 1_000;
const HEAD = 26;

interface Line {
  readonly span: Span;
  readonly depth: number;
  /** How many lines it spans with everything inside it. */
  readonly lines: number;
}

/**
 * Options of {@link timelineSvg} and {@link timelineHtml}.
 *
 * @example
 * const options: TimelineOptions = { title: "startup" };
 */
export interface TimelineOptions {
  /** Heading and accessible name. */
  readonly title?: string | undefined;
}

function linesOf(span: Span, depth: number): Line[] {
  const inner = span.children.flatMap((child) => linesOf(child, depth + 1));
  return [{ span, depth, lines: inner.length + 1 }, ...inner];
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const lastMoment = (spans: readonly Span[]): number =>
  spans.reduce((latest, { start, end, children }) => Math.max(latest, start, end ?? 0, lastMoment(children)), 0);

/** 1, 2 or 5 times a power of ten, so that there are five to ten marks. */
function tickOf(total: number): number {
  const rough = 10 ** Math.floor(Math.log10(total / 5));
  return rough * (total / rough >= 25 ? 5 : total / rough >= 10 ? 2 : 1);
}

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #222 } .axis { fill: #777; font-size: 10px } .grid { stroke: #8883; }
.group { fill: #8881; stroke: #8886 } .task { stroke: none } .background { fill-opacity: .55; stroke: #555; stroke-dasharray: 3 2 }
.running { fill: #5b8def } .fulfilled { fill: #3fa66b } .failed { fill: #d64545 } .cancelled { fill: #d9a03f }
.aborted { stroke: #d9a03f } .mark { font-weight: bold; fill: #fff; text-anchor: middle }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .axis { fill: #999 } }`;

const MARKS: Partial<Record<Span["state"], string>> = { failed: "✕", cancelled: "◦" };

/**
 * A self-contained SVG: one line per group and task, times in milliseconds, details in tooltips.
 *
 * @example
 * await writeFile("timeline.svg", timelineSvg(recording.spans(), { title: "startup" }));
 */
export function timelineSvg(spans: readonly Span[], { title = "Timeline of tasks" }: TimelineOptions = {}): string {
  const lines = spans.flatMap((span) => linesOf(span, 0));
  const total = Math.max(lastMoment(spans), 1e-3);
  const x = (ms: number): number => LABELS + (ms / total) * (WIDTH - LABELS - 12);
  const height = HEAD + lines.length * ROW + 6;
  const parts: string[] = [];
  for (let ms = 0, tick = tickOf(total); ms <= total; ms += tick) {
    parts.push(`<line class="grid" x1="${x(ms).toFixed(1)}" x2="${x(ms).toFixed(1)}" y1="${HEAD - 6}" y2="${height}"/>`);
    parts.push(`<text class="axis" x="${x(ms).toFixed(1)}" y="14">${Number(ms.toPrecision(6))} ms</text>`);
  }
  lines.forEach(({ span, depth, lines: count }, index) => {
    const top = HEAD + index * ROW;
    const from = x(span.start);
    const width = Math.max(x(span.end ?? total) - from, 2);
    const label = span.name ?? (span.kind === "group" ? "(group)" : "(task)");
    const took = span.end === undefined ? "still running" : `${(span.end - span.start).toFixed(2)} ms`;
    const box = span.kind === "group" ? { y: top + 1, height: count * ROW - 2 } : { y: top + 4, height: ROW - 8 };
    const kind = span.background ? `${span.kind} background` : span.kind;
    const mark = MARKS[span.state];
    parts.push(
      `<g><title>${escape(`${label}: ${span.state}, ${took}${span.background ? ", background" : ""}`)}</title>`,
      `<rect class="${kind} ${span.state}" x="${from.toFixed(1)}" y="${box.y}" width="${width.toFixed(1)}" height="${box.height}" rx="3"/>`,
      `<text x="${8 + depth * 12}" y="${top + 15}">${escape(label)}</text>`,
      ...(mark === undefined ? [] : [`<text class="mark" x="${(from + width - 6).toFixed(1)}" y="${top + 15}">${mark}</text>`]),
      "</g>",
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}"><style>${STYLE}</style>${parts.join("")}</svg>\n`;
}

/**
 * The timeline as a page of its own, with a legend.
 *
 * @example
 * await writeFile("timeline.html", timelineHtml(recording.spans(), { title: "startup" }));
 */
export function timelineHtml(spans: readonly Span[], options: TimelineOptions = {}): string {
  const title = escape(options.title ?? "Timeline of tasks");
  const legend = ["fulfilled", "failed", "cancelled", "running"].map((state) => `<li><svg width="12" height="12"><rect class="${state}" width="12" height="12" rx="3"/></svg> ${state}</li>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>:root{color-scheme:light dark}body{font:14px system-ui,sans-serif;margin:24px}ul{display:flex;gap:16px;list-style:none;padding:0}${STYLE}</style><h1>${title}</h1><ul>${legend.join("")}</ul>${timelineSvg(spans, options)}</html>\n`;
}
