/** The version of this package, from its manifest: one truth for meta, docs and the release. */
import manifest from "../../package.json" with { type: "json" };

/** Semantic version of eslint-plugin-asr. */
export const version: string = manifest.version;
