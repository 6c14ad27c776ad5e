import { TaskGroup } from "asr-runtime";
import { load } from "../../core/src/index.js";

export async function start(): Promise<string[]> {
  return await TaskGroup.all([({ signal }) => load("a", { signal }), ({ signal }) => load("b", { signal })]);
}
