import type { Socket } from "node:net";

export declare function connect(host: string): Promise<Socket>;
export declare function greet(socket: Socket): Promise<string>;

/** An async executor is fine when nothing can get out of it. */
export function greeting(host: string): Promise<string> {
  return new Promise(async (resolve, reject) => {
    try {
      const socket = await connect(host);
      resolve(await greet(socket));
    } catch (error) {
      reject(error);
    }
  });
}

/** The same as an async function called on the spot. */
export function greetingOf(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    (async () => {
      const socket = await connect(host);
      return await greet(socket);
    })().then(resolve, reject);
  });
}

export function greetingByCallback(host: string, callback: (error: unknown, text?: string) => void): void {
  connect(host)
    .then((socket) => greet(socket))
    .then((text) => {
      callback(null, text);
    })
    .catch(callback);
}

/** Whatever happens, the caller goes on. */
export function settled(host: string): Promise<unknown> {
  return new Promise((resolve) => {
    connect(host).then(resolve, resolve);
  });
}

export function connectedOr(host: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    connect(host).then(() => { resolve(); }, reject);
    connect(host).then(() => { resolve(); }).catch(reject);
  });
}

export function whenGreeted(host: string, next: (value: unknown) => undefined): void {
  connect(host).then(next, next);
}

/** The twins. */
export function pendingForEver(host: string): Promise<string> {
  return new Promise(async (resolve) => { // want no-discarding-callback "async executor"
    const socket = await connect(host);
    resolve(await greet(socket));
  });
}

export function rethrown(host: string): Promise<string> {
  return new Promise(async (resolve, reject) => { // want no-discarding-callback "async executor"
    try {
      resolve(await greet(await connect(host)));
    } catch (error) {
      reject(error);
      throw error;
    }
  });
}

export function halfReported(host: string): Promise<string> {
  return new Promise((resolve) => {
    connect(host).then((socket) => { // want no-floating-task "nobody waits for"
      resolve(socket.remoteAddress ?? "");
    });
  });
}

export function halfGuarded(host: string): Promise<string> {
  return new Promise(async (resolve, reject) => { // want no-discarding-callback "async executor"
    const socket = await connect(host);
    try {
      resolve(await greet(socket));
    } catch (error) {
      reject(error);
    }
  });
}
