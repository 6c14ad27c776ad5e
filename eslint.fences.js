/** The import fences of docs/architecture.md: for each room, what may be imported; anything else is an error. */

/**
 * A type import that one pattern allows is not held against it by the others, so such patterns are no wider than what they allow.
 * @param {string} regex a module specifier that matches is refused
 * @param {string} message why
 * @param {boolean} [allowTypeImports]
 */
const refuse = (regex, message, allowTypeImports = false) => ({ regex, message, allowTypeImports });

/** Every specifier but those that match one of the patterns. */
const allBut = (...allowed) => `^(?!(?:${allowed.join("|")})$)`;

/**
 * @param {string} name
 * @param {string[]} files
 * @param {ReturnType<typeof refuse>[]} patterns
 * @param {object} [rules] beside the imports
 */
const fence = (name, files, patterns, rules = {}) => ({
  name: `fence/${name}`,
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }], ...rules },
});

const injected = refuse("^typescript$", "The compiler is injected; import only its types.", true);
const noOutside = refuse("(?:^|/)(?:tests|bench|scripts|examples)/", "Nothing imports tests, benches, scripts or examples.");
const doorsOnly = refuse("/(?:src/)?(?:analysis|fixes)/(?!index\\.ts$)", "Go through the door: analysis/index.ts or fixes/index.ts.");
const noMorph = refuse("^ts-morph$|/packages/", "Only the codemod knows ts-morph; the plugin knows no package of the workspace.");

const pure = ["console", "Date", "fetch", "performance", "process", "queueMicrotask", "require", "setImmediate", "setInterval", "setTimeout"];
const noEffects = { "no-restricted-globals": ["error", ...pure.map((name) => ({ name, message: "The core is pure: no disk, no clock, no host." }))] };

/** One configuration object per room; for a file that matches two of them the later one counts. */
export const fences = [
  fence(
    "rules",
    ["rules/*.ts"],
    [refuse(allBut("\\.\\./src/(?:rule|analysis/index|fixes/index)\\.ts", "typescript"), "A rule imports src/rule.ts and the two doors."), injected],
    noEffects,
  ),
  fence("rules index", ["rules/index.ts"], [refuse(allBut("\\.\\./src/rule\\.ts", "\\./[a-z-]+\\.ts"), "The index lists the rules.")]),
  fence("analysis", ["src/analysis/*.ts"], [refuse(allBut("\\./.+", "typescript"), "The analysis imports itself only."), injected], noEffects),
  fence(
    "analysis parts",
    ["src/analysis/*/**/*.ts"],
    [refuse(allBut("\\./.+", "\\.\\./[^.].*", "typescript"), "The analysis imports itself only."), injected],
    noEffects,
  ),
  fence(
    "analysis ground",
    ["src/analysis/{language,catalog}/*.ts"],
    [
      refuse(allBut("\\./.+", "\\.\\./(?:language|catalog)/.+", "\\.\\./(?:index|settings)\\.ts", "typescript"), "What a language and its libraries say does not depend on what we conclude from it."),
      refuse("^\\.\\./index\\.ts$", "Types only.", true),
      injected,
    ],
    noEffects,
  ),
  fence(
    "fixes",
    ["src/fixes/*.ts"],
    [
      refuse(allBut("\\./.+", "\\.\\./analysis/(?:[a-z-]+/)?[a-z-]+\\.ts", "typescript"), "Fixes import themselves and types of the analysis."),
      refuse("^\\.\\./analysis/(?:[a-z-]+/)?[a-z-]+\\.ts$", "Fixes import types of the analysis only.", true),
      injected,
    ],
    noEffects,
  ),
  fence("plugin", ["src/*.ts", "src/eslint/**/*.ts"], [injected, doorsOnly, noMorph, noOutside]),
  fence(
    "both adapters",
    ["src/report.ts", "src/settings.ts", "src/entry-points.ts"],
    [injected, doorsOnly, noMorph, noOutside, refuse("/eslint/|^eslint$|^@typescript-eslint/", "Both adapters use this; it knows neither.")],
  ),
  fence(
    "rule",
    ["src/rule.ts"],
    [refuse(allBut("\\./(?:analysis|fixes)/index\\.ts", "typescript"), "Only types of analysis and fixes."), refuse("^\\./(?:analysis|fixes)/index\\.ts$", "Types only.", true), injected],
  ),
  fence("codemod", ["packages/codemod/src/**/*.ts"], [injected, doorsOnly, noOutside, refuse("^eslint$|^@typescript-eslint/", "The codemod runs without ESLint.", true)]),
  fence("runtime", ["packages/runtime/src/**/*.ts"], [refuse(allBut("\\./.+"), "The runtime depends on nothing, not even node:*.")]),
];
