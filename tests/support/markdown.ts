/** Reads the pages of docs/rules: headings, and the code blocks that the tests run. */

/** A fenced block. */
export interface Block {
  /** Line of its first line of code, counting from 1. */
  readonly line: number;
  readonly language: string;
  /** Words of the info string after the language, e.g. `bad`, `preset`. */
  readonly words: readonly string[];
  /** Values of `options={…}` and `settings={…}` in the info string. */
  readonly values: Readonly<Record<string, object>>;
  readonly code: string;
}

/** Fenced blocks of a page, in order. */
export function blocksOf(markdown: string): Block[] {
  return Array.from(markdown.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gmsu), (match) => {
    const [whole, language = "", info = "", code = ""] = match;
    const values = Object.fromEntries(Array.from(info.matchAll(/(\w+)=(\{.*?\})(?=\s|$)/gu), ([, key = "", json = ""]) => [key, JSON.parse(json) as object]));
    const words = info.replaceAll(/\w+=\{.*?\}(?=\s|$)/gu, "").split(/\s+/u).filter(Boolean);
    const line = markdown.slice(0, match.index).split("\n").length + 1;
    return { line, language, words, values, code: whole.endsWith("```") ? code : "" };
  });
}

/** Texts of the headings of one level, without marks. */
export function headingsOf(markdown: string, level: number): string[] {
  const prose = markdown.replaceAll(/^```.*?^```$/gmsu, "");
  return Array.from(prose.matchAll(/^(#+) (.+)$/gmu)).filter(([, marks = ""]) => marks.length === level).map(([, , text = ""]) => text.trim());
}
