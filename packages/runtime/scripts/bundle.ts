/** Bundles an entry of the portable suite into one file that a bare engine can run. */
import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { build } from "esbuild";
import ts from "typescript";

const root = resolve(import.meta.dirname, "..");

/** Who turns `using` and TypeScript into JavaScript; `native` leaves `using` to the engine. */
export type Lowering = "esbuild" | "typescript" | "native";

/** A change of one source file, to see whether the suite notices. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** @throws when the text that a mutation replaces is not in its file exactly once */
export async function bundle(entry: string, lowering: Lowering, mutation?: Mutation): Promise<string> {
  let mutated = mutation === undefined;
  const { outputFiles } = await build({
    entryPoints: [resolve(root, entry)],
    bundle: true,
    write: false,
    format: "esm",
    platform: entry.endsWith("web.ts") ? "browser" : "node",
    target: lowering === "native" ? "esnext" : "es2022",
    ignoreAnnotations: true, // "sideEffects": false is about the package; scenarios register themselves by being imported.
    logLevel: "error",
    plugins: [
      {
        name: "read",
        setup(plugin) {
          plugin.onLoad({ filter: /packages\/runtime\/(src|tests)\/.*\.ts$/ }, async ({ path }) => {
            let contents = await readFile(path, "utf8");
            if (relative(root, path) === mutation?.file) {
              const parts = contents.split(mutation.from);
              if (parts.length !== 2) throw new Error(`${mutation.file} holds ${JSON.stringify(mutation.from)} ${parts.length - 1} times`);
              contents = parts.join(mutation.to);
              mutated = true;
            }
            if (lowering !== "typescript") return { contents, loader: "ts" };
            const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
            return { contents: ts.transpileModule(contents, { compilerOptions, fileName: path }).outputText, loader: "js" };
          });
        },
      },
    ],
  });
  if (!mutated) throw new Error(`${mutation?.file} is not part of ${entry}`);
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`nothing came out of ${entry}`);
  return file.text;
}
