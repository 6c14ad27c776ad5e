export { fire, fire as launch, work, quiet, arrow, tools, Old, default as spread } from "./deep/impl.js";
export * as impl from "./deep/impl.js";
export * from "./overloads.js";
