import { Plugin, Service, work, tell } from "./base.js";
import type { Closer, Opener, Patient } from "./base.js";

export class Door implements Closer, Opener {
  async close(): Promise<void> { // want no-discarding-callback "`Closer` declares this member to return `void`"
    await work();
  }
  async open(_path: string): Promise<void> { // want no-discarding-callback "`Opener` declares this member"
    await work();
  }
  onOpen = async (): Promise<void> => { // want no-discarding-callback "`Opener` declares this member"
    await work();
  };
}

export class SafeDoor implements Closer {
  async close(): Promise<void> {
    try {
      await work();
    } catch (error) {
      tell(error);
    }
  }
}

export class PatientDoor implements Patient {
  async close(): Promise<void> {
    await work();
  }
}

export class Loader extends Plugin implements Closer {
  override async setUp(): Promise<void> { // want no-discarding-callback "`Plugin` declares this member"
    await work();
  }
  override async tearDown(): Promise<void> { // want no-discarding-callback "`Plugin` declares this member"
    await work();
  }
  override reload = async (): Promise<void> => { // want no-discarding-callback "`Plugin` declares this member"
    await work();
  };
  static override async create(): Promise<void> {
    await work();
  }
  async close(): Promise<void> { // want no-discarding-callback "`Closer` declares this member"
    await work();
  }
  async other(): Promise<void> {
    await work();
  }
}

/** Through two generations, a generic base, and an expression of a class. */
export class Grandchild extends Loader {
  override close = async (): Promise<void> => { // already said where the member first broke its promise
    await work();
  };
}

export class Numbers extends Service<number> {
  override async start(value: number): Promise<void> { // want no-discarding-callback "declares this member"
    if (value > 0) await work();
  }
}

export const anonymous = new (class implements Closer {
  async close(): Promise<void> { // want no-discarding-callback "`Closer` declares this member"
    await work();
  }
})();

export class Sync implements Closer {
  close(): void {
    console.log("closed");
  }
}

export class Returning implements Closer {
  close(): Promise<void> { // want no-discarding-callback "`Closer` declares this member"
    return work();
  }
}
