/** Makes a plan: loads each project, runs its rounds, and gathers what would change. Nothing is written. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runtimeModule } from "../../../src/fixes/index.ts";
import { settingsOf } from "../../../src/settings.ts";
import { configFor, configsOf } from "./configs.ts";
import { chosenRules, type Detection } from "./detect.ts";
import { chooseFiles, readDiskFile } from "./files.ts";
import { installCommand, manifestFor, withDependency } from "./manifest.ts";
import { EnvironmentError, type FileChange, type Plan, type PlanOptions, type Site, type SkippedFile } from "./model.ts";
import { Rounds } from "./rounds.ts";
import { compiler, runtimePackage, Workspace } from "./workspace.ts";

/**
 * Plans a migration.
 * @throws EnvironmentError when there is nothing to work on: no tsconfig, no files, unknown rules.
 */
export function plan(options: PlanOptions): Plan {
  const { cwd, onProgress = () => undefined } = options;
  const detection = detectionFor(options);
  const configs = configsOf(configFor(cwd, options.project, options.paths?.find((path) => !/[*?{}]/u.test(path))));
  const seen = new Set<string>();
  const texts = new Map<string, string>();
  const sites: Site[] = [];
  const skipped: SkippedFile[] = [];
  let files = 0;
  let baselineErrors = 0;
  for (const config of configs) {
    onProgress(`loading ${config}`);
    const workspace = new Workspace(config, texts);
    const choice = chooseFiles(workspace, options);
    const own = new Set([...choice.chosen].filter((fileName) => !seen.has(fileName)));
    skipped.push(...choice.skipped.filter(({ fileName }) => !seen.has(fileName)));
    for (const fileName of [...own, ...choice.skipped.map((one) => one.fileName)]) seen.add(fileName);
    files += own.size;
    const outcome = new Rounds(workspace, detection, own, { unsafe: options.unsafe ?? false, onProgress }).run();
    baselineErrors += outcome.baselineErrors;
    sites.push(...outcome.sites);
    for (const [fileName, text] of outcome.texts) texts.set(fileName, text);
  }
  if (seen.size === 0) throw new EnvironmentError(`None of the files of ${configs.join(", ")} is among ${(options.paths ?? []).join(", ")}.`);
  const changes = [...texts].flatMap(([fileName, after]) => changeOf(fileName, after));
  const { added, nextSteps } = dependencies(changes);
  sites.sort((a, b) => compare(a.fileName, b.fileName) || a.line - b.line || a.column - b.column);
  return { cwd, sites, changes: [...changes, ...added].sort((a, b) => compare(a.fileName, b.fileName)), skipped, files, baselineErrors, ...compilers(configs[0] as string), nextSteps };
}

function detectionFor(options: PlanOptions): Detection {
  try {
    return { rules: chosenRules(options.rules, options.except), options: options.ruleOptions ?? {}, settings: settingsOf(options.settings), cwd: options.cwd };
  } catch (error) {
    throw error instanceof TypeError ? new EnvironmentError(error.message) : error;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function changeOf(fileName: string, after: string): FileChange[] {
  const disk = readDiskFile(fileName);
  if (disk === undefined) throw new EnvironmentError(`${fileName} is not UTF-8.`);
  return disk.text === after ? [] : [{ fileName, before: disk.text, after, bom: disk.bom, hash: disk.hash }];
}

/** Changes of package.json files for the files that import the runtime now. */
function dependencies(changes: readonly FileChange[]): { readonly added: readonly FileChange[]; readonly nextSteps: readonly string[] } {
  const users = changes.filter(({ before, after }) => after.includes(runtimeModule) && !before.includes(runtimeModule));
  const manifests = new Set(users.map(({ fileName }) => manifestFor(fileName)).filter((file) => file !== undefined));
  const added = [...manifests].flatMap((manifest) => withDependency(manifest, runtimeModule, `^${runtimePackage().version}`) ?? []);
  return { added, nextSteps: [...new Set(added.map(({ fileName }) => `${installCommand(fileName)}   # ${runtimeModule} is new in ${fileName}`))] };
}

/** The compiler that judged the changes, and the project's own: they may see different types. */
function compilers(config: string): Pick<Plan, "compiler" | "warnings"> {
  const bundled = compiler.version;
  let project: string | undefined;
  try {
    project = (createRequire(join(dirname(config), "package.json"))("typescript/package.json") as { version: string }).version;
  } catch {
    return { compiler: { bundled }, warnings: [] };
  }
  const minor = (version: string): string => version.split(".").slice(0, 2).join(".");
  const differ = minor(project) !== minor(bundled);
  return { compiler: { bundled, project }, warnings: differ ? [`The changes were checked with TypeScript ${bundled}, the project uses ${project}: type-check it with its own compiler afterwards.`] : [] };
}
