/** Resources that are used where they are made: the same function's are given back elsewhere in the file. */
interface Cursor<T> {
  limit(count: number): Cursor<T>;
  next(): Promise<T | undefined>;
  close(): Promise<void>;
}
interface Runner {
  query(sql: string): Promise<readonly string[]>;
  release(): Promise<void>;
}

export abstract class Collection<T> {
  abstract find(filter: object): Cursor<T>;
  abstract runner(): Runner;

  async count(filter: object): Promise<number> {
    const cursor = this.find(filter);
    const runner = this.runner();
    try {
      let count = 0;
      while ((await cursor.next()) !== undefined) count++;
      return count + (await runner.query("select 1")).length;
    } finally {
      await Promise.allSettled([cursor.close(), runner.release()]);
    }
  }

  async first(filter: object): Promise<T | undefined> {
    return await this.find(filter).limit(1).next(); // want require-disposal "Nobody holds the `Cursor`"
  }

  async version(): Promise<string | undefined> {
    const [version] = await this.runner().query("select version()"); // want require-disposal "Nobody holds the `Runner`"
    return version;
  }

  /** Who gets it may give it back. */
  open(filter: object): Cursor<T> {
    return this.find(filter).limit(10);
  }

  async stop(filter: object): Promise<void> {
    await this.find(filter).close();
  }
}

/** A stream has a gentle end and one for errors. */
interface Stream {
  readonly status: "open" | "closed";
  write(text: string): Promise<void>;
  close(): Promise<void>;
  abort(reason: Error): void;
}
declare function newStream(): Promise<Stream>;

export async function send(text: string): Promise<void> {
  let stream: Stream | undefined;
  try {
    stream = await newStream();
    await stream.write(text);
    await stream.close();
  } catch (error) {
    stream?.abort(error as Error);
    throw error;
  }
}

export async function sendWhileOpen(text: string): Promise<void> {
  const stream = await newStream();
  try {
    await stream.write(text);
    await stream.close();
  } catch (error) {
    if (stream.status === "open") stream.abort(error as Error);
    throw error;
  }
}

export async function sendAndHope(text: string): Promise<void> {
  const stream = await newStream(); // want require-disposal "If line 81 fails"
  await stream.write(text);
  await stream.close();
}

/** Whoever iterates may leave at a `yield`: then the `finally` blocks run, and nothing else does. */
export async function* lines(): AsyncGenerator<string> {
  const stream = await newStream(); // want require-disposal "when the consumer leaves at the `yield` on line 91"
  try {
    for (const line of ["a", "b"]) {
      await stream.write(line);
      yield line;
    }
    await stream.close();
  } catch (error) {
    stream.abort(error as Error);
    throw error;
  }
}

export async function* closedLines(): AsyncGenerator<string> {
  const stream = await newStream();
  try {
    yield "a";
  } finally {
    await stream.close();
  }
}

declare function createRunner(): Runner;

/** A runner of its own where none was given: only that one has to be given back. */
export class Executor {
  constructor(private readonly given?: Runner) {}

  async undo(): Promise<void> {
    const runner = this.given ?? createRunner(); // want require-disposal "on the way out on line 119"
    const rows = await runner.query("select last");
    if (rows.length === 0) {
      return;
    }
    await runner.query("undo");
    if (!this.given) await runner.release();
  }

  async redo(): Promise<void> {
    const runner = this.given ?? createRunner();
    try {
      await runner.query("redo");
    } finally {
      if (!this.given) await runner.release();
    }
  }

  async list(): Promise<readonly string[]> {
    const runner = this.given || createRunner();
    return await runner.query("select all");
  }
}
