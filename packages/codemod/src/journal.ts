/** Writes many files as if they were one: a journal brings a tree that a crash left half written back to what it was. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { hashOf } from "./files.ts";

/** A file and its new bytes. */
export interface Write {
  /** Absolute. */
  readonly fileName: string;
  readonly bytes: Buffer;
}

interface Entry {
  readonly fileName: string;
  /** File in the journal that holds the bytes from before. */
  readonly backup: string;
  readonly before: string;
  readonly after: string;
}

/** What `recover` found. */
export interface Recovery {
  /** Files that were brought back. */
  readonly restored: readonly string[];
  /** Files that someone changed after the crash; they are left as they are. */
  readonly untouched: readonly string[];
}

function journalDir(cwd: string): string {
  return join(cwd, ".asr-codemod");
}

/** Replaces one file by temp file and rename; its mode stays. */
function replaceFile(fileName: string, bytes: Buffer): void {
  writeFileAtomic.sync(fileName, bytes);
}

/**
 * Writes all files or none: an error on the way undoes what was done, and after a crash `recover` does.
 * @param replaceOne for tests that let one of the writes fail.
 * @throws what the failing write threw, after undoing the others.
 */
export function writeAll(cwd: string, writes: readonly Write[], replaceOne: (fileName: string, bytes: Buffer) => void = replaceFile): void {
  recover(cwd);
  const dir = journalDir(cwd);
  mkdirSync(dir);
  const entries = writes.map(({ fileName, bytes }, index): Entry => {
    const old = readFileSync(fileName);
    const backup = `${String(index)}.orig`;
    writeFileAtomic.sync(join(dir, backup), old);
    return { fileName, backup, before: hashOf(old), after: hashOf(bytes) };
  });
  // From here on a crash is undone; before, nothing has happened.
  writeFileAtomic.sync(join(dir, "journal.json"), JSON.stringify(entries, undefined, 2));
  try {
    for (const { fileName, bytes } of writes) replaceOne(fileName, bytes);
  } catch (error) {
    recover(cwd);
    throw error;
  }
  // From here on everything is written.
  rmSync(join(dir, "journal.json"));
  rmSync(dir, { recursive: true, force: true });
}

/** Undoes an interrupted `writeAll`. Does nothing when there was none. */
export function recover(cwd: string): Recovery {
  const dir = journalDir(cwd);
  const journal = join(dir, "journal.json");
  const restored: string[] = [];
  const untouched: string[] = [];
  if (existsSync(journal)) {
    for (const { fileName, backup, before, after } of JSON.parse(readFileSync(journal, "utf8")) as Entry[]) {
      const present = existsSync(fileName) ? hashOf(readFileSync(fileName)) : undefined;
      if (present === before) continue;
      if (present !== undefined && present !== after) {
        untouched.push(fileName);
        continue;
      }
      writeFileAtomic.sync(fileName, readFileSync(join(dir, backup)));
      restored.push(fileName);
    }
  }
  rmSync(dir, { recursive: true, force: true });
  return { restored, untouched };
}
