/** Checks `settings.asr` and fills in what is missing; whoever mistypes a key is told what was meant. */
import { defaultSettings } from "./analysis/index.ts";
import type { ResourceSetting, Settings, Specifier } from "./analysis/index.ts";

type Check = (key: string, value: unknown) => void;

const checks: Readonly<Record<keyof Settings, Check>> = {
  scopeTypes: checkEach(checkSpecifier),
  owners: checkEach(checkSpecifier),
  registrars: checkEach(checkSpecifier),
  lazyThenables: checkEach(checkSpecifier),
  resources: checkEach(checkResource),
  entryPoints: checkEach(checkText),
};

/** Keys that must, and may, stand beside `from` in the object form of a specifier. */
const specifierKeys = {
  file: { required: ["name"], optional: ["path"] },
  lib: { required: ["name"], optional: [] },
  package: { required: ["name", "package"], optional: [] },
} as const;

const known = new WeakMap<object, Settings>();

/**
 * Validates what a configuration says under `settings.asr`.
 * @param raw untrusted; `undefined` means no settings at all.
 * @returns complete settings, the same object for the same input (analyses are cached by it).
 * @throws TypeError that names the key, what was given and what is allowed.
 */
export function settingsOf(raw: unknown): Settings {
  if (raw === undefined) return defaultSettings;
  if (!isRecord(raw)) throw problem("settings.asr", raw, `an object with the keys ${list(Object.keys(checks))}`);
  let settings = known.get(raw);
  if (!settings) {
    for (const [key, value] of Object.entries(raw)) {
      if (!isKeyOf(checks, key)) throw unknownKey(`settings.asr.${key}`, key, Object.keys(checks));
      checks[key](`settings.asr.${key}`, value);
    }
    settings = { ...defaultSettings, ...(raw as Partial<Settings>) };
    known.set(raw, settings);
  }
  return settings;
}

function checkEach(check: Check): Check {
  return (key, value) => {
    if (!Array.isArray(value)) throw problem(key, value, "an array");
    value.forEach((element, index) => {
      check(`${key}[${String(index)}]`, element);
    });
  };
}

function checkText(key: string, value: unknown): void {
  if (typeof value !== "string" || value === "") throw problem(key, value, "a non-empty string");
}

function checkSpecifier(key: string, value: unknown): asserts value is Specifier {
  if (typeof value === "string") {
    checkText(key, value);
    return;
  }
  if (!isRecord(value)) throw problem(key, value, 'a name, or an object such as { from: "package", name: "PQueue", package: "p-queue" }');
  const from = value["from"];
  if (typeof from !== "string" || !isKeyOf(specifierKeys, from)) throw problem(`${key}.from`, from, list(Object.keys(specifierKeys)));
  const { required, optional } = specifierKeys[from];
  const allowed: readonly string[] = ["from", ...required, ...optional];
  for (const unknown of Object.keys(value).filter((name) => !allowed.includes(name))) throw unknownKey(`${key}.${unknown}`, unknown, allowed);
  checkNames(`${key}.name`, value["name"]);
  for (const name of allowed.slice(2)) {
    if ((required as readonly string[]).includes(name) || name in value) checkText(`${key}.${name}`, value[name]);
  }
}

const resourceKeys = ["acquire", "release", "async"] as const;

function checkResource(key: string, value: unknown): asserts value is ResourceSetting {
  if (!isRecord(value)) throw problem(key, value, 'an object such as { acquire: "Pool.lease", release: "giveBack" }');
  for (const unknown of Object.keys(value).filter((name) => !(resourceKeys as readonly string[]).includes(name))) throw unknownKey(`${key}.${unknown}`, unknown, resourceKeys);
  if (Array.isArray(value["acquire"]) && value["acquire"].length > 0) checkEach(checkSpecifier)(`${key}.acquire`, value["acquire"]);
  else checkSpecifier(`${key}.acquire`, value["acquire"]);
  checkNames(`${key}.release`, value["release"]);
  if (value["async"] !== undefined && typeof value["async"] !== "boolean") throw problem(`${key}.async`, value["async"], "`true` or `false`");
}

function checkNames(key: string, value: unknown): void {
  if (Array.isArray(value) && value.length > 0) checkEach(checkText)(key, value);
  else if (typeof value !== "string" || value === "") throw problem(key, value, "a non-empty string or an array of them");
}

function problem(key: string, given: unknown, allowed: string): TypeError {
  return new TypeError(`eslint-plugin-asr: \`${key}\` is ${show(given)}, but must be ${allowed}.`);
}

function unknownKey(path: string, key: string, allowed: readonly string[]): TypeError {
  const [nearest] = allowed.map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.distance - b.distance);
  const guess = nearest && nearest.distance <= Math.max(2, key.length / 3) ? ` Did you mean \`${nearest.name}\`?` : "";
  return new TypeError(`eslint-plugin-asr: \`${path}\` is not a known key.${guess} Allowed are ${list(allowed)}.`);
}

function show(value: unknown): string {
  return value === undefined ? "missing" : typeof value === "function" ? "a function" : JSON.stringify(value);
}

function list(names: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(names.map((name) => `\`${name}\``));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKeyOf<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cells = [
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1),
      ];
      current.push(Math.min(...cells));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
