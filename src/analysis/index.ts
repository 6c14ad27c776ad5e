/** The door of the analysis: one `Analysis` per Program, one `FileView` per source file. */
export type { Settings, Specifier } from "./settings.ts";
export { defaultSettings } from "./settings.ts";
