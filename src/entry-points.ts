/** Says which files are roots of the program, from the globs in `settings.asr.entryPoints`. */
import { relative, sep } from "node:path";
import picomatch from "picomatch";
import type { Settings } from "./analysis/index.ts";

/**
 * A test of absolute file names.
 * @param cwd absolute; the globs are relative to it. A file outside is no entry point.
 */
export function entryPointTest({ entryPoints }: Settings, cwd: string): (fileName: string) => boolean {
  if (entryPoints.length === 0) return () => false;
  const matches = picomatch([...entryPoints], { dot: true });
  return (fileName) => matches(relative(cwd, fileName).replaceAll(sep, "/"));
}
