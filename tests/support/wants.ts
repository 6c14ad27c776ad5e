/**
 * `// want` comments: what must be found on the line they end.
 *
 *     track(job()); // want no-floating-task "nobody waits" no-discarding-callback /drops .* of `\w+`/
 *
 * After the name of a rule stands a part of the message in double quotes, or a pattern between slashes.
 */
interface Want {
  readonly line: number;
  readonly rule: string;
  readonly text: string;
  matches(message: string): boolean;
}

/** A finding as a fixture sees it. Lines and columns count from 1. */
export interface Seen {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/**
 * Pairs the findings of one file with its wants.
 * @returns two lists of lines that are equal exactly when everything wanted was found and nothing else: a comparison of them is a readable diff.
 * @throws on a comment that starts like a want and cannot be read as one.
 */
export function compareWithWants(fileName: string, text: string, findings: readonly Seen[]): { actual: string[]; expected: string[] } {
  const open = [...wantsOf(fileName, text)];
  const actual: string[] = [];
  const expected: string[] = [];
  for (const finding of findings) {
    const shown = `${fileName}:${String(finding.line)}:${String(finding.column)} ${finding.rule}: ${finding.message}`;
    actual.push(shown);
    const index = open.findIndex((want) => want.line === finding.line && want.rule === finding.rule && want.matches(finding.message));
    if (index < 0) continue;
    open.splice(index, 1);
    expected.push(shown);
  }
  expected.push(...open.map((want) => `${fileName}:${String(want.line)} want ${want.rule} ${want.text}`));
  return { actual, expected };
}

function* wantsOf(fileName: string, text: string): Generator<Want> {
  for (const [index, content] of text.split(/\r?\n/u).entries()) {
    const comment = /\/\/ *want\b(.*)$/u.exec(content)?.[1];
    if (comment === undefined) continue;
    const pattern = /\s*([a-z][a-z-]*) (?:"([^"]*)"|\/((?:[^/\\]|\\.)*)\/)/uy;
    let found = 0;
    for (let match = pattern.exec(comment); match; match = pattern.exec(comment)) {
      const [whole, rule = "", part, source] = match;
      const matches = (message: string) => (source === undefined ? message.includes(part ?? "") : new RegExp(source, "u").test(message));
      yield { line: index + 1, rule, text: whole.trim().slice(rule.length + 1), matches };
      found = pattern.lastIndex;
    }
    if (found === 0 || comment.slice(found).trim() !== "") throw new Error(`${fileName}:${String(index + 1)}: cannot read \`// want${comment}\`.`);
  }
}
