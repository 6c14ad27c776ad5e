/** `asr-runtime/trace`: look at groups while they run and afterwards. Costs nothing unless imported and started. */
export { reportLostGroups } from "./trace-lost.ts";
export { record, type Recording, type Span, type SpanState } from "./trace-record.ts";
export { timelineHtml, timelineSvg, type TimelineOptions } from "./trace-timeline.ts";
export { formatTree } from "./trace-tree.ts";
