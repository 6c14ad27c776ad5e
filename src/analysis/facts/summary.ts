/** What is known of a function without looking at it again: plain data, printed on one line, compared by the facts tests. */

/** What a function does with one of its parameters. Several may hold at once. */
export type ParameterUse =
  | "awaited"
  | "returned"
  /** Stored in a field, an outer variable or a collection. */
  | "retained"
  /** Given to a scope or to an owner of the catalogue. */
  | "owned"
  /** Given back: closed, cleared, disposed. */
  | "disposed"
  /** A promise: dropped, or only looked at. */
  | "discarded"
  /** A callback: called, and the result dropped. */
  | "calls-drops"
  /** A callback: called, and the result awaited, returned or kept. */
  | "calls-keeps"
  /** A callback: called, and the result read as a plain value. */
  | "calls-reads"
  | "read"
  /** One of its members is read or called. */
  | "member"
  | "unused"
  /** Goes somewhere the analysis does not follow. */
  | "unknown";

/** What a caller that does not wait for the function has to fear. */
export interface Outcome {
  /** A rejection (or a throw, of a sync function) may leave the function. */
  readonly rejects: boolean;
  /** The function itself raises an error that leaves it; `rejects` alone may come from a call it makes. */
  readonly throws: boolean;
  /** A failure reaches somebody: a callback, a resolver, a stream, an `error` event, a field. */
  readonly reports: boolean;
  /** The function may suspend, or hands out a promise of work that goes on. */
  readonly suspends: boolean;
  /** Contains a loop that no path leaves, so that waiting for it may take for ever. */
  readonly endless: boolean;
}

export interface Summary {
  readonly name: string;
  readonly parameters: readonly (readonly ParameterUse[])[];
  readonly outcome: Outcome;
  /** Fields (`this.x`) whose stored promise the function returns: the work has an owner besides the caller. */
  readonly returnsFields: readonly string[];
}

/** One line: `param0:retained, param1:calls-drops, never-rejects, returns:this.#ready`. */
export function printSummary(summary: Summary): string {
  const { outcome } = summary;
  const facts = summary.parameters.map((uses, index) => `param${index}:${uses.join("+")}`);
  if (!outcome.rejects) facts.push("never-rejects");
  if (outcome.reports) facts.push("reports");
  if (!outcome.suspends) facts.push("no-work");
  if (outcome.endless) facts.push("endless");
  facts.push(...summary.returnsFields.map((field) => `returns:this.${field}`));
  return facts.join(", ") || "none";
}
