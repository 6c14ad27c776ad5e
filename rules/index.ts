/** All rules by name. Written by `npm run gen`; do not edit. */
import type { Rule } from "../src/rule.ts";

/** Every rule of the plugin, by its name without prefix. */
export const rules: Readonly<Record<string, Rule>> = {
};
