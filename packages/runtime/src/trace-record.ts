/** Records when groups and tasks began and ended, by way of an observer; plain data comes out. */
import { observe, type ObservedGroup, type ObservedTask } from "./observe.ts";
import { dispose } from "./symbols.ts";

/**
 * How a span ended, or `running` when it has not.
 *
 * @example
 * const isBad = (state: SpanState) => state === "failed" || state === "aborted";
 */
export type SpanState = "running" | "fulfilled" | "failed" | "cancelled" | "closed" | "aborted";

/**
 * The life of one group or task; times in milliseconds since the recording began.
 *
 * @example
 * const longest = (spans: readonly Span[]) => Math.max(...spans.map(({ start, end = start }) => end - start));
 */
export interface Span {
  readonly kind: "group" | "task";
  readonly name: string | undefined;
  readonly background: boolean;
  readonly start: number;
  readonly end: number | undefined;
  readonly state: SpanState;
  readonly children: readonly Span[];
}

/**
 * A recording under way; disposing it stops it, and keeps what it has.
 *
 * @example
 * const recording: Recording = record();
 * process.on("SIGUSR2", () => writeFileSync("timeline.html", timelineHtml(recording.spans())));
 */
export interface Recording extends Disposable {
  /** What has been seen so far, outermost first. May be called at any time. */
  spans(): readonly Span[];
}

type Open = { -readonly [K in keyof Span]: Span[K] } & { children: Open[] };

/**
 * Starts to record. Groups and tasks that are open already are left out, and what they contain becomes a root.
 *
 * @example
 * using recording = record();
 * await main();
 * await writeFile("timeline.html", timelineHtml(recording.spans()));
 */
export function record(): Recording {
  const origin = performance.now();
  const now = (): number => performance.now() - origin;
  const roots: Open[] = [];
  const known = new WeakMap<object, Open>();

  const begin = (subject: ObservedGroup | ObservedTask, parent: object | undefined, kind: Span["kind"], background: boolean): void => {
    const span: Open = { kind, name: subject.name, background, start: now(), end: undefined, state: "running", children: [] };
    known.set(subject, span);
    const siblings = (parent && known.get(parent)?.children) ?? roots;
    siblings.push(span);
  };
  const end = (subject: object, state: SpanState): void => {
    const span = known.get(subject);
    if (span !== undefined) Object.assign(span, { end: now(), state });
  };
  const observing = observe({
    open: (group) => begin(group, group.parent, "group", false),
    close: (group) => end(group, group.aborted ? "aborted" : "closed"),
    spawn: (task) => begin(task, task.group, "task", task.background),
    settle: (task) => end(task, task.state as SpanState),
  });

  const copy = (span: Open): Span => ({ ...span, children: span.children.map(copy) });
  return { spans: () => roots.map(copy), [dispose]: () => observing[dispose]() };
}
