/** What an editor waits for: one long file linted again after an edit, with its project open and everything else known. */
import ts from "typescript";
import { optionsOf, sourcesOf } from "../tests/corpus/load.ts";
import { corpusPackages } from "../tests/corpus/packages.ts";
import { lintText, type Side } from "./lint-sides.ts";

/** A real file of some 1,500 lines, among a hundred others that it imports from and is imported by. */
const edited = { package: "livekit-client", path: "/src/api/SignalClient.ts" } as const;

/**
 * Lints the file, edits it, and lints it again.
 * @returns CPU time of the second lint in milliseconds: a new checker, the types of this file, the rules; not the parsing of the others.
 */
export async function editorTimeOf(side: Side): Promise<number> {
  const one = corpusPackages.find(({ name }) => name === edited.package);
  const file = one === undefined ? undefined : sourcesOf(one).find((path) => path.endsWith(edited.path));
  if (one === undefined || file === undefined) throw new Error(`${edited.path} is not in the corpus.`);
  const options = optionsOf(one);
  const host = ts.createCompilerHost(options, true);
  const original = host.readFile(file) ?? "";
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const programWith = (text: string, old?: ts.Program): ts.Program => {
    // An editor keeps the syntax of every file that was not touched.
    const getSourceFile: ts.CompilerHost["getSourceFile"] = (name, ...rest) => {
      if (name === file) return ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
      if (!parsed.has(name)) parsed.set(name, host.getSourceFile(name, ...rest));
      return parsed.get(name);
    };
    return ts.createProgram(sourcesOf(one), options, { ...host, getSourceFile }, old);
  };
  const opened = programWith(original);
  await lintText(opened, file, original, side);
  const text = edit(original);
  const program = programWith(text, opened);
  const before = process.cpuUsage();
  await lintText(program, file, text, side);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** One statement more in the middle of the file: everything behind it moves. */
function edit(text: string): string {
  const at = text.indexOf("\n  async ", text.length / 2);
  const body = text.indexOf("{\n", at);
  if (at < 0 || body < 0) throw new Error("there is no method to edit");
  return `${text.slice(0, body + 2)}    const edited = Date.now();\n${text.slice(body + 2)}`;
}
