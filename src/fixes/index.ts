/** The door of the fixes: everything a rule may ask for to change code. */
export type { Applicability, Edit, Fix } from "./edit.ts";
