/** Builds the command and the library; the detectors are bundled in, so that the codemod and its rules always fit. */
import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/cli.ts", "src/index.ts"],
  format: "esm",
  platform: "node",
  target: "node20.19",
  dts: true,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
});
