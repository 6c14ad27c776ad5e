/** Builds the plugin into one file; its peers stay outside, so that the host decides which compiler and parser are loaded. */
import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/plugin.ts"],
  format: "esm",
  platform: "node",
  target: "node20.19",
  dts: true,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
});
