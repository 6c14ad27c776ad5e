export interface Closer {
  close(): void;
}

export interface Opener {
  open(path: string): void;
  onOpen?: () => void;
}

export interface Patient {
  close(): void | Promise<void>;
}

export abstract class Plugin {
  abstract setUp(): void;
  tearDown(): void {
    console.log("down");
  }
  reload = (): void => {
    console.log("again");
  };
  static create(): void {
    console.log("created");
  }
  protected size(): number {
    return 0;
  }
}

export class Service<T> {
  start(_value: T): void {
    console.log("started");
  }
}

export declare function work(): Promise<void>;
export declare function tell(error: unknown): void;
