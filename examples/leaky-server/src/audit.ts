/** The audit log: one JSON line for each thing that somebody may ask about later. */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";

export class AuditLog {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, "audit.jsonl");
  }

  async record(action: string, details: Record<string, unknown> = {}): Promise<void> {
    const line = JSON.stringify({ at: new Date().toISOString(), action, ...details });
    await appendFile(this.#file, `${line}\n`);
  }
}
