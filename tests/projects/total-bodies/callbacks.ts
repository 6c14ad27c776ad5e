import { Readable, Transform } from "node:stream";
import { bus, load, save } from "./services.js";

type Callback = (error: Error | null, name?: string) => void;

/** A node-style callback gets the outcome, good or bad. */
export function loadName(id: string, callback: Callback): void {
  load(id).then(
    (user) => {
      callback(null, user.name);
    },
    (error: unknown) => {
      callback(error as Error);
    },
  );
}

export function saveName(id: string, name: string, done: (error?: Error) => void): void {
  (async () => {
    try {
      await save(id, name);
      done();
    } catch (error) {
      done(error as Error);
    }
  })();
}

/** A stream is destroyed with the error. */
export class Names extends Readable {
  override _read(): void {
    void this.#next();
  }

  async #next(): Promise<void> {
    try {
      this.push((await load("next")).name);
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}

export function lookUp(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      load(chunk.toString()).then((user) => { done(null, user.name); }).catch(done);
    },
  });
}

/** An `error` event goes to whoever listens. */
export function refresh(id: string): void {
  load(id).catch((error: unknown) => bus.emit("error", error));
}

/** The reporting may stand in a function of its own. */
function report(error: unknown): void {
  bus.emit("error", error);
}

export function refreshAll(ids: readonly string[]): void {
  for (const id of ids) load(id).catch(report);
}

bus.on("refresh", async (id: string) => {
  try {
    await load(id);
  } catch (error) {
    report(error);
  }
});

/** The twins. */
function log(error: unknown): void {
  console.error(error);
}

export function refreshInTheDark(id: string): void {
  load(id).catch(log); // want no-floating-task "handled, but nobody waits"
}

export function loadNameInTheDark(id: string, callback: Callback): void {
  load(id).then((user) => { // want no-floating-task "nobody waits for"
    callback(null, user.name);
  });
}

bus.on("refresh", async (id: string) => { // want no-discarding-callback "`bus.on` drops it"
  await load(id);
});

bus.on("save", async (id: string) => { // want no-discarding-callback "`bus.on` drops it"
  const { name } = await load(id);
  try {
    await save(id, name);
  } catch (error) {
    report(error);
  }
});

bus.on("fail", async (id: string) => { // want no-discarding-callback "`bus.on` drops it"
  try {
    await load(id);
  } catch (error) {
    throw new Error(`cannot load ${id}`, { cause: error });
  }
});
