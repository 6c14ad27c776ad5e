import { load } from "../../core/src/index.js";

export async function start(): Promise<string[]> {
  return await Promise.all([load("a"), load("b")]);
}
