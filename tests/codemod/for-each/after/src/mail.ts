declare function send(to: string, position?: number): Promise<void>;
declare function log(message: string): void;

export async function sendAll(recipients: readonly string[]): Promise<void> {
  for (const to of recipients) {
    if (to === "") continue; // nobody
    await send(to);
  }
  for (const [index, to] of recipients.entries()) await send(to, index);
  for (const to of new Set(recipients)) {
    log(to);
    await send(to);
  }
}

export async function sendSome(recipients: readonly string[]): Promise<void> {
  recipients.forEach(async (to, index, all) => {
    await send(to, all.length - index);
  });
}

export function sendLater(recipients: readonly string[]): void {
  recipients.forEach(async (to) => {
    await send(to);
  });
}
