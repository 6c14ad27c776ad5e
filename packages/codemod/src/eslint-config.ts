/** Reads what the project's own ESLint configuration says to our rules: `settings.asr`, their options, and which are off. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PlanOptions } from "./model.ts";

/** The part of an ESLint configuration that the codemod follows. */
export type ProjectConfig = Required<Pick<PlanOptions, "settings" | "ruleOptions" | "except">>;

interface CalculatedConfig {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, unknown>>;
}

interface EslintModule {
  readonly ESLint: new (options: { readonly cwd: string }) => { calculateConfigForFile(fileName: string): Promise<CalculatedConfig | undefined> };
}

/**
 * The configuration that ESLint, as installed in the project, has for a file.
 * @returns `undefined` when ESLint is not installed, or the configuration does not mention our rules.
 * @throws Error of ESLint when there is a configuration and it cannot be read.
 */
export async function projectConfig(cwd: string, fileName: string): Promise<ProjectConfig | undefined> {
  const eslint = await loadEslint(cwd);
  if (eslint === undefined) return undefined;
  const config = await calculated(new eslint.ESLint({ cwd }), fileName);
  const entries = Object.entries(config?.rules ?? {}).flatMap(([id, entry]) => (id.startsWith("asr/") ? [{ name: id.slice("asr/".length), entry }] : []));
  if (entries.length === 0) return undefined;
  const severityOf = (entry: unknown): unknown => (Array.isArray(entry) ? (entry as unknown[])[0] : entry);
  const isOff = (entry: unknown): boolean => severityOf(entry) === 0 || severityOf(entry) === "off";
  const settings = config?.settings?.["asr"];
  return {
    settings: typeof settings === "object" && settings !== null ? settings : {},
    ruleOptions: Object.fromEntries(entries.flatMap(({ name, entry }) => (Array.isArray(entry) && typeof entry[1] === "object" && entry[1] !== null ? [[name, entry[1] as object]] : []))),
    except: entries.filter(({ entry }) => isOff(entry)).map(({ name }) => name),
  };
}

async function loadEslint(cwd: string): Promise<EslintModule | undefined> {
  let path: string;
  try {
    path = createRequire(join(cwd, "package.json")).resolve("eslint");
  } catch {
    return undefined;
  }
  const loaded = (await import(pathToFileURL(path).href)) as EslintModule & { readonly default?: EslintModule };
  return loaded.default ?? loaded;
}

/** Without a configuration file, ESLint throws; that is no error here. */
async function calculated(eslint: InstanceType<EslintModule["ESLint"]>, fileName: string): Promise<CalculatedConfig | undefined> {
  try {
    return await eslint.calculateConfigForFile(fileName);
  } catch (error) {
    if (error instanceof Error && /could not find config file|no eslint configuration/iu.test(error.message)) return undefined;
    throw error;
  }
}
