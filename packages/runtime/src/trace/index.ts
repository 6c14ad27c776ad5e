/** `asr-runtime/trace`: look at groups while they run and afterwards. Costs nothing unless imported and started. */
export { reportLostGroups } from "./lost.ts";
export { record, type Recording, type Span, type SpanState } from "./record.ts";
export { timelineHtml, timelineSvg, type TimelineOptions } from "./timeline.ts";
export { formatTree } from "./tree.ts";
