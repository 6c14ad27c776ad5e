declare function send(to: string, position?: number): Promise<void>;
declare function log(message: string): void;

export async function sendAll(recipients: readonly string[]): Promise<void> {
  recipients.forEach(async (to) => {
    if (to === "") return; // nobody
    await send(to);
  });
  recipients.forEach(async (to, index) => send(to, index));
  new Set(recipients).forEach(async (to) => {
    log(to);
    return send(to);
  });
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
