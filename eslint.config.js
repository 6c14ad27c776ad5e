/** Lints the project: strictest types, the house's fences, and our own plugin as built, at `strict`. */
import asr from "eslint-plugin-asr";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { fences } from "./eslint.fences.js";

export default defineConfig(
  // Fixtures contain faults on purpose, and so does the example.
  { ignores: ["**/dist", "**/coverage", ".cache", "examples", "tests/{projects,facts,codemod,corpus}/*/**", "tests/facts/*.ts", "tests/support/fixture"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["packages/*/*.config.ts"] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read well in messages; everything else is converted on purpose.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A Set of flags in one number is how the compiler speaks; comparing enums by bit is the documented way.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // Index signatures are read with brackets: tsconfig sets noPropertyAccessFromIndexSignature.
      "@typescript-eslint/dot-notation": "off",
      // The other half of no-non-null-assertion: with both on, there is no way to write it.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: "only-allowed-literals" }],
      "@typescript-eslint/no-empty-function": ["error", { allow: ["arrowFunctions"] }],
      // A reason to cancel may be any value, and is handed on as it is.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true, allowThrowingAny: true }],
      "@typescript-eslint/only-throw-error": ["error", { allowThrowingUnknown: true, allowThrowingAny: true, allowRethrowing: true }],
      // `== null` asks for both kinds of nothing at once.
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
    },
  },
  { files: ["src/eslint/**/*.ts"], extends: [eslintPlugin.configs.recommended] },
  { files: ["**/*.ts"], extends: [asr.configs.strict] },
  // The bench compares the runtime with the combinators of the language; scripts and tests end with the first failure anyway.
  { files: ["bench/**/*.ts", "scripts/**/*.ts", "tests/**/*.ts"], rules: { "asr/no-leaky-combinator": "off" } },
  // Scenarios do on purpose what the rules forbid, to show what happens then.
  { files: ["packages/runtime/tests/**/*.ts", "bench/runtime/**/*.ts"], rules: Object.fromEntries(Object.keys(asr.rules).map((name) => [`asr/${name}`, "off"])) },
  // What TypeScript 6 deprecates is all that 5.4 has, and both are supported.
  { files: ["rules/**/*.ts", "src/**/*.ts", "packages/codemod/src/**/*.ts"], rules: { "@typescript-eslint/no-deprecated": "off" } },
  { files: ["scripts/**", "bench/**", "packages/codemod/src/**", "tests/corpus/**"], rules: { "no-console": "off" } },
  { files: ["tests/**/*.ts", "packages/*/tests/**/*.ts"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  ...fences,
);
