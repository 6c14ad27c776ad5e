import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, mapOffset, mergeGroups, type Edit } from "../../src/fixes/index.ts";

const fileName = "/a.ts";
const edit = (start: number, end: number, text: string): Edit => ({ fileName, start, end, text });
const group = (...edits: Edit[]): { readonly edits: readonly Edit[] } => ({ edits });

describe("mergeGroups", () => {
  it("takes a whole group or nothing, the first wins", () => {
    const [a, b, c] = [group(edit(0, 2, "A")), group(edit(1, 3, "B"), edit(8, 9, "B")), group(edit(8, 9, "C"))];
    const { accepted, conflicted, edits } = mergeGroups([a, b, c]);
    expect(accepted).toEqual([a, c]);
    expect(conflicted).toEqual([b]);
    expect(edits.get(fileName)).toEqual([edit(0, 2, "A"), edit(8, 9, "C")]);
  });

  it("shares identical edits, insertions too", () => {
    const shared = edit(0, 0, "import x;\n");
    const { conflicted, edits } = mergeGroups([group(shared, edit(5, 6, "a")), group(shared, edit(7, 8, "b"))]);
    expect(conflicted).toEqual([]);
    expect(edits.get(fileName)).toEqual([shared, edit(5, 6, "a"), edit(7, 8, "b")]);
  });

  it("lets an insertion touch a replacement, on either side", () => {
    expect(mergeGroups([group(edit(2, 4, "X")), group(edit(2, 2, "(")), group(edit(4, 4, ")"))]).conflicted).toEqual([]);
    expect(applyEdits("abcdef", [edit(2, 4, "X"), edit(4, 4, ")"), edit(2, 2, "(")])).toBe("ab(X)ef");
  });

  it("sees two different insertions in one place as a conflict, and one inside a replaced range", () => {
    expect(mergeGroups([group(edit(2, 2, "a")), group(edit(2, 2, "b"))]).conflicted).toHaveLength(1);
    expect(mergeGroups([group(edit(1, 4, "a")), group(edit(2, 2, "b"))]).conflicted).toHaveLength(1);
  });

  it("keeps files apart", () => {
    expect(mergeGroups([group(edit(0, 2, "A")), group({ ...edit(1, 3, "B"), fileName: "/b.ts" })]).conflicted).toEqual([]);
  });

  it("refuses a group that contradicts itself, naming the place", () => {
    expect(() => mergeGroups([group(edit(0, 3, "a"), edit(2, 4, "b"))])).toThrow(/overlap: \[2, 4\) in \/a\.ts and \[0, 3\)/u);
    expect(() => mergeGroups([group(edit(3, 1, "a"))])).toThrow(RangeError);
    expect(() => mergeGroups([group(edit(-1, 1, "a"))])).toThrow(RangeError);
  });
});

describe("applyEdits", () => {
  it("throws instead of guessing", () => {
    expect(() => applyEdits("abc", [edit(0, 2, ""), edit(1, 3, "")])).toThrow(RangeError);
    expect(() => applyEdits("abc", [edit(2, 4, "")])).toThrow(RangeError);
    expect(() => applyEdits("abc", [edit(1, 1, "x"), edit(1, 1, "y")])).toThrow(RangeError);
  });
});

/** Groups of arbitrary edits over a text of 40 characters that are all different, so that a lost one shows. */
const text = Array.from({ length: 40 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join("");
const anEdit = fc.tuple(fc.nat(40), fc.nat(6), fc.string({ maxLength: 3, unit: "grapheme-ascii" })).map(([start, length, replacement]) => edit(start, Math.min(40, start + length), replacement));
/** Rules never make groups that contradict themselves. */
const aGroup = fc.array(anEdit, { minLength: 1, maxLength: 3 }).filter((edits) => edits.every((a, i) => edits.every((b, j) => i === j || a.end < b.start || b.end < a.start))).map((edits) => group(...edits));

describe("for all groups of edits", () => {
  it("each is accepted as a whole or not at all, and what is accepted can be applied", () => {
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 12 }), (groups) => {
        const { accepted, conflicted, edits } = mergeGroups(groups);
        expect([...accepted, ...conflicted]).toHaveLength(groups.length);
        const inFile = edits.get(fileName) ?? [];
        for (const { edits: own } of accepted) for (const one of own) expect(inFile).toContainEqual(one);
        expect(inFile.length).toBeLessThanOrEqual(accepted.flatMap(({ edits: own }) => own).length);
        applyEdits(text, inFile);
      }),
    );
  });

  it("no character outside of the edits is lost, added or moved", () => {
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 12 }), (groups) => {
        const inFile = mergeGroups(groups).edits.get(fileName) ?? [];
        const output = applyEdits(text, inFile);
        const kept = Array.from(text).filter((_, index) => !inFile.some(({ start, end }) => start <= index && index < end));
        expect(Array.from(output).filter((char) => text.includes(char))).toEqual(kept);
        expect(output).toHaveLength(kept.length + inFile.reduce((sum, one) => sum + one.text.length, 0));
      }),
    );
  });

  it("mapOffset says where each surviving character went", () => {
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 12 }), (groups) => {
        const inFile = mergeGroups(groups).edits.get(fileName) ?? [];
        const output = applyEdits(text, inFile);
        for (let index = 0; index < text.length; index++) {
          if (inFile.some(({ start, end }) => start <= index && index < end)) continue;
          expect(output.charAt(mapOffset(index, inFile))).toBe(text.charAt(index));
        }
      }),
    );
  });

  it("the order in which disjoint groups come does not matter", () => {
    fc.assert(
      fc.property(fc.array(aGroup, { maxLength: 6 }), (groups) => {
        const once = mergeGroups(groups);
        fc.pre(once.conflicted.length === 0);
        const again = mergeGroups(groups.toReversed());
        expect(again.conflicted).toEqual([]);
        expect(again.edits.get(fileName)).toEqual(once.edits.get(fileName));
      }),
    );
  });
});
