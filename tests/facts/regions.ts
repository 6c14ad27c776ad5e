/** What a function lends to its callback, and what its result holds. */
interface Client {
  query(sql: string): Promise<void>;
  release(): void;
}
declare function connect(): Promise<Client>;

// fact: withClient = param0:calls-keeps, lends:param0(0)
export async function withClient<T>(body: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect();
  try {
    return await body(client);
  } finally {
    client.release();
  }
}

// fact: handingOn = param0:calls-keeps, lends:param0(0)
export async function handingOn<T>(body: (client: Client) => Promise<T>): Promise<T> {
  return await withClient(async (client) => await body(client));
}

// fact: withShared = param0:unknown, param1:calls-keeps
export async function withShared<T>(client: Client, body: (client: Client) => Promise<T>): Promise<T> {
  return await body(client);
}

export class Service {
  constructor(readonly client: Client) {}
}

// fact: serve = param0:retained, no-work, holds:param0
export function serve(client: Client): Service {
  return new Service(client);
}

// fact: describeClient = param0:unknown, never-rejects, no-work
export function describeClient(client: Client): { name: string } {
  return { name: String(client) };
}

declare class Watcher implements Disposable {
  [Symbol.dispose](): void;
}
declare const shared: Watcher;

// fact: watch = no-work, returns-fresh
export function watch(): Watcher {
  const watcher = new Watcher();
  return watcher;
}

// fact: theShared = never-rejects, no-work
export function theShared(): Watcher {
  return shared;
}
