/** Without strict types, promises that may be missing do not look so; what is certain is still said. */
declare function open(path: string): Promise<number>;
declare function guess(path);

export class Store {
  private ready: Promise<number>;
  private closing: Promise<number>;

  get(): Promise<number> {
    if (!this.ready) this.ready = open("store");
    return this.ready;
  }

  close() {
    if (this.closing) return;
    this.closing = open("closing");
  }

  retry(path) {
    guess(path);
    guess(path).then(guess);
    path.open().catch(guess);
    open(path); // want no-floating-task "nobody waits for"
  }
}

export function each(items, visit) {
  for (const item of items) visit(item);
}

export function start(paths: string[], handlers: any) {
  handlers.on("x", async () => { await open("x"); });
  each(paths, async (path) => { await open(path); }); // want no-discarding-callback "`each` drops it"
  paths.forEach(async (path) => { await open(path); }); // want no-discarding-callback "`paths.forEach` drops it"
}
