/** Edits as plain data: what a fix changes, how sure we are of it, and how several fixes become one text. */

/** One replacement of the half-open range `[start, end)` (UTF-16 offsets into the original text) of a file. */
export interface Edit {
  /** Absolute path as the compiler spells it. */
  readonly fileName: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * How far a fix may be trusted (after rustc and ruff): `safe` keeps behaviour and is applied by `--fix`;
 * `unsafe` changes timing or the error path and is a suggestion; `manual` is advice in words, without edits.
 */
export type Applicability = "safe" | "unsafe" | "manual";

/** A change group: all of its edits are applied, or none. */
export interface Fix {
  /** Imperative sentence shown in the editor and in the codemod's report, e.g. "Await the call". */
  readonly title: string;
  readonly applicability: Applicability;
  readonly edits: readonly Edit[];
}

/** The list that a finding takes, of fixes that may not be possible. */
export function optional(...fixes: readonly (Fix | undefined)[]): readonly Fix[] {
  return fixes.filter((fix) => fix !== undefined);
}

/** Whether two different edits cannot both be applied. Touching is allowed where the order is plain: text inserted at an end of a replaced range stays outside it. */
export function overlap(a: Edit, b: Edit): boolean {
  if (a.fileName !== b.fileName) return false;
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}

/** Whether two edits are the same change; several fixes may ask for one import. */
export function sameEdit(a: Edit, b: Edit): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text && a.fileName === b.fileName;
}

/** Order of application: by place; an insertion precedes the replacement that starts where it stands. */
function byPlace(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end;
}

/** A result of `mergeGroups`: each group is in exactly one of the two lists, in the order given. */
export interface Merge<Group> {
  readonly accepted: readonly Group[];
  readonly conflicted: readonly Group[];
  /** The edits of the accepted groups by file, sorted, identical ones once. */
  readonly edits: ReadonlyMap<string, readonly Edit[]>;
}

/**
 * Chooses change groups that fit together: a whole group or nothing, the first wins, identical edits are shared.
 * A group whose own edits overlap is a defect of the rule that made it.
 * @throws RangeError naming the edit, when a range is negative or reversed or a group overlaps itself.
 */
export function mergeGroups<Group extends { readonly edits: readonly Edit[] }>(groups: readonly Group[]): Merge<Group> {
  const accepted: Group[] = [];
  const conflicted: Group[] = [];
  const taken = new Map<string, Edit[]>();
  for (const group of groups) {
    const fresh: Edit[] = [];
    let fits = true;
    for (const edit of group.edits) {
      if (!(edit.start >= 0 && edit.end >= edit.start)) throw new RangeError(`Edit with a reversed or negative range ${spelled(edit)}`);
      const inFile = taken.get(edit.fileName) ?? [];
      const near = neighbours(inFile, edit);
      if (near.some((other) => sameEdit(edit, other)) || fresh.some((other) => sameEdit(edit, other))) continue;
      const own = fresh.find((other) => overlap(edit, other));
      if (own !== undefined) throw new RangeError(`Edits of one fix overlap: ${spelled(edit)} and ${spelled(own)}`);
      if (near.some((other) => overlap(edit, other))) fits = false;
      fresh.push(edit);
    }
    if (!fits) {
      conflicted.push(group);
      continue;
    }
    accepted.push(group);
    for (const edit of fresh) {
      const inFile = taken.get(edit.fileName) ?? [];
      inFile.splice(positionOf(inFile, edit), 0, edit);
      taken.set(edit.fileName, inFile);
    }
  }
  return { accepted, conflicted, edits: taken };
}

function spelled(edit: Edit): string {
  return `[${String(edit.start)}, ${String(edit.end)}) in ${edit.fileName}`;
}

/** Index at which an edit belongs in a sorted list. */
function positionOf(sorted: readonly Edit[], edit: Edit): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byPlace(sorted[middle] as Edit, edit) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The edits of a sorted list without overlaps that can touch this one. */
function neighbours(sorted: readonly Edit[], edit: Edit): readonly Edit[] {
  let low = positionOf(sorted, edit);
  while (low > 0 && (sorted[low - 1] as Edit).end >= edit.start) low--;
  let high = low;
  while (high < sorted.length && (sorted[high] as Edit).start <= edit.end) high++;
  return sorted.slice(low, high);
}

/**
 * Applies the edits of one file to its text; identical edits count once.
 * @throws RangeError when an edit lies outside the text or two edits overlap.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort(byPlace);
  const pieces: string[] = [];
  let done = 0;
  let last: Edit | undefined;
  for (const edit of sorted) {
    if (last !== undefined && sameEdit(last, edit)) continue;
    if (edit.start < done || edit.end < edit.start || edit.end > text.length || (last !== undefined && overlap(last, edit))) throw new RangeError(`Edit does not fit ${spelled(edit)}`);
    pieces.push(text.slice(done, edit.start), edit.text);
    done = edit.end;
    last = edit;
  }
  pieces.push(text.slice(done));
  return pieces.join("");
}

/**
 * Where an offset of the old text stands in the new one. Inside a replaced range it moves to the start of the new text;
 * at an insertion it moves behind it, or stays before it when `side` is "before".
 * @param edits of one file, sorted and without overlaps, as `mergeGroups` gives them.
 */
export function mapOffset(offset: number, edits: readonly Edit[], side: "before" | "after" = "after"): number {
  let shift = 0;
  for (const edit of edits) {
    if (edit.start > offset || (edit.start === offset && side === "before")) break;
    if (edit.end > offset) return edit.start + shift;
    shift += edit.text.length - (edit.end - edit.start);
  }
  return offset + shift;
}
