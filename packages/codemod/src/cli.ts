#!/usr/bin/env node
/** The executable `asr-codemod`. */
import { main } from "./main.ts";

try {
  process.exitCode = await main(process.argv.slice(2), { cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr, env: process.env });
} catch (error) {
  process.stderr.write(`asr-codemod failed; nothing is left half written: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
