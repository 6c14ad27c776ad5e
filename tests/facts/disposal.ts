/** Who gives back what it is handed: by a method, a function of the platform, a declaration, or another function. */

interface Connection extends Disposable {
  query(text: string): Promise<string>;
  close(): void;
}

// fact: closes = param0:disposed+member
export async function closes(connection: Connection): Promise<string> {
  try {
    return await connection.query("x");
  } finally {
    connection.close();
  }
}

// fact: disposes = param0:disposed, never-rejects, no-work
export function disposes(connection: Connection): void {
  connection[Symbol.dispose]();
}

// fact: declares = param0:disposed, never-rejects, no-work
export function declares(connection: Connection): void {
  using own = connection;
  void own;
}

// fact: passesOn = param0:disposed+member
export async function passesOn(connection: Connection): Promise<string> {
  return await closes(connection);
}

// fact: later = param0:disposed, never-rejects, no-work
export function later(connection: Connection): () => void {
  return () => {
    connection.close();
  };
}

// fact: clears = param0:disposed, never-rejects, no-work
export function clears(timer: ReturnType<typeof setTimeout>): void {
  clearTimeout(timer);
}

// fact: borrows = param0:member
export async function borrows(connection: Connection): Promise<string> {
  return await connection.query("x");
}
