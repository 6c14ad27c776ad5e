import { appendFile, mkdir, writeFile } from "node:fs/promises";

export class Store {
  readonly #rows = new Map<string, string>();

  async put(key: string, value: string): Promise<void> {
    this.#rows.set(key, value);
    await this.#flush();
  }

  async #flush(): Promise<void> {
    await mkdir("data", { recursive: true });
    await writeFile("data/rows.json", JSON.stringify([...this.#rows]));
  }

  /** A function that is not async cannot await: a person decides. */
  touch(key: string): void {
    this.#rows.set(key, "");
    this.#flush();
  }
}

export async function record(store: Store, line: string, verbose: boolean) {
  verbose && await appendFile("log.txt", line);
  // kept in memory as well
  await store.put(line, line); /* soon */
}
